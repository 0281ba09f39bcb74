#include "daemon/os/sandbox.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/log.hpp"
#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t page_size = 4096;

// The lines of /proc/self/status.
std::map<std::string, std::string> own_status() {
    std::map<std::string, std::string> facts;
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        auto const colon = line.find(':');
        auto const begin = line.find_first_not_of("\t ", colon + 1);
        if (colon == std::string::npos || begin == std::string::npos) continue;
        facts.emplace(line.substr(0, colon), line.substr(begin));
    }
    return facts;
}

bool has_no(std::string const& capabilities) {
    return !capabilities.empty() && capabilities.find_first_not_of('0') == std::string::npos;
}

// An intruder needs this to run injected code.
bool can_map_executable_memory() {
    void* const page = mmap(nullptr, page_size, PROT_READ | PROT_WRITE | PROT_EXEC,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return false;
    munmap(page, page_size);
    return true;
}

bool can_make_memory_file() {
    FileDescriptor const file(static_cast<int>(syscall(SYS_memfd_create, "probe", 0U)));
    return static_cast<bool>(file);
}

bool can_open_network_socket() {
    FileDescriptor const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return static_cast<bool>(socket);
}

bool is_read_only(char const* path) {
    struct statvfs facts {};
    return statvfs(path, &facts) == 0 && (facts.f_flag & ST_RDONLY) != 0;
}

// The directories that the unit may provide, in colon-separated lists.
bool can_run_what_it_writes() {
    std::vector<std::string> paths{"/tmp", "/var/tmp", "/dev/shm"};
    for (auto const* name : {"STATE_DIRECTORY", "RUNTIME_DIRECTORY"}) {
        auto const* const value = std::getenv(name);
        std::istringstream list(value != nullptr ? value : "");
        for (std::string path; std::getline(list, path, ':');) paths.push_back(path);
    }
    return std::ranges::any_of(paths, [](std::string const& path) {
        struct statvfs facts {};
        return access(path.c_str(), W_OK) == 0 && statvfs(path.c_str(), &facts) == 0 &&
               (facts.f_flag & ST_NOEXEC) == 0;
    });
}

bool may_dump_core() {
    rlimit limit{};
    return getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0;
}

}  // namespace

std::vector<std::string> missing_sandbox(Expected const& expected) {
    std::vector<std::string> missing;
    auto const need = [&](bool is_there, char const* clause) {
        if (!is_there) missing.emplace_back(clause);
    };
    auto status = own_status();
    need(geteuid() != 0, "it runs as root (User=)");
    need(status["NoNewPrivs"] == "1", "it can gain privileges (NoNewPrivileges=)");
    need(status["Seccomp"] == "2", "its system calls are not filtered (SystemCallFilter=)");
    need(has_no(status["CapEff"]) && has_no(status["CapPrm"]) && has_no(status["CapBnd"]),
         "it has capabilities (CapabilityBoundingSet=)");
    need(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0, "a debugger can attach to it");
    need(!may_dump_core(), "it can dump core (LimitCORE=)");
    need(!can_map_executable_memory(), "it can make memory executable (MemoryDenyWriteExecute=)");
    need(!can_make_memory_file(), "it can create files in memory (memfd_create)");
    need(is_read_only("/usr"), "it can write to system directories (ProtectSystem=)");
    need(!can_run_what_it_writes(), "it can execute files that it writes (NoExecPaths=)");
    need(expected.has_network || !can_open_network_socket(),
         "it can open network sockets (RestrictAddressFamilies=)");
    return missing;
}

bool check_sandbox(std::string_view rule, Expected const& expected) {
    auto const missing = missing_sandbox(expected);
    if (missing.empty()) {
        log::info("daemon", "The sandbox is complete.");
        return true;
    }
    auto const is_required =
        rule == "required" || (rule == "auto" && std::getenv("NOTIFY_SOCKET") != nullptr);
    for (auto const& clause : missing) {
        log::write(is_required ? log::Level::error : log::Level::warning, "daemon",
                   "The sandbox is incomplete: " + clause + ".");
    }
    if (is_required) {
        log::error("daemon",
                   "bankd does not run without it; fix the unit, or set [daemon] sandbox = "
                   "advised.");
    }
    return !is_required;
}

}  // namespace bank::daemon
