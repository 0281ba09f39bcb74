// Derives the keys of items without one from their content, not from their position. Lines may be
// moved, inserted and deleted between two runs, and nothing is paid twice. No I/O.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "plugins/admin/wire/transfer_item.hpp"

namespace bank::bankctl {

// The bank's limit less the rest of a key.
inline constexpr std::size_t key_prefix_size_max = 200;

// Printable ASCII without blanks, 1 to key_prefix_size_max characters.
[[nodiscard]] bool is_key_prefix(std::string_view text) noexcept;

class ImportKeys {
public:
    explicit ImportKeys(std::string_view prefix) : prefix_(prefix) {}

    // The key of the file's next item, whose account numbers must be normalised. Items with the
    // same content have different keys.
    [[nodiscard]] std::string next(admin::wire::TransferItem const& item);

private:
    std::string prefix_;
    std::unordered_map<std::string, std::size_t> seen_;  // The number of items so far, by digest.
};

}  // namespace bank::bankctl
