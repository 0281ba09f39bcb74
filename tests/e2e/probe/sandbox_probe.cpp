// Takes bankd's place in a unit and acts as an intruder. Each line of its output is an attempt and
// its result: "held", or "BROKEN" if it succeeded. Then it waits to be stopped.
//
//   sandbox_probe --core|--host rest|--host admin [ignored]...
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

// `result` as returned by system calls: negative with errno set means that the attempt was refused.
void tried(std::string const& what, long result) {
    auto const error = errno;
    std::printf("%s: %s\n", what.c_str(), result < 0 ? std::strerror(error) : "BROKEN");
}

void expect(std::string const& what, bool is_so) {
    std::printf("%s: %s\n", what.c_str(), is_so ? "held" : "BROKEN");
}

// Operations that must work, so that the refusals mean something.
void must(std::string const& what, long result) {
    auto const error = errno;
    std::printf("%s: %s%s\n", what.c_str(), result < 0 ? "BROKEN " : "works",
                result < 0 ? std::strerror(error) : "");
}

// In a child: success would replace this program.
long run(char const* program) {
    auto const child = ::fork();
    if (child == 0) {
        char* const arguments[] = {const_cast<char*>(program), const_cast<char*>("-c"),
                                   const_cast<char*>("exit 0"), nullptr};
        ::execv(program, arguments);
        ::_exit(errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
    return errno == 0 ? 0 : -1;
}

long open_and_close(std::string const& path, int flags) {
    auto const file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file >= 0) ::close(file);
    return file;
}

long dial(std::string const& path) {
    auto const peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0) return -1;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    auto const result = ::connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address);
    auto const error = errno;
    ::close(peer);
    errno = error;
    return result;
}

long map_executable(int file) {
    auto* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
    return memory == MAP_FAILED ? -1 : 0;
}

// Tries to write and run a program below `directory`.
void drop_code(std::string const& directory) {
    auto const path = directory + "/intruder";
    std::error_code failed;
    fs::copy_file("/bin/true", path, fs::copy_options::overwrite_existing, failed);
    if (failed) {
        std::printf("write to %s: %s\n", directory.c_str(), failed.message().c_str());
        return;
    }
    ::chmod(path.c_str(), 0755);
    tried("run a file of " + directory, run(path.c_str()));
    auto const file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    tried("map a file of " + directory + " executable", map_executable(file));
    ::close(file);
    tried("make a file of " + directory + " setuid", ::chmod(path.c_str(), 04755));
    ::unlink(path.c_str());
}

void code() {
    tried("run a shell", run("/bin/sh"));
    tried("run an interpreter", run("/usr/bin/perl"));
    for (auto const* directory : {"/tmp", "/var/tmp", "/dev/shm", "/run", "/run/bankd", "/dev",
                                  "/var/lib/bankd", "/etc/bankd", "/usr/lib/bankd/plugins"}) {
        drop_code(directory);
    }
    auto* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tried("map memory writable and executable", memory == MAP_FAILED ? -1 : 0);
    auto* const later =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    tried("make written memory executable", ::mprotect(later, 4096, PROT_READ | PROT_EXEC));
    tried("memfd_create", ::syscall(SYS_memfd_create, "intruder", 0));
    tried("io_uring_setup", ::syscall(SYS_io_uring_setup, 1, std::array<char, 128>{}.data()));
    tried("userfaultfd", ::syscall(SYS_userfaultfd, 0));
    auto const shared = ::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    if (shared >= 0) {
        tried("attach shared memory executable",
              ::shmat(shared, nullptr, SHM_EXEC) == reinterpret_cast<void*>(-1) ? -1 : 0);
        ::shmctl(shared, IPC_RMID, nullptr);
    }
}

void network() {
    tried("a socket of IPv4", ::socket(AF_INET, SOCK_STREAM, 0));
    tried("a datagram socket of IPv6", ::socket(AF_INET6, SOCK_DGRAM, 0));
    tried("a socket of netlink", ::socket(AF_NETLINK, SOCK_RAW, 0));
    tried("a socket of packets", ::socket(AF_PACKET, SOCK_RAW, 0));
    tried("a socket of the hypervisor", ::socket(AF_VSOCK, SOCK_STREAM, 0));
    // In a network namespace of its own there is only a loopback device.
    int interfaces = 0;
    std::ifstream list("/proc/self/net/dev");
    for (std::string line; std::getline(list, line);) interfaces += line.find(':') != line.npos;
    expect("no network device but loopback", interfaces <= 1);
}

