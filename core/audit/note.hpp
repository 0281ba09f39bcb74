// Signed notes (C2SP signed-note): a text, and lines that say who signed it. Readable by people,
// and by every tool that knows the format. Ed25519 is the one algorithm.
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

// Whose signatures are believed: a name, and the public key that it stands for.
struct NoteKey {
    std::string name;  // 1 to 255 bytes of plain text without ' ' and '+'.
    crypto::Ed25519PublicKey key{};

    bool operator==(NoteKey const&) const = default;
};

// The first four bytes of SHA-256(name "\n" 0x01 key): tells apart the keys of one name.
[[nodiscard]] std::array<std::uint8_t, 4> id_of(NoteKey const& key);

// "name+c74f20a3+base64(0x01 key)": how a key is published and given to a verifier.
[[nodiscard]] std::string to_text(NoteKey const& key);
// Errors: invalid_field with a detail.
[[nodiscard]] Result<NoteKey> parse_note_key(std::string_view text);

class NoteSigner {
public:
    // Errors: invalid_field with a detail that holds nothing of the key.
    static Result<NoteSigner> make(std::string name, Secret const& key_pem);

    [[nodiscard]] NoteKey const& key() const noexcept { return key_; }
    // `text` with this signature below it. Precondition: is_note_text(text).
    [[nodiscard]] std::string sign(std::string_view text) const;
    // The line alone, to be added to a note of that text: during a change of keys two sign.
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
    std::string_view text;         // Within the note that was given.
    std::vector<NoteKey> signers;  // Those of `known` that signed it, in the order of the lines.
};

// The text, if at least one of `known` signed it. Lines of keys that are not known are passed over;
// a known key's wrong or second signature condemns the note. Errors: invalid_field with a detail.
[[nodiscard]] Result<OpenedNote> open_note(std::string_view note, std::span<NoteKey const> known);

}  // namespace bank::audit
