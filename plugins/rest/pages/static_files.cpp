#include "plugins/rest/pages/static_files.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/bytes.hpp"
#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view css = "text/css; charset=utf-8";
constexpr std::string_view javascript = "text/javascript; charset=utf-8";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";

struct KnownType {
    std::string_view name;  // Of a file of the documentation, or the ending of an asset.
    std::string_view content_type;
};

constexpr std::array docs_files{
    KnownType{"index.html", html},
    KnownType{"docs.js", javascript},
    KnownType{"docs.css", css},
    KnownType{"swagger-ui.css", css},
    KnownType{"swagger-ui-bundle.js", javascript},
    KnownType{"LICENSE", plain_text},
};
constexpr std::array asset_types{
    KnownType{".js", javascript},
    KnownType{".css", css},
    KnownType{".svg", "image/svg+xml"},
    KnownType{".txt", plain_text},
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

StaticFile::Encoded read_encoded(std::string const& path) {
    StaticFile::Encoded encoded;
    encoded.content = read_file(path);
    if (!encoded.content.empty()) encoded.etag = etag_of(encoded.content);
    return encoded;
}

StaticFile read_static_file(std::string const& path, std::string_view content_type) {
    StaticFile file;
    file.plain = read_encoded(path);
    file.gzip = read_encoded(path + ".gz");
    file.brotli = read_encoded(path + ".br");
    file.content_type = content_type;
    return file;
}

bool is_plain_name(std::string_view name) {
    return !name.empty() && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), ascii::is_unreserved);
}

std::string_view asset_type(std::string_view name) {
    for (auto const& known : asset_types) {
        if (name.ends_with(known.name)) return known.content_type;
    }
    return {};
}

bool is_servable(fs::directory_entry const& entry) {
    std::error_code error;
    return entry.symlink_status(error).type() == fs::file_type::regular &&
           entry.file_size(error) <= StaticFiles::web_file_size_max && !error;
}

StaticFile const* find_in(std::map<std::string, StaticFile, std::less<>> const& files,
                          std::string_view name) {
    auto const found = files.find(name);
    return found == files.end() ? nullptr : &found->second;
}

}  // namespace

void StaticFiles::load_docs(std::string const& directory) {
    docs_.clear();
    for (auto const& known : docs_files) {
        auto file =
            read_static_file(fmt::format("{}/{}", directory, known.name), known.content_type);
        if (!file.plain.content.empty()) docs_.emplace(known.name, std::move(file));
    }
    // The page without the program that fills it would only be blank.
    if (find_docs("swagger-ui-bundle.js") == nullptr) docs_.clear();
}

void StaticFiles::load_web(std::string const& directory) {
    assets_.clear();
    web_page_ = read_static_file(directory + "/index.html", html);
    std::error_code error;
    for (fs::directory_iterator each(directory + "/assets", error), end; !error && each != end;
         each.increment(error)) {
        auto const name = each->path().filename().string();
        auto const type = asset_type(name);
        if (type.empty() || !is_plain_name(name) || !is_servable(*each)) continue;
        if (assets_.size() == web_files_max) break;
        assets_.emplace(name, read_static_file(each->path().string(), type));
    }
}

StaticFile const* StaticFiles::find_docs(std::string_view name) const {
    return find_in(docs_, name);
}

StaticFile const* StaticFiles::find_asset(std::string_view name) const {
    return find_in(assets_, name);
}

StaticFile const* StaticFiles::web_page() const {
    return web_page_.plain.content.empty() ? nullptr : &web_page_;
}

}  // namespace bank::rest
