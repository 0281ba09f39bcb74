#include "daemon/host/plugin_loader.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t settings_max = 256;

Error refused(std::string sentence) {
    return {Code::invalid_field, std::move(sentence)};
}

Error refused_directory(std::string sentence) {
    return {.code = Code::invalid_field,
            .detail = std::move(sentence),
            .field = std::string(PluginLoader::directory_field)};
}

// Why `path`, with this `status`, is not trustworthy; empty: it is.
std::string distrust(struct stat const& status, std::string const& path) {
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
        return fmt::format("{} belongs to user {}; it must belong to root or to user {}", path,
                           status.st_uid, geteuid());
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fmt::format("{} is writable by other users; fix it with chmod go-w", path);
    }
    return {};
}

Result<FileDescriptor> open_checked(PluginFile const& file) {
    FileDescriptor const directory(
        open(file.directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!directory || fstat(directory.get(), &status) != 0) {
        return refused_directory(fmt::format("the plugin directory {} cannot be opened: {}",
                                             file.directory, std::strerror(errno)));
    }
    if (auto why = distrust(status, file.directory); !why.empty()) {
        return refused_directory(std::move(why));
    }

    auto const name = fmt::format("bankd-{}.so", file.name);
    auto const path = fmt::format("{}/{}", file.directory, name);
    FileDescriptor fd(openat(directory.get(), name.c_str(),
                             O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd && errno == ELOOP)
        return refused(path + " is a symbolic link; replace it with the file itself");
    if (!fd || fstat(fd.get(), &status) != 0) {
        return refused(fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    }
    if (!S_ISREG(status.st_mode)) return refused(path + " is not a regular file");
    if (auto why = distrust(status, path); !why.empty()) return refused(std::move(why));
    return fd;
}

// Why the table of settings is invalid; empty: it is valid.
std::string problem_of_table(bankd_plugin_entry const& entry) {
    if (entry.setting_count > settings_max ||
        (entry.setting_count > 0 && entry.settings == nullptr)) {
        return "has no valid table of settings";
    }
    std::set<std::string> keys;
    for (std::size_t i = 0; i < entry.setting_count; ++i) {
        auto const& row = entry.settings[i];
        if (row.key == nullptr || row.default_value == nullptr || row.description == nullptr) {
            return fmt::format("has an incomplete setting at position {}", i + 1);
        }
        if (!keys.insert(row.key).second) return fmt::format("has the setting {} twice", row.key);
    }
    for (auto const& setting : plugin_settings(entry)) {
        auto const why = problem_of(setting, setting.default_value);
        if (!why.empty()) return fmt::format("has a default for {} that {}", setting.key, why);
    }
    return {};
}

// Why `entry` is not usable as the plugin `name`; empty: it is. Checks the version first: it
// determines the layout of the rest.
std::string problem_of_entry(bankd_plugin_entry const& entry, std::string const& name) {
    if (entry.abi_version != BANKD_PLUGIN_ABI_VERSION) {
        return fmt::format("uses version {} of the plugin interface, this bankd uses {}",
                           entry.abi_version, BANKD_PLUGIN_ABI_VERSION);
    }
    if (entry.toolchain == nullptr || std::strcmp(entry.toolchain, BANKD_PLUGIN_TOOLCHAIN) != 0) {
        return fmt::format("was built with \"{}\", this bankd with \"{}\"",
                           entry.toolchain == nullptr ? "" : entry.toolchain,
                           BANKD_PLUGIN_TOOLCHAIN);
    }
    if (entry.name == nullptr || entry.name != name) {
        return fmt::format("is named \"{}\"", entry.name == nullptr ? "" : entry.name);
    }
    if (entry.create == nullptr || entry.destroy == nullptr) {
        return "has no create or destroy function";
    }
    return problem_of_table(entry);
}

}  // namespace

Result<LoadedPlugin const*> PluginLoader::load(PluginFile const& file) {
    if (auto const* known = find(file.name)) {
        if (known->directory == file.directory) return known;
        return refused(fmt::format("{} is already loaded from {}", file.name, known->directory));
    }
    if (!is_plugin_name(file.name)) {
        return refused(fmt::format("\"{}\" is not a valid plugin name", file.name));
    }
    auto opened = open_checked(file);
    if (!opened) return std::move(opened).error();

    // Never closed: the descriptor number could be reused for another file, and dlopen, which
    // identifies libraries by path, would return this library for it.
    auto const fd = opened->release();
    auto const path = fmt::format("{}/bankd-{}.so", file.directory, file.name);
    void* const library =
        dlopen(fmt::format("/proc/self/fd/{}", fd).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return refused(fmt::format("{} cannot be loaded: {}", path, dlerror()));
    }
    auto const* entry = static_cast<bankd_plugin_entry const*>(dlsym(library, "bankd_plugin"));
    if (entry == nullptr) return refused(path + " is not a plugin: it has no symbol bankd_plugin");
    auto const why = problem_of_entry(*entry, file.name);
    if (!why.empty()) return refused(fmt::format("{} {}", path, why));

    loaded_.push_back(std::make_unique<LoadedPlugin>(
        LoadedPlugin{file.name, file.directory, entry, plugin_settings(*entry)}));
    return loaded_.back().get();
}

LoadedPlugin const* PluginLoader::find(std::string_view name) const noexcept {
    for (auto const& plugin : loaded_) {
        if (plugin->name == name) return plugin.get();
    }
    return nullptr;
}

}  // namespace bank::daemon
