#include "plugins/bankctl/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/table.hpp"
#include "plugins/bankctl/terminal.hpp"

namespace bank::bankctl {
namespace {

constexpr std::size_t answer_size_max = 64U << 20U;

// Located relative to bankctl, as installed (/usr/bin, /usr/lib/bankd) or in a build, and never by
// PATH: root runs it.
std::filesystem::path program() {
    std::error_code error;
    auto const self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    return self.parent_path().parent_path() / "lib" / "bankd" / "backup";
}

std::vector<std::string> arguments_of(Invocation const& invocation, std::string const& path) {
    auto const words = invocation.command->words;
    std::vector<std::string> arguments{path, std::string{words.substr(words.find(' ') + 1)}};
    for (auto const& item : invocation.own.items()) {
        arguments.push_back("--" + item.name);
        if (auto const* text = std::get_if<std::string>(&item.value)) arguments.push_back(*text);
    }
    return arguments;
}

[[noreturn]] void become(std::vector<std::string> const& arguments, int output) {
    static_cast<void>(::dup2(output, STDOUT_FILENO));
    std::vector<char*> pointers;
    // execv() takes char* but does not modify the text.
    for (auto const& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
}

struct Answer {
    std::string text;
    int status = 0;  // A wait status of waitpid().
};

// Captures its standard output; standard error is inherited. Empty if it could not be run.
std::optional<Answer> run(std::vector<std::string> const& arguments) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    auto const child = ::fork();
    if (child == 0) become(arguments, ends[1]);
    ::close(ends[1]);
    Answer answer;
    std::array<char, 65536> buffer{};
    for (;;) {
        auto const got = ::read(ends[0], buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (answer.text.size() < answer_size_max) {
            answer.text.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
    ::close(ends[0]);
    if (child < 0) return std::nullopt;
    while (::waitpid(child, &answer.status, 0) < 0) {
        if (errno != EINTR) return std::nullopt;
    }
    return answer;
}

}  // namespace

Exit run_backup(Invocation const& invocation, View view) {
    auto const path = program();
    if (::access(path.c_str(), X_OK) != 0) {
        return fail({Exit::unreachable, "bankd is not installed on this machine.",
                     fmt::format("{} does not exist.", path.string())});
    }
    auto const answer = run(arguments_of(invocation, path.string()));
    if (!answer || !WIFEXITED(answer->status)) {
        return fail({Exit::internal, "The backup program was interrupted.", {}});
    }
    auto const code = WEXITSTATUS(answer->status);
    // The answer is shown even if the checks failed.
    if (!answer->text.empty()) {
        auto const printed =
            print(invocation.is_json ? clean_json(answer->text)
                                     : view(answer->text, layout_of(STDOUT_FILENO)));
        if (printed != Exit::ok) return printed;
    }
    return static_cast<Exit>(code);
}

}  // namespace bank::bankctl
