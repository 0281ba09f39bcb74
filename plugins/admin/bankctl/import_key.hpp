// Keys for the items of a file that have none: of what an item says, not of where it is. Lines may
// be moved, inserted and deleted between two runs, and nothing is paid twice. No I/O.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "plugins/admin/wire/transfer_item.hpp"

namespace bank::bankctl {

// What the rest of a key leaves of the bank's limit.
inline constexpr std::size_t key_prefix_size_max = 200;

// Printable ASCII without blanks, 1 to key_prefix_size_max characters.
[[nodiscard]] bool is_key_prefix(std::string_view text) noexcept;

class ImportKeys {
public:
    explicit ImportKeys(std::string_view prefix) : prefix_(prefix) {}

    // The key of the file's next item. Its account numbers are normalised. Of items that say the
    // same, each has a key of its own.
    [[nodiscard]] std::string next(admin::wire::TransferItem const& item);

private:
    std::string prefix_;
    std::unordered_map<std::string, std::size_t> seen_;  // Items so far, by their digest.
};

}  // namespace bank::bankctl
