// SHA-256 (FIPS 180-4).
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "core/base/bytes.hpp"

struct evp_md_ctx_st;

namespace bank::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256Digest sha256(BytesView data);

// For data that arrives in parts. Threads: one at a time.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&& other) noexcept;
    Sha256& operator=(Sha256&& other) noexcept;
    ~Sha256();

    Sha256& update(BytesView part);
    // Resets the object: the next update() starts a new digest.
    [[nodiscard]] Sha256Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// This thread's shared instance: creating a context costs as much as a small digest. Finish a
// digest before other code on this thread may start one.
[[nodiscard]] Sha256& thread_sha256();

}  // namespace bank::crypto
