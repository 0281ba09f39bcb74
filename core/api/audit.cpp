#include "core/api/audit.hpp"

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {
namespace {

// Of a log that consists of these two records; the proofs and the signature can be verified with
// the key bank.example/audit+27fba48f+AUQpkwZQBKoeTEj03QFYGUwCNJvMZkzZbkAOommRio1R
constexpr std::string_view example_event =
    "\"event/1\\t1772366400000000\\tlock_account\\tok\\t7\\t12\\t0195513e-3a00-7c41-9d3c-"
    "1f2e3d4c5b6a\\t0300223b06b4e445840e879ee6c881a2d91b245f7654a924503cd1ea1daf2886\\tb2"
    "f9d14a812964c7394ee44c29a40b566ebc0669de448b02dbac538c70a7ad69\"";
constexpr std::string_view example_transfer =
    "\"transfer/1\\t1772366400000000\\ttransfer\\tposted\\t7\\t0195513e-3a00-7c41-9d3c-1f"
    "2e3d4c5b6a\\t0300223b06b4e445840e879ee6c881a2d91b245f7654a924503cd1ea1daf2886\\t99"
    "\\t12\\t13\\t2500\\tEUR\\t-\\t-\\t2026-03-01\\t-\\tb81911484d75f58abfee20586a52fc918"
    "fc822ed9e7f6fd598b43f856196ec8a\\t686c9a11fb888888c2d3d194ce09d7ce4a0998bf9cd3792346"
    "1a93f2286be2db\"";
constexpr std::string_view example_event_leaf = "\"CmmEyUpwWbf+JtSwBc3ttVze4chCQxc5/grWmT2XJwc=\"";
constexpr std::string_view example_transfer_leaf =
    "\"UibpmFoCmK5Sx11vvwCY5gJHtQCzRs9/VKeSWff4EHQ=\"";
constexpr std::string_view example_checkpoint =
    "\"bank.example/audit\\n2\\nXI4R+tEFZX2g1azpYwWEaBnrpOPTgsrAeOWKDf1mn+g=\\n\\n\\u2014"
    " bank.example/audit J/ukj7Xw4QLTCg6+BX/z+C9WIyvcIcU/NaFCa5EuWHoHw6DNw5/LUcWsGTcnRs9w"
    "N0iZvODMLAdBi1LD5jg+5NLhzAM=\\n\"";
constexpr std::string_view example_subject =
    "{\"salt\": \"102132435465768798a9bacbdcedfe0f\", \"value\": \"7\\talice\\t192.0.2.17"
    "\\tMozilla/5.0\"}";
constexpr std::string_view example_details =
    "{\"salt\": \"2031425364758697a8b9cadbecfd0e1f\", \"value\": \"{\\\"account_id\\\":12"
    "}\"}";
constexpr std::string_view example_digest =
    "\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"";

}  // namespace

BANK_DESCRIBE(
    AuditRecord, "AuditRecord", field<&AuditRecord::id>("id", "Id of the record.", "1700"),
    field<&AuditRecord::created_at>("created_at", "When it happened.", example_instant),
    field<&AuditRecord::actor>(
        "actor", "Name of the user, os:<uid> for a local administrator, or - if unknown.",
        "\"alice\""),
    field<&AuditRecord::action>("action", "Action that was done or attempted.", "\"lock_account\""),
    field<&AuditRecord::outcome>("outcome", "ok, or a problem code.", "\"ok\""),
    field<&AuditRecord::details>("details", "Facts of the action.", R"({"account_id":12})")
        .as(Appearance::json),
    field<&AuditRecord::ip>("ip", "Address of the client.", example_ip),
    field<&AuditRecord::user_agent>("user_agent", "Program of the client.", "\"Mozilla/5.0\""),
    field<&AuditRecord::request_id>("request_id", "Id of the request.", example_request_id))

BANK_DESCRIBE(
    AuditRequest, "AuditRequest",
    field<&AuditRequest::actor>("actor", "Only records of this actor.", "\"alice\"")
        .sized(1, bounds::user_name_size_max)
        .optional()
        .typed_as({.text = "Only records of this actor: a username, os:UID for a local "
                           "administrator, or - if no one was signed in."}),
    field<&AuditRequest::action>("action", "Only records of this action.", "\"lock_account\"")
        .sized(1, bounds::word_size_max)
        .optional(),
    field<&AuditRequest::outcome>("outcome",
                                  "Only records with this outcome: ok, or a problem code.",
                                  "\"ok\"")
        .sized(1, bounds::word_size_max)
        .optional(),
    field<&AuditRequest::ip>("ip", "Only records of this address.", example_ip)
        .sized(1, bounds::ip_size_max)
        .optional(),
    field<&AuditRequest::request_id>(
        "request_id", "Only records of this request: the X-Request-Id of its response.",
        example_request_id)
        .sized(1, bounds::request_id_size_max)
        .optional(),
    field<&AuditRequest::account_id>("account_id", "Only records about this account.", "12")
        .optional(),
    field<&AuditRequest::from>("from", "From this date or instant, inclusive.", "\"2026-03-01\"")
        .optional()
        .typed_as({.option = "since"}),
    field<&AuditRequest::until>("until", "Until this date or instant, exclusive.", "\"2026-04-01\"")
        .optional(),
    field<&AuditRequest::after>(
        "after", "Only records after this one, in ascending order; by default newest first.",
        "1700")
        .optional(),
    field<&AuditRequest::page>("page", "The page.").as(Appearance::inlined))

BANK_DESCRIBE(Revealed, "Revealed",
              field<&Revealed::salt>("salt", "16 bytes in hexadecimal.",
                                     "\"00112233445566778899aabbccddeeff\""),
              field<&Revealed::value>("value", "The record contains SHA-256(salt, value).",
                                      "\"rent\""))

BANK_DESCRIBE(
    Receipt, "Receipt",
    field<&Receipt::record>("record",
                            "Record of the transaction; the leaf of the tree is SHA-256(0x00, "
                            "record).",
                            example_transfer),
    field<&Receipt::number>("number", "Number of the record in the log, from 0.", "1"),
    field<&Receipt::tree_size>("tree_size", "Number of records that the checkpoint covers.", "2"),
    field<&Receipt::proof>("proof",
                           "Hashes of the audit path from the leaf to the root (RFC 9162, "
                           "2.1.3).",
                           example_event_leaf),
    field<&Receipt::checkpoint>("checkpoint", "A signed note.", example_checkpoint),
    field<&Receipt::reference>("reference", "Text of the reference; null if there is none."))

BANK_DESCRIBE(AuditRange, "AuditRangeRequest",
              field<&AuditRange::first>("first", "Id of the first record.", "1700"),
              field<&AuditRange::last>("last", "Id of the last record.", "1709"))

BANK_DESCRIBE(
    ProvenRecord, "ProvenRecord", field<&ProvenRecord::id>("id", "Id of the audit record.", "1700"),
    field<&ProvenRecord::leaf>("leaf", "Sealed leaf of the tree: SHA-256(0x00, record).",
                               example_event_leaf),
    field<&ProvenRecord::record>("record",
                                 "Text of the record, see audit-format.md. Empty if its "
                                 "transaction no longer exists.",
                                 example_event),
    field<&ProvenRecord::subject>("subject", "Actor, address and program; null if erased.",
                                  example_subject),
    field<&ProvenRecord::details>("details",
                                  "Details as JSON; null if erased, and for transactions.",
                                  example_details))

BANK_DESCRIBE(
    ProvenRange, "AuditRange",
    field<&ProvenRange::first_number>("first_number",
                                      "Number of the first record in the log, from 0.", "0"),
    field<&ProvenRange::tree_size>("tree_size", "Number of records that the checkpoint covers.",
                                   "2"),
    field<&ProvenRange::checkpoint>("checkpoint", "A signed note.", example_checkpoint),
    field<&ProvenRange::records>("records", "In log order."),
    field<&ProvenRange::proof>("proof",
                               "The roots of the largest subtrees beside the records, from left "
                               "to right.",
                               example_transfer_leaf))

BANK_DESCRIBE(LogGrowth, "LogGrowthRequest",
              field<&LogGrowth::older>("older", "The smaller number of records.", "1")
                  .bounded(1, bounds::id_max),
              field<&LogGrowth::newer>(
                  "newer", "The larger number of records; at most that of the last checkpoint.",
                  "2")
                  .bounded(1, bounds::id_max))

BANK_DESCRIBE(LogGrowthProof, "LogGrowth",
              field<&LogGrowthProof::older>("older", "As requested.", "1"),
              field<&LogGrowthProof::newer>("newer", "As requested.", "2"),
              field<&LogGrowthProof::proof>("proof", "The nodes of RFC 9162, 2.1.4.",
                                            example_transfer_leaf))

BANK_DESCRIBE(ExportRequest, "ExportRequest",
              field<&ExportRequest::from>("from", "Number of the first record to export.", "0"),
              field<&ExportRequest::is_resumed>("resume", "Whether to continue a file.", "false"))

BANK_DESCRIBE(Archive, "Archive",
              field<&Archive::first>("first", "Number of the first record, from 0.", "0"),
              field<&Archive::end>("end", "Number after the last record.", "1000"),
              field<&Archive::digest>("sha256", "SHA-256 of the archive's lines.", example_digest))

BANK_DESCRIBE(ArchiveRequest, "ArchiveRequest",
              field<&ArchiveRequest::before>("before", "Only records sealed before this instant.",
                                             example_instant))

BANK_DESCRIBE(PruneRequest, "PruneRequest",
              field<&PruneRequest::digest>(
                  "digest", "SHA-256 digest of the archive file, as sha256sum prints it.",
                  example_digest)
                  .sized(64, 64)
                  .typed_as({.is_positional = true}))

}  // namespace bank::api
