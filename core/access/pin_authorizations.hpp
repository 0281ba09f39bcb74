// What a session may do after it has proven an account's PIN. An authorization is a row of the
// database with a MAC of the core over everything that it says: one that was planted, copied or
// prolonged there counts as none. Those of any transfer are remembered until their end, which SQL
// cannot move; SQL, which has no key, checks for each transfer that the row still exists.
//
// Threads: any.
#pragma once
#include <chrono>
#include <cstdint>

#include "core/access/bindings.hpp"
#include "core/access/bounded_table.hpp"
#include "core/access/principal.hpp"
#include "core/access/user_store.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::access {

class PinAuthorizations {
public:
    // All must outlive it.
    PinAuthorizations(PinStore& store, Bindings const& bindings, Clock const& clock)
        : store_(store), bindings_(bindings), clock_(clock) {}

    struct Terms {
        std::chrono::seconds lifetime{};  // An hour at most.
        int attempts_max = 0;             // Wrong PINs until the account is locked.
        Uuid only_for;  // Idempotency id of the one permitted transfer; all zeros: any.
    };
    // Errors: those of PinStore::authorize().
    [[nodiscard]] Result<api::PinAuthorization> authorize(Principal const& who, AccountId account,
                                                          PinVerifier const& verify,
                                                          Terms const& terms);

    // Whether the session may move the account without its PIN in this transfer. Asks the database
    // about those that another daemon gave, or this one before its start. storage_unavailable.
    [[nodiscard]] Result<bool> covers(Principal const& who, AccountId account,
                                      Uuid const& transfer);

private:
    // Until when an authorization of any transfer was seen to last.
    struct Seen {
        Timestamp expires_at;
        [[nodiscard]] std::int64_t weight() const noexcept { return 0; }
    };
    static constexpr std::size_t seen_max = 250'000;

    void remember(SessionId session, AccountId account, Timestamp until);

    PinStore& store_;
    Bindings const& bindings_;
    Clock const& clock_;
    BoundedTable<Seen> seen_{seen_max};
};

}  // namespace bank::access
