// Checks values of the command line as far as possible without the bank.
#pragma once
#include <string>
#include <string_view>

namespace bank::bankctl::check {

// Each returns a sentence about the error, or nothing.
[[nodiscard]] std::string account(std::string_view text);  // An IBAN or an id.
[[nodiscard]] std::string iban(std::string_view text);
[[nodiscard]] std::string currency(std::string_view text);
[[nodiscard]] std::string amount(std::string_view text);  // In a currency that only bankd knows.
[[nodiscard]] std::string amount_or_none(std::string_view text);
[[nodiscard]] std::string money(std::string_view text);  // With its currency.
[[nodiscard]] std::string action(std::string_view text);
[[nodiscard]] std::string outcome(std::string_view text);
[[nodiscard]] std::string transfer_status(std::string_view text);
[[nodiscard]] std::string address(std::string_view text);
[[nodiscard]] std::string uuid(std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string missing_records(std::string_view text);  // A number, or "unknown".

}  // namespace bank::bankctl::check
