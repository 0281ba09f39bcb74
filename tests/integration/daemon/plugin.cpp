// A plugin for tests of the loader, and several invalid variants of it: each is built with another
// TEST_PLUGIN_ macro.
#include "plugins/api/plugin.hpp"
#include "plugins/api/abi.h"

#ifndef TEST_PLUGIN_NAME
#define TEST_PLUGIN_NAME "good"
#endif
#ifndef TEST_PLUGIN_ABI
#define TEST_PLUGIN_ABI BANKD_PLUGIN_ABI_VERSION
#endif
#ifndef TEST_PLUGIN_TOOLCHAIN
#define TEST_PLUGIN_TOOLCHAIN BANKD_PLUGIN_TOOLCHAIN
#endif
#ifndef TEST_PLUGIN_SECOND_KEY
#define TEST_PLUGIN_SECOND_KEY "greeting"
#endif
#ifndef TEST_PLUGIN_DEFAULT
#define TEST_PLUGIN_DEFAULT "7"
#endif

namespace {

class Good final : public bank::plugin::Plugin {
public:
    explicit Good(bank::plugin::Host& host) : host_(host) {}
    bank::Status start() noexcept override {
        host_.log(bank::log::Level::info, host_.setting("greeting"));
        if (host_.setting_integer("count") == 1) return bank::Code::overloaded;
        return bank::Done{};
    }
    void reload() noexcept override { host_.log(bank::log::Level::info, "reloaded"); }
    void stop(std::uint32_t) noexcept override { host_.log(bank::log::Level::info, "stopped"); }

private:
    bank::plugin::Host& host_;
};

void* create(void* host) {
#ifdef TEST_PLUGIN_THROWS
    static_cast<void>(host);
    throw 42;  // NOLINT
#else
    bank::plugin::Plugin* const made = new Good(*static_cast<bank::plugin::Host*>(host));
    return made;
#endif
}

void destroy(void* plugin) {
    delete static_cast<bank::plugin::Plugin*>(plugin);
}

constexpr bankd_setting settings[] = {
    {"count", BANKD_SETTING_INTEGER, TEST_PLUGIN_DEFAULT, 1, 9, "A count."},
    {TEST_PLUGIN_SECOND_KEY, BANKD_SETTING_TEXT, "hello", 0, 0, "What it says."},
};

}  // namespace

#ifndef TEST_PLUGIN_WITHOUT_SYMBOL
extern "C" __attribute__((visibility("default"))) bankd_plugin_entry const bankd_plugin;
bankd_plugin_entry const bankd_plugin{
    TEST_PLUGIN_ABI, TEST_PLUGIN_TOOLCHAIN, TEST_PLUGIN_NAME, settings, 2, create, destroy};
#else
extern "C" __attribute__((visibility("default"))) void* const something_else[] = {
    reinterpret_cast<void*>(create), reinterpret_cast<void*>(destroy)};
#endif
