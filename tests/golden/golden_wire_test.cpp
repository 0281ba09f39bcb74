// Every operation as it crosses the core's socket, compared with expected/wire.txt.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/golden/stub_core.hpp"

namespace bank::golden {
namespace {

template <wire::Operation operation>
std::string shown() {
    typename wire::Call<operation>::Arguments arguments{};
    std::apply([](auto&... each) { (fill(Sample::full, each), ...); }, arguments);
    std::string text = fmt::format("== {}{}{}{}\n  asks {}\n", to_string(operation),
                                   changes(operation) ? " changes" : " reads",
                                   may_call(wire::FrontEnd::rest, operation) ? " rest" : "",
                                   may_call(wire::FrontEnd::admin, operation) ? " admin" : "",
                                   escaped(codec::encode(operation, arguments)));
    for (auto const sample : {Sample::full, Sample::bare, Sample::refused}) {
        text += fmt::format("  {}\n", escaped(encoded_answer<operation>(sample)));
    }
    return text;
}

TEST(GoldenWire, EveryOperationIsEncodedAsBefore) {
    std::string actual;
#define BANK_OPERATION(number, name, effect, front_ends) actual += shown<wire::Operation::name>();
#include "core/api/operations.def"
#undef BANK_OPERATION
    EXPECT_EQ(difference_from("wire", actual), "");
}

}  // namespace
}  // namespace bank::golden
