// JSON as a tree that keeps the order of members, to build a document from several sources.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bank::rest::openapi {

struct Member;

class Json {
public:
    // Null.
    Json() = default;

    [[nodiscard]] static Json text(std::string_view value);
    [[nodiscard]] static Json number(std::int64_t value);
    [[nodiscard]] static Json boolean(bool value);
    [[nodiscard]] static Json object();
    [[nodiscard]] static Json array(std::vector<Json> items = {});
    // Throws std::runtime_error with the fault.
    [[nodiscard]] static Json parse(std::string_view json);

    [[nodiscard]] bool is_object() const { return kind_ == Kind::object; }
    [[nodiscard]] bool is_array() const { return kind_ == Kind::array; }
    // Of a text; empty: it is none.
    [[nodiscard]] std::string as_text() const;

    // Of an object.
    [[nodiscard]] std::vector<Member>& members() { return members_; }
    [[nodiscard]] std::vector<Member> const& members() const { return members_; }
    [[nodiscard]] Json* find(std::string_view name);
    [[nodiscard]] Json const* find(std::string_view name) const;
    // Adds the member, as an object, if there is none.
    Json& at(std::string_view name);
    // Adds or replaces.
    Json& set(std::string_view name, Json value);
    void remove(std::string_view name);

    // Of an array.
    [[nodiscard]] std::vector<Json>& items() { return items_; }
    [[nodiscard]] std::vector<Json> const& items() const { return items_; }

    // Two blanks for each level.
    [[nodiscard]] std::string print() const;

private:
    enum class Kind : std::uint8_t { scalar, object, array };

    void print_to(std::string& out, std::size_t depth) const;

    Kind kind_ = Kind::scalar;
    std::string scalar_ = "null";  // As JSON.
    std::vector<Member> members_;
    std::vector<Json> items_;
};

struct Member {
    std::string name;
    Json value;
};

}  // namespace bank::rest::openapi
