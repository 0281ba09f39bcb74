#include "plugins/rest/batch/batch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/operations/transfers.hpp"
#include "plugins/rest/json/body_reader.hpp"

namespace bank::rest {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t line_size_max = 65'536;
constexpr std::size_t flush_size = 16'384;  // A record of TLS.
constexpr std::chrono::seconds overload_patience{10};
constexpr milliseconds retry_delay_min{2};
constexpr milliseconds retry_delay_max{256};

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool has_code(BatchWindow::Slot const& slot, Code code) {
    auto const has = [&](auto const& result) {
        return result && !result->ok() && result->code() == code;
    };
    return has(slot.transfer) || has(slot.linked);
}

// The core accepts the permit no more.
bool is_unpaid(BatchWindow::Slot const& slot) {
    return has_code(slot, Code::rate_limited);
}

// To be tried again: nothing was done.
bool is_overloaded(BatchWindow::Slot const& slot) {
    return has_code(slot, Code::overloaded) || is_unpaid(slot);
}

}  // namespace

Batch::Batch(Context const& context, std::string head)
    : context_(context),
      output_(context.stream, std::move(head), context.deadline),
      window_(std::make_shared<BatchWindow>(context.window_max)),
      lines_(line_size_max, body_padding),
      budget_(context.host.bank(), context.caller, context.permit) {}

Batch::End Batch::run() {
    while (!is_answered()) {
        if (!turn()) return End::gone;
    }
    if (failure_) output_.add_end(failure_->line, failure_->code, failure_->detail);
    if (!output_.finish()) return End::gone;
    return failure_ ? End::cut_short : End::complete;
}

bool Batch::is_answered() const {
    return input_ != Input::open && !line_ && window_->is_empty();
}

// One turn: answers what is done, then takes a line or reads, or else waits for what may come.
// False: the client has gone.
bool Batch::turn() {
    if (!settle()) return false;
    if (advance() || is_answered()) return true;
    if (!output_.flush()) return false;
    wait();
    return true;
}

bool Batch::settle() {
    while (!window_->is_empty() && window_->is_done(window_->front())) {
        auto& slot = window_->front();
        if (is_overloaded(slot) && holds_back(slot)) return true;
        if (!is_overloaded(slot) && !slot.problem) overload_end_.reset();
        output_.add_item(slot);
        window_->pop();
        item_end_.reset();
        if (output_.pending() >= flush_size && !output_.flush()) return false;
    }
    return true;
}

// Whether the first item, for which the core has no place, waits or is tried again. All before it
// is done, so that what this batch itself has queued no longer stands in its way.
bool Batch::holds_back(BatchWindow::Slot& slot) {
    auto const now = steady_clock::now();
    if (!overload_end_) {
        overload_end_ = now + overload_patience;
        retry_delay_ = retry_delay_min;
        retry_at_ = now + retry_delay_;
    }
    if (now >= *overload_end_) return false;
    if (now < retry_at_) return true;
    retry_delay_ = std::min(2 * retry_delay_, retry_delay_max);
    retry_at_ = now + retry_delay_;
    submit_again(slot);
    return !window_->is_done(slot) || is_overloaded(slot);
}

bool Batch::may_take() const {
    if (input_ == Input::failed || window_->is_full()) return false;
    return window_->is_empty() || window_->front().sequence > overloaded_sequence_;
}

// Takes a line, or reads what has come. False: neither is possible now.
bool Batch::advance() {
    if (context_.table.is_draining() && input_ != Input::failed &&
        (input_ == Input::open || find_line())) {
        fail_input(Code::shutting_down, "Processing stopped before this line.");
    }
    if (!may_take()) return false;
    if (!find_line()) return input_ == Input::open && read_input();
    auto const state = budget_.ask();
    if (state == BatchBudget::State::waits) return false;
    take_line(state);
    return true;
}

bool Batch::find_line() {
    while (!line_) {
        line_ = lines_.next();
        if (!line_) return false;
        if (!line_->is_too_long && is_blank(line_->text)) line_.reset();
    }
    return true;
}

bool Batch::read_input() {
    std::size_t size = 0;
    switch (context_.body.read(lines_.room(), size)) {
    case BodySource::Outcome::some: lines_.add(size); return true;
    case BodySource::Outcome::waits: return false;
    case BodySource::Outcome::end:
        lines_.finish();
        // Its last line may lack an end.
        input_ = Input::ended;
        (void)find_line();
        return true;
    case BodySource::Outcome::closed:
        if (context_.table.is_draining()) return true;  // Which ends our reading.
        fail_input(Code::malformed_request, "The body is incomplete.");
        return true;
    case BodySource::Outcome::malformed:
        fail_input(Code::malformed_request, "The chunks of the body are malformed.");
        return true;
    case BodySource::Outcome::too_large:
        fail_input(Code::request_too_large, "The body is larger than the bank accepts.");
        return true;
    }
    return false;
}

