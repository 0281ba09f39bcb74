// The engine against the model of tests/support/ledger_model.hpp, over random batches.
//
//   BANK_MODEL_BATCHES  number of batches; 200,000 if not set, a tenth of it under a sanitizer
//   BANK_MODEL_SEED     the first seed; each batch has a seed of its own, which a failure names
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "core/base/text.hpp"
#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"
#include "tests/support/ledger_cases.hpp"
#include "tests/support/ledger_model.hpp"

namespace bank::ledger {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t batches_default = 20'000;
#else
constexpr std::uint64_t batches_default = 200'000;
#endif

std::uint64_t setting(char const* name, std::uint64_t otherwise) {
    auto const* const text = std::getenv(name);
    if (text == nullptr) return otherwise;
    auto const value = parse_int64(text);
    EXPECT_TRUE(value) << name << " is no number";
    return static_cast<std::uint64_t>(value.value_or(0));
}

// SplitMix64: reseeding is free, so every batch can have its own seed.
class RandomChoices {
public:
    explicit RandomChoices(std::uint64_t seed) : state_(seed) {}

    std::uint64_t below(std::uint64_t count) {
        state_ += 0x9e37'79b9'7f4a'7c15U;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d0'49bb'1331'11ebU;
        return (mixed ^ (mixed >> 31U)) % count;
    }

private:
    std::uint64_t state_;
};

// Counts how often the run covered each case of interest.
struct Coverage {
    std::map<Code, std::uint64_t> codes;
    std::uint64_t replays = 0;
    std::uint64_t replays_in_batch = 0;
    std::uint64_t posted_groups = 0;
    std::map<api::TransferKind, std::uint64_t> posted_kinds;

    void note(test::LedgerCase const& one, std::vector<Decision> const& decisions) {
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            auto const& decision = decisions[i];
            if (decision.replay_of) ++replays_in_batch;
            if (decision.is_replay) {
                ++replays;
                continue;
            }
            ++codes[decision.code];
            if (decision.code != Code::posted) continue;
            ++posted_kinds[one.orders[i].kind];
            if (one.orders[i].group != 0) ++posted_groups;
        }
    }
};

void expect_everything_was_met(Coverage& met) {
    for (auto status = Code::posted; status <= Code::linked_transfer_refused;
         status = static_cast<Code>(static_cast<int>(status) + 1)) {
        EXPECT_GT(met.codes[status], 0U) << word(status);
    }
    for (auto const code :
         {Code::session_ended, Code::permission_denied, Code::pin_required,
          Code::debit_account_not_found, Code::credit_account_not_found, Code::unknown_currency,
          Code::origin_not_found, Code::idempotency_key_reused, Code::cash_by_staff_only}) {
        EXPECT_GT(met.codes[code], 0U) << word(code);
    }
    EXPECT_EQ(met.codes.size(), 30U);
    EXPECT_EQ(met.posted_kinds.size(), 7U);  // All but expiry.
    EXPECT_GT(met.replays_in_batch, 0U);
    EXPECT_GT(met.replays, met.replays_in_batch);
    EXPECT_GT(met.posted_groups, 0U);
}

TEST(EngineModel, AgreesOnEveryDecisionOfRandomBatches) {
    auto const count = setting("BANK_MODEL_BATCHES", batches_default);
    auto const first = setting("BANK_MODEL_SEED", 20'260'301);
    Coverage met;
    for (auto seed = first; seed < first + count; ++seed) {
        RandomChoices choices(seed);
        auto const one = test::LedgerCaseMaker(choices).make();
        auto const decisions = decide(one.orders, one.batch);
        auto const outcomes = test::ledger_model::Model(one.orders, one.batch).run();
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            auto const difference = test::ledger_model::difference(outcomes[i], decisions[i]);
            ASSERT_FALSE(difference) << "BANK_MODEL_SEED=" << seed
                                     << " BANK_MODEL_BATCHES=1, order " << i << ": " << *difference;
        }
        ASSERT_EQ(broken_invariant(one.orders, decisions, one.batch), std::nullopt)
            << "BANK_MODEL_SEED=" << seed << " BANK_MODEL_BATCHES=1";
        met.note(one, decisions);
    }
    RecordProperty("first_seed", std::to_string(first));
    if (count >= 10'000) expect_everything_was_met(met);
    if (std::getenv("BANK_MODEL_BATCHES") == nullptr) return;
    for (auto const& [code, times] : met.codes) {
        std::printf("%12llu %s\n", static_cast<unsigned long long>(times), word(code).data());
    }
}

}  // namespace
}  // namespace bank::ledger
