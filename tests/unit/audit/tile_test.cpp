#include "core/audit/tile.hpp"

#include <gtest/gtest.h>

namespace bank::audit {
namespace {

struct PathCase {
    TileId id;
    char const* path;
};

class TilePath : public testing::TestWithParam<PathCase> {};

TEST_P(TilePath, IsWrittenAndReadBack) {
    EXPECT_EQ(tile_path(GetParam().id), GetParam().path);
    EXPECT_EQ(parse_tile_path(GetParam().path), GetParam().id);
}

// The format's own example is the fourth.
INSTANTIATE_TEST_SUITE_P(Table, TilePath,
                         testing::Values(PathCase{{0, 0, 256}, "tile/0/000"},
                                         PathCase{{0, 0, 1}, "tile/0/000.p/1"},
                                         PathCase{{1, 999, 255}, "tile/1/999.p/255"},
                                         PathCase{{0, 1'234'067, 256}, "tile/0/x001/x234/067"},
                                         PathCase{{2, 1000, 17}, "tile/2/x001/000.p/17"},
                                         PathCase{{7, 36'028'797'018'963'967, 256},
                                                  "tile/7/x036/x028/x797/x018/x963/967"}));

TEST(ParseTilePath, RefusesWhatWouldNotBeWritten) {
    for (auto const* path : {"",
                             "tile",
                             "tile/0",
                             "tile/0/",
                             "tile/8/000",
                             "tile/-1/000",
                             "tile/00/000",
                             "tile/0/0",
                             "tile/0/0000",
                             "tile/0/x000/000",
                             "tile/0/x001",
                             "tile/0/001/000",
                             "tile/0/xx01/000",
                             "tile/0/000.p/0",
                             "tile/0/000.p/256",
                             "tile/0/000.p/01",
                             "tile/0/000.p/",
                             "tile/0/000.p/1.p/1",
                             "tile/0/000/",
                             "/tile/0/000",
                             "tile/0/00a",
                             "tile/entries/000",
                             "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
        EXPECT_FALSE(parse_tile_path(path)) << path;
    }
}

TEST(WidthOfTile, IsWhatTheTreeHasThere) {
    EXPECT_EQ(width_of_tile(0, 0, 0), 0U);
    EXPECT_EQ(width_of_tile(0, 0, 1), 1U);
    EXPECT_EQ(width_of_tile(0, 0, 256), 256U);
    EXPECT_EQ(width_of_tile(0, 1, 256), 0U);
    EXPECT_EQ(width_of_tile(1, 0, 255), 0U);
    EXPECT_EQ(width_of_tile(1, 0, 256), 1U);
    EXPECT_EQ(width_of_tile(0, 1, 300), 44U);
    EXPECT_EQ(width_of_tile(0, 5, 300), 0U);
    EXPECT_EQ(width_of_tile(2, 0, 70'000), 1U);
}

}  // namespace
}  // namespace bank::audit
