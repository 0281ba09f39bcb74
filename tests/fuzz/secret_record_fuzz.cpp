// First byte: whether the input is a hash record or the text of a pepper file. A well-formed record
// costs a bcrypt of the cost that it names, which the bounds limit.
#include "core/base/bytes.hpp"
#include "core/crypto/key_maker.hpp"
#include "core/crypto/secret_hash.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const hasher =
        crypto::SecretHasher::make(Secret(to_base64url(Bytes(32, 7))), "p1", 4).value();
    static Secret const secret("1234");
    auto input = fuzz::as_text(data, size);

    if (fuzz::take_choice(input, 2) == 1) {
        auto const pepper = crypto::read_pepper(input);
        if (pepper.ok()) BANK_CHECK(crypto::read_pepper(pepper->reveal()).ok());
        return 0;
    }
    // Not above the test's own cost: verify() would be correct, and slow.
    if (input.find("$2b$04$") == std::string_view::npos && !hasher.needs_rehash(input)) return 0;
    // No seed contains this secret's record.
    crypto::SecretOwner const owner{crypto::Purpose::pin, 7};
    BANK_CHECK(!hasher.verify(owner, secret, input));
    auto const bound = hasher.bind(owner, input);
    BANK_CHECK(bound.empty() || bound.ends_with(input));
    return 0;
}
