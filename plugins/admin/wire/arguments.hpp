// What a command is given: named values, secrets among them.
//
// Threads: none shared.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/secret.hpp"

namespace bank::admin::wire {

// A list as JSON, not looked into yet.
struct JsonText {
    std::string text;
};

class Arguments {
public:
    using Value = std::variant<std::string, std::int64_t, bool, Secret, JsonText>;
    struct Item {
        std::string name;
        Value value;
    };

    // Replaces what stood under `name`.
    void set(std::string_view name, Value value);
    [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name) != nullptr; }

    // Empty, nothing or false if the argument was not given.
    // Precondition: if given, it is of that type.
    [[nodiscard]] std::string const& text(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] Secret secret(std::string_view name) const;

    [[nodiscard]] std::string_view json(std::string_view name) const;

    [[nodiscard]] std::vector<Item> const& items() const noexcept { return items_; }

private:
    [[nodiscard]] Value const* find(std::string_view name) const noexcept;

    std::vector<Item> items_;
};

}  // namespace bank::admin::wire
