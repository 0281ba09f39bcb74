#include "daemon/os/hook.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

Error failed(std::string const& program, std::string const& why) {
    return {Code::internal_error, fmt::format("{} {}", program, why)};
}

// A file in memory: the program can read it at any time, and no pipe can block the daemon.
FileDescriptor in_memory(std::string const& text) {
    FileDescriptor fd(memfd_create("input", MFD_CLOEXEC));
    if (!fd || !write_all(fd.get(), text) || lseek(fd.get(), 0, SEEK_SET) != 0) return {};
    return fd;
}

// False if `process` is still running at the deadline.
bool wait_for(FileDescriptor const& process, HookPatience const& patience) {
    std::array<pollfd, 2> polled{pollfd{process.get(), POLLIN, 0},
                                 pollfd{patience.hurry, POLLIN, 0}};
    if (!process || poll(polled.data(), 2, static_cast<int>(patience.usual.count())) == 0) {
        return false;
    }
    if (polled[0].revents != 0) return true;
    return poll(polled.data(), 1, static_cast<int>(patience.in_a_hurry.count())) != 0;
}

}  // namespace

Status run_hook(std::string const& program, std::string const& input,
                HookPatience const& patience) {
    auto const fd = in_memory(input);
    if (!fd) return failed(program, fmt::format("could not be started: {}", std::strerror(errno)));
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd.get(), STDIN_FILENO);
    posix_spawnattr_init(&attributes);
    // The daemon's threads block signals and ignore SIGPIPE; the program starts with defaults, in
    // its own process group, so that its children end with it.
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::string name = program;
    std::array<char*, 2> arguments{name.data(), nullptr};
    // The daemon's environment is not inherited: it may name credentials.
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
    std::array<char*, 2> environment{path.data(), nullptr};
    pid_t child = 0;
    int const error = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments.data(),
                                  environment.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        return failed(program, fmt::format("could not be started: {}", std::strerror(error)));
    FileDescriptor const process(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    bool const is_late = !wait_for(process, patience);
    if (is_late) kill(-child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (is_late) {
        return failed(program, "timed out and was killed");
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Done{};
    if (WIFEXITED(status)) {
        return failed(program, fmt::format("exited with {}", WEXITSTATUS(status)));
    }
    return failed(program, fmt::format("was killed by signal {}", WTERMSIG(status)));
}

}  // namespace bank::daemon
