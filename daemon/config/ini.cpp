// file     = *line                     ; UTF-8, no byte order mark, at most 1 MiB
// line     = [blank / comment / section / entry] LF      ; at most 4096 bytes
// comment  = *WSP "#" *any             ; a comment has a line of its own
// section  = *WSP "[" name "]" *WSP    ; a section may be opened again
// entry    = *WSP name *WSP "=" *WSP value *WSP          ; a key occurs once in a file
// name     = (a-z) *(a-z / 0-9 / "-" / "_")
// value    = *any                      ; verbatim: no quoting, no escapes, no continuation
#include "daemon/config/ini.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "core/base/text.hpp"
#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t file_size_max = std::size_t{1024} * 1024;
constexpr std::size_t line_size_max = 4096;
constexpr std::size_t name_size_max = 64;

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_name(std::string_view text) {
    if (text.empty() || text.size() > name_size_max) return false;
    if (text.front() < 'a' || text.front() > 'z') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

class Parser {
public:
    Parser(std::string const& file, Report& report) : file_(file), report_(report) {}

    void line(std::string_view text) {
        ++number_;
        if (text.size() > line_size_max) {
            return mistake(fmt::format("the line is longer than {} bytes", line_size_max));
        }
        if (!text.empty() && text.back() == '\r') {
            return mistake("the line ends in a carriage return; save the file with Unix line ends");
        }
        text = trim(text);
        if (text.empty() || text.front() == '#') return;
        std::string without_tabs(text);
        std::replace(without_tabs.begin(), without_tabs.end(), '\t', ' ');
        if (!is_plain_text(without_tabs)) {
            return mistake("the line is not UTF-8 text or contains control characters");
        }
        text.front() == '[' ? section(text) : entry(text);
    }

    std::vector<IniSection> take() && { return std::move(sections_); }

private:
    void section(std::string_view text) {
        auto const name = text.substr(1, text.size() < 2 ? 0 : text.size() - 2);
        if (text.back() != ']' || !is_name(name)) {
            is_section_bad_ = true;
            return mistake(fmt::format("'{}' is not a section; use [name]", clipped(text)));
        }
        is_section_bad_ = false;
        sections_.push_back({std::string(name), place(), {}});
    }

    void entry(std::string_view text) {
        auto const equals = text.find('=');
        if (equals == std::string_view::npos) {
            return mistake(fmt::format("'{}' is neither [section] nor key = value", clipped(text)));
        }
        auto const key = trim(text.substr(0, equals));
        if (!is_name(key)) {
            return mistake(fmt::format(
                "'{}' is not a key; keys are lower-case letters, digits and '_'", clipped(key)));
        }
        if (is_section_bad_) return;  // Already reported at the section.
        if (sections_.empty()) {
            return mistake(fmt::format("'{}' appears before the first [section]", key));
        }
        auto& current = sections_.back();
        auto const [before, is_new] =
            lines_.emplace(std::pair{current.name, std::string(key)}, number_);
        if (!is_new) {
            return mistake(fmt::format("[{}] {} is already set in line {}", current.name, key,
                                       before->second));
        }
        current.entries.push_back(
            {std::string(key), std::string(trim(text.substr(equals + 1))), place()});
    }

    static std::string clipped(std::string_view text) { return plain_text(text, 60); }
    Place place() const { return {file_, number_}; }
    void mistake(std::string text) { report_.mistake(place(), std::move(text)); }

    std::string const& file_;
    Report& report_;
    int number_ = 0;
    bool is_section_bad_ = false;
    std::vector<IniSection> sections_;
    std::map<std::pair<std::string, std::string>, int> lines_;
};

// Whether only trusted users can write to the file.
bool check_access(struct stat const& status, std::string const& path, Report& report) {
    if ((status.st_mode & S_IWOTH) != 0) {
        report.mistake({path}, "is world-writable; fix it with chmod o-w");
        return false;
    }
    if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0) {
        report.warning({path}, fmt::format("is writable by group {}", status.st_gid));
    }
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
        report.warning({path}, fmt::format("belongs to user {}, which is neither root nor the "
                                           "current user",
                                           status.st_uid));
    }
    return true;
}

std::optional<std::string> read_file(std::filesystem::path const& path, Report& report) {
    // O_NONBLOCK: a FIFO instead of a file must not block the start.
    FileDescriptor const fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) {
        report.mistake({path}, fmt::format("cannot be read: {}", std::strerror(errno)));
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        report.mistake({path}, "is not a regular file");
        return std::nullopt;
    }
    if (!check_access(status, path, report)) return std::nullopt;
    auto text = read_all(fd.get(), file_size_max);
    if (!text) {
        report.mistake({path},
                       fmt::format("cannot be read or is larger than {} bytes", file_size_max));
    }
    return text;
}

std::vector<std::filesystem::path> drop_ins(std::filesystem::path const& directory,
                                            Report& report) {
    struct stat status {};
    if (stat(directory.c_str(), &status) != 0) {
        if (errno != ENOENT) {
            report.mistake({directory}, fmt::format("cannot be read: {}", std::strerror(errno)));
        }
        return {};
    }
    if (!S_ISDIR(status.st_mode)) {
        report.mistake({directory}, "is not a directory");
        return {};
    }
    if (!check_access(status, directory, report)) return {};
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        auto const name = it->path().filename().string();
        if (name.ends_with(".conf") && !name.starts_with(".")) files.push_back(it->path());
    }
    if (error) report.mistake({directory}, "cannot be read: " + error.message());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

std::vector<IniSection> parse_ini(std::string_view text, std::string const& file, Report& report) {
    Parser parser(file, report);
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        parser.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::move(parser).take();
}

std::vector<IniSection> read_ini_files(std::filesystem::path const& main_file, Report& report) {
    std::vector<std::filesystem::path> files{main_file};
    auto const more = drop_ins(main_file.parent_path() / "conf.d", report);
    files.insert(files.end(), more.begin(), more.end());
    std::vector<IniSection> sections;
    for (auto const& file : files) {
        auto const text = read_file(file, report);
        if (!text) continue;
        auto read = parse_ini(*text, file, report);
        std::move(read.begin(), read.end(), std::back_inserter(sections));
    }
    return sections;
}

}  // namespace bank::daemon
