// Any bytes, as choices that make a batch (see tests/support/ledger_cases.hpp). The engine decides
// it as the model does, and every invariant holds.
#include <cstdio>

#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/ledger_cases.hpp"
#include "tests/support/ledger_model.hpp"

using namespace bank;

namespace {

void check(test::LedgerCase const& one) {
    auto const decisions = ledger::decide(one.orders, one.batch);
    auto const outcomes = test::ledger_model::Model(one.orders, one.batch).run();
    BANK_CHECK(decisions.size() == outcomes.size());
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        auto const difference = test::ledger_model::difference(outcomes[i], decisions[i]);
        if (difference) {
            static_cast<void>(std::fprintf(stderr, "order %zu: %s\n", i, difference->c_str()));
        }
        BANK_CHECK(!difference);
    }
    BANK_CHECK(!ledger::broken_invariant(one.orders, decisions, one.batch));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    test::ByteChoices choices(fuzz::as_text(data, size));
    check(test::LedgerCaseMaker(choices).make());
    return 0;
}
