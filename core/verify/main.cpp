#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/verify/run.hpp"

int main(int argc, char** argv) {
    try {
        std::vector<std::string> const arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
        return static_cast<int>(bank::verify::run(arguments, BANKD_VERIFY_VERSION));
    } catch (std::exception const& failure) {
        fmt::print(stderr, "bankd-verify: {}\n", failure.what());
        return static_cast<int>(bank::verify::Exit::unusable);
    }
}
