#include <fmt/format.h>

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
        bank::say(fmt::format("bankd-verify: {}\n", failure.what()));
        return static_cast<int>(bank::verify::Exit::unusable);
    }
}
