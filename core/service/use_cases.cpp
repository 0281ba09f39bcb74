#include "core/service/use_cases.hpp"

#include <array>
#include <tuple>
#include <type_traits>

#include "core/operations/list.hpp"

namespace bank::service {
namespace {

namespace op = operations;

using Settle = std::shared_ptr<Settlement>;
using Run = void (*)(access::Gate&, UseCases&, Admitted const&, Settle);
using ActionOf = audit::Action (*)(void const* input);

template <typename T>
void settle_with(Settlement& settlement, Result<T> result) {
    auto const outcome = outcome_of(result);
    if (result.ok()) {
        settlement.settle(nullptr, &result.value(), outcome);
    } else {
        settlement.settle(&result.error(), nullptr, outcome);
    }
}

// The forms of a use case: who asks, what, and where the answer goes, as far as each needs it.
template <typename Op>
struct Form {
    using Input = typename Op::Input;
    using Output = typename Op::Output;

    static Input& input(Admitted const& call) { return *static_cast<Input*>(call.input); }

    template <typename C>
    static Result<Output> run(C& use_case,
                              Result<Output> (C::*does)(access::Principal const&, Input const&),
                              Admitted const& call) {
        return (use_case.*does)(*call.principal, input(call));
    }
    template <typename C>
    static Result<Output> run(C& use_case, Result<Output> (C::*does)(access::Principal const&),
                              Admitted const& call) {
        return (use_case.*does)(*call.principal);
    }
    template <typename C>
    static Result<Output> run(C& use_case,
                              Result<Output> (C::*does)(access::Principal const&, Input const&,
                                                        api::ExportSink const&),
                              Admitted const& call) {
        if (call.sink == nullptr) {
            return Error{.code = Code::internal_error, .detail = "an export without a sink"};
        }
        return (use_case.*does)(*call.principal, input(call), *call.sink);
    }
    template <typename C>
    static Result<Output> run(C& use_case, Result<Output> (C::*does)(Request const&, Input const&),
                              Admitted const& call) {
        return (use_case.*does)(call.request, input(call));
    }
    template <typename C>
    static Result<Output> run(C& use_case, Result<Output> (C::*does)(Input const&),
                              Admitted const& call) {
        return (use_case.*does)(input(call));
    }
    template <typename C>
    static Result<Output> run(C& use_case, Result<Output> (C::*does)(), Admitted const&) {
        return (use_case.*does)();
    }
};

struct Row {
    std::uint16_t number;
    Run run;
    ActionOf action = nullptr;  // Of a movement; else the facts have it.
};

template <typename Op, auto place, auto does>
constexpr Row row{Op::facts.number,
                  [](access::Gate&, UseCases& all, Admitted const& call, Settle settle) {
                      settle_with(*settle, Form<Op>::run(all.*place, does, call));
                  }};

template <typename R, typename... A>
ledger::LedgerStore& store_of(Stores const& stores, R (ledger::LedgerStore::*)(A...)) {
    return stores.ledger;
}

// An operation whose use case is the store's: SQL checks the rights to the object.
template <typename Op, auto does>
constexpr Row stored{
    Op::facts.number, [](access::Gate&, UseCases& all, Admitted const& call, Settle settle) {
        auto& store = store_of(all.context.stores, does);
        settle_with(*settle, (store.*does)(call.principal->acting, Form<Op>::input(call)));
    }};

// An operation that moves money: between its draft and its posting each movement passes the gate.
template <typename Op>
void move_money(access::Gate& gate, UseCases& all, Admitted const& call, Settle settle) {
    using Output = typename Op::Output;
    auto const& who = *call.principal;
    auto const refuse = [&](Error error) { settle_with<Output>(*settle, std::move(error)); };
    auto draft = all.transfers.draft(who, Form<Op>::input(call));
    if (!draft.ok()) return refuse(draft.error());
    for (std::size_t i = 0; i < draft->orders.size(); ++i) {
        auto leg = all.transfers.leg(*draft, i);
        auto const passed = gate.pass(who, leg);
        if (!passed.ok()) return refuse(draft->at(i, passed.error()));
    }
    all.transfers.post(std::move(draft->orders),
                       [settle = std::move(settle)](Result<Output> result) {
                           settle_with(*settle, std::move(result));
                       });
}

template <typename Op>
constexpr Row movement{
    Op::facts.number, move_money<Op>, [](void const* input) {
        return Transfers::purpose_of(*static_cast<typename Op::Input const*>(input)).action;
    }};

constexpr auto logins = &UseCases::logins;
constexpr auto users = &UseCases::users;
constexpr auto accounts = &UseCases::accounts;
constexpr auto role_limits = &UseCases::role_limits;
constexpr auto transfers = &UseCases::transfers;
constexpr auto oversight = &UseCases::oversight;
constexpr auto figures = &UseCases::figures;

constexpr std::array rows{
    row<op::Login, logins, &Logins::login>,
    row<op::Refresh, logins, &Logins::refresh>,
    row<op::Logout, logins, &Logins::logout>,
    row<op::ListSessions, logins, &Logins::list_sessions>,
    row<op::RevokeSession, logins, &Logins::revoke_session>,
    row<op::WhoAmI, logins, &Logins::who_am_i>,
    row<op::ChangePassword, logins, &Logins::change_password>,

    row<op::AddUser, users, &Users::add>,
    row<op::ListUsers, users, &Users::list>,
    row<op::FindUser, users, &Users::find>,
    row<op::SetUserRole, users, &Users::set_role>,
    row<op::SetUserDisabled, users, &Users::set_disabled>,
    row<op::ResetPassword, users, &Users::reset_password>,
    row<op::EraseSubject, users, &Users::erase_subject>,

    row<op::OpenAccount, accounts, &Accounts::open>,
    stored<op::ListAccounts, &ledger::LedgerStore::list_accounts>,
    row<op::FindAccount, accounts, &Accounts::find>,
    stored<op::LockAccount, &ledger::LedgerStore::lock_account>,
    stored<op::UnlockAccount, &ledger::LedgerStore::unlock_account>,
    stored<op::RenameAccount, &ledger::LedgerStore::rename_account>,
    row<op::CloseAccount, accounts, &Accounts::close>,
    row<op::SetOverdraft, accounts, &Accounts::set_overdraft>,
    row<op::SetLimits, accounts, &Accounts::set_limits>,
    row<op::FreezeAccount, accounts, &Accounts::freeze>,
    row<op::SetPin, accounts, &Accounts::set_pin>,
    row<op::AuthorizePin, accounts, &Accounts::authorize_pin>,
    row<op::History, accounts, &Accounts::history>,
    row<op::Balance, accounts, &Accounts::balance>,
    row<op::ListHolds, accounts, &Accounts::list_holds>,
    row<op::ListRoleLimits, role_limits, &RoleLimits::list>,
    row<op::SetRoleLimits, role_limits, &RoleLimits::set>,

    row<op::ReserveBatch, transfers, &Transfers::reserve_batch>,
    movement<op::Submit>,
    movement<op::SubmitLinked>,
    row<op::FindTransfer, transfers, &Transfers::find>,
    row<op::ListTransfers, transfers, &Transfers::list>,
    row<op::TransferReceipt, transfers, &Transfers::receipt>,
    row<op::FindHold, transfers, &Transfers::find_hold>,

    row<op::ListAuditRecords, oversight, &Oversight::list_records>,
    row<op::AuditRange, oversight, &Oversight::prove_audit>,
    row<op::AuditConsistency, oversight, &Oversight::prove_growth>,
    row<op::ExportAudit, oversight, &Oversight::export_audit>,
    row<op::ArchiveAudit, oversight, &Oversight::archive_audit>,
    row<op::PruneAudit, oversight, &Oversight::prune_audit>,
    row<op::AuditCheckpoint, oversight, &Oversight::last_checkpoint>,
    row<op::AuditKeys, oversight, &Oversight::checkpoint_keys>,
    row<op::CheckLedger, oversight, &Oversight::check_ledger>,
    row<op::CheckSchema, oversight, &Oversight::check_schema>,
    row<op::ListAlarms, oversight, &Oversight::list_alarms>,
    row<op::ClearAlarm, oversight, &Oversight::clear_alarm>,
    row<op::Readiness, oversight, &Oversight::readiness>,
    row<op::PublicFacts, oversight, &Oversight::public_facts>,
    row<op::SystemStatus, oversight, &Oversight::system_status>,
    row<op::ListSettings, oversight, &Oversight::list_settings>,

    row<op::Metrics, figures, &Figures::collect>,
    row<op::ReportMetrics, figures, &Figures::report>,
};
static_assert(rows.size() == op::All::size, "each operation has one use case");

// By the place of each operation.
auto const& table() {
    static auto const by_place = [] {
        std::array<Row const*, op::All::size> places{};
        for (auto const& row : rows) {
            auto const* const operation = op::find(row.number);
            BANK_CHECK(operation != nullptr);
            auto& place = places.at(op::place_of(operation->facts));
            BANK_CHECK(place == nullptr);
            place = &row;
        }
        return places;
    }();
    return by_place;
}

}  // namespace

std::optional<audit::Action> action_of(op::Facts const& facts, void const* input) {
    auto const action = table()[op::place_of(facts)]->action;
    if (action != nullptr) return action(input);
    return facts.action;
}

void run(op::Facts const& facts, access::Gate& gate, UseCases& use_cases, Admitted const& call,
         Settle settlement) {
    table()[op::place_of(facts)]->run(gate, use_cases, call, std::move(settlement));
}

}  // namespace bank::service
