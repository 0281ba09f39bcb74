// key      = prefix "-" digest "-" count
// digest   = the first 32 hex digits of SHA-256(content)
// count    = decimal: how many items with this digest the file has up to here
// content  = kind-of *(RS transfer)
// kind-of  = "1"                         ; one transfer
//          | "g"                         ; a linked group, in its order
// transfer = kind US debit_account_no US credit_account_no US origin_id US amount US currency
//            US reference US expires_in_s
// US, RS   = 0x1f, 0x1e                  ; no text of an item contains control characters
//
// Absent fields are empty or 0; amounts are in minor units. A change of this grammar would give
// every line another key, and an import continued after it would pay again.
#include "plugins/bankctl/import_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

constexpr std::size_t digest_bytes = 16;

std::string content_of(wire::TransferItem const& item) {
    std::string content{item.is_linked ? "g" : "1"};
    for (auto const& transfer : item.transfers) {
        content += fmt::format("\x1e{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", transfer.kind,
                               transfer.debit_account_no, transfer.credit_account_no,
                               transfer.origin_id, transfer.amount, transfer.currency,
                               transfer.reference, transfer.expires_in_s);
    }
    return content;
}

}  // namespace

bool is_key_prefix(std::string_view text) noexcept {
    return !text.empty() && text.size() <= key_prefix_size_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string ImportKeys::next(wire::TransferItem const& item) {
    auto const digest = crypto::sha256(as_bytes(content_of(item)));
    auto const hex = to_hex(BytesView{digest}.first(digest_bytes));
    return fmt::format("{}-{}-{}", prefix_, hex, ++seen_[hex]);
}

}  // namespace bank::bankctl
