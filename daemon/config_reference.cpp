#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/config.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t width = 96;

constexpr auto head = R"(# bankd.conf: the configuration of bankd.
#
# Each key stands here at its default, as a comment. Remove the '#' and change the value, or, better
# for upgrades, put your own lines into conf.d/NN-name.conf beside this file: those are read after
# it in the order of their names, and what is written later wins.
#
# A comment has a line of its own; values are not quoted. `bankd --check-config` reports every
# mistake with its file and line. `systemctl reload bankd` takes up what needs no restart.
)";

// `text` as comment lines, broken between words.
std::string comment(std::string_view text) {
    std::string out;
    std::string line;
    auto const flush = [&] {
        if (!line.empty()) out += "#" + line + "\n";
        line.clear();
    };
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        auto const word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.size() + word.size() + 2 > width) flush();
        line += ' ';
        line += word;
    }
    flush();
    return out;
}

std::string bounds(Setting const& setting) {
    switch (setting.kind) {
    case Kind::integer: return fmt::format("{} to {}.", setting.minimum, setting.maximum);
    case Kind::boolean: return "yes or no.";
    case Kind::word: return fmt::format("One of {}.", fmt::join(setting.words, ", "));
    case Kind::path: return "A path.";
    case Kind::text:
    case Kind::connection: break;
    }
    return {};
}

std::string restart(Setting const& setting) {
    switch (setting.restart) {
    case Restart::needed: return "Needs a restart.";
    case Restart::not_needed: return "A reload is enough.";
    case Restart::unsaid: break;
    }
    return {};
}

}  // namespace

std::string config_reference(std::vector<Setting> const& settings) {
    std::string out = head;
    std::string_view section;
    for (auto const& setting : settings) {
        if (setting.section != section) {
            section = setting.section;
            out += fmt::format("\n[{}]\n", section);
        }
        out += "\n" + comment(setting.description);
        std::string facts = bounds(setting);
        auto const when = restart(setting);
        if (!facts.empty() && !when.empty()) facts += ' ';
        out += comment(facts + when);
        auto const separator = setting.default_value.empty() ? "" : " ";
        out += fmt::format("#{} ={}{}\n", setting.key, separator, setting.default_value);
    }
    return out;
}

}  // namespace bank::daemon
