// The parts of a batch that need no connection: chunks, lines, items.
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/rest/batch/batch_line.hpp"
#include "plugins/rest/batch/line_buffer.hpp"
#include "plugins/rest/http/chunk_decoder.hpp"
#include "plugins/rest/json/body_reader.hpp"

namespace bank::rest {
namespace {

struct Coded {
    std::string name;
    std::string bytes;
    std::string content;
    std::string rest;  // The rest, for the next request, if this one is complete.
    enum class End : std::uint8_t { complete, malformed, open } end;
};

void PrintTo(Coded const& coded, std::ostream* out) {
    *out << coded.name;
}

class ChunkDecoderReads : public testing::TestWithParam<Coded> {};

TEST_P(ChunkDecoderReads, AsTheTableSays) {
    auto const& coded = GetParam();
    for (std::size_t const size : {std::size_t{1}, std::size_t{3}, coded.bytes.size()}) {
        ChunkDecoder decoder;
        std::string content;
        std::string room(size, '\0');
        std::string_view left = coded.bytes;
        while (!left.empty() && !decoder.is_complete() && !decoder.is_malformed()) {
            auto const step = decoder.decode(left.substr(0, size), room);
            content.append(room, 0, step.given);
            left.remove_prefix(step.taken);
        }
        EXPECT_EQ(content, coded.content) << size;
        EXPECT_EQ(decoder.is_complete(), coded.end == Coded::End::complete) << size;
        EXPECT_EQ(decoder.is_malformed(), coded.end == Coded::End::malformed) << size;
        if (decoder.is_complete()) {
            EXPECT_EQ(left, coded.rest);
        }
    }
}

auto constexpr complete = Coded::End::complete;
auto constexpr malformed = Coded::End::malformed;
auto constexpr open = Coded::End::open;

std::vector<Coded> const coded_bodies{
    {"nothing", "0\r\n\r\n", "", "", complete},
    {"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", "", complete},
    {"two and a request", "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\nGET", "hello0123456789", "GET",
     complete},
    {"leading zeros", "00000005\r\nhello\r\n000\r\n\r\n", "hello", "", complete},
    {"content like a coding", "7\r\n0\r\n\r\nab\r\n0\r\n\r\n", "0\r\n\r\nab", "", complete},
    {"not the end yet", "5\r\nhello\r\n0\r\n", "hello", "", open},
    {"nine digits", "000000005\r\nhello\r\n", "", "", malformed},
    {"no digits", "\r\nhello\r\n", "", "", malformed},
    {"extension", "5;a=b\r\nhello\r\n", "", "", malformed},
    {"blank after the size", "5 \r\nhello\r\n", "", "", malformed},
    {"blank before the size", " 5\r\nhello\r\n", "", "", malformed},
    {"sign", "+5\r\nhello\r\n", "", "", malformed},
    {"minus", "-5\r\nhello\r\n", "", "", malformed},
    {"prefix", "0x5\r\nhello\r\n", "", "", malformed},
    {"letter", "g\r\nhello\r\n", "", "", malformed},
    {"bare line feed after the size", "5\nhello\r\n", "", "", malformed},
    {"bare carriage return after the size", "5\rhello\r\n", "", "", malformed},
    {"bare line feed after the content", "5\r\nhello\n0\r\n\r\n", "hello", "", malformed},
    {"more than announced", "5\r\nhello!\r\n0\r\n\r\n", "hello", "", malformed},
    {"less than announced", "5\r\nhell\r\n0\r\n\r\n", "hell\r", "", malformed},
    {"trailer", "0\r\nX: a\r\n\r\n", "", "", malformed},
    {"extension of the last", "0;a\r\n\r\n", "", "", malformed},
    {"bare line feed at the end", "0\r\n\n", "", "", malformed},
};

INSTANTIATE_TEST_SUITE_P(Bodies, ChunkDecoderReads, testing::ValuesIn(coded_bodies));

// Each line as "number:text", or "number!" if it is too long.
std::vector<std::string> cut(std::string_view content, std::size_t piece_size) {
    LineBuffer buffer(8, body_padding);
    std::vector<std::string> lines;
    auto const take = [&] {
        while (auto const line = buffer.next()) {
            auto text = std::to_string(line->number);
            text += line->is_too_long ? "!" : ":" + std::string(line->text);
            lines.push_back(std::move(text));
        }
    };
    while (!content.empty()) {
        auto const room = buffer.room();
        auto const size = std::min({piece_size, content.size(), room.size()});
        std::copy_n(content.begin(), size, room.begin());
        buffer.add(size);
        content.remove_prefix(size);
        take();
    }
    buffer.finish();
    take();
    return lines;
}

TEST(LineBuffer, CutsLinesHoweverTheyArrive) {
    for (std::size_t const size : {1U, 2U, 7U, 1000U}) {
        using Lines = std::vector<std::string>;
        EXPECT_EQ(cut("a\nbc\n\nd", size), (Lines{"1:a", "2:bc", "3:", "4:d"}));
        EXPECT_EQ(cut("a\n", size), (Lines{"1:a"}));
        EXPECT_EQ(cut("", size), Lines{});
        EXPECT_EQ(cut("\n", size), (Lines{"1:"}));
        EXPECT_EQ(cut("a\r\nb", size), (Lines{"1:a\r", "2:b"}));
        EXPECT_EQ(cut("12345678\n123456789\nx", size), (Lines{"1:12345678", "2!", "3:x"}));
        EXPECT_EQ(cut("123456789", size), (Lines{"1!"}));
        EXPECT_EQ(cut(std::string(100'000, 'a') + "\nb\n", size), (Lines{"1!", "2:b"}));
    }
}

TEST(LineBuffer, HasRoomHoweverLongItRuns) {
    LineBuffer buffer(65'536, body_padding);
    std::string const content(300, 'a');
    std::uint64_t count = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto const room = buffer.room();
        ASSERT_GE(room.size(), 16'384U);
        std::copy(content.begin(), content.end(), room.begin());
        room[299] = '\n';
        buffer.add(content.size());
        while (buffer.next()) ++count;
    }
    EXPECT_EQ(count, 10'000U);
}

std::optional<Problem> read(std::string const& line, BatchItem& item) {
    auto const padded = line + std::string(body_padding, 'x');
    return read_batch_line(std::string_view(padded).substr(0, line.size()), item);
}

std::string const money =
    R"("debit_account_no":"A","credit_account_no":"B","amount":{"amount":"5","currency":"EUR"})";

TEST(BatchLine, IsATransferOrAGroup) {
    BatchItem item;
    EXPECT_FALSE(read(R"({"key":"k1",)" + money + "}", item));
    EXPECT_EQ(item.key, "k1");
    EXPECT_EQ(item.transfer_count(), 1U);
    EXPECT_EQ(std::get<api::TransferRequest>(item.request).idempotency_key, "k1");
    EXPECT_FALSE(read(
        R"({"key":"k2","linked":[{)" + money + R"(},{"kind":"release","origin_id":"1"}]})", item));
    EXPECT_EQ(item.transfer_count(), 2U);
    EXPECT_EQ(std::get<api::LinkedTransfersRequest>(item.request).idempotency_key, "k2");
}

TEST(BatchLine, SaysWhatIsWrong) {
    struct Row {
        std::string line;
        std::string pointer;
        std::string key;
    };
    std::vector<Row> const rows{
        {"{" + money + "}", "/key", ""},
        {R"({"key":"",)" + money + "}", "/key", ""},
        {R"({"key":"a b",)" + money + "}", "/key", ""},
        {R"({"key":"\u00e4",)" + money + "}", "/key", ""},
        {R"({"key":5,)" + money + "}", "/key", ""},
        {R"({"key":")" + std::string(256, 'k') + "\"," + money + "}", "/key", ""},
        {R"({"key":"k"})", "/debit_account_no", "k"},
        {R"({"key":"k","linked":[]})", "/linked", "k"},
        {R"({"key":"k","linked":[{)" + money + R"(,"key":"x"}]})", "/linked/0/key", "k"},
        {R"({"key":"k","linked":[{)" + money + "}]," + money + "}", "/debit_account_no", "k"},
        {R"({"key":"k",)", "", ""},
        {"[]", "", ""},
        {"x", "", ""},
    };
    for (auto const& row : rows) {
        BatchItem item;
        auto const problem = read(row.line, item);
        ASSERT_TRUE(problem) << row.line;
        EXPECT_EQ(problem->errors.front().name, row.pointer) << row.line;
        EXPECT_EQ(item.key, row.key) << row.line;
    }
}

}  // namespace
}  // namespace bank::rest
