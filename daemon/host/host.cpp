#include "daemon/host/host.hpp"

#include <filesystem>

#include "core/base/check.hpp"
#include "daemon/os/credentials.hpp"

namespace bank::daemon {

std::string Section::setting(std::string_view key) const {
    auto const* value = config_.find(name_, key);
    BANK_CHECK(value != nullptr);
    if (value->setting.kind != Kind::path || value->text.empty()) return value->text;
    auto const& credentials = surroundings_.credentials_directory;
    if (credentials.empty()) return value->text;
    std::filesystem::path const path(value->text);
    std::error_code error;
    if (path.parent_path() != config_.text("keys", "directory")) return value->text;
    auto const credential = std::filesystem::path(credentials) / path.filename();
    return std::filesystem::is_regular_file(credential, error) ? credential.string() : value->text;
}

std::int64_t Section::setting_integer(std::string_view key) const {
    return config_.integer(name_, key);
}

bool Section::setting_boolean(std::string_view key) const {
    return config_.boolean(name_, key);
}

bool Section::is_given(std::string_view key) const {
    auto const* value = config_.find(name_, key);
    return value != nullptr && value->is_given;
}

bool Section::is_kept_for_service(std::string_view key) const {
    std::filesystem::path const path(setting(key));
    std::error_code error;
    if (std::filesystem::exists(path, error)) return false;
    return is_encrypted_credential(
        {path.parent_path().string(), surroundings_.credentials_directory},
        path.filename().string());
}

bool Section::is_handed_over(std::string_view name) const {
    return surroundings_.is_handed_over && surroundings_.is_handed_over(name);
}

std::string Host::setting(std::string_view key) const {
    auto const config = parts_.config.get();
    return Section(*config, parts_.name, {parts_.credentials_directory, {}}).setting(key);
}

std::int64_t Host::setting_integer(std::string_view key) const {
    return parts_.config.get()->integer(parts_.name, key);
}

bool Host::setting_boolean(std::string_view key) const {
    return parts_.config.get()->boolean(parts_.name, key);
}

bool Host::is_given(std::string_view key) const {
    auto const config = parts_.config.get();
    return Section(*config, parts_.name, {}).is_given(key);
}

std::optional<int> Host::take_listener(std::string_view name) {
    bool const is_own = name == parts_.name || name.starts_with(parts_.name + "-");
    return is_own ? parts_.listeners.take(name) : std::nullopt;
}

void Host::log(log::Level level, std::string_view message) {
    log::write(level, parts_.name, message);
}

std::string Host::describe_configuration() const {
    return parts_.config.get()->describe();
}

plugin::ConfigurationFindings Host::check_configuration() const {
    return parts_.check_configuration();
}

}  // namespace bank::daemon
