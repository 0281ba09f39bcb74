#include "core/verify/finding.hpp"

#include <array>
#include <utility>

namespace bank::verify {
namespace {

struct Facts {
    std::string_view word;
    std::string_view advice;
};

constexpr auto registry = std::to_array<Facts>({
#define BANK_FINDING(word, advice) {#word, advice},
#include "core/verify/findings.def"
#undef BANK_FINDING
});

Facts const& facts(FindingCode code) noexcept {
    return registry[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view word(FindingCode code) noexcept {
    return facts(code).word;
}

std::string_view advice(FindingCode code) noexcept {
    return facts(code).advice;
}

void Findings::add(Finding finding) {
    ++count_;
    has_contradiction_ |= finding.code != FindingCode::incomplete;
    if (kept_.size() < kept_max) kept_.push_back(std::move(finding));
}

}  // namespace bank::verify
