// A short secret in memory. Wiped on destruction; cannot be printed, compared with == or copied by
// accident.
//
// Threads: one at a time. Moving leaves the source empty.
#pragma once
#include <string>
#include <string_view>

namespace bank {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text);
    // Copies `text`, then wipes it.
    static Secret take(std::string& text);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(Secret const&) = delete;
    Secret& operator=(Secret const&) = delete;
    ~Secret();

    [[nodiscard]] Secret clone() const { return Secret(reveal()); }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    // Valid while this Secret lives and is not moved from.
    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }

private:
    std::string text_;
};

// Overwrites the whole capacity, which the compiler cannot optimize away, then empties `text`.
void wipe(std::string& text) noexcept;

}  // namespace bank
