// A file of transfers as items, one after the other. No I/O; transfer_file.cpp has both formats.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/admin/wire/transfer_item.hpp"

namespace bank::bankctl {

enum class FileFormat : std::uint8_t { csv, jsonl };

// By the suffix: .csv, .jsonl or .ndjson.
[[nodiscard]] std::optional<FileFormat> format_of(std::string_view path);

struct FileItem {
    std::size_t line = 0;  // Of a group: its first.
    admin::wire::TransferItem item;
};

struct FileProblem {
    std::size_t line = 0;
    std::string message;  // One sentence.
};

struct FileEnd {};

class TransferFile {
public:
    // `text` must outlive the reader. With a `key_prefix` an item without a key has one of
    // import_key.hpp.
    TransferFile(std::string_view text, FileFormat format, std::string_view key_prefix);
    TransferFile(TransferFile const&) = delete;
    TransferFile& operator=(TransferFile const&) = delete;
    ~TransferFile();

    // An item is complete and within all bounds; only the bank can say more. After a problem the
    // next line is tried, but where nobody knows where it begins.
    [[nodiscard]] std::variant<FileItem, FileProblem, FileEnd> next();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::bankctl
