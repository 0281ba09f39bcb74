#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "core/base/standard_streams.hpp"
#include "daemon/application.hpp"
#include "daemon/command_line.hpp"
#include "daemon/modes.hpp"
#include "daemon/plugin_host.hpp"

namespace {

bank::daemon::ExitCode run(bank::daemon::CommandLine const& line) {
    using namespace bank::daemon;
    if (line.mode == Mode::serve) return serve(line.config_file, FrontEndsAre::together);
    if (line.mode == Mode::core) return serve(line.config_file, FrontEndsAre::apart);
    if (line.mode == Mode::host) return host(line.config_file, line.host);
    return run_mode(line, {std::cout, std::cerr});
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace bank::daemon;
    if (!bank::open_standard_streams()) return number(ExitCode::internal);
    auto const line = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (!line) {
        std::cerr << "bankd: " << line.error().detail << "\nTry bankd --help.\n";
        return number(ExitCode::usage);
    }
    auto const code = run(*line);
    std::cout.flush();
    return number(std::cout ? code : ExitCode::internal);
} catch (std::exception const& error) {
    std::cerr << "bankd: " << error.what() << '\n';
    return bank::daemon::number(bank::daemon::ExitCode::internal);
}
