// The files of the API documentation, held in memory: nothing that a client sends ever becomes a
// file name.
//
// Threads: any, once loaded.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace bank::rest {

struct StaticFile {
    std::string content;
    std::string gzipped;  // Empty: there is none.
    std::string etag;     // With its quotes.
    std::string gzipped_etag;
    std::string_view content_type;
};

class StaticFiles {
public:
    // Takes what is there of the known names in `directory`, and "<name>.gz" beside each. Missing
    // or unreadable files are left out.
    void load(std::string const& directory);

    [[nodiscard]] StaticFile const* find(std::string_view name) const;

private:
    std::map<std::string, StaticFile, std::less<>> files_;
};

// The client's Accept-Encoding names gzip and does not refuse it.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding) noexcept;

}  // namespace bank::rest
