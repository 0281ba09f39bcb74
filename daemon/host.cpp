#include "daemon/host.hpp"

#include <filesystem>

#include "core/base/check.hpp"

namespace bank::daemon {

std::string Host::setting(std::string_view key) const {
    auto const config = parts_.config.get();
    auto const* value = config->find(parts_.name, key);
    BANK_CHECK(value != nullptr);
    if (value->setting.kind != Kind::path || value->text.empty()) return value->text;
    if (parts_.credentials_directory.empty()) return value->text;
    std::filesystem::path const path(value->text);
    std::error_code error;
    if (path.parent_path() != config->text("keys", "directory")) return value->text;
    auto const credential = parts_.credentials_directory / path.filename();
    return std::filesystem::is_regular_file(credential, error) ? credential.string() : value->text;
}

std::int64_t Host::setting_integer(std::string_view key) const {
    return parts_.config.get()->integer(parts_.name, key);
}

bool Host::setting_boolean(std::string_view key) const {
    return parts_.config.get()->boolean(parts_.name, key);
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

std::vector<std::string> Host::check_configuration() const {
    return parts_.check_configuration();
}

}  // namespace bank::daemon
