// Audit records as text: the preimages of the log's leaves, and of the salted hashes in them.
// Grammar: record.cpp.
//
// Encoding is canonical: an accepted text is reproduced byte for byte. Threads: any.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/audit/merkle.hpp"
#include "core/base/result.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "core/money/currency.hpp"

namespace bank::audit {

// Views in a parsed record point into the given text. An id of 0 is absent.

// An event without a transfer.
struct EventRecord {
    Timestamp time;            // From 1970 on.
    std::string_view action;   // 1 to 40 of 'a'..'z' and '_'.
    std::string_view outcome;  // Likewise.
    UserId actor;
    AccountId account;
    std::optional<Uuid> request;
    Hash subject{};  // Of a SubjectText.
    Hash details{};  // Of a JSON object.

    bool operator==(EventRecord const&) const = default;
};

// A transfer, a hold or the end of a hold, executed or refused.
struct TransferRecord {
    Timestamp time;
    std::string_view action;
    std::string_view outcome;
    UserId actor;
    std::optional<Uuid> request;
    Hash subject{};
    TransferId id;  // Never absent.
    AccountId debit;
    AccountId credit;
    std::int64_t amount = 0;      // Minor units, from 1 on.
    money::Currency currency;     // Any three upper-case letters.
    TransferId origin;            // The one that it captures, releases or reverses.
    std::int64_t group = 0;       // Of linked transfers.
    std::string_view value_date;  // "2026-03-01"
    std::optional<Timestamp> expires;
    std::optional<Hash> reference;
    Hash private_part{};

    bool operator==(TransferRecord const&) const = default;
};

using Record = std::variant<EventRecord, TransferRecord>;

// Precondition: the fields satisfy their comments.
[[nodiscard]] std::string to_text(EventRecord const& record);
[[nodiscard]] std::string to_text(TransferRecord const& record);
[[nodiscard]] std::string to_text(Record const& record);
// Errors: invalid_field with a detail, for any text that to_text() would not write.
[[nodiscard]] Result<Record> parse_record(std::string_view text);

// Whether money moves. If so both accounts have an entry; see PrivatePart.
[[nodiscard]] bool moves_money(TransferRecord const& record) noexcept;

// The actor and their client. All records of a session share one text.
struct SubjectText {
    UserId actor;
    std::string_view name;        // Empty: no user.
    std::string_view ip;          // Empty: none.
    std::string_view user_agent;  // May be empty.

    bool operator==(SubjectText const&) const = default;
};

// The part of a transfer that only the bank and the account owners may know.
struct PrivatePart {
    std::int64_t debit_balance = 0;              // After the transfer.
    std::optional<std::int64_t> debit_previous;  // Preceding entry, or 0; nullopt: no money moved.
    std::int64_t credit_balance = 0;
    std::optional<std::int64_t> credit_previous;
    std::int64_t available = 0;  // On the debit account, afterwards.
    SessionId session;
    std::optional<Uuid> idempotency;
    std::optional<Hash> digest;

    bool operator==(PrivatePart const&) const = default;
};

[[nodiscard]] std::string to_text(SubjectText const& subject);
[[nodiscard]] std::string to_text(PrivatePart const& part);
// Errors: as parse_record().
[[nodiscard]] Result<SubjectText> parse_subject(std::string_view text);
[[nodiscard]] Result<PrivatePart> parse_private_part(std::string_view text);

using Salt = std::array<std::uint8_t, 16>;

// SHA-256(salt, text). Without the salt the hash reveals nothing about the text, so erasing the
// salt erases the text.
[[nodiscard]] Hash salted_hash(Salt const& salt, std::string_view text);

}  // namespace bank::audit
