#include "plugins/rest/http/intake.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace bank::rest {
namespace {

char* map_pages(std::size_t size) {
    auto* const pages =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    return static_cast<char*>(pages);
}

}  // namespace

void Intake::Unmap::operator()(char* pages) const noexcept {
    ::munmap(pages, size);
}

Intake::Intake(Stream& stream, std::size_t capacity, std::size_t padding)
    : stream_(stream),
      capacity_(capacity),
      buffer_(map_pages(capacity + padding), Unmap{capacity + padding}) {}

Stream::Outcome Intake::read_more(Deadline deadline) {
    std::size_t size = 0;
    auto const outcome = stream_.read_some(room(), size, deadline);
    filled_ += size;
    return outcome;
}

Stream::Outcome Intake::read_ready() {
    std::size_t size = 0;
    auto const outcome = stream_.read_ready(room(), size);
    filled_ += size;
    return outcome;
}

void Intake::forget(std::size_t size) {
    auto const left = filled_ - size;
    std::memmove(buffer_.get(), buffer_.get() + size, left);
    explicit_bzero(buffer_.get() + left, filled_ - left);
    filled_ = left;
}

}  // namespace bank::rest
