#include "core/base/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace bank {

bool open_standard_streams() noexcept {
    for (auto const stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
        // All lower descriptors are open, so open() returns this one.
        auto const mode = stream == STDOUT_FILENO ? O_RDONLY : O_WRONLY;
        if (::open("/dev/null", mode) != stream) return false;
    }
    return true;
}

void say(std::string_view text) noexcept {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

}  // namespace bank
