// The records of the audit log as text: what is hashed into its leaves, and what stands behind the
// salted hashes within them. record.cpp has the grammar.
//
// One value has one text: whatever is read is written again byte for byte. Threads: any.
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

// Views within what is read point into the text that was given. An id that is 0 is absent.

// Something that moved no money.
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

// A transfer, a hold or the end of one, done or refused.
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
    TransferId origin;            // What it captures, releases, reverses.
    std::int64_t group = 0;       // Of linked transfers.
    std::string_view value_date;  // "2026-03-01"
    std::optional<Timestamp> expires;
    std::optional<Hash> reference;
    Hash private_part{};

    bool operator==(TransferRecord const&) const = default;
};

using Record = std::variant<EventRecord, TransferRecord>;

// Precondition: the fields are as their comments say.
[[nodiscard]] std::string to_text(EventRecord const& record);
[[nodiscard]] std::string to_text(TransferRecord const& record);
[[nodiscard]] std::string to_text(Record const& record);
// Errors: invalid_field with a detail, for any text that to_text() would not write.
[[nodiscard]] Result<Record> parse_record(std::string_view text);

// Whether money moves: then both accounts have an entry, see PrivatePart.
[[nodiscard]] bool moves_money(TransferRecord const& record) noexcept;

// Who did it, and from where. One text for all records of a session.
struct SubjectText {
    UserId actor;
    std::string_view name;        // Empty: nobody.
    std::string_view ip;          // Empty: none.
    std::string_view user_agent;  // May be empty.

    bool operator==(SubjectText const&) const = default;
};

// What only the bank and the owners of the accounts may know about a transfer.
struct PrivatePart {
    std::int64_t debit_balance = 0;              // After it.
    std::optional<std::int64_t> debit_previous;  // The entry before on that account, 0 for the
                                                 // first; nothing if no money moved.
    std::int64_t credit_balance = 0;
    std::optional<std::int64_t> credit_previous;
    std::int64_t available = 0;  // On the debit account, after it.
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

// SHA-256(salt, text): tells nothing about the text to whoever has no salt, so that forgetting the
// salt forgets the text.
[[nodiscard]] Hash salted_hash(Salt const& salt, std::string_view text);

}  // namespace bank::audit
