#include "plugins/rest/batch/batch_line.hpp"

#include "core/base/bounds.hpp"
#include "plugins/rest/json/body_reader.hpp"
#include "plugins/rest/json/transfer_reader.hpp"

namespace bank::rest {
namespace {

void read_key(BodyReader& body, std::string& key) {
    std::string text;
    body.text("key", text, {.size_max = bounds::idempotency_key_size_max});
    if (text.empty()) return;  // Which is noted.
    if (!is_idempotency_key(text)) {
        return body.refuse("key", "Must be printable ASCII without blanks.");
    }
    key = std::move(text);
}

}  // namespace

std::optional<Problem> read_batch_line(std::string_view line, BatchItem& item) {
    BodyReader body(line);
    read_key(body, item.key);
    if (body.has("linked")) {
        auto& linked = item.request.emplace<api::LinkedTransfersRequest>();
        body.objects("linked", {.maximum = bounds::linked_transfers_max},
                     [&] { read_transfer(body, linked.transfers.emplace_back()); });
        linked.idempotency_key = item.key;
    } else {
        auto& transfer = item.request.emplace<api::TransferRequest>();
        read_transfer(body, transfer);
        transfer.idempotency_key = item.key;
    }
    return body.finish();
}

}  // namespace bank::rest
