#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "plugins/admin/bankctl/run.hpp"

int main(int argc, char** argv) {
    // A password that was typed must not end in a core file.
    rlimit const none{};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
    try {
        std::vector<std::string> const arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
        return static_cast<int>(bank::bankctl::run(arguments, BANKCTL_VERSION));
    } catch (std::exception const& failure) {
        fmt::print(stderr, "bankctl: {}\n", failure.what());
        return static_cast<int>(bank::bankctl::Exit::internal);
    }
}
