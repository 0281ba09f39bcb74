// The output file of an export, and the position at which an interrupted one continues.
//
// Threads: one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/bankctl/client.hpp"

namespace bank::bankctl {

class ExportFile {
public:
    // A new file, or standard output for "-".
    static std::variant<ExportFile, Failure> create(std::string path);
    // An existing export, truncated before its last seal, which may be incomplete. A missing or
    // empty file is a new one.
    static std::variant<ExportFile, Failure> resume(std::string path);

    ExportFile(ExportFile&& other) noexcept;
    ExportFile& operator=(ExportFile&&) = delete;
    ~ExportFile();

    // The record to continue from; empty: the file is empty.
    [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return next_; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    // Empty, or the reason for a failed write.
    [[nodiscard]] std::optional<Failure> write(std::string_view text);
    [[nodiscard]] std::optional<Failure> sync();

    [[nodiscard]] bool is_standard_output() const noexcept;
    // Removes a file that create() made; standard output is left alone.
    void discard() noexcept;
    // The same if nothing was written to it; returns whether it was removed.
    [[nodiscard]] bool discard_if_empty() noexcept;

private:
    ExportFile(std::string path, int descriptor)
        : path_(std::move(path)), descriptor_(descriptor) {}
    [[nodiscard]] std::optional<Failure> cut();

    std::string path_;
    int descriptor_;
    bool is_new_ = false;  // Created here and not yet complete.
    bool is_empty_ = true;
    std::optional<std::int64_t> next_;
};

}  // namespace bank::bankctl