void Batch::fail_input(Code code, std::string_view detail) {
    input_ = Input::failed;
    failure_ = Failure{line_ ? line_->number : lines_.number(), code, detail};
    line_.reset();
}

void Batch::take_line(BatchBudget::State state) {
    auto const line = *std::exchange(line_, std::nullopt);
    input_end_.reset();
    BatchItem item;
    std::optional<Problem> problem;
    if (line.is_too_long) {
        problem = Problem{.code = Code::request_too_large,
                          .detail = fmt::format("The line exceeds {} bytes.", line_size_max)};
    } else {
        problem = read_batch_line(line.text, item);
    }
    if (!problem && state == BatchBudget::State::refused) problem = to_problem(budget_.refusal());
    auto& slot = window_->push(line.number, problem ? 1 : item.transfer_count());
    slot.key = item.key;
    if (problem) return window_->finish_with(slot, std::move(*problem));
    slot.permit = budget_.spend(slot.transfer_count);
    slot.text.assign(line.text).append(body_padding, '\0');
    submit(slot, std::move(item));
    // Perhaps only because of what this batch has queued: what comes next waits for it.
    if (window_->is_done(slot) && is_overloaded(slot)) overloaded_sequence_ = slot.sequence;
}

// A pointer to the slot is all that the reply keeps: small enough to need no memory of its own.
void Batch::submit(BatchWindow::Slot& slot, BatchItem item) try {
    window_->expect(slot);
    auto* const place = &slot;
    auto& caller = context_.caller;
    caller.batch = slot.permit;
    if (auto* const linked = std::get_if<api::LinkedTransfersRequest>(&item.request)) {
        context_.host.bank().send<operations::SubmitLinked>(
            caller, std::move(*linked),
            [place](Result<api::LinkedTransfers> result) { place->finish(std::move(result)); });
    } else {
        context_.host.bank().send<operations::Submit>(
            caller, std::move(std::get<api::TransferRequest>(item.request)),
            [place](Result<api::Transfer> result) { place->finish(std::move(result)); });
    }
} catch (std::exception const& error) {
    // The core does not throw. If it does, nothing is known of this item.
    context_.host.log(log::Level::error, fmt::format("line {} of a batch threw an exception: {}",
                                                     slot.line, error.what()));
    if (window_->is_owed(slot)) {
        window_->finish_with(slot, Problem{.code = Code::internal_error});
    }
}

// The line was good before, so it is now.
void Batch::submit_again(BatchWindow::Slot& slot) {
    if (is_unpaid(slot)) {
        budget_.forget(slot.permit);
        if (budget_.ask() != BatchBudget::State::paid) return;
        slot.permit = budget_.spend(slot.transfer_count);
    }
    BatchItem item;
    std::string_view const text = slot.text;
    (void)read_batch_line(text.substr(0, text.size() - body_padding), item);
    submit(slot, std::move(item));
}

Batch::Time Batch::wait_end(bool for_input, bool for_item) {
    auto const now = steady_clock::now();
    auto end = now + context_.submit_wait;
    if (for_input) {
        if (!input_end_) input_end_ = now + context_.deadline;
        end = std::min(end, *input_end_);
    } else {
        input_end_.reset();
    }
    if (for_item) {
        if (!item_end_) item_end_ = now + context_.submit_wait;
        end = std::min(end, *item_end_);
    } else if (!window_->is_empty()) {  // The first is done, so it is held back.
        end = std::min(end, retry_at_);
    }
    if (line_ && budget_.is_waiting()) end = std::min(end, budget_.next_at());
    return end;
}

// Precondition: all that is done is answered and sent.
void Batch::wait() {
    auto const for_input = input_ == Input::open && !line_ && may_take();
    auto const for_item = !window_->is_empty() && !window_->is_done(window_->front());
    if (for_item && !window_->await_front()) return;
    if (!for_item && !window_->is_empty() && !is_overloaded(window_->front())) return;
    auto const end = wait_end(for_input, for_item);
    context_.stream.wait_any(for_input ? Stream::Wants::input : Stream::Wants::nothing,
                             window_->descriptor(), end);
    window_->clear_awaited();
    auto const now = steady_clock::now();
    if (input_end_ && now >= *input_end_) {
        fail_input(Code::request_timeout, "The next line did not arrive in time.");
    }
    if (item_end_ && now >= *item_end_) give_up_waiting();
}

// The core does not answer. What it owes may still happen, and a client that sends the same again
// learns it.
void Batch::give_up_waiting() {
    if (window_->is_done(window_->front())) return;
    fail_input(Code::outcome_unknown, "The bank does not answer; processing stopped.");
    for (; !window_->is_empty(); window_->skip()) {
        auto const& slot = window_->front();
        window_->is_done(slot) ? output_.add_item(slot) : output_.add_unknown(slot);
    }
    window_ = std::make_shared<BatchWindow>(context_.window_max);
}

}  // namespace bank::rest
