// The items of a batch that are not answered yet, in the order of their lines: a ring of slots.
//
// Threads: the connection's, but for finish(), which the core's threads call; they store the result
// and wake the connection only if it sleeps until that very item is done.
//
// A slot that the core owes a result keeps the window alive, so that a connection may go before.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/api/transfers.hpp"
#include "core/base/result.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

class BatchWindow : public std::enable_shared_from_this<BatchWindow> {
public:
    struct Slot {
        std::uint64_t sequence = 0;  // From 1.
        std::uint64_t line = 0;
        std::size_t transfer_count = 0;
        std::string key;
        Uuid permit;       // That pays for it.
        std::string text;  // Of the line, to submit it again; wiped by pop().
        // One of these, once done.
        std::optional<Problem> problem;
        std::optional<Result<api::Transfer>> transfer;
        std::optional<Result<api::LinkedTransfers>> linked;

        template <typename T>
        void finish(Result<T> result);

    private:
        friend class BatchWindow;
        std::shared_ptr<BatchWindow> owed;  // Set from expect() to finish().
        std::atomic<bool> is_done = false;
        void store(Result<api::Transfer> result) { transfer = std::move(result); }
        void store(Result<api::LinkedTransfers> result) { linked = std::move(result); }
    };

    // Throws std::system_error if the process has no descriptor left.
    explicit BatchWindow(std::size_t capacity);
    ~BatchWindow();
    BatchWindow(BatchWindow const&) = delete;
    BatchWindow& operator=(BatchWindow const&) = delete;

    [[nodiscard]] bool is_empty() const noexcept { return first_ == next_; }
    // In transfers: a group takes as many places as it has.
    [[nodiscard]] bool is_full() const noexcept { return transfers_ >= capacity_; }

    // Precondition: not full.
    Slot& push(std::uint64_t line, std::size_t transfer_count);
    // Precondition: not empty.
    [[nodiscard]] Slot& front() noexcept { return at(first_); }
    [[nodiscard]] bool is_done(Slot const& slot) const noexcept { return slot.is_done; }
    void pop();
    // As pop(), but leaves the slot to the core, which still owes its result: the window is spent.
    void skip() noexcept { ++first_; }

    // From now on the core owes `slot` a finish().
    void expect(Slot& slot);
    // There will be none after all.
    void finish_with(Slot& slot, Problem problem);
    [[nodiscard]] bool is_owed(Slot const& slot) const noexcept { return slot.owed != nullptr; }

    // Readable once the front is done, if it was not done when await_front() was called, which then
    // says true.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] bool await_front();
    void clear_awaited();

private:
    [[nodiscard]] Slot& at(std::uint64_t sequence) noexcept { return slots_[sequence % capacity_]; }
    void mark_done(Slot& slot);

    std::size_t const capacity_;
    std::unique_ptr<Slot[]> slots_;
    std::uint64_t first_ = 1;
    std::uint64_t next_ = 1;
    std::size_t transfers_ = 0;
    int descriptor_ = -1;
    std::atomic<std::uint64_t> awaited_ = 0;
};

template <typename T>
void BatchWindow::Slot::finish(Result<T> result) {
    auto const window = std::move(owed);
    store(std::move(result));
    window->mark_done(*this);
}

}  // namespace bank::rest
