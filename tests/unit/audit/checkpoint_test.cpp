#include "core/audit/checkpoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bank::audit {
namespace {

// The root of an empty log.
constexpr std::string_view root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

std::string lines(std::string_view origin, std::string_view size, std::string_view third) {
    return std::string(origin) + '\n' + std::string(size) + '\n' + std::string(third) + '\n';
}

TEST(Checkpoint, IsWrittenAndReadBack) {
    for (Checkpoint const& checkpoint :
         {Checkpoint{"bank.example/log", {0, empty_root()}, {}},
          Checkpoint{"a bank", {9'223'372'036'854'775'807U, empty_root()}, {}},
          Checkpoint{"a bank", {1, empty_root()}, {"epoch 1", "— a dash"}}}) {
        auto const read = parse_checkpoint(to_text(checkpoint));
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(read.value(), checkpoint);
    }
    EXPECT_EQ(to_text({"bank.example/log", {0, empty_root()}, {}}),
              lines("bank.example/log", "0", root));
}

TEST(Checkpoint, IsNotReadFromAnyOtherForm) {
    auto const sound = lines("log", "7", root);
    ASSERT_TRUE(parse_checkpoint(sound).ok());
    for (std::string const& text :
         {std::string(), std::string("\n\n\n"), sound.substr(0, sound.size() - 1), sound + "\n",
          sound + "\nextension\n", "\n" + sound, lines("log", "07", root), lines("log", "+7", root),
          lines("log", "-7", root), lines("log", " 7", root), lines("log", "", root),
          lines("log", "9223372036854775808", root), lines("log", "7", ""),
          lines("log", "7", root.substr(0, 40)), lines("log", "7", std::string(root) + "AAAA"),
          lines("log", "7", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="),
          lines("log\r", "7", root), lines("\xff", "7", root),
          lines(std::string(origin_size_max + 1, 'o'), "7", root)}) {
        EXPECT_EQ(parse_checkpoint(text).code(), Code::invalid_field) << text;
    }
    auto crowded = sound;
    for (std::size_t i = 0; i <= extensions_max; ++i) crowded += "more\n";
    EXPECT_EQ(parse_checkpoint(crowded).code(), Code::invalid_field);
    auto const room = checkpoint_size_max - sound.size() - 1;
    EXPECT_TRUE(parse_checkpoint(sound + std::string(room, 'e') + '\n').ok());
    EXPECT_EQ(parse_checkpoint(sound + std::string(room + 1, 'e') + '\n').code(),
              Code::invalid_field);
}

}  // namespace
}  // namespace bank::audit
