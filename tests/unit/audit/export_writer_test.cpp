#include "core/audit/export_writer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bank::audit {
namespace {

class Writer : public testing::Test {
protected:
    std::vector<std::string> pieces_;
    Status sink_ends_ = Done{};
    api::ExportSink sink_ = [this](std::string_view lines) {
        pieces_.emplace_back(lines);
        return sink_ends_;
    };
    ExportWriter writer_{sink_};
};

TEST_F(Writer, WritesALineForEachPartOfARecord) {
    ASSERT_TRUE(writer_.begin(ExportKind::whole, "bank.test", 7, {Hash{0xaa}, Hash{0xbb}}));
    ASSERT_TRUE(writer_.seal(7, 2, {1'000'000}));
    ASSERT_TRUE(writer_.tile(1, 3, Bytes{1, 2, 3}));
    ExportedRecord transfer;
    transfer.leaf = {0xab, 0xcd};
    transfer.text = "transfer/1\tx";
    transfer.private_part = {{0x01}, "1\t2"};
    transfer.reference = {{0x02}, "rent"};
    ASSERT_TRUE(writer_.sealed(transfer));
    ExportedRecord event;
    event.leaf = {0xef};
    event.text = "event/1\ty";
    event.details = {{0x03}, "{}"};
    ASSERT_TRUE(writer_.sealed(event));
    ASSERT_TRUE(writer_.checkpoint("note\n"));
    event.details = {};
    ASSERT_TRUE(writer_.pending(event));
    ASSERT_TRUE(writer_.subject(Bytes{0x0a}, {{0x0b}, "-\t-\t-\tagent"}));
    ASSERT_TRUE(writer_.account(12, "EUR", -5, 0));
    ASSERT_TRUE(pieces_.empty());
    ASSERT_TRUE(writer_.end(9));
    std::string const zeros(62, '0');
    EXPECT_EQ(pieces_, std::vector<std::string>{"bankd-export/1\tbank.test\t7\n"
                                                "L\taa" +
                                                zeros + "\tbb" + zeros +
                                                "\n"
                                                "S\t7\t2\t1000000\n"
                                                "T\t1\t3\tAQID\n"
                                                "R\tabcd\ttransfer/1\tx\n"
                                                "E\t01\t1\t2\n"
                                                "F\t02\trent\n"
                                                "R\tef\tevent/1\ty\n"
                                                "D\t03\t{}\n"
                                                "C\tbm90ZQo=\n"
                                                "U\tef\tevent/1\ty\n"
                                                "P\t0a\t0b\t-\t-\t-\tagent\n"
                                                "A\t12\tEUR\t-5\t0\n"
                                                ".\t9\n"});
}

TEST_F(Writer, KeepsALineOneLine) {
    ExportedRecord event;
    event.text = "event/1\nA\t12\tEUR\t1000000\t0";
    ASSERT_TRUE(writer_.sealed(event));
    ASSERT_TRUE(writer_.end(1));
    EXPECT_EQ(pieces_.at(0), "R\t\tevent/1?A\t12\tEUR\t1000000\t0\n.\t1\n");
}

TEST_F(Writer, SendsPiecesOfWholeLinesAndEndsWithItsSink) {
    while (pieces_.size() < 3) ASSERT_TRUE(writer_.account(12, "EUR", 1, 0));
    for (auto const& piece : pieces_) {
        EXPECT_TRUE(piece.starts_with("A\t12") && piece.ends_with("\t0\n"));
        EXPECT_LT(piece.size(), 70'000U);
    }
    sink_ends_ = Code::shutting_down;
    EXPECT_EQ(writer_.end(0).code(), Code::shutting_down);
}

}  // namespace
}  // namespace bank::audit
