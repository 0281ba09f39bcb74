#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/base/standard_streams.hpp"
#include "core/verify/run.hpp"

int main(int argc, char** argv) {
    if (!bank::open_standard_streams()) return static_cast<int>(bank::verify::Exit::unusable);
    try {
        std::vector<std::string> const arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
        return static_cast<int>(bank::verify::run(arguments, BANKD_VERIFY_VERSION));
    } catch (std::exception const& failure) {
        // Not fmt::print(): it throws where standard error cannot be written.
        auto const text = fmt::format("bankd-verify: {}\n", failure.what());
        static_cast<void>(std::fputs(text.c_str(), stderr));
        return static_cast<int>(bank::verify::Exit::unusable);
    }
}
