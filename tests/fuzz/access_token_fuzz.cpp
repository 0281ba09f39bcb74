// First byte: 0 for a token as it comes, 1 for claims that are first signed with the right key, so
// that the reader behind the signature check is reached.
#include "core/crypto/access_token.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/base/bytes.hpp"
#include "core/crypto/key_maker.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

namespace {

constexpr std::int64_t now_s = 1'772'366'400;
constexpr std::string_view header = R"({"alg":"ES256","typ":"at+jwt","kid":"k1"})";

// New in each run: nothing here depends on the key, and none must be stored.
std::string_view key_pem() {
    static Secret const pem = crypto::make_private_key_pem();
    return pem.reveal();
}

EVP_PKEY* signing_key() {
    BIO* const source = BIO_new_mem_buf(key_pem().data(), static_cast<int>(key_pem().size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr);
    BIO_free(source);
    BANK_CHECK(key != nullptr);
    return key;
}

// r and s of any signature; about half of them have the low s that verify() requires.
std::string sign(std::string const& text) {
    static EVP_PKEY* const key = signing_key();
    Bytes raw(64, 0xff);
    while (raw[32] >= 0x7f) {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        Bytes der(80);
        auto size = der.size();
        auto const bytes = as_bytes(text);
        BANK_CHECK(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key) == 1);
        BANK_CHECK(EVP_DigestSign(context, der.data(), &size, bytes.data(), bytes.size()) == 1);
        auto const* cursor = static_cast<std::uint8_t const*>(der.data());
        ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(size));
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + 32, 32);
        ECDSA_SIG_free(pair);
        EVP_MD_CTX_free(context);
    }
    return text + '.' + to_base64url(raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const signer =
        crypto::TokenSigner::make({Secret(key_pem()), "k1", "bankd", "bankd"}).value();
    auto input = fuzz::as_text(data, size);
    auto const is_claims = fuzz::take_choice(input, 2) == 1;
    auto const token =
        is_claims ? sign(to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(input)))
                  : std::string(input);

    auto const claims = signer.verify(token, now_s);
    if (!claims.ok()) {
        BANK_CHECK(claims.code() == Code::not_authenticated && !claims.error().detail.empty());
        return 0;
    }
    BANK_CHECK(claims->expires_at_s > now_s && claims->user_id.value > 0);
    // Accepted claims have one canonical text: signing them again gives the same one.
    auto const again = signer.sign(*claims);
    auto const signed_size = token.rfind('.');
    BANK_CHECK(again.reveal().substr(0, signed_size) == token.substr(0, signed_size));
    return 0;
}
