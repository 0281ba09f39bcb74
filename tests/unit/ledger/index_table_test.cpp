#include "core/ledger/index_table.hpp"

#include <gtest/gtest.h>

namespace bank::ledger {
namespace {

TEST(IndexTable, FindsEachKeyThoughAllHaveOneHash) {
    std::vector<int> const keys{7, 5, 9, 1};
    for (std::uint64_t const spread : {0U, 1U}) {
        IndexTable table(keys.size());
        auto const is = [&](int key) {
            return [&keys, key](std::uint32_t index) { return keys[index] == key; };
        };
        auto const hash = [&](int key) { return spread * static_cast<std::uint64_t>(key); };
        for (std::uint32_t i = 0; i < keys.size(); ++i) {
            EXPECT_EQ(table.find(hash(keys[i]), is(keys[i])), IndexTable::none);
            EXPECT_EQ(table.put(hash(keys[i]), i, is(keys[i])), IndexTable::none);
        }
        for (std::uint32_t i = 0; i < keys.size(); ++i) {
            EXPECT_EQ(table.find(hash(keys[i]), is(keys[i])), i);
        }
        EXPECT_EQ(table.find(hash(8), is(8)), IndexTable::none);
    }
}

TEST(IndexTable, PutsALaterIndexInPlaceOfAnEarlierOne) {
    IndexTable table(1);
    auto const any = [](std::uint32_t) { return true; };
    EXPECT_EQ(table.put(3, 10, any), IndexTable::none);
    EXPECT_EQ(table.put(3, 11, any), 10U);
    EXPECT_EQ(table.find(3, any), 11U);
}

TEST(IndexTable, OfNothingIsEmpty) {
    EXPECT_EQ(IndexTable(0).find(1, [](std::uint32_t) { return true; }), IndexTable::none);
}

}  // namespace
}  // namespace bank::ledger
