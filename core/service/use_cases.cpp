#include "core/service/use_cases.hpp"

#include <array>
#include <tuple>
#include <type_traits>

#include "core/operations/list.hpp"

namespace bank::service {
namespace {

namespace op = operations;

using Run = void (*)(UseCases&, Admitted const&, Settle);

template <typename T>
void settle_with(Settle const& settle, Result<T> result) {
    auto const outcome = outcome_of(result);
    if (result.ok()) {
        settle(nullptr, &result.value(), outcome);
    } else {
        settle(&result.error(), nullptr, outcome);
    }
}

// The forms of a use case: who asks, what, and where the answer goes, as far as each needs it.
template <typename Op>
struct Form {
    using Input = typename Op::Input;
    using Output = typename Op::Output;
    using Reply = std::function<void(Result<Output>)>;

    static Input& input(Admitted const& call) { return *static_cast<Input*>(call.input); }

    template <typename C>
    static void run(C& use_case, Result<Output> (C::*does)(auth::Principal const&, Input const&),
                    Admitted const& call, Settle const& settle) {
        settle_with(settle, (use_case.*does)(*call.principal, input(call)));
    }
    template <typename C>
    static void run(C& use_case, Result<Output> (C::*does)(auth::Principal const&),
                    Admitted const& call, Settle const& settle) {
        settle_with(settle, (use_case.*does)(*call.principal));
    }
    template <typename C>
    static void run(C& use_case,
                    Result<Output> (C::*does)(auth::Principal const&, Input const&,
                                              api::ExportSink const&),
                    Admitted const& call, Settle const& settle) {
        if (call.sink == nullptr) {
            return settle_with<Output>(
                settle, Error{.code = Code::internal_error, .detail = "an export without a sink"});
        }
        settle_with(settle, (use_case.*does)(*call.principal, input(call), *call.sink));
    }
    template <typename C>
    static void run(C& use_case, Result<Output> (C::*does)(Request const&, Input const&),
                    Admitted const& call, Settle const& settle) {
        settle_with(settle, (use_case.*does)(call.request, input(call)));
    }
    template <typename C>
    static void run(C& use_case, Result<Output> (C::*does)(Input const&), Admitted const& call,
                    Settle const& settle) {
        settle_with(settle, (use_case.*does)(input(call)));
    }
    template <typename C>
    static void run(C& use_case, Result<Output> (C::*does)(), Admitted const&,
                    Settle const& settle) {
        settle_with(settle, (use_case.*does)());
    }
    template <typename C>
    static void run(C& use_case, void (C::*does)(Request const&, Input, Reply),
                    Admitted const& call, Settle settle) {
        (use_case.*does)(call.request, std::move(input(call)),
                         [settle = std::move(settle)](Result<Output> result) {
                             settle_with(settle, std::move(result));
                         });
    }
};

struct Row {
    std::uint16_t number;
    Run run;
};

template <typename Op, auto place, auto does>
constexpr Row row{Op::facts.number, [](UseCases& all, Admitted const& call, Settle settle) {
                      Form<Op>::run(all.*place, does, call, std::move(settle));
                  }};

constexpr auto admission = &UseCases::admission;
constexpr auto logins = &UseCases::logins;
constexpr auto users = &UseCases::users;
constexpr auto accounts = &UseCases::accounts;
constexpr auto role_limits = &UseCases::role_limits;
constexpr auto transfers = &UseCases::transfers;
constexpr auto oversight = &UseCases::oversight;
constexpr auto figures = &UseCases::figures;

constexpr std::array rows{
    row<op::ReserveBatch, admission, &Admission::reserve_batch>,

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
    row<op::ListAccounts, accounts, &Accounts::list>,
    row<op::FindAccount, accounts, &Accounts::find>,
    row<op::LockAccount, accounts, &Accounts::lock>,
    row<op::UnlockAccount, accounts, &Accounts::unlock>,
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

    row<op::Submit, transfers, &Transfers::submit>,
    row<op::SubmitLinked, transfers, &Transfers::submit_linked>,
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
        std::array<Run, op::All::size> runs{};
        for (auto const& row : rows) {
            auto const* const operation = op::find(row.number);
            BANK_CHECK(operation != nullptr);
            auto& run = runs.at(op::place_of(operation->facts));
            BANK_CHECK(run == nullptr);
            run = row.run;
        }
        return runs;
    }();
    return by_place;
}

}  // namespace

void run(op::Facts const& facts, UseCases& use_cases, Admitted const& call, Settle settle) {
    table()[op::place_of(facts)](use_cases, call, std::move(settle));
}

}  // namespace bank::service
