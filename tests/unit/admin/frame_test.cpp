#include "plugins/admin/wire/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bank::admin::wire {
namespace {

TEST(Frame, CarriesThePayloadAndItsSize) {
    for (std::size_t const size :
         {std::size_t{1}, std::size_t{255}, std::size_t{256}, request_size_max}) {
        std::string const payload(size, 'x');
        auto const frame = encode_frame(payload);
        ASSERT_EQ(frame.size(), frame_header_size + size);
        FrameHeader header{};
        std::copy_n(frame.begin(), header.size(), header.begin());
        auto const parsed = parse_frame_header(header, request_size_max);
        ASSERT_TRUE(parsed.ok());
        EXPECT_EQ(*parsed, size);
        EXPECT_EQ(frame.substr(frame_header_size), payload);
    }
}

struct BadHeader {
    char const* what;
    FrameHeader header;
    Code code;
};

class FrameHeaderRefuses : public testing::TestWithParam<BadHeader> {};

TEST_P(FrameHeaderRefuses, AndSaysWhy) {
    auto const parsed = parse_frame_header(GetParam().header, request_size_max);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.code(), GetParam().code);
    EXPECT_FALSE(parsed.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FrameHeaderRefuses,
    testing::Values(
        BadHeader{
            "an HTTP request", {'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'}, Code::malformed_request},
        BadHeader{"zeros", {}, Code::malformed_request},
        BadHeader{"another version", {'B', 'K', 2, 0, 0, 0, 0, 1}, Code::malformed_request},
        BadHeader{"a reserved bit", {'B', 'K', 1, 1, 0, 0, 0, 1}, Code::malformed_request},
        BadHeader{"nothing inside", {'B', 'K', 1, 0, 0, 0, 0, 0}, Code::malformed_request},
        BadHeader{"one byte too many", {'B', 'K', 1, 0, 0, 4, 0, 1}, Code::request_too_large},
        BadHeader{"4 GiB", {'B', 'K', 1, 0, 255, 255, 255, 255}, Code::request_too_large}));

}  // namespace
}  // namespace bank::admin::wire
