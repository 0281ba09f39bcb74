#include "core/base/log.hpp"

#include <cstdio>

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
        fmt::print(stderr, "{}: {}\n", category, message);
    }
}

}  // namespace bank::log
