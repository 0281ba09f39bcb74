// A value that every request reads and a reload replaces as a whole.
//
// Threads: any. A reader keeps the value that it got for as long as it likes.
#pragma once
#include <memory>
#include <mutex>
#include <utility>

namespace bank {

template <typename T>
class Live {
public:
    explicit Live(T value) : value_(std::make_shared<T const>(std::move(value))) {}

    [[nodiscard]] std::shared_ptr<T const> get() const {
        std::lock_guard const lock(mutex_);
        return value_;
    }
    void set(T value) {
        auto fresh = std::make_shared<T const>(std::move(value));
        std::lock_guard const lock(mutex_);
        value_.swap(fresh);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<T const> value_;
};

}  // namespace bank
