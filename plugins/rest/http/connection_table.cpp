#include "plugins/rest/http/connection_table.hpp"

#include <sys/socket.h>

namespace bank::rest {

bool ConnectionTable::admit(std::string const& source) {
    std::lock_guard const lock(mutex_);
    auto& of_source = by_source_[source];
    if (is_draining_ || admitted_ >= connections_max_ || of_source >= per_source_max_) {
        if (of_source == 0) by_source_.erase(source);
        ++refused_;
        return false;
    }
    ++of_source;
    ++admitted_;
    return true;
}

void ConnectionTable::leave(std::string const& source) {
    std::lock_guard const lock(mutex_);
    auto const found = by_source_.find(source);
    if (found == by_source_.end()) return;
    --admitted_;
    if (--found->second == 0) by_source_.erase(found);
}

ConnectionTable::Entry::Entry(ConnectionTable& table, int descriptor)
    : table_(table), descriptor_(descriptor) {
    std::lock_guard const lock(table_.mutex_);
    table_.entries_.insert(this);
}

ConnectionTable::Entry::~Entry() {
    std::lock_guard const lock(table_.mutex_);
    table_.entries_.erase(this);
    if (table_.entries_.empty()) table_.is_empty_.notify_all();
}

bool ConnectionTable::Entry::become_idle() {
    std::lock_guard const lock(table_.mutex_);
    may_stop_reading_ = true;
    return !table_.is_draining_;
}

void ConnectionTable::Entry::become_busy() {
    std::lock_guard const lock(table_.mutex_);
    may_stop_reading_ = false;
}

void ConnectionTable::Entry::become_streaming() {
    std::lock_guard const lock(table_.mutex_);
    may_stop_reading_ = true;
    if (table_.is_draining_) ::shutdown(descriptor_, SHUT_RD);
}

void ConnectionTable::drain(std::chrono::milliseconds grace) {
    std::unique_lock lock(mutex_);
    is_draining_ = true;
    for (auto const* const entry : entries_) {
        if (entry->may_stop_reading_) ::shutdown(entry->descriptor_, SHUT_RD);
    }
    if (is_empty_.wait_for(lock, grace, [&] { return entries_.empty(); })) return;
    for (auto const* const entry : entries_) ::shutdown(entry->descriptor_, SHUT_RDWR);
}

}  // namespace bank::rest
