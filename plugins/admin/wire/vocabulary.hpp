// The commands that may cross the admin socket, each with its arguments and its help. Most are one
// operation, and follow from its description; the others are listed here.
//
// Constants after the first call; any thread may read them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/operations/operation.hpp"

namespace bank::admin::wire {

enum class ArgumentKind : std::uint8_t {
    text,     // Plain text: UTF-8 without control characters.
    secret,   // UTF-8; goes nowhere but into a bank::Secret.
    integer,  //
    boolean,  //
    list,     // Of JSON; the command's handler reads it.
};

// What a text must look like, as far as it can be checked without the bank.
enum class Format : std::uint8_t {
    any,
    account,  // An IBAN or an id.
    iban,
    currency,
    amount,           // Decimal, in a currency that only the bank knows.
    amount_or_none,   //
    minor_units,      // An integer, typed as an amount in the currency of the argument "currency".
    money,            // "12.50 EUR".
    time,             // A date or RFC 3339.
    action,           // Of the audit log.
    outcome,          //
    transfer_status,  //
    address,          // Of IP.
    uuid,
    sha256,
    key,  // The idempotency key of a transaction.
};

struct ArgumentSpec {
    std::string_view name;
    ArgumentKind kind = ArgumentKind::text;
    Format format = Format::any;
    bool is_required = false;
    std::int64_t minimum = 0;                                         // Of an integer.
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();  //
    std::size_t size_max = 256;                                       // Characters of a text.

    // On the command line. Without a meaning only programs give it.
    std::string_view meaning = {};
    std::string option = {};                     // "role" for --role; empty: a positional one.
    char letter = '\0';                          // 'n' for -n.
    std::string placeholder = {};                // "ROLE"; empty: a flag.
    std::vector<std::string_view> choices = {};  // Empty: any value.
};

inline constexpr std::size_t lookup_accounts_max = 200;  // In one "account lookup".

struct CommandSpec {
    std::string_view words;         // "user add"
    std::string_view summary = {};  // One line; empty: only programs send it.
    std::string_view details = {};  // Sentences, one line per paragraph; may be empty.
    std::vector<ArgumentSpec> arguments = {};
    api::Type const& (*output)() = nullptr;  // Null: the result is described nowhere.
    std::vector<operations::Example> examples = {};
    std::string_view question = {};  // Asked before it runs, {} is the first argument; or empty.
    bool is_paged = false;           // By the arguments "limit" and "cursor".
    operations::Operation const* operation = nullptr;  // Null: it is not one operation.
};

[[nodiscard]] std::span<CommandSpec const> vocabulary() noexcept;

// Null if there is none.
[[nodiscard]] CommandSpec const* find_command(std::string_view words) noexcept;
[[nodiscard]] ArgumentSpec const* find_argument(CommandSpec const& command,
                                                std::string_view name) noexcept;

}  // namespace bank::admin::wire
