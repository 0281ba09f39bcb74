#include "plugins/rest/static_files.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <sstream>

#include "core/base/bytes.hpp"
#include "plugins/rest/ascii.hpp"

namespace bank::rest {
namespace {

struct KnownFile {
    std::string_view name;
    std::string_view content_type;
};

constexpr std::array known_files{
    KnownFile{"index.html", "text/html; charset=utf-8"},
    KnownFile{"docs.js", "text/javascript; charset=utf-8"},
    KnownFile{"docs.css", "text/css; charset=utf-8"},
    KnownFile{"swagger-ui.css", "text/css; charset=utf-8"},
    KnownFile{"swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
    KnownFile{"LICENSE", "text/plain; charset=utf-8"},
};

std::string read_file(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    if (in) out << in.rdbuf();
    return std::move(out).str();
}

std::string etag_of(std::string_view content) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return fmt::format("\"{}\"", to_hex(BytesView(digest).first(16)));
}

}  // namespace

void StaticFiles::load(std::string const& directory) {
    files_.clear();
    for (auto const& known : known_files) {
        auto const path = fmt::format("{}/{}", directory, known.name);
        StaticFile file;
        file.content = read_file(path);
        if (file.content.empty()) continue;
        file.gzipped = read_file(path + ".gz");
        file.etag = etag_of(file.content);
        file.gzipped_etag = etag_of(file.gzipped);
        file.content_type = known.content_type;
        files_.emplace(known.name, std::move(file));
    }
    // The page without the program that fills it would only be blank.
    if (find("swagger-ui-bundle.js") == nullptr) files_.clear();
}

StaticFile const* StaticFiles::find(std::string_view name) const {
    auto const found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

bool accepts_gzip(std::string_view accept_encoding) noexcept {
    while (!accept_encoding.empty()) {
        auto const item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
        auto const coding = ascii::trim(item.substr(0, item.find(';')));
        if (!ascii::equal_ignoring_case(coding, "gzip")) continue;
        auto const weight = item.find(";q=0");
        auto const is_refused = weight != std::string_view::npos &&
                                item.find_first_of("123456789", weight) == std::string_view::npos;
        return !is_refused;
    }
    return false;
}

}  // namespace bank::rest
