#include "core/base/code.hpp"

#include <array>

#include "core/base/check.hpp"

namespace bank {
namespace {

struct Entry {
    Code code;
    CodeKind kind;
    std::string_view word;
    std::string_view title;
};

constexpr auto registry = std::to_array<Entry>({
#define BANK_CODE(number, word, kind, title) Entry{Code::word, CodeKind::kind, #word, title},
#include "core/base/codes.def"
#undef BANK_CODE
});

Entry const& entry(Code code) noexcept {
    for (auto const& candidate : registry) {
        if (candidate.code == code) return candidate;
    }
    BANK_UNREACHABLE();
}

}  // namespace

std::string_view word(Code code) noexcept {
    return entry(code).word;
}
std::string_view title(Code code) noexcept {
    return entry(code).title;
}
CodeKind kind(Code code) noexcept {
    return entry(code).kind;
}

std::optional<Code> code_of(std::string_view text) noexcept {
    for (auto const& candidate : registry) {
        if (candidate.word == text) return candidate.code;
    }
    return std::nullopt;
}

bool is_transient(Code code) noexcept {
    auto const k = kind(code);
    return k == CodeKind::unavailable || k == CodeKind::throttled || k == CodeKind::timeout;
}

}  // namespace bank
