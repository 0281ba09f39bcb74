#include "daemon/os/logging.hpp"

#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

TEST(LogLine, IsOneLineOfPlainText) {
    EXPECT_EQ(log_line("rest", "two\nlines \x1b[31mred\x1b[0m"), "rest two?lines ?[31mred?[0m");
    EXPECT_EQ(log_line("a\nb", "c"), "a?b c");
    EXPECT_LE(log_line("rest", std::string(1'000'000, 'x')).size(), 8200U);
}

TEST(LogTarget, WordsDecideAndAutoIsStandardErrorOutsideAService) {
    EXPECT_EQ(choose_log_target("journald"), LogTarget::journald);
    EXPECT_EQ(choose_log_target("stderr"), LogTarget::stderr_);
    setenv("JOURNAL_STREAM", "1:2", 1);
    EXPECT_EQ(choose_log_target("auto"), LogTarget::stderr_);
    unsetenv("JOURNAL_STREAM");
    EXPECT_EQ(choose_log_target("auto"), LogTarget::stderr_);
}

TEST(Logging, WritesTimeLevelCategoryAndMessageAboveItsLevel) {
    testing::internal::CaptureStderr();
    {
        Logging logging(LogTarget::stderr_, "warning");
        log::info("rest", "hidden");
        log::warning("rest", "shown");
        logging.set_level("info");
        log::info("posting", "now {}", "too");
    }
    auto const text = testing::internal::GetCapturedStderr();
    constexpr auto time = R"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z)";
    EXPECT_TRUE(testing::internal::RE::FullMatch(
        text, testing::internal::RE(std::string(time) + " warning rest shown\n" + time +
                                    " info posting now too\n")))
        << text;
}

}  // namespace
}  // namespace bank::daemon
