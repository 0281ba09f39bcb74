// Many movements of money in one request: reads lines, submits them as they come, and answers each
// in the order of the lines as soon as it is durable.
//
// It stops reading while its window is full, while the client does not take the answer, and while
// the core or the budget says to wait: memory stays bounded, and the client's sending stalls.
//
// Threads: run() is the connection's own thread.
#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include "plugins/api/plugin.hpp"
#include "plugins/rest/batch/batch_budget.hpp"
#include "plugins/rest/batch/batch_line.hpp"
#include "plugins/rest/batch/batch_output.hpp"
#include "plugins/rest/batch/batch_window.hpp"
#include "plugins/rest/batch/line_buffer.hpp"
#include "plugins/rest/http/body_source.hpp"
#include "plugins/rest/http/connection_table.hpp"

namespace bank::rest {

class Batch {
public:
    // All of it must outlive run().
    struct Context {
        plugin::Host& host;
        api::Caller& caller;      // Its `batch` changes.
        api::BatchPermit permit;  // Of the first part.
        Stream& stream;
        ConnectionTable const& table;
        BodySource& body;
        std::chrono::milliseconds deadline;  // For the next line, and for the sending of answers.
        std::chrono::milliseconds submit_wait;  // For the outcome of an item.
        std::size_t window_max;
    };
    enum class End : std::uint8_t {
        complete,   // The body was read to its end, and all of it is answered.
        cut_short,  // All that was read is answered, and why there is no more.
        gone,       // The client is.
    };

    // The budget of the request itself pays for its first items.
    Batch(Context const& context, std::string head);

    [[nodiscard]] End run();

private:
    using Time = std::chrono::steady_clock::time_point;
    enum class Input : std::uint8_t { open, ended, failed };
    struct Failure {
        std::uint64_t line;  // The first that was not taken.
        Code code;
        std::string_view detail;
    };

    [[nodiscard]] bool turn();
    [[nodiscard]] bool advance();
    [[nodiscard]] bool is_answered() const;

    // Answering.
    [[nodiscard]] bool settle();
    [[nodiscard]] bool holds_back(BatchWindow::Slot& slot);
    void give_up_waiting();

    // Reading.
    [[nodiscard]] bool may_take() const;
    [[nodiscard]] bool find_line();
    [[nodiscard]] bool read_input();
    void fail_input(Code code, std::string_view detail);
    void take_line(BatchBudget::State state);
    void submit(BatchWindow::Slot& slot, BatchItem item);
    void submit_again(BatchWindow::Slot& slot);

    // Waiting.
    void wait();
    [[nodiscard]] Time wait_end(bool for_input, bool for_item);

    Context context_;
    BatchOutput output_;
    std::shared_ptr<BatchWindow> window_;
    LineBuffer lines_;
    Input input_ = Input::open;
    std::optional<LineBuffer::Line> line_;  // Found, not taken yet.
    std::optional<Failure> failure_;
    std::optional<Time> input_end_;  // While it waits for a line.
    std::optional<Time> item_end_;   // While it waits for the first item.

    BatchBudget budget_;

    // An overloaded core: until when to try, when next, and up to which item nothing more is taken.
    std::optional<Time> overload_end_;
    Time retry_at_{};
    std::chrono::milliseconds retry_delay_{0};
    std::uint64_t overloaded_sequence_ = 0;
};

}  // namespace bank::rest
