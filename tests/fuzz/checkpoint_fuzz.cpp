// Signed notes, checkpoints, published keys and tile paths: a parsed text is serialised unchanged.
#include "core/audit/checkpoint.hpp"

#include <vector>

#include "core/audit/note.hpp"
#include "core/audit/tile.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace bank::audit;
    // A key under which a firmware's transparency log is published.
    static std::vector<NoteKey> const known{
        parse_note_key("armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv")
            .value()};
    auto const text = bank::fuzz::as_text(data, size);
    if (auto const checkpoint = parse_checkpoint(text)) {
        BANK_CHECK(to_text(checkpoint.value()) == text);
        BANK_CHECK(is_note_text(text));
    }
    if (auto const key = parse_note_key(text)) BANK_CHECK(to_text(key.value()) == text);
    if (auto const tile = parse_tile_path(text)) BANK_CHECK(tile_path(*tile) == text);
    // A note made without the private key would be a forgery.
    BANK_CHECK(!open_note(text, known).ok());
    return 0;
}
