// bankctl's commands, and their help.
#include "plugins/bankctl/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/help.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

TEST(Commands, AreThoseOfTheAdminChannelAndBankctlsOwn) {
    for (auto const& spec : wire::vocabulary()) {
        if (spec.summary.empty()) continue;
        EXPECT_NE(find_command(spec.words), nullptr) << spec.words;
    }
    for (auto const& command : commands()) {
        auto const is_own = command.run != nullptr;
        EXPECT_TRUE(is_own || wire::find_command(command.words) != nullptr) << command.words;
        EXPECT_NE(command.view != nullptr, is_own) << command.words;
    }
}

TEST(Commands, AreInTheOrderOfTheirNouns) {
    std::vector<std::string_view> words;
    for (auto const& command : commands()) {
        if (noun_of(command.words) == "user") words.push_back(command.words);
    }
    EXPECT_EQ(words, (std::vector<std::string_view>{"user list", "user show", "user add",
                                                    "user disable", "user enable", "user erase",
                                                    "user password", "user role"}));
    EXPECT_EQ(commands().front().words, "status");
}

TEST(Commands, TakeNoArgumentWithoutAMeaning) {
    for (auto const& command : commands()) {
        auto const help = help_of(command);
        for (auto const& input : command.inputs) {
            auto const name = input.option.empty() ? input.placeholder : input.option;
            EXPECT_FALSE(name.empty()) << command.words;
            EXPECT_TRUE(input.meaning.ends_with('.')) << command.words << ' ' << name;
            // The help has it, wrapped: its first words are on one line.
            EXPECT_NE(help.find(input.meaning.substr(0, input.meaning.find(' '))),
                      std::string::npos)
                << command.words << ' ' << name;
        }
    }
}

TEST(Commands, SayTheirOptionsOnce) {
    for (auto const& command : commands()) {
        std::vector<std::string_view> names;
        auto is_optional = false;
        for (auto const& input : command.inputs) {
            names.push_back(input.option.empty() ? input.placeholder : input.option);
            // A positional one that may be left out is followed by no required one.
            if (!input.option.empty()) continue;
            EXPECT_FALSE(is_optional && input.is_required) << command.words;
            is_optional = is_optional || !input.is_required;
        }
        std::sort(names.begin(), names.end());
        EXPECT_EQ(std::unique(names.begin(), names.end()), names.end()) << command.words;
    }
}

TEST(Help, ExplainsEveryCommandWithItsOptionsAndAnExample) {
    auto const all = help();
    for (auto const& command : commands()) {
        EXPECT_NE(all.find(command.words), std::string::npos);
        auto const text = help_of(command);
        EXPECT_NE(text.find("Examples:\n  bankctl " + std::string{command.words}),
                  std::string::npos)
            << command.words;
        for (auto const& input : command.inputs) {
            auto const shown = input.option.empty() ? std::string{input.placeholder}
                                                    : "--" + std::string{input.option};
            EXPECT_NE(text.find(shown), std::string::npos) << command.words << ' ' << shown;
        }
    }
    for (auto const& noun : nouns()) EXPECT_TRUE(help_about(noun.word)) << noun.word;
    EXPECT_FALSE(help_about("moon"));
}

// The description of an operation is for integrators: it names roles, fields and codes.
TEST(Help, IsForATerminal) {
    for (auto const& command : commands()) {
        for (auto const* const part : {"may call", "paginated", "/v1/", "request fails"}) {
            EXPECT_EQ(command.details.find(part), std::string_view::npos)
                << command.words << ": give its operation a text of its own, `.command.text`";
        }
    }
}

TEST(Help, NamesEveryExitCode) {
    auto const text = help();
    for (auto const code : {Exit::ok, Exit::refused, Exit::usage, Exit::bad_input,
                            Exit::unreachable, Exit::internal, Exit::try_later}) {
        auto const number = std::to_string(static_cast<int>(code));
        EXPECT_NE(text.find("\n  " + std::string(2 - number.size(), ' ') + number + "  "),
                  std::string::npos)
            << number;
    }
}

TEST(Help, FitsOnATerminal) {
    std::string text = help();
    for (auto const& command : commands()) text += help_of(command);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 90U) << line;
}

// As much of a shell as the examples need.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words{""};
    bool is_quoted = false;
    for (auto const c : line) {
        if (!is_quoted && (c == '|' || c == '<' || c == '>' || c == '&')) break;
        if (c == '\'') {
            is_quoted = !is_quoted;
        } else if (c == ' ' && !is_quoted) {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    std::erase(words, "");
    return words;
}

TEST(Help, HasExamplesThatAreUnderstood) {
    for (auto const& command : commands()) {
        for (auto const& example : command.examples) {
            auto words = words_of(example.line);
            ASSERT_EQ(words.front(), "bankctl");
            words.erase(words.begin());
            auto const parsed = parse_command_line(words, "");
            auto const* error = std::get_if<UsageError>(&parsed);
            EXPECT_EQ(error, nullptr)
                << example.line << ": " << (error != nullptr ? error->message : "");
            auto const* invocation = std::get_if<Invocation>(&parsed);
            ASSERT_NE(invocation, nullptr) << example.line;
            EXPECT_EQ(invocation->command->words, command.words);
        }
    }
}

}  // namespace
}  // namespace bank::bankctl
