#include "daemon/host/plugin_loader.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>

#include "daemon/host/front_ends.hpp"
#include "tests/integration/daemon/fixture.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::daemon {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
namespace fs = std::filesystem;

class PluginLoaderTest : public test::DirectoryTest {
protected:
    PluginLoaderTest() { chmod(directory.c_str(), 0755); }

    // A copy of a test plugin, for a test to corrupt.
    fs::path put(std::string const& name) {
        auto const file = "bankd-" + name + ".so";
        auto const path = directory / file;
        fs::copy_file(fs::path(TEST_PLUGIN_DIRECTORY) / file, path);
        chmod(path.c_str(), 0644);
        return path;
    }

    std::string refusal(std::string const& name) {
        auto const loaded = loader.load({directory.string(), name});
        EXPECT_EQ(loader.find(name), nullptr);
        return loaded ? "" : loaded.error().detail;
    }

    PluginLoader loader;
};

TEST_F(PluginLoaderTest, LoadsAPluginOnceWithItsSettings) {
    put("good");
    auto const loaded = loader.load({directory.string(), "good"});
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ((*loaded)->name, "good");
    ASSERT_EQ((*loaded)->settings.size(), 2U);
    EXPECT_EQ((*loaded)->settings[0].section, "good");
    EXPECT_EQ((*loaded)->settings[0].maximum, 9);
    auto const again = loader.load({directory.string(), "good"});
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *loaded);
}

TEST_F(PluginLoaderTest, RefusesAFileThatOthersMayWriteBeforeItsCodeRuns) {
    for (mode_t const mode : {0664U, 0646U}) {
        auto const path = put("good");
        chmod(path.c_str(), mode);
        EXPECT_THAT(refusal("good"), EndsWith("bankd-good.so is writable by other users; fix it "
                                              "with chmod go-w"));
        EXPECT_EQ(dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr);
        fs::remove(path);
    }
}

TEST_F(PluginLoaderTest, RefusesADirectoryThatOthersMayWrite) {
    put("good");
    chmod(directory.c_str(), 0775);
    EXPECT_EQ(refusal("good"),
              directory.string() + " is writable by other users; fix it with chmod go-w");
}

TEST_F(PluginLoaderTest, RefusesASymbolicLinkAndADirectoryBehindOne) {
    auto const real = put("good");
    fs::rename(real, directory / "real.so");
    fs::create_symlink(directory / "real.so", real);
    EXPECT_THAT(refusal("good"), EndsWith("is a symbolic link; replace it with the file itself"));

    fs::create_directory_symlink(TEST_PLUGIN_DIRECTORY, directory / "link");
    auto const loaded = loader.load({(directory / "link").string(), "good"});
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().detail, HasSubstr("cannot be opened: Not a directory"));
}

TEST_F(PluginLoaderTest, RefusesAForeignOwner) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    auto const path = put("good");
    ASSERT_EQ(chown(path.c_str(), 1, 1), 0);
    EXPECT_THAT(refusal("good"), HasSubstr("belongs to user 1; it must belong to root"));
    ASSERT_EQ(chown(path.c_str(), 0, 0), 0);
    ASSERT_EQ(chown(directory.c_str(), 1, 1), 0);
    EXPECT_THAT(refusal("good"), HasSubstr("belongs to user 1; it must belong to root"));
}

TEST_F(PluginLoaderTest, RefusesWhatIsNotThereOrNoPlugin) {
    EXPECT_THAT(refusal("good"),
                EndsWith("bankd-good.so cannot be opened: No such file or directory"));
    EXPECT_EQ(refusal("../good"), "\"../good\" is not a valid plugin name");
    write("bankd-text.so", "not an object");
    EXPECT_THAT(refusal("text"), HasSubstr("bankd-text.so cannot be loaded: "));
    mkfifo((directory / "bankd-pipe.so").c_str(), 0600);
    EXPECT_THAT(refusal("pipe"), EndsWith("bankd-pipe.so is not a regular file"));
    put("blank");
    EXPECT_THAT(refusal("blank"), EndsWith("is not a plugin: it has no symbol bankd_plugin"));
}

TEST_F(PluginLoaderTest, RefusesAnotherInterfaceCompilerNameOrTable) {
    put("old");
    EXPECT_THAT(refusal("old"), EndsWith("uses version 0 of the plugin interface, this bankd uses "
                                         "3"));
    put("foreign");
    EXPECT_THAT(refusal("foreign"), HasSubstr("was built with \"gcc 2.95\", this bankd with"));
    put("twice");
    EXPECT_THAT(refusal("twice"), EndsWith("has the setting count twice"));
    put("outside");
    EXPECT_THAT(refusal("outside"),
                EndsWith("has a default for count that must be a whole number from 1 to 9"));
    fs::copy_file(fs::path(TEST_PLUGIN_DIRECTORY) / "bankd-good.so", directory / "bankd-other.so");
    EXPECT_THAT(refusal("other"), EndsWith("is named \"good\""));
}

// The loader must not confuse files whose descriptors have the same number.
TEST_F(PluginLoaderTest, ARefusedFileDoesNotStandInForTheNext) {
    put("old");
    EXPECT_FALSE(refusal("old").empty());
    put("good");
    auto const loaded = PluginLoader().load({directory.string(), "good"});
    EXPECT_TRUE(loaded);
}

class FrontEndsTest : public PluginLoaderTest {
protected:
    FrontEndsTest() {
        log::set_sink([this](log::Level, std::string_view category, std::string_view message) {
            lines.push_back(std::string(category) + " " + std::string(message));
        });
    }
    ~FrontEndsTest() override { log::set_sink({}); }

    Status start(std::string const& name, std::string const& count) {
        put(name);
        auto const loaded = loader.load({directory.string(), name});
        if (!loaded) return loaded.error();
        Config next(core_settings());
        next.add((*loaded)->settings);
        next.set(name, "count", count, {"f", 1});
        config.set(std::move(next));
        return front_ends.start(**loaded, {name, bank, config, listeners,
                                           [] { return plugin::ConfigurationFindings{}; }, ""});
    }

    test::FakeBankApi bank;
    CurrentConfig config{Config(core_settings())};
    Listeners listeners{{}};
    std::vector<std::string> lines;
    FrontEnds front_ends;
};

TEST_F(FrontEndsTest, APluginIsStartedReloadedAndStoppedWithItsSettings) {
    ASSERT_TRUE(start("good", "2"));
    front_ends.reload();
    front_ends.stop(std::chrono::milliseconds{0});
    EXPECT_THAT(lines, testing::ElementsAre("good hello", "good reloaded", "good stopped"));
}

TEST_F(FrontEndsTest, APluginThatDoesNotStartSaysItsNameAndLeavesNothingRunning) {
    auto const started = start("good", "1");
    ASSERT_FALSE(started);
    EXPECT_EQ(started.code(), Code::overloaded);
    EXPECT_THAT(started.error().detail, testing::StartsWith("plugin good: "));
    front_ends.stop(std::chrono::milliseconds{0});
    EXPECT_THAT(lines, testing::ElementsAre("good hello"));
}

TEST_F(FrontEndsTest, AnExceptionOfAPluginIsContained) {
    auto const started = start("thrower", "2");
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().detail, "plugin thrower: unknown exception");
}

}  // namespace
}  // namespace bank::daemon
