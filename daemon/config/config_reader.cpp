// From lines to values: resolves sections and keys, and checks values individually and together.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/money/iban.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/ini.hpp"
#include "daemon/config/suggest.hpp"

namespace bank::daemon {
namespace {

class Reader {
public:
    Reader(std::vector<IniSection> sections, Report& report, Scope scope)
        : sections_(std::move(sections)),
          report_(report),
          scope_(std::move(scope)),
          config_(core_settings()) {}

    Config read(FindTable const& find_table) && {
        apply([](std::string_view) { return true; });
        add_plugins(find_table);
        name_strangers();
        check_together();
        config_.follow_keys_directory();
        check_plugins();
        return std::move(config_);
    }

private:
    // Applies the values of known sections that `wanted` accepts and that were not applied yet.
    template <typename Wanted>
    void apply(Wanted wanted) {
        std::vector<std::string> applied;
        for (auto const& section : sections_) {
            if (!config_.has_section(section.name) || applied_.contains(section.name)) continue;
            if (!wanted(section.name)) continue;
            for (auto const& entry : section.entries) apply_entry(section.name, entry);
            applied.push_back(section.name);
        }
        applied_.insert(applied.begin(), applied.end());
    }

    void apply_entry(std::string const& section, IniEntry const& entry) {
        auto const* known = config_.find(section, entry.key);
        if (known == nullptr) return unknown_key(section, entry);
        auto const why = problem_of(known->setting, entry.value);
        if (!why.empty()) {
            bool const is_shown = known->setting.kind != Kind::connection && !entry.value.empty();
            auto const shown = is_shown ? " = " + entry.value : std::string();
            return mistake(section, entry.place,
                           fmt::format("[{}] {}{}: {}", section, entry.key, shown, why));
        }
        config_.set(section, entry.key, entry.value, entry.place);
    }

    void mistake(std::string const& section, Place const& place, std::string text) {
        report_.doubted.insert(section);
        report_.mistake(place, std::move(text));
    }

    void unknown_key(std::string const& section, IniEntry const& entry) {
        std::vector<std::string> own;
        for (auto const& value : config_.values()) {
            if (value.setting.section == section) own.push_back(value.setting.key);
        }
        auto text = fmt::format("[{}] has no key \"{}\"", section, entry.key);
        auto const meant = nearest(entry.key, own);
        if (!meant.empty()) {
            text += fmt::format("; did you mean \"{}\"?", meant);
        } else {
            for (auto const& value : config_.values()) {
                if (value.setting.key != entry.key) continue;
                text += fmt::format("; the key belongs to [{}]", value.setting.section);
                break;
            }
        }
        mistake(section, entry.place, std::move(text));
    }

    void add_plugins(FindTable const& find_table) {
        auto const& load = *config_.find("plugins", "load");
        auto const place = load.place;
        auto const directory = config_.text("plugins", "directory");
        auto const directory_origin = config_.find("plugins", "directory")->place;
        bool is_directory_told = false;
        for (auto const& name : scope_.plugins.value_or(split_list(load.text))) {
            if (config_.has_section(name)) {
                report_.mistake(place, fmt::format("[plugins] load: \"{}\" is a section of the "
                                                   "core, not a plugin",
                                                   name));
                continue;
            }
            auto found = find_table({directory, name});
            if (auto* table = std::get_if<PluginTable>(&found)) {
                config_.add(std::move(table->settings));
                apply([&](std::string_view section) { return section == name; });
                if (table->check) checks_.emplace(name, std::move(table->check));
                continue;
            }
            unlooked_.insert(name);
            if (auto* refused = std::get_if<PluginRefused>(&found)) {
                if (!refused->is_directory) {
                    report_.mistake(place, "[plugins] load: " + refused->sentence);
                } else if (!std::exchange(is_directory_told, true)) {
                    // The next plugin would have the same error.
                    mistake("plugins", directory_origin,
                            "[plugins] directory: " + refused->sentence);
                }
            } else {
                report_.warning(place, fmt::format("[plugins] load: loading {} needs a restart; "
                                                   "[{}] was not checked",
                                                   name, name));
            }
        }
    }

