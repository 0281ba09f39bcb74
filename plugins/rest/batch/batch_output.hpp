// The answer to a batch: status lines, collected and sent in chunks.
//
// Threads: one.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/rest/batch/batch_window.hpp"
#include "plugins/rest/http/stream.hpp"

namespace bank::rest {

class BatchOutput {
public:
    // `head` is the head of the answer. A flush that takes longer than `patience` cuts the client.
    BatchOutput(Stream& stream, std::string head, std::chrono::milliseconds patience)
        : stream_(stream), patience_(patience), frame_(std::move(head)) {}

    void add_item(BatchWindow::Slot const& slot);
    // Of an item that the core still owes its result.
    void add_unknown(BatchWindow::Slot const& slot) {
        add_problem(slot, to_problem(Error{.code = Code::outcome_unknown}));
    }
    // Why the rest of the body was not read; `line` is the first of it.
    void add_end(std::uint64_t line, Code code, std::string_view detail);

    [[nodiscard]] std::size_t pending() const noexcept { return lines_.size(); }
    // False: the client has gone or does not read. Nothing to send is no failure.
    [[nodiscard]] bool flush();
    // Adds the summary and sends all that is left and the last chunk.
    [[nodiscard]] bool finish();

private:
    void add_transfer(BatchWindow::Slot const& slot, api::Transfer const& transfer);
    void add_linked(BatchWindow::Slot const& slot, api::LinkedTransfers const& linked);
    void add_problem(BatchWindow::Slot const& slot, Problem const& problem);
    void count(Code status, bool is_replay);
    [[nodiscard]] bool send();

    struct Summary {
        std::uint64_t lines = 0;
        std::uint64_t posted = 0;
        std::uint64_t refused = 0;
        std::uint64_t failed = 0;
        std::uint64_t replayed = 0;
    };

    Stream& stream_;
    std::chrono::milliseconds patience_;
    std::string frame_;  // What goes out next as it is; at first the head.
    std::string lines_;
    Summary summary_;
};

}  // namespace bank::rest
