// Section [rest] of bankd.conf.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plugins/api/abi.h"
#include "plugins/api/plugin.hpp"

namespace bank::rest {

struct Settings {
    std::string address;
    std::uint16_t port = 0;
    bool uses_tls = true;
    std::string tls_certificate;
    std::string tls_key;
    int threads_max = 0;
    std::size_t connections_per_source_max = 0;
    std::chrono::milliseconds header_deadline{0};
    std::chrono::milliseconds idle_timeout{0};
    std::size_t body_size_max = 0;
    std::size_t batch_size_max = 0;
    std::size_t batch_window_max = 0;
    std::string own_names;
    std::string docs_directory;
    std::string web_directory;
};

[[nodiscard]] std::span<bankd_setting const> setting_table() noexcept;

[[nodiscard]] Settings read_settings(plugin::Settings const& host);

// Adds what Server::start() would refuse of them.
void check_settings(plugin::Settings const& settings, std::vector<plugin::SettingFault>& faults);

}  // namespace bank::rest
