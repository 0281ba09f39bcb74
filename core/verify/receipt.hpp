// A receipt: one record of a log, with a proof of inclusion in a signed checkpoint. Checking it
// requires neither the bank nor the log.
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

// The contents of a receipt. Valid only if there are no findings.
struct Receipt {
    std::string record_text;
    std::optional<audit::Record> record;  // Views into record_text: never copy it alone.
    std::uint64_t number = 0;
    std::string origin;                // Of the log.
    std::vector<std::string> signers;  // Names of keys.
    std::optional<std::string> reference;

    Receipt() = default;
    Receipt(Receipt const&) = delete;
    Receipt& operator=(Receipt const&) = delete;
};

// Fills `receipt` as far as the text can be parsed.
void verify_receipt(std::string_view json, std::span<audit::NoteKey const> keys, Receipt& receipt,
                    Findings& findings);

}  // namespace bank::verify
