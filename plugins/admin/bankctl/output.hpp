// Where bankctl writes: data to standard output, everything else to standard error.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admin/bankctl/client.hpp"
#include "plugins/admin/bankctl/exit_code.hpp"

namespace bank::bankctl {

// How errors are written: sentences for people, or one JSON object on a line of standard error.
enum class ErrorFormat : std::uint8_t { text, json };

// Set once, before anything can fail.
void set_error_format(ErrorFormat format) noexcept;

// What went wrong. Empty fields are left out.
struct Complaint {
    Exit exit = Exit::internal;
    std::string code;     // A word for programs: one of the bank's codes, or of exit_word().
    std::string title;    // What the code means, if message says more.
    std::string message;  // The most specific sentence there is.
    std::string field;    // As the user knows it: "--overdraft".
    std::vector<std::string> next;  // What to do about it; lines.
    std::string request_id;
    bool is_from_bank = false;  // The code is the bank's.
};

[[nodiscard]] std::string_view exit_word(Exit exit) noexcept;
// Ends in a line break.
[[nodiscard]] std::string text_of(Complaint const& complaint);
[[nodiscard]] std::string json_of(Complaint const& complaint);
Exit complain(Complaint const& complaint);

// Everything but ok ends the program.
[[nodiscard]] Exit print(std::string_view text);

[[nodiscard]] Complaint complaint_of(Failure const& failure);
// Says what failed and what to do about it.
Exit fail(Failure const& failure);

}  // namespace bank::bankctl
