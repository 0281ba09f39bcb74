// The words of the api's enumerations: the same in SQL, JSON and the documents.
#include <array>
#include <utility>

#include "core/api/accounts.hpp"
#include "core/api/alarms.hpp"
#include "core/api/rate.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"

namespace bank::api {
namespace {

template <typename Enum, std::size_t count>
using Words = std::array<std::pair<Enum, std::string_view>, count>;

constexpr Words<Role, 4> roles{{{Role::customer, "customer"},
                                {Role::teller, "teller"},
                                {Role::admin, "admin"},
                                {Role::auditor, "auditor"}}};
constexpr Words<PasswordState, 4> password_states{{{PasswordState::none, "none"},
                                                   {PasswordState::chosen, "chosen"},
                                                   {PasswordState::one_time, "one_time"},
                                                   {PasswordState::expired, "expired"}}};
constexpr Words<AccountKind, 4> account_kinds{{{AccountKind::customer, "customer"},
                                               {AccountKind::cash, "cash"},
                                               {AccountKind::suspense, "suspense"},
                                               {AccountKind::fees, "fees"}}};
constexpr Words<HoldState, 4> hold_states{{{HoldState::open, "open"},
                                           {HoldState::captured, "captured"},
                                           {HoldState::released, "released"},
                                           {HoldState::expired, "expired"}}};
constexpr Words<Side, 2> sides{{{Side::debit, "debit"}, {Side::credit, "credit"}}};
constexpr Words<Budget, 4> route_classes{{{Budget::login, "login"},
                                          {Budget::read, "read"},
                                          {Budget::write, "write"},
                                          {Budget::money, "money"}}};
constexpr Words<Readiness, 7> readinesses{{{Readiness::starting, "starting"},
                                           {Readiness::ready, "ready"},
                                           {Readiness::draining, "draining"},
                                           {Readiness::database_away, "database_away"},
                                           {Readiness::schema_mismatch, "schema_mismatch"},
                                           {Readiness::storage_full, "storage_full"},
                                           {Readiness::halted, "halted"}}};
constexpr Words<AlarmKind, 3> alarm_kinds{{{AlarmKind::schema, "schema"},
                                           {AlarmKind::records, "records"},
                                           {AlarmKind::cut_off, "cut_off"}}};

template <typename Enum, std::size_t count>
std::string_view word_of(Words<Enum, count> const& words, Enum value) noexcept {
    for (auto const& [candidate, word] : words) {
        if (candidate == value) return word;
    }
    return {};  // A number from a socket that names none.
}

template <typename Enum, std::size_t count>
std::optional<Enum> value_of(Words<Enum, count> const& words, std::string_view text) noexcept {
    for (auto const& [value, word] : words) {
        if (word == text) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Role role) noexcept {
    return word_of(roles, role);
}
std::string_view to_string(PasswordState state) noexcept {
    return word_of(password_states, state);
}
std::string_view to_string(AccountKind kind) noexcept {
    return word_of(account_kinds, kind);
}
std::string_view to_string(Side side) noexcept {
    return word_of(sides, side);
}

std::string_view to_string(HoldState state) noexcept {
    return word_of(hold_states, state);
}
std::string_view to_string(Budget route) noexcept {
    return word_of(route_classes, route);
}
std::string_view to_string(Readiness state) noexcept {
    return word_of(readinesses, state);
}
std::string_view to_string(AlarmKind kind) noexcept {
    return word_of(alarm_kinds, kind);
}

std::optional<Role> parse_role(std::string_view text) noexcept {
    return value_of(roles, text);
}
std::optional<PasswordState> parse_password_state(std::string_view text) noexcept {
    return value_of(password_states, text);
}
std::optional<AccountKind> parse_account_kind(std::string_view text) noexcept {
    return value_of(account_kinds, text);
}
std::optional<HoldState> parse_hold_state(std::string_view text) noexcept {
    return value_of(hold_states, text);
}

}  // namespace bank::api
