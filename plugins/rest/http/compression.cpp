#include "plugins/rest/http/compression.hpp"

#include <Poco/DeflatingStream.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

constexpr int level = 1;  // Rows that are alike shrink enough by the cheapest.

}  // namespace

void compress(Response& response, std::string_view accept_encoding) {
    auto const is_worth_it = !response.holds_secret && response.content_encoding.empty() &&
                             response.content_type == "application/json" &&
                             response.body.size() >= compressed_size_min;
    if (!is_worth_it || !accepts(accept_encoding, "gzip")) return;
    std::ostringstream packed;
    Poco::DeflatingOutputStream packer(packed, Poco::DeflatingStreamBuf::STREAM_GZIP, level);
    packer << response.body;
    packer.close();
    response.body = std::move(packed).str();
    response.content_encoding = "gzip";
}

bool accepts(std::string_view accept_encoding, std::string_view wanted) noexcept {
    while (!accept_encoding.empty()) {
        auto const item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
        auto const semicolon = std::min(item.find(';'), item.size());
        if (!ascii::equal_ignoring_case(ascii::trim(item.substr(0, semicolon)), wanted)) continue;
        auto const weight = ascii::trim(item.substr(std::min(semicolon + 1, item.size())));
        auto const is_refused = ascii::equal_ignoring_case(weight.substr(0, 3), "q=0") &&
                                weight.find_first_of("123456789") == std::string_view::npos;
        return !is_refused;
    }
    return false;
}

}  // namespace bank::rest
