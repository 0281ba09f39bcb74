#include "core/audit/merkle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace bank::audit {
namespace {

// Some vectors have hashes of another length. Short ones are padded with zeros; missing and long
// ones cannot be expressed here.
std::optional<Hash> hash(std::string_view base64) {
    auto const bytes = from_base64(base64);
    Hash value{};
    if (!bytes || bytes->empty() || bytes->size() > value.size()) return std::nullopt;
    std::ranges::copy(*bytes, value.begin());
    return value;
}

std::optional<Proof> hashes(std::initializer_list<std::string_view> texts) {
    Proof proof;
    for (auto const text : texts) {
        auto const value = hash(text);
        if (!value) return std::nullopt;
        proof.push_back(*value);
    }
    return proof;
}

bool verify_inclusion_of(std::uint64_t index, std::uint64_t size, std::string_view leaf,
                         std::string_view root, std::initializer_list<std::string_view> proof) {
    auto const leaf_value = hash(leaf);
    auto const root_value = hash(root);
    auto const proof_value = hashes(proof);
    return leaf_value && root_value && proof_value &&
           is_included(*leaf_value, index, *proof_value, {size, *root_value});
}

bool verify_consistency_of(std::uint64_t older_size, std::string_view older_root,
                           std::uint64_t newer_size, std::string_view newer_root,
                           std::initializer_list<std::string_view> proof) {
    auto const older_value = hash(older_root);
    auto const newer_value = hash(newer_root);
    auto const proof_value = hashes(proof);
    return older_value && newer_value && proof_value &&
           is_consistent({older_size, *older_value}, {newer_size, *newer_value}, *proof_value);
}

struct Verdict {
    bool is_sound;
    bool verified;
    char const* description;
};

TEST(Proofs, AreJudgedAsThePublishedVectorsSay) {
    Verdict const verdicts[] = {
#define INCLUSION(is_sound, description, index, size, leaf, root, ...)      \
    {is_sound, verify_inclusion_of(index, size, leaf, root, {__VA_ARGS__}), \
     "inclusion: " description},
#define CONSISTENCY(is_sound, description, older_size, older_root, newer_size, newer_root, ...) \
    {is_sound,                                                                                  \
     verify_consistency_of(older_size, older_root, newer_size, newer_root, {__VA_ARGS__}),      \
     "consistency: " description},
#include "tests/unit/audit/merkle_vectors.inc"
#undef INCLUSION
#undef CONSISTENCY
    };
    for (auto const& verdict : verdicts) {
        EXPECT_EQ(verdict.verified, verdict.is_sound) << verdict.description;
    }
}

TEST(Hashes, AreThoseOfTheStandard) {
    EXPECT_EQ(to_hex(empty_root()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(leaf_hash({})),
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    std::array<std::uint8_t, 1> const zero{0};
    EXPECT_EQ(to_hex(node_hash(leaf_hash({}), leaf_hash(zero))),
              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

}  // namespace
}  // namespace bank::audit
