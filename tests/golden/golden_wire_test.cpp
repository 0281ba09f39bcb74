// Every operation as it crosses the core's socket, compared with expected/wire.txt.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/golden/stub_core.hpp"

namespace bank::golden {
namespace {

std::string shown(operations::Operation const& operation) {
    auto const& facts = operation.facts;
    auto const input = operation.make_input();
    fill(Sample::full, operation.input(), input.get());
    std::string text =
        fmt::format("== {} {}{}{}{}\n  asks {}\n", facts.number, facts.name,
                    facts.effect == operations::Effect::changes ? " changes" : " reads",
                    operations::may_call(facts.callers, api::FrontEnd::rest) ? " rest" : "",
                    operations::may_call(facts.callers, api::FrontEnd::admin) ? " admin" : "",
                    escaped(encoded(operation.input(), input.get())));
    for (auto const sample : {Sample::full, Sample::bare, Sample::refused}) {
        text += fmt::format("  {}\n", escaped(encoded_answer(operation, sample)));
    }
    return text;
}

TEST(GoldenWire, EveryOperationIsEncodedAsBefore) {
    std::string actual;
    for (auto const* const operation : operations::all()) actual += shown(*operation);
    EXPECT_EQ(difference_from("wire", actual), "");
}

}  // namespace
}  // namespace bank::golden