void privilege() {
    tried("become root", ::setuid(0));
    tried("a user namespace", ::unshare(CLONE_NEWUSER));
    tried("a mount namespace", ::unshare(CLONE_NEWNS));
    tried("mount", ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr));
    tried("trace the service manager", ::ptrace(PTRACE_SEIZE, 1, nullptr, nullptr));
    tried("signal the service manager", ::kill(1, 0));
    tried("a keyring", ::syscall(SYS_keyctl, 1, nullptr));
    tried("another personality", ::syscall(SYS_personality, 0x0400000));
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    tried("set the clock", ::clock_settime(CLOCK_REALTIME, &now));
    tried("name the host", ::sethostname("intruder", 8));
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    expect("no core dumps", core.rlim_max == 0);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("CapEff") || line.starts_with("CapBnd")) {
            expect("no capability in " + line.substr(0, 6),
                   line.find_first_not_of("0\t ", 7) == line.npos);
        }
        if (line.starts_with("NoNewPrivs")) expect("no new privileges", line.ends_with('1'));
        if (line.starts_with("Seccomp:")) expect("filtered system calls", line.ends_with('2'));
    }
}

void files(std::string const& role) {
    for (auto const* path : {"/usr/sbin/bankd", "/etc/bankd/bankd.conf", "/etc/passwd",
                             "/usr/lib/bankd/plugins/bankd-rest.so"}) {
        tried(std::string("write to ") + path, open_and_close(path, O_WRONLY));
    }
    for (auto const* path :
         {"/etc/shadow", "/var/lib/systemd/credential.secret", "/etc/credstore.encrypted",
          "/etc/credstore.encrypted/bankd.pepper.key", "/var/lib/bankd-postgres",
          "/var/lib/bankd-postgres/data/PG_VERSION", "/dev/mem", "/dev/kmsg", "/root"}) {
        tried(std::string("read ") + path, open_and_close(path, O_RDONLY));
    }
    if (role != "core") tried("read the core's state", open_and_close("/var/lib/bankd", O_RDONLY));
    auto const own = role == "core"   ? "bankd.service"
                     : role == "rest" ? "bankd-rest.service"
                                      : "bankd-admin.service";
    for (auto const* unit : {"bankd.service", "bankd-rest.service", "bankd-admin.service"}) {
        if (std::string_view(own) == unit) continue;
        auto const path = std::string("/run/credentials/") + unit;
        tried("read the credentials of " + std::string(unit), open_and_close(path, O_RDONLY));
        for (auto const* key :
             {"pepper.key", "record.key", "token.pem", "audit.pem", "tls-key.pem"}) {
            tried("read " + std::string(key) + " of " + unit,
                  open_and_close(path + "/" + key, O_RDONLY));
        }
    }
    auto const* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (role == "core") {
        must("read its own credential",
             credentials ? open_and_close(std::string(credentials) + "/pepper.key", O_RDONLY) : -1);
    }
}

// All other processes, as far as they are visible.
void processes() {
    int strangers = 0;
    int open_memories = 0;
    for (auto const& entry : fs::directory_iterator("/proc")) {
        auto const name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != name.npos) continue;
        if (std::stol(name) == ::getpid()) continue;
        ++strangers;
        for (auto const* file : {"mem", "environ", "maps"}) {
            open_memories += open_and_close(entry.path() / file, O_RDONLY) >= 0;
        }
    }
    expect("no process of others to be seen", strangers == 0);
    expect("no memory of others to be read", open_memories == 0);
}

void doors(std::string const& role) {
    std::string const database = "/run/bankd/postgres/.s.PGSQL.5432";
    if (role == "core") {
        must("reach the database", dial(database));
        return;
    }
    tried("reach the database", dial(database));
    for (std::string const name : {"rest", "admin"}) {
        auto const path = "/run/bankd/core/" + name + ".sock";
        name == role ? must("reach its own door of the core", dial(path))
                     : tried("reach the door of " + name, dial(path));
    }
    // A removed socket would lock everyone out until the sockets are created again.
    tried("take its door away", ::unlink(("/run/bankd/core/" + role + ".sock").c_str()));
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> const words(arguments, arguments + count);
    std::string role;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] == "--core") role = "core";
        if (words[i] == "--host" && i + 1 < words.size()) role = words[i + 1];
    }
    if (role.empty()) return 64;
    std::printf("An intruder in the place of %s\n", role.c_str());
    code();
    network();
    privilege();
    files(role);
    processes();
    doors(role);
    std::printf("The intruder is done\n");
    std::fflush(stdout);
    ::sd_notify(0, "READY=1");
    ::pause();
    return 0;
}
