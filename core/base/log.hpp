// Log lines of the core. The daemon sets their destination; without a sink they go to stderr.
//
// Threads: any. A message is one line of plain text and never contains a secret, PIN, password,
// token, or an amount together with a name.
#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace bank::log {

enum class Level : std::uint8_t { debug, info, warning, error };

using Sink = std::function<void(Level, std::string_view category, std::string_view message)>;

// Called once, before other threads exist. An empty sink restores stderr.
void set_sink(Sink sink);

void write(Level level, std::string_view category, std::string_view message);

template <typename... Args>
void info(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::info, category, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void warning(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::warning, category, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void error(std::string_view category, fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, category, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace bank::log
