// Signed notes (C2SP signed-note): a text followed by signature lines. Readable by people and by
// every tool for the format. Ed25519 is the only algorithm.
//
// Threads: any.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/crypto/ed25519.hpp"

namespace bank::audit {

inline constexpr std::size_t note_size_max = 65'536;
inline constexpr std::size_t note_signatures_max = 16;
inline constexpr std::size_t key_name_size_max = 255;

// A trusted signer: a name and its public key.
struct NoteKey {
    std::string name;  // 1 to 255 bytes of plain text without ' ' and '+'.
    crypto::Ed25519PublicKey key{};

    bool operator==(NoteKey const&) const = default;
};

// The first four bytes of SHA-256(name "\n" 0x01 key): distinguishes the keys of one name.
[[nodiscard]] std::array<std::uint8_t, 4> id_of(NoteKey const& key);

// "name+c74f20a3+base64(0x01 key)": the published form of a key.
[[nodiscard]] std::string to_text(NoteKey const& key);
// Errors: invalid_field with a detail.
[[nodiscard]] Result<NoteKey> parse_note_key(std::string_view text);

class NoteSigner {
public:
    // Errors: invalid_field with a detail without key material.
    static Result<NoteSigner> make(std::string name, Secret const& key_pem);

    [[nodiscard]] NoteKey const& key() const noexcept { return key_; }
    // `text` with this signature below it. Precondition: is_note_text(text).
    [[nodiscard]] std::string sign(std::string_view text) const;
    // The signature line alone, to append to a note of that text: during a key rotation two keys
    // sign.
    [[nodiscard]] std::string signature_line(std::string_view text) const;

private:
    NoteSigner(NoteKey key, crypto::Ed25519Signer signer)
        : key_(std::move(key)), signer_(std::move(signer)) {}

    NoteKey key_;
    crypto::Ed25519Signer signer_;
};

// Lines of well-formed UTF-8, each ended by "\n", without other control characters.
[[nodiscard]] bool is_note_text(std::string_view text);

struct OpenedNote {
    std::string_view text;         // A view into the given note.
    std::vector<NoteKey> signers;  // Signers among `known`, in the order of the lines.
};

// The text, if at least one of `known` signed it. Lines of unknown keys are skipped; an invalid or
// second signature of a known key invalidates the note. Errors: invalid_field with a detail.
[[nodiscard]] Result<OpenedNote> open_note(std::string_view note, std::span<NoteKey const> known);

}  // namespace bank::audit
