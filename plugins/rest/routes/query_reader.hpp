// Reads the query of a URI, strictly: each parameter is known, stands once and is well formed.
//
// Threads: one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/page.hpp"
#include "core/api/type.hpp"
#include "core/base/time.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

// Percent-decoding with '+' as blank, as browsers write queries. Nothing for a broken escape.
[[nodiscard]] std::optional<std::string> decode_component(std::string_view text);

// Everything but unreserved characters becomes %XX.
[[nodiscard]] std::string encode_component(std::string_view text);

class QueryReader {
public:
    explicit QueryReader(std::string_view query);

    // An absent parameter leaves the value as it was.
    void text(std::string_view name, std::string& value, std::size_t size_max);
    void boolean(std::string_view name, bool& value);
    void id(std::string_view name, std::int64_t& value);
    void needed_id(std::string_view name, std::int64_t& value);  // It may not be absent.
    void instant(std::string_view name, std::optional<Timestamp>& value);
    void page(api::PageRequest& page);

    // A word of an enumeration; `optional` is of it.
    void word(std::string_view name, api::Type const& optional, void* value);

    // Nothing if the query is good.
    [[nodiscard]] std::optional<Problem> finish();

private:
    struct Parameter {
        std::string name;
        std::string value;
        bool is_asked = false;
    };
    std::string const* find(std::string_view name);
    void add(std::string_view name, std::string message);

    std::vector<Parameter> parameters_;
    std::vector<FieldError> errors_;
};

}  // namespace bank::rest
