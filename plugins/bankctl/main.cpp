#include <fmt/format.h>
#include <sys/resource.h>

#include <exception>
#include <string>
#include <vector>

#include "core/base/standard_streams.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/run.hpp"

int main(int argc, char** argv) {
    if (!bank::open_standard_streams()) return static_cast<int>(bank::bankctl::Exit::internal);
    // A core file must not contain a typed password.
    rlimit const none{};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
    try {
        std::vector<std::string> const arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
        return static_cast<int>(bank::bankctl::run(arguments, BANKCTL_VERSION));
    } catch (std::exception const& failure) {
        bank::say(fmt::format("bankctl: {}\n", failure.what()));
        return static_cast<int>(bank::bankctl::Exit::internal);
    }
}
