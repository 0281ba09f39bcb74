// The files of the API documentation and of the web client, held in memory: nothing that a client
// sends ever becomes a file name.
//
// Threads: any, once loaded.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace bank::rest {

struct StaticFile {
    struct Encoded {
        std::string content;  // Empty: there is none.
        std::string etag;     // With its quotes.
    };
    Encoded plain;
    Encoded gzip;
    Encoded brotli;
    std::string_view content_type;
};

class StaticFiles {
public:
    static constexpr std::size_t web_files_max = 256;
    static constexpr std::size_t web_file_size_max = std::size_t{4} * 1024 * 1024;

    // Takes what is there of the known names in `directory`, and "<name>.gz" and "<name>.br"
    // beside each. Missing or unreadable files are left out.
    void load_docs(std::string const& directory);

    // Takes index.html and what lies in assets/: regular files, no links, whose names are plain and
    // whose endings are known. Without an index.html there is no web client.
    void load_web(std::string const& directory);

    [[nodiscard]] StaticFile const* find_docs(std::string_view name) const;
    [[nodiscard]] StaticFile const* find_asset(std::string_view name) const;
    // Nothing: there is no web client.
    [[nodiscard]] StaticFile const* web_page() const;

private:
    using Files = std::map<std::string, StaticFile, std::less<>>;
    Files docs_;
    Files assets_;
    StaticFile web_page_;
};

}  // namespace bank::rest
