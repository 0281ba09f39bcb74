// Parses a file of transfers into items. No I/O; transfer_file.cpp describes both formats.
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
    std::size_t line = 0;  // For a group, its first line.
    admin::wire::TransferItem item;
};

struct FileProblem {
    std::size_t line = 0;
    std::string message;  // One sentence.
};

struct FileEnd {};

class TransferFile {
public:
    // `text` must outlive the reader. With a `key_prefix`, an item without a key is given one by
    // import_key.hpp.
    TransferFile(std::string_view text, FileFormat format, std::string_view key_prefix);
    TransferFile(TransferFile const&) = delete;
    TransferFile& operator=(TransferFile const&) = delete;
    ~TransferFile();

    // An item is complete and within all bounds; only the bank can check more. After a problem
    // parsing continues with the next line, if its start is known.
    [[nodiscard]] std::variant<FileItem, FileProblem, FileEnd> next();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::bankctl
