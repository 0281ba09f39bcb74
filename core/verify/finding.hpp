// Findings of the verification, in words for people and for scripts.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/strong_id.hpp"

namespace bank::verify {

enum class FindingCode : std::uint8_t {
#define BANK_FINDING(word, advice) word,
#include "core/verify/findings.def"
#undef BANK_FINDING
};

[[nodiscard]] std::string_view word(FindingCode code) noexcept;
// The next step: one sentence.
[[nodiscard]] std::string_view advice(FindingCode code) noexcept;

// A row, and the field of it that is wrong; empty: the row as a whole.
struct StatePlace {
    std::string table;
    std::string key;
    std::string field;
};

struct Finding {
    FindingCode code = FindingCode::malformed;
    std::string text;                          // The problem: one sentence.
    std::optional<std::uint64_t> record = {};  // Its number, if it is known and sealed.
    TransferId transfer = {};                  // 0: none.
    AccountId account = {};                    // 0: none.
    std::optional<StatePlace> row = {};
};

// Keeps the first thousand findings and counts the rest, so a badly damaged file cannot exhaust
// memory.
class Findings {
public:
    static constexpr std::size_t kept_max = 1000;

    void add(Finding finding);

    [[nodiscard]] std::vector<Finding> const& kept() const noexcept { return kept_; }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    // Whether any finding is more than missing input.
    [[nodiscard]] bool has_contradiction() const noexcept { return has_contradiction_; }

private:
    std::vector<Finding> kept_;
    std::uint64_t count_ = 0;
    bool has_contradiction_ = false;
};

}  // namespace bank::verify
