// What "transfer submit" takes many of, and what a line of a transfer file is: one movement of
// money, or a group that is posted whole or not at all. transfer_item.cpp has the shape.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_writer.hpp"
#include "core/base/result.hpp"

namespace bank::admin::wire {

inline constexpr std::size_t submit_items_max = 500;  // In one request.
// In one request, those in groups included: their answers fit into one reply.
inline constexpr std::size_t submit_transfers_max = 1000;

// A field that does not stand there is empty or 0.
struct ItemTransfer {
    std::string kind;
    std::string debit_account_no;
    std::string credit_account_no;
    std::int64_t origin_id = 0;
    std::int64_t amount = 0;  // Minor units.
    std::string currency;
    std::string reference;
    std::int64_t expires_in_s = 0;
    bool operator==(ItemTransfer const&) const = default;
};

struct TransferItem {
    std::string key;
    bool is_linked = false;
    std::vector<ItemTransfer> transfers;  // One, unless linked.
    bool operator==(TransferItem const&) const = default;
};

// What every item must fulfil, whatever it was read from: the fields of its kind and no others,
// within their bounds. Whether accounts and currencies exist is not asked here. Errors:
// invalid_field, with the field as a JSON pointer into the item.
[[nodiscard]] Status check(TransferItem const& item);

void write(JsonWriter& json, TransferItem const& item);

// Reads items strictly: every field known, once, of its type. Keeps its memory from one to the
// next. Errors: malformed_request, invalid_field.
class TransferItemReader {
public:
    TransferItemReader();
    ~TransferItemReader();

    // One object. It is not checked: a key may still be missing.
    [[nodiscard]] Result<TransferItem> read(std::string_view json);
    // A list of 1..submit_items_max objects, each checked. The field begins with the item's index.
    [[nodiscard]] Result<std::vector<TransferItem>> read_list(std::string_view json);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::admin::wire
