// The file that an export goes to, and where an interrupted one is gone on with.
//
// Threads: one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/admin/bankctl/client.hpp"

namespace bank::bankctl {

class ExportFile {
public:
    // A new file, or standard output for "-".
    static std::variant<ExportFile, Failure> create(std::string path);
    // An export that was begun, cut before its last seal: whether that is all there nobody knows.
    // A file that is not there, or empty, is a new one.
    static std::variant<ExportFile, Failure> resume(std::string path);

    ExportFile(ExportFile&& other) noexcept;
    ExportFile& operator=(ExportFile&&) = delete;
    ~ExportFile();

    // The record to go on from; nothing: the file is empty.
    [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return next_; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    // Nothing, or why it cannot be written.
    [[nodiscard]] std::optional<Failure> write(std::string_view text);
    [[nodiscard]] std::optional<Failure> sync();

    [[nodiscard]] bool is_standard_output() const noexcept;
    // Removes a file that create() made; standard output stays as it is.
    void discard() noexcept;
    // The same if nothing was written to it; whether it is gone.
    [[nodiscard]] bool discard_if_empty() noexcept;

private:
    ExportFile(std::string path, int descriptor)
        : path_(std::move(path)), descriptor_(descriptor) {}
    [[nodiscard]] std::optional<Failure> cut();

    std::string path_;
    int descriptor_;
    bool is_new_ = false;  // Made here, and not yet kept.
    bool is_empty_ = true;
    std::optional<std::int64_t> next_;
};

}  // namespace bank::bankctl
