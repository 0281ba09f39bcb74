#include "daemon/command_line.hpp"

#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

TEST(CommandLine, WithoutArgumentsServesFromTheUsualPlace) {
    auto const line = parse_command_line({});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->mode, Mode::serve);
    EXPECT_EQ(line->config_file, "/etc/bankd/bankd.conf");
    EXPECT_FALSE(line->is_config_given);
}

TEST(CommandLine, TakesTheConfigurationInBothForms) {
    for (auto const& arguments : {std::vector<std::string>{"--config", "/a/b.conf", "--migrate"},
                                  std::vector<std::string>{"--migrate", "--config=/a/b.conf"}}) {
        auto const line = parse_command_line(arguments);
        ASSERT_TRUE(line);
        EXPECT_EQ(line->mode, Mode::migrate);
        EXPECT_EQ(line->config_file, "/a/b.conf");
        EXPECT_TRUE(line->is_config_given);
    }
}

TEST(CommandLine, MakesARelativeFileAbsoluteSoThatMistakesNameIt) {
    auto const line = parse_command_line({"--config", "./x/../b.conf"});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->config_file, std::filesystem::current_path() / "b.conf");
}

struct ModeCase {
    char const* option;
    Mode mode;
};

TEST(CommandLine, KnowsEachMode) {
    for (auto const& [option, mode] :
         {ModeCase{"--check-config", Mode::check_config}, ModeCase{"--migrate", Mode::migrate},
          ModeCase{"--make-keys", Mode::make_keys}, ModeCase{"--core", Mode::core},
          ModeCase{"--print-config-reference", Mode::print_config_reference},
          ModeCase{"--version", Mode::version}, ModeCase{"--help", Mode::help}}) {
        auto const line = parse_command_line({option});
        ASSERT_TRUE(line) << option;
        EXPECT_EQ(line->mode, mode) << option;
        EXPECT_NE(help_text().find(option), std::string::npos) << option;
    }
}

TEST(CommandLine, TakesTheFrontEndThatItIsToHost) {
    auto const line = parse_command_line({"--host", "rest", "--config", "/a/b.conf"});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->mode, Mode::host);
    EXPECT_EQ(line->host, "rest");
    EXPECT_FALSE(parse_command_line({"--host"}));
    EXPECT_FALSE(parse_command_line({"--host", "../rest"}));
    EXPECT_FALSE(parse_command_line({"--host", "rest", "--core"}));
}

struct Refusal {
    std::vector<std::string> arguments;
    std::string sentence;
};

TEST(CommandLine, RefusesWhatItDoesNotUnderstand) {
    for (auto const& [arguments, sentence] : {
             Refusal{{"--check-confg"},
                     "Unknown option --check-confg. Did you mean --check-config?"},
             Refusal{{"--frobnicate"}, "Unknown option --frobnicate."},
             Refusal{{"--check"}, "Unknown option --check. Did you mean --check-config?"},
             Refusal{{"serve"}, "Unexpected argument \"serve\"."},
             Refusal{{"--migrate", "--make-keys"}, "--migrate and --make-keys cannot be combined."},
             Refusal{{"--host", "rest", "--examine-copy", "/a"},
                     "--host and --examine-copy cannot be combined."},
             Refusal{{"--examine-copy", "/a", "--migrate"},
                     "--examine-copy and --migrate cannot be combined."},
             Refusal{{"--examine-copy="}, ""},
             Refusal{{"--config="}, ""},
             Refusal{{"--config"}, ""},
             Refusal{{"--config", "/a", "--config", "/b"}, ""},
             Refusal{{"--migrate=yes"}, ""},
         }) {
        auto const line = parse_command_line(arguments);
        ASSERT_FALSE(line) << arguments.front();
        EXPECT_FALSE(line.error().detail.empty());
        if (sentence.empty()) continue;
        EXPECT_EQ(line.error().detail, sentence);
    }
}

}  // namespace
}  // namespace bank::daemon
