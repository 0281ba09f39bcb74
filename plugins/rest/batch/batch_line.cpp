#include "plugins/rest/batch/batch_line.hpp"

#include "plugins/rest/json/described.hpp"
#include "plugins/rest/json/transfer_bodies.hpp"

namespace bank::rest {
namespace {

// The first field of a line.
template <typename Request>
void read_key(BodyReader& body, api::Type const& line, BatchItem& item, Request& request) {
    auto const& field = line.fields.front();
    read_member(body, field, &request);
    auto& key = request.idempotency_key;
    if (key.empty()) return;  // Which is noted.
    if (is_idempotency_key(key)) {
        item.key = key;
    } else {
        body.refuse(field.name, "Must be printable ASCII without blanks.");
    }
}

}  // namespace

std::optional<Problem> read_batch_line(std::string_view line, BatchItem& item) {
    BodyReader body(line);
    auto const& group = batch_group();
    if (body.has(group.fields.back().name)) {
        auto& linked = item.request.emplace<api::LinkedTransfersRequest>();
        read_key(body, group, item, linked);
        read_member(body, group.fields.back(), &linked);
    } else {
        auto& transfer = item.request.emplace<api::TransferRequest>();
        read_key(body, batch_transfer(), item, transfer);
        read_members(body, listed_transfer(), &transfer);
    }
    return body.finish();
}

}  // namespace bank::rest
