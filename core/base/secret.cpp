#include "core/base/secret.hpp"

#include <cstring>

namespace bank {

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());  // Within capacity: does not allocate.
    explicit_bzero(text.data(), text.size());
    text.clear();
}

Secret::Secret(std::string_view text) {
    // Larger than the small-string buffer, so a move transfers the only copy.
    text_.reserve(text.size() < 64 ? 64 : text.size());
    text_.assign(text);
}

Secret Secret::take(std::string& text) {
    Secret secret(text);
    wipe(text);
    return secret;
}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) {
    wipe(other.text_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(text_);
        text_ = std::move(other.text_);
        wipe(other.text_);
    }
    return *this;
}

Secret::~Secret() {
    wipe(text_);
}

}  // namespace bank
