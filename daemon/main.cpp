#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "daemon/application.hpp"
#include "daemon/command_line.hpp"
#include "daemon/modes.hpp"

int main(int argc, char** argv) try {
    using namespace bank::daemon;
    auto const line = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (!line) {
        std::cerr << "bankd: " << line.error().detail << "\nTry bankd --help.\n";
        return number(ExitCode::usage);
    }
    auto const code = line->mode == Mode::serve ? serve(line->config_file)
                                                : run_mode(*line, {std::cout, std::cerr});
    std::cout.flush();
    return number(std::cout ? code : ExitCode::internal);
} catch (std::exception const& error) {
    std::cerr << "bankd: " << error.what() << '\n';
    return bank::daemon::number(bank::daemon::ExitCode::internal);
}
