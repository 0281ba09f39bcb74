// One line of a batch: a movement of money, or a linked group of them, with its own key.
//
// Threads: any; nothing is kept.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/api/transfers.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

struct BatchItem {
    std::string key;  // As far as it could be read.
    std::variant<api::TransferRequest, api::LinkedTransfersRequest> request;

    [[nodiscard]] std::size_t transfer_count() const noexcept {
        auto const* const linked = std::get_if<api::LinkedTransfersRequest>(&request);
        return linked == nullptr ? 1 : linked->transfers.size();
    }
};

// Precondition: body_padding readable bytes follow `line`.
[[nodiscard]] std::optional<Problem> read_batch_line(std::string_view line, BatchItem& item);

}  // namespace bank::rest
