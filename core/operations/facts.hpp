// The facts of an operation: all its properties except its values and its use case.
//
// Constants; any thread may read them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/api/front_end.hpp"
#include "core/api/rate.hpp"
#include "core/audit/action.hpp"
#include "core/operations/permission.hpp"

namespace bank::operations {

using audit::Action;
using Budget = api::Budget;

// reads: a lost answer does no harm. changes: without an answer the outcome is unknown.
enum class Effect : std::uint8_t { reads, changes };

// The front ends that may call it.
enum class Callers : std::uint8_t { rest = 1, admin = 2, both = 3 };

[[nodiscard]] constexpr bool may_call(Callers callers, api::FrontEnd front_end) noexcept {
    auto const bit = front_end == api::FrontEnd::rest ? 1U : 2U;
    return (static_cast<unsigned>(callers) & bit) != 0;
}

// Proof of identity that the gate asks for before the use case runs.
enum class Entry : std::uint8_t {
    anyone,        // None: the answer is public, or the input is the proof.
    any_password,  // A session, even one opened with a one-time password.
    session,       // A session whose user has chosen a password.
    by_kind,       // As session; the permission depends on the kind of transaction.
};

enum class Method : std::uint8_t { get, post, put, del };

// The route of the REST interface.
struct Route {
    Method method = Method::get;
    std::string_view path;  // {id}: the field of the input that is in the path.
    int status = 200;       // Of success.
};

struct Example {
    std::string_view line;  // "bankctl account lock 17 ..."
    std::string_view text;  // Its effect, in one sentence.
};

// The command of the admin channel and of bankctl that is the operation; its arguments are the
// fields of the input.
struct CommandFacts {
    std::string_view words = {};        // "account lock"; empty: it has none.
    std::array<Example, 2> examples{};  // At least one; an empty one is none.
    std::string_view question = {};     // Asked before it runs, with {} for the first argument.
    std::string_view text = {};         // In place of Facts::text, which is for integrators.
};

struct Facts {
    std::uint16_t number = 0;  // On the core's socket; never reused. New: the highest plus 1.
    std::string_view name;     // In metrics and on the socket, and the contract's operationId.
    Effect effect = Effect::reads;
    Callers callers = Callers::both;
    Entry entry = Entry::session;
    bool is_streamed = false;              // Its output comes in parts, to a sink.
    bool works_in_halt = false;            // A change that a halted bank still makes.
    std::optional<Budget> budget;          // Charged for each call; none: free.
    std::optional<Permission> permission;  // The role must have it at least for its own objects.
    std::optional<Action> action;          // Of the audit records, refusals included.
    Route route;                           // Without a path: no route of its own.
    std::string_view summary;              // One line, imperative.
    std::string_view text;                 // One paragraph, for integrators.
    std::string_view tag;                  // Its heading in the contract.
    CommandFacts command = {};
};

// A list of operations: those of one header, or all.
template <typename... Op>
struct List {
    static constexpr std::size_t size = sizeof...(Op);
};

}  // namespace bank::operations
