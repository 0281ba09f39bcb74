// What has come over a connection and is not used up yet. The buffer is fixed, so that views of it
// stay valid until forget().
//
// Threads: one.
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "plugins/rest/http/stream.hpp"

namespace bank::rest {

class Intake {
public:
    // `stream` must outlive the Intake. `padding` bytes are readable behind all that is unread.
    // Throws std::bad_alloc.
    Intake(Stream& stream, std::size_t capacity, std::size_t padding);

    // At least one byte more, if ok.
    [[nodiscard]] Stream::Outcome read_more(Deadline deadline);
    // Without waiting; timed_out: nothing is there.
    [[nodiscard]] Stream::Outcome read_ready();

    [[nodiscard]] std::string_view unread() const noexcept { return {buffer_.get(), filled_}; }

    // Wipes the first bytes, secrets and tokens included, and moves up what came after them.
    void forget(std::size_t size);

private:
    [[nodiscard]] std::span<char> room() const {
        return {buffer_.get() + filled_, capacity_ - filled_};
    }

    struct Unmap {
        std::size_t size;
        void operator()(char* pages) const noexcept;
    };

    Stream& stream_;
    std::size_t capacity_;
    // Pages of its own: most are never touched, and so take no memory. On the heap it would lie on
    // pages that others have touched before.
    std::unique_ptr<char[], Unmap> buffer_;
    std::size_t filled_ = 0;
};

}  // namespace bank::rest
