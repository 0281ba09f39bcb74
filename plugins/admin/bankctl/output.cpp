#include "plugins/admin/bankctl/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "plugins/admin/bankctl/table.hpp"

namespace bank::bankctl {

void say(std::string_view text) {
    // Not fmt::print(): it throws where standard error cannot be written, and nobody can be told.
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

Exit print(std::string_view text) {
    auto const written = std::fwrite(text.data(), 1, text.size(), stdout);
    if (written == text.size() && std::fflush(stdout) == 0) return Exit::ok;
    auto const error = errno;
    say(fmt::format(
        "bankctl: Cannot write the result: {}.\n",
        error == EBADF ? "standard output is closed" : std::generic_category().message(error)));
    return Exit::internal;
}

Exit fail(Failure const& failure) {
    say(fmt::format("bankctl: {}\n", clean(failure.message)));
    if (!failure.next.empty()) say(fmt::format("  {}\n", clean(failure.next)));
    return failure.exit;
}

}  // namespace bank::bankctl
