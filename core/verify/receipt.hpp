// A receipt: one record of a log, with the proof that a signed checkpoint holds it. Whoever has one
// needs neither the bank nor the log to check it.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/note.hpp"
#include "core/audit/record.hpp"
#include "core/verify/finding.hpp"

namespace bank::verify {

inline constexpr std::size_t receipt_size_max = 262'144;  // Bytes.

// What a receipt says. It holds only if nothing was found.
struct Receipt {
    std::string record_text;
    std::optional<audit::Record> record;  // Its views are within record_text: never copied alone.
    std::uint64_t number = 0;
    std::string origin;                // Of the log.
    std::vector<std::string> signers;  // Names of keys.
    std::optional<std::string> reference;

    Receipt() = default;
    Receipt(Receipt const&) = delete;
    Receipt& operator=(Receipt const&) = delete;
};

// Fills `receipt` as far as the text can be understood.
void verify_receipt(std::string_view json, std::span<audit::NoteKey const> keys, Receipt& receipt,
                    Findings& findings);

}  // namespace bank::verify
