// A line of a batch: an accepted one has a key and is complete; a rejected one has an error to
// show.
#include <vector>

#include "core/base/bounds.hpp"
#include "plugins/rest/batch/batch_line.hpp"
#include "plugins/rest/json/body_reader.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

namespace {

void check(api::TransferRequest const& request) {
    BANK_CHECK(request.kind != api::TransferKind::expiry);
    BANK_CHECK(api::has_origin(request.kind) == (request.origin.value > 0));
    BANK_CHECK(request.amount.amount >= 0 && request.amount.amount <= bounds::amount_max);
    BANK_CHECK(request.amount.amount > 0 || api::has_origin(request.kind));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // Exactly the promised padding after the line, so that a sanitizer detects one byte more.
    std::vector<char> bytes(data, data + size);
    bytes.resize(size + rest::body_padding, '"');
    rest::BatchItem item;
    if (auto const problem = rest::read_batch_line({bytes.data(), size}, item)) {
        BANK_CHECK(!problem->errors.empty());
        return 0;
    }
    BANK_CHECK(!item.key.empty() && item.key.size() <= bounds::idempotency_key_size_max);
    BANK_CHECK(item.transfer_count() >= 1 && item.transfer_count() <= bounds::linked_transfers_max);
    if (auto const* const linked = std::get_if<api::LinkedTransfersRequest>(&item.request)) {
        BANK_CHECK(linked->idempotency_key == item.key);
        for (auto const& transfer : linked->transfers) check(transfer);
    } else {
        auto const& transfer = std::get<api::TransferRequest>(item.request);
        BANK_CHECK(transfer.idempotency_key == item.key);
        check(transfer);
    }
    return 0;
}
