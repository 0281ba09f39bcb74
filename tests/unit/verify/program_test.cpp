// The program's input and output: lines, words and reports.
#include <gmock/gmock.h>

#include "core/verify/command_line.hpp"
#include "core/verify/exit_code.hpp"
#include "core/verify/report.hpp"
#include "tests/unit/verify/fixture.hpp"

namespace bank::verify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Returns a few bytes at a time, as a pipe may.
class Drops : public ByteSource {
public:
    Drops(std::string_view text, std::size_t size) : text_(text), size_(size) {}
    Result<std::size_t> read(std::span<char> space) override {
        return text_.read(space.first(std::min(size_, space.size())));
    }

private:
    TextSource text_;
    std::size_t size_;
};

TEST(LineReader, ReadsLinesHoweverTheyArrive) {
    std::string const text = "a\n\n" + std::string(100'000, 'b') + "\nend";
    for (std::size_t const size : {1U, 2U, 4096U, 1'000'000U}) {
        Drops source(text, size);
        LineReader reader(source);
        ASSERT_EQ(reader.next(), LineReader::Outcome::line);
        EXPECT_EQ(reader.line(), "a");
        ASSERT_EQ(reader.next(), LineReader::Outcome::line);
        EXPECT_EQ(reader.line(), "");
        ASSERT_EQ(reader.next(), LineReader::Outcome::line);
        EXPECT_EQ(reader.line().size(), 100'000U);
        EXPECT_EQ(reader.number(), 3U);
        ASSERT_EQ(reader.next(), LineReader::Outcome::cut);
        EXPECT_EQ(reader.line(), "end");
        EXPECT_EQ(reader.next(), LineReader::Outcome::end);
    }
}

TEST(LineReader, PassesOverALineThatIsTooLong) {
    for (auto const size : {LineReader::line_size_max + 1, std::size_t{5'000'000}}) {
        auto const text = std::string(size, 'x') + "\nnext\n" + std::string(size, 'y');
        Drops source(text, 65'536);
        LineReader reader(source);
        EXPECT_EQ(reader.next(), LineReader::Outcome::too_long);
        ASSERT_EQ(reader.next(), LineReader::Outcome::line);
        EXPECT_EQ(reader.line(), "next");
        EXPECT_EQ(reader.next(), LineReader::Outcome::cut);
        EXPECT_EQ(reader.next(), LineReader::Outcome::end);
    }
}

TEST(CommandLine, IsUnderstood) {
    auto const parsed = parse_command_line({"log", "old", "--key", "a", "-", "--key=@b",
                                            "--checkpoints", "c", "--checkpoints", "d", "--json"});
    auto const* const order = std::get_if<Order>(&parsed);
    ASSERT_NE(order, nullptr);
    EXPECT_EQ(order->subject, Order::Subject::log);
    EXPECT_THAT(order->files, ElementsAre("old", "-"));
    EXPECT_THAT(order->keys, ElementsAre("a", "@b"));
    EXPECT_THAT(order->checkpoints, ElementsAre("c", "d"));
    EXPECT_TRUE(order->is_json);
    EXPECT_FALSE(order->is_quiet);
    EXPECT_TRUE(std::holds_alternative<ShowHelp>(parse_command_line({"--help"})));
    EXPECT_TRUE(std::holds_alternative<ShowHelp>(parse_command_line({"receipt", "-h"})));
    EXPECT_TRUE(std::holds_alternative<ShowVersion>(parse_command_line({"--version"})));
}

TEST(CommandLine, IsRefusedWithASentence) {
    struct Case {
        std::vector<std::string> arguments;
        char const* part;
    };
    for (auto const& [arguments, part] :
         std::vector<Case>{{{}, "log or receipt"},
                           {{"logs"}, "Unknown command logs"},
                           {{"log", "--key", "k"}, "Missing argument: the file of the export"},
                           {{"log", "f"}, "Missing option: --key"},
                           {{"log", "f", "--kye", "k"}, "unknown option --kye"},
                           {{"log", "f", "--ke", "k"}, "unknown option --ke"},
                           {{"log", "-", "-", "--key", "k"}, "only once"},
                           {{"receipt", "f", "g", "--key", "k"}, "only one file"},
                           {{"receipt", "f", "--key", "k", "--checkpoints", "c"},
                            "unexpected option --checkpoints"},
                           {{"log", "f", "--key"}, "--key"}}) {
        auto const parsed = parse_command_line(arguments);
        auto const* const error = std::get_if<UsageError>(&parsed);
        ASSERT_NE(error, nullptr) << part;
        EXPECT_THAT(error->message, HasSubstr(part));
    }
}

TEST(ExitCode, TellsWhatIsWrongFromWhatIsMissing) {
    Findings findings;
    EXPECT_EQ(exit_of(findings), Exit::consistent);
    findings.add({.code = FindingCode::incomplete, .text = "A part is missing."});
    EXPECT_EQ(exit_of(findings), Exit::incomplete);
    findings.add({.code = FindingCode::rolled_back, .text = "It is shorter."});
    EXPECT_EQ(exit_of(findings), Exit::inconsistent);
}

TEST(Report, NamesWhatWasFoundAndWhatToDo) {
    Findings findings;
    findings.add({.code = FindingCode::entry_mismatch,
                  .text = "It does not follow.",
                  .record = 5,
                  .transfer = {6},
                  .account = {7}});
    Summary summary{.origin = "bank.example/audit", .sealed_records = 9, .unsigned_records = 2};
    auto const text = report_text(summary, findings, {});
    EXPECT_THAT(text, HasSubstr("bank.example/audit: inconsistent\n"));
    EXPECT_THAT(text, HasSubstr("2 records after the last verified checkpoint"));
    EXPECT_THAT(text, HasSubstr("entry_mismatch: It does not follow.\n    Compare the entries"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(report_text(summary, findings, {.has_colour = true}), HasSubstr("\x1b[31m"));
    EXPECT_THAT(report_text(summary, findings, {.is_quiet = true}),
                testing::StartsWith("entry_mismatch"));
    EXPECT_THAT(report_json(summary, findings),
                HasSubstr(R"("record":5,"transfer":6,"account":7)"));
    EXPECT_THAT(report_json(summary, findings), HasSubstr(R"("verdict":"inconsistent")"));
}

}  // namespace
}  // namespace bank::verify
