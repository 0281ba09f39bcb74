#include "plugins/rest/http/compression.hpp"

#include <Poco/InflatingStream.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>

namespace bank::rest {
namespace {

std::string long_json() {
    std::string text = "[";
    while (text.size() < 10'000) text += R"({"amount":1250,"currency":"EUR"},)";
    text.back() = ']';
    return text;
}

Response with(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

std::string unpacked(std::string const& packed) {
    std::istringstream in(packed);
    Poco::InflatingInputStream unpacker(in, Poco::InflatingStreamBuf::STREAM_GZIP);
    return {std::istreambuf_iterator<char>(unpacker), {}};
}

TEST(Compression, ShortensALongAnswerAndLosesNothing) {
    auto response = with(long_json());
    compress(response, "gzip, deflate, br");
    EXPECT_EQ(response.content_encoding, "gzip");
    EXPECT_LT(response.body.size(), long_json().size() / 10);
    EXPECT_EQ(unpacked(response.body), long_json());
}

TEST(Compression, IsTheSameBytesEachTime) {
    auto one = with(long_json());
    auto other = with(long_json());
    compress(one, "gzip");
    compress(other, "gzip");
    EXPECT_EQ(one.body, other.body);
}

// Its length would leak the secret to an attacker who chose some of the other bytes.
TEST(Compression, LeavesASecretAsItIs) {
    auto response = with(long_json());
    response.holds_secret = true;
    compress(response, "gzip");
    EXPECT_EQ(response.content_encoding, "");
    EXPECT_EQ(response.body, long_json());
}

TEST(Compression, IsNotForcedOnAnyone) {
    for (auto const* accepted : {"", "br", "identity", "gzip;q=0", "gzip; q=0.000"}) {
        auto response = with(long_json());
        compress(response, accepted);
        EXPECT_EQ(response.body, long_json()) << accepted;
        EXPECT_EQ(response.content_encoding, "") << accepted;
    }
}

TEST(Compression, LeavesWhatIsShortOrPackedOrNoJson) {
    auto const small = std::string(compressed_size_min - 1, ' ');
    auto response = with(small);
    compress(response, "gzip");
    EXPECT_EQ(response.body, small);

    auto packed = with(long_json());
    packed.content_encoding = "br";
    compress(packed, "gzip");
    EXPECT_EQ(packed.body, long_json());

    auto page = with(long_json());
    page.content_type = "text/html; charset=utf-8";
    compress(page, "gzip");
    EXPECT_EQ(page.body, long_json());
}

}  // namespace
}  // namespace bank::rest
