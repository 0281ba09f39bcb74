#include "plugins/rest/compression.hpp"

#include <Poco/DeflatingStream.h>

#include <sstream>
#include <utility>

#include "plugins/rest/static_files.hpp"

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

}  // namespace bank::rest
