// receipt   = {"record": text, "number": integer, "tree_size": integer, "proof": [base64, ...],
//              "checkpoint": note, "reference": reference}
// reference = {"salt": hex, "value": text} / null
//
// Each field exactly once, in any order; no other fields.
#include "core/verify/receipt.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/audit/checkpoint.hpp"
#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace bank::verify {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 8;
constexpr std::size_t proof_size_max = 63;

struct Content {
    std::string record;
    std::uint64_t number = 0;
    std::uint64_t tree_size = 0;
    audit::Proof proof;
    std::string checkpoint;
    bool has_reference = false;
    audit::Salt salt{};
    std::string reference;
};

Error malformed(std::string why) {
    return {.code = Code::invalid_field, .detail = std::move(why)};
}

// The fields of `object` in the order of `names`; nullopt unless it has exactly these.
template <std::size_t count>
std::optional<std::array<dom::element, count>> fields_of(
    dom::object object, std::array<std::string_view, count> const& names) {
    std::array<dom::element, count> fields;
    std::array<bool, count> is_there{};
    for (auto const [name, value] : object) {
        auto const at = std::ranges::find(names, name);
        if (at == names.end()) return std::nullopt;
        auto const place = static_cast<std::size_t>(at - names.begin());
        if (std::exchange(is_there[place], true)) return std::nullopt;
        fields[place] = value;
    }
    if (!std::ranges::all_of(is_there, std::identity{})) return std::nullopt;
    return fields;
}

bool read(dom::element value, std::string& text) {
    std::string_view view;
    if (value.get(view) != simdjson::SUCCESS) return false;
    text = view;
    return true;
}

bool read(dom::element value, std::uint64_t& number) {
    std::string_view digits;
    if (value.get(digits) != simdjson::SUCCESS) return false;
    auto const integer = parse_int64(digits);
    if (!integer || *integer < 0) return false;
    number = static_cast<std::uint64_t>(*integer);
    return true;
}

bool read(dom::element value, audit::Proof& proof) {
    dom::array list;
    if (value.get(list) != simdjson::SUCCESS || list.size() > proof_size_max) return false;
    for (auto const element : list) {
        std::string text;
        if (!read(element, text)) return false;
        auto const bytes = from_base64(text);
        audit::Hash hash{};
        if (!bytes || bytes->size() != hash.size()) return false;
        std::ranges::copy(*bytes, hash.begin());
        proof.push_back(hash);
    }
    return true;
}

bool read_reference(dom::element value, Content& content) {
    if (value.is_null()) return true;
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return false;
    auto const fields = fields_of<2>(object, {"salt", "value"});
    std::string salt;
    content.has_reference = true;
    return fields && read((*fields)[0], salt) && read_hex(salt, content.salt) &&
           read((*fields)[1], content.reference) && is_plain_text(content.reference);
}

Result<Content> read_content(std::string_view json) {
    if (json.size() > receipt_size_max) return malformed("it is too large");
    dom::parser parser;
    dom::object object;
    if (parser.allocate(std::max<std::size_t>(json.size(), 64), depth_max) != simdjson::SUCCESS ||
        parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) {
        return malformed("it is not a single JSON object");
    }
    auto const fields =
        fields_of<6>(object, {"record", "number", "tree_size", "proof", "checkpoint", "reference"});
    if (!fields) {
        return malformed(
            "its fields must be record, number, tree_size, proof, checkpoint and reference");
    }
    Content content;
    auto const& [record, number, tree_size, proof, checkpoint, reference] = *fields;
    if (!read(record, content.record)) return malformed("its record is not text");
    if (!read(number, content.number)) return malformed("its number is not a string of digits");
    if (!read(tree_size, content.tree_size))
        return malformed("its tree_size is not a string of digits");
    if (!read(proof, content.proof)) return malformed("its proof is not a list of hashes");
    if (!read(checkpoint, content.checkpoint)) return malformed("its checkpoint is not text");
    if (!read_reference(reference, content)) {
        return malformed("its reference is neither null nor a salt and a value");
    }
    return content;
}

void check_proof(Content const& content, audit::Checkpoint const& checkpoint, Findings& findings) {
    auto const add = [&](std::string text) {
        findings.add({.code = FindingCode::proof_mismatch,
                      .text = std::move(text),
                      .record = content.number});
    };
    if (checkpoint.head.size != content.tree_size) {
        add(fmt::format("The receipt is for a log of {} records, but its checkpoint is for {}.",
                        content.tree_size, checkpoint.head.size));
        return;
    }
    auto const leaf = audit::leaf_hash(as_bytes(content.record));
    if (audit::is_included(leaf, content.number, content.proof, checkpoint.head)) return;
    add(fmt::format("The proof does not lead from record {} to the signed root.", content.number));
}

void check_checkpoint(Content const& content, std::span<audit::NoteKey const> keys,
                      Receipt& receipt, Findings& findings) {
    auto const opened = audit::open_note(content.checkpoint, keys);
    if (!opened) {
        findings.add({.code = FindingCode::checkpoint_unsigned,
                      .text = fmt::format("The checkpoint has no valid signature: {}.",
                                          opened.error().detail)});
        return;
    }
    auto const checkpoint = audit::parse_checkpoint(opened->text);
    if (!checkpoint) {
        findings.add({.code = FindingCode::malformed,
                      .text = fmt::format("The checkpoint is signed but malformed: {}.",
                                          checkpoint.error().detail)});
        return;
    }
    receipt.origin = checkpoint->origin;
    for (auto const& signer : opened->signers) receipt.signers.push_back(signer.name);
    check_proof(content, *checkpoint, findings);
}

void check_reference(Content const& content, Receipt const& receipt, Findings& findings) {
    if (!content.has_reference || !receipt.record) return;
    auto const* const transfer = std::get_if<audit::TransferRecord>(&*receipt.record);
    auto const hash = audit::salted_hash(content.salt, content.reference);
    if (transfer != nullptr && transfer->reference == hash) return;
    findings.add({.code = FindingCode::reference_changed,
                  .text = "The reference does not match the record.",
                  .record = content.number,
                  .transfer = transfer == nullptr ? TransferId{} : transfer->id});
}

}  // namespace

void verify_receipt(std::string_view json, std::span<audit::NoteKey const> keys, Receipt& receipt,
                    Findings& findings) {
    auto const content = read_content(json);
    if (!content) {
        findings.add(
            {.code = FindingCode::malformed,
             .text = fmt::format("The receipt is malformed: {}.", content.error().detail)});
        return;
    }
    receipt.record_text = content->record;
    receipt.number = content->number;
    if (content->has_reference) receipt.reference = content->reference;
    auto const record = audit::parse_record(receipt.record_text);
    if (record) {
        receipt.record = *record;
    } else {
        findings.add({.code = FindingCode::malformed,
                      .text = fmt::format("The record is malformed ({}).", record.error().detail),
                      .record = content->number});
    }
    check_checkpoint(*content, keys, receipt, findings);
    check_reference(*content, receipt, findings);
}

}  // namespace bank::verify
