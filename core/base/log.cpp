#include "core/base/log.hpp"

#include <fmt/format.h>

#include "core/base/standard_streams.hpp"

namespace bank::log {
namespace {
Sink& sink() {
    static Sink instance;
    return instance;
}
}  // namespace

void set_sink(Sink new_sink) {
    sink() = std::move(new_sink);
}

void write(Level level, std::string_view category, std::string_view message) {
    if (sink()) {
        sink()(level, category, message);
    } else if (level != Level::debug) {
        say(fmt::format("{}: {}\n", category, message));
    }
}

}  // namespace bank::log
