#include "plugins/rest/server.hpp"
#include "plugins/rest/settings.hpp"

namespace {

void* create(void* host) {
    try {
        bank::plugin::Plugin* const made =
            new bank::rest::Server(*static_cast<bank::plugin::Host*>(host));
        return made;
    } catch (...) {
        return nullptr;
    }
}

void destroy(void* plugin) {
    delete static_cast<bank::plugin::Plugin*>(plugin);
}

void check(void const* settings, void* faults) {
    bank::rest::check_settings(*static_cast<bank::plugin::Settings const*>(settings),
                               *static_cast<std::vector<bank::plugin::SettingFault>*>(faults));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) bankd_plugin_entry const bankd_plugin = {
    .abi_version = BANKD_PLUGIN_ABI_VERSION,
    .toolchain = BANKD_PLUGIN_TOOLCHAIN,
    .name = "rest",
    .settings = bank::rest::setting_table().data(),
    .setting_count = bank::rest::setting_table().size(),
    .create = create,
    .destroy = destroy,
    .check = check,
};