    void name_strangers() {
        std::vector<std::string> known;
        for (auto const& value : config_.values()) {
            if (known.empty() || known.back() != value.setting.section) {
                known.push_back(value.setting.section);
            }
        }
        for (auto const& section : sections_) {
            if (config_.has_section(section.name) || unlooked_.contains(section.name)) continue;
            // A disabled front end may keep its section.
            if (section.name == "rest" || section.name == "admin") {
                if (scope_.plugins) continue;
                report_.warning(section.place,
                                fmt::format("[{}] belongs to a plugin that is not loaded; it was "
                                            "not checked",
                                            section.name));
                continue;
            }
            auto text = fmt::format("unknown section [{}]", section.name);
            auto const meant = nearest(section.name, known);
            text += meant.empty() ? "." : fmt::format("; did you mean [{}]?", meant);
            text += " Nothing in it was checked.";
            report_.doubted.insert(meant);
            report_.mistake(section.place, std::move(text));
        }
    }

    // Checks by the plugins themselves. Plugins may name files of [keys]: if that section is
    // doubted or its directory is missing, only [keys] is reported.
    void check_plugins() {
        if (report_.doubted.contains("keys")) return;
        for (auto const& [name, check] : checks_) {
            if (report_.doubted.contains(name)) continue;
            for (auto& fault : check(config_)) {
                auto const* value = config_.find(name, fault.key);
                if (value == nullptr) {
                    report_.mistake({}, fmt::format("The plugin {} has no setting \"{}\", but "
                                                    "found a fault in it: {}",
                                                    name, fault.key, fault.why));
                    continue;
                }
                if (is_in_missing_keys(value->text)) continue;
                auto text =
                    fmt::format("[{}] {} = {}: {}", name, fault.key, value->text, fault.why);
                fault.is_of_process ? report_.warning(value->place, std::move(text))
                                    : report_.mistake(value->place, std::move(text));
            }
        }
    }

    [[nodiscard]] bool is_in_missing_keys(std::string const& path) const {
        auto const& keys = config_.text("keys", "directory");
        std::error_code error;
        return path.starts_with(keys + "/") && !std::filesystem::exists(keys, error);
    }

    // Checks that involve several values.
    void check_together() {
        auto const& code = *config_.find("bank", "bank_code");
        auto const& country = *config_.find("bank", "country");
        auto const prefix = money::check({country.text, code.text});
        if (!prefix) {
            auto const& place = code.place.file.empty() ? country.place : code.place;
            report_.mistake(place, fmt::format("[bank] country = {}, bank_code = {}: {}",
                                               country.text, code.text, prefix.error().detail));
        }
        auto const& batch = *config_.find("posting", "batch_max");
        auto const& queue = *config_.find("posting", "queue_max");
        if (config_.integer("posting", "batch_max") > config_.integer("posting", "queue_max")) {
            auto const& place = queue.place.file.empty() ? batch.place : queue.place;
            report_.mistake(place, fmt::format("[posting] queue_max = {}: must not be below "
                                               "batch_max = {}",
                                               queue.text, batch.text));
        }
    }

    std::vector<IniSection> sections_;
    Report& report_;
    Scope const scope_;
    Config config_;
    std::set<std::string, std::less<>> applied_;
    std::set<std::string, std::less<>> unlooked_;  // To be loaded, but without a table.
    std::map<std::string, PluginCheck> checks_;    // By plugin name.
};

}  // namespace

Config read_config(std::filesystem::path const& file, FindTable const& find_table, Report& report,
                   Scope const& scope) {
    auto sections = read_ini_files(file, report);
    std::map<std::string, int> order;
    for (auto const& section : sections) {
        order.emplace(section.place.file, static_cast<int>(order.size()));
    }
    auto config = Reader(std::move(sections), report, scope).read(find_table);
    auto const by_place = [&](Mistake const& a, Mistake const& b) {
        auto const place = [&](Mistake const& mistake) {
            auto const found = order.find(mistake.place.file);
            return std::pair{found == order.end() ? -1 : found->second, mistake.place.line};
        };
        return place(a) < place(b);
    };
    std::stable_sort(report.mistakes.begin(), report.mistakes.end(), by_place);
    std::stable_sort(report.warnings.begin(), report.warnings.end(), by_place);
    return config;
}

Config default_config(FindTable const& find_table, Report& report) {
    return Reader({}, report, {}).read(find_table);
}

}  // namespace bank::daemon
