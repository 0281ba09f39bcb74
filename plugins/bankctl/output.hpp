// bankctl's output: data to standard output, everything else to standard error.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/exit_code.hpp"

namespace bank::bankctl {

// The format of errors: sentences for people, or one JSON object on a line of standard error.
enum class ErrorFormat : std::uint8_t { text, json };

// Called once, before anything can fail.
void set_error_format(ErrorFormat format) noexcept;

// An error message. Empty fields are omitted.
struct Complaint {
    Exit exit = Exit::internal;
    std::string code;               // For programs: one of the bank's codes, or of exit_word().
    std::string title;              // The meaning of the code, if `message` is more specific.
    std::string message;            // The most specific sentence available.
    std::string field;              // The name that the user knows: "--overdraft".
    std::vector<std::string> next;  // Advice, one line each.
    std::string request_id;
    bool is_from_bank = false;  // The code is the bank's.
};

[[nodiscard]] std::string_view exit_word(Exit exit) noexcept;
// Ends with a line break.
[[nodiscard]] std::string text_of(Complaint const& complaint);
[[nodiscard]] std::string json_of(Complaint const& complaint);
Exit complain(Complaint const& complaint);

// The program ends with any result but ok.
[[nodiscard]] Exit print(std::string_view text);

[[nodiscard]] Complaint complaint_of(Failure const& failure);
// Prints the error and the advice.
Exit fail(Failure const& failure);

}  // namespace bank::bankctl
