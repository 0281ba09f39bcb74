// note      = text "\n" 1*signature
// text      = 1*( *character "\n" )          UTF-8 without control characters
// signature = "— " name " " base64( id signature ) "\n"
//             The dash is U+2014; id has 4 bytes, see id_of(); the Ed25519 signature has 64.
// key       = name "+" 8HEXDIG "+" base64( 0x01 public-key )
#include "core/audit/note.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"

namespace bank::audit {
namespace {

constexpr std::uint8_t ed25519_type = 0x01;
constexpr std::string_view dash = "\u2014 ";
constexpr std::size_t id_size = 4;

Error invalid(std::string why) {
    return {.code = Code::invalid_field, .detail = std::move(why)};
}

bool is_key_name(std::string_view name) {
    return !name.empty() && name.size() <= key_name_size_max && is_plain_text(name) &&
           name.find_first_of(" +") == std::string_view::npos;
}

Bytes typed(crypto::Ed25519PublicKey const& key) {
    Bytes bytes{ed25519_type};
    bytes.insert(bytes.end(), key.begin(), key.end());
    return bytes;
}

struct SignatureLine {
    std::string_view name;
    Bytes id;
    Bytes signature;
};

Result<SignatureLine> parse_signature(std::string_view line) {
    if (!line.starts_with(dash)) return invalid("a signature does not begin with a dash");
    line.remove_prefix(dash.size());
    auto const space = line.find(' ');
    if (space == std::string_view::npos) return invalid("a signature has no name");
    auto const name = line.substr(0, space);
    if (!is_key_name(name)) return invalid("the name of a signature is invalid");
    auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() <= id_size) return invalid("a signature is not base64");
    SignatureLine parsed{.name = name, .id = {}, .signature = {}};
    parsed.id.assign(bytes->begin(), bytes->begin() + id_size);
    parsed.signature.assign(bytes->begin() + id_size, bytes->end());
    return parsed;
}

NoteKey const* find(std::span<NoteKey const> known, SignatureLine const& line) {
    auto const found = std::ranges::find_if(known, [&](NoteKey const& key) {
        return key.name == line.name && std::ranges::equal(id_of(key), line.id);
    });
    return found == known.end() ? nullptr : &*found;
}

}  // namespace

std::array<std::uint8_t, 4> id_of(NoteKey const& key) {
    auto const digest = crypto::Sha256()
                            .update(as_bytes(key.name))
                            .update(as_bytes("\n"))
                            .update(typed(key.key))
                            .finish();
    std::array<std::uint8_t, id_size> id{};
    std::copy_n(digest.begin(), id_size, id.begin());
    return id;
}

std::string to_text(NoteKey const& key) {
    return fmt::format("{}+{}+{}", key.name, to_hex(id_of(key)), to_base64(typed(key.key)));
}

Result<NoteKey> parse_note_key(std::string_view text) {
    auto const first = text.find('+');
    if (first == std::string_view::npos) return invalid("the key is not name+id+key");
    auto const second = text.find('+', first + 1);
    if (second == std::string_view::npos) return invalid("the key is not name+id+key");
    NoteKey key{.name = std::string(text.substr(0, first))};
    if (!is_key_name(key.name)) return invalid("the key has no name");
    auto const bytes = from_base64(text.substr(second + 1));
    if (!bytes || bytes->size() != key.key.size() + 1 || bytes->front() != ed25519_type) {
        return invalid("the key is not an Ed25519 key in base64");
    }
    std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
    // A mismatch of name, key and id is a copying mistake, or an attack.
    if (to_text(key) != text) return invalid("the key's id does not match its name and key");
    return key;
}

bool is_note_text(std::string_view text) {
    if (!text.ends_with('\n')) return false;
    for (auto rest = text; !rest.empty();) {
        auto const end = rest.find('\n');
        if (!is_plain_text(rest.substr(0, end))) return false;
        rest.remove_prefix(end + 1);
    }
    return true;
}

Result<NoteSigner> NoteSigner::make(std::string name, Secret const& key_pem) {
    if (!is_key_name(name)) {
        return invalid("a key's name must be 1 to 255 bytes of plain text without ' ' or '+'");
    }
    auto signer = crypto::Ed25519Signer::make(key_pem);
    if (!signer) return signer.error();
    NoteKey key{.name = std::move(name), .key = signer->public_key()};
    return NoteSigner(std::move(key), std::move(signer).value());
}

std::string NoteSigner::sign(std::string_view text) const {
    return fmt::format("{}\n{}", text, signature_line(text));
}

std::string NoteSigner::signature_line(std::string_view text) const {
    BANK_CHECK(is_note_text(text));
    auto const id = id_of(key_);
    auto const signature = signer_.sign(as_bytes(text));
    Bytes bytes(id.begin(), id.end());
    bytes.insert(bytes.end(), signature.begin(), signature.end());
    return fmt::format("{}{} {}\n", dash, key_.name, to_base64(bytes));
}

Result<OpenedNote> open_note(std::string_view note, std::span<NoteKey const> known) {
    if (note.size() > note_size_max) return invalid("the note is too large");
    // The last empty line: the text may contain others.
    auto const end = note.rfind("\n\n");
    if (end == std::string_view::npos) return invalid("the note has no signatures");
    OpenedNote opened{.text = note.substr(0, end + 1), .signers = {}};
    if (!is_note_text(opened.text)) return invalid("the note's text is not lines of plain text");
    auto lines = note.substr(end + 2);
    if (lines.empty()) return invalid("the note has no signatures");
    if (!lines.ends_with('\n')) return invalid("the note does not end with a line");

    for (std::size_t count = 1; !lines.empty(); ++count) {
        if (count > note_signatures_max) return invalid("the note has too many signatures");
        auto const line_end = lines.find('\n');
        auto const line = parse_signature(lines.substr(0, line_end));
        if (!line) return line.error();
        lines.remove_prefix(line_end + 1);
        auto const* const key = find(known, *line);
        if (key == nullptr) continue;
        if (std::ranges::find(opened.signers, *key) != opened.signers.end()) {
            return invalid(fmt::format("{} signed twice", key->name));
        }
        if (!crypto::is_signed_by(key->key, as_bytes(opened.text), line->signature)) {
            return invalid(fmt::format("the signature of {} is wrong", key->name));
        }
        opened.signers.push_back(*key);
    }
    if (opened.signers.empty()) return invalid("no known key signed the note");
    return opened;
}

}  // namespace bank::audit
