#include "plugins/rest/batch/batch_window.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/base/check.hpp"
#include "core/base/secret.hpp"

namespace bank::rest {

BatchWindow::BatchWindow(std::size_t capacity)
    : capacity_(capacity),
      slots_(std::make_unique<Slot[]>(capacity)),
      descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

BatchWindow::~BatchWindow() {
    ::close(descriptor_);
}

BatchWindow::Slot& BatchWindow::push(std::uint64_t line, std::size_t transfer_count) {
    BANK_CHECK(!is_full() && next_ - first_ < capacity_);
    auto& slot = at(next_);
    slot.sequence = next_++;
    slot.line = line;
    slot.transfer_count = transfer_count;
    transfers_ += transfer_count;
    return slot;
}

void BatchWindow::pop() {
    auto& slot = front();
    slot.key.clear();
    wipe(slot.text);
    slot.problem.reset();
    slot.transfer.reset();
    slot.linked.reset();
    slot.is_done.store(false);
    transfers_ -= slot.transfer_count;
    ++first_;
}

void BatchWindow::expect(Slot& slot) {
    slot.transfer.reset();
    slot.linked.reset();
    slot.is_done.store(false);
    slot.owed = shared_from_this();
}

void BatchWindow::finish_with(Slot& slot, Problem problem) {
    slot.owed.reset();
    slot.problem = std::move(problem);
    slot.is_done.store(true);
}

// Once it is done, the slot may be another item's at any moment.
void BatchWindow::mark_done(Slot& slot) {
    auto sequence = slot.sequence;
    slot.is_done.store(true);
    if (awaited_.compare_exchange_strong(sequence, 0)) ::eventfd_write(descriptor_, 1);
}

bool BatchWindow::await_front() {
    auto const& slot = front();
    awaited_.store(slot.sequence);
    if (!slot.is_done) return true;
    clear_awaited();
    return false;
}

void BatchWindow::clear_awaited() {
    awaited_.store(0);
    eventfd_t ignored = 0;
    (void)::eventfd_read(descriptor_, &ignored);
}

}  // namespace bank::rest
