#include "core/access/policy.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace bank::access {
namespace {

using api::Role;
using operations::meaning;
using operations::permissions;
using operations::scope_of;
using enum Scope;

// Duplicated on purpose: a changed cell in permissions.def must be changed here too, intentionally.
struct Row {
    Permission permission;
    Scope customer;
    Scope teller;
    Scope admin;
    Scope auditor;
};

constexpr Row matrix[] = {
    {Permission::view_account, own, any, any, any},
    {Permission::view_history, own, any, any, any},
    {Permission::view_transfer, own, any, any, any},
    {Permission::deposit, own, any, any, none},
    {Permission::withdraw, own, any, any, none},
    {Permission::transfer, own, any, any, none},
    {Permission::set_pin, own, any, any, none},
    {Permission::authorize_pin, own, any, any, none},
    {Permission::open_account, none, any, any, none},
    {Permission::lock_account, none, any, any, none},
    {Permission::unlock_account, none, any, any, none},
    {Permission::close_account, none, any, any, none},
    {Permission::set_overdraft, none, none, any, none},
    {Permission::hold, own, any, any, none},
    {Permission::capture, own, any, any, none},
    {Permission::release, own, any, any, none},
    {Permission::reverse, none, any, any, none},
    {Permission::set_limits, none, none, any, none},
    {Permission::rename_account, own, any, any, none},
    {Permission::freeze_account, none, any, any, none},
    {Permission::view_role_limits, none, any, any, any},
    {Permission::set_role_limits, none, none, any, none},
    {Permission::view_users, own, own, any, any},
    {Permission::add_user, none, none, any, none},
    {Permission::set_role, none, none, any, none},
    {Permission::set_disabled, none, none, any, none},
    {Permission::reset_password, none, none, any, none},
    {Permission::change_password, own, own, own, own},
    {Permission::list_sessions, own, own, any, any},
    {Permission::revoke_session, own, own, any, own},
    {Permission::erase_subject, none, none, any, none},
    {Permission::archive_audit, none, none, any, none},
    {Permission::clear_alarm, none, none, any, none},
    {Permission::view_audit, none, none, any, any},
    {Permission::check_ledger, none, none, any, any},
    {Permission::check_schema, none, none, any, any},
    {Permission::view_system, none, none, any, any},
};

struct Cell {
    Permission permission;
    Role role;
    Scope granted;
};

std::vector<Cell> cells() {
    std::vector<Cell> all;
    for (auto const& row : matrix) {
        all.push_back({row.permission, Role::customer, row.customer});
        all.push_back({row.permission, Role::teller, row.teller});
        all.push_back({row.permission, Role::admin, row.admin});
        all.push_back({row.permission, Role::auditor, row.auditor});
    }
    return all;
}

constexpr UserId me{7};
constexpr UserId stranger{8};
constexpr UserId the_bank{};

class PolicyCell : public testing::TestWithParam<Cell> {
protected:
    static bool may(UserId owner) {
        return decide(me, GetParam().role, GetParam().permission, owner).is_allowed;
    }
};

TEST_P(PolicyCell, ReachesExactlyAsFarAsTheMatrixSays) {
    auto const granted = GetParam().granted;
    EXPECT_EQ(may(me), granted != none);
    EXPECT_EQ(may(stranger), granted == any);
    EXPECT_EQ(may(the_bank), granted == any);
}

TEST_P(PolicyCell, AllowsNobodyWithoutAUser) {
    for (auto const owner : {me, stranger, the_bank}) {
        EXPECT_FALSE(decide(UserId{}, GetParam().role, GetParam().permission, owner).is_allowed);
    }
}

TEST_P(PolicyCell, SaysWhy) {
    auto const& [permission, role, granted] = GetParam();
    auto const decision = decide(me, role, permission, stranger);
    EXPECT_EQ(decision.permission, permission);
    EXPECT_EQ(decision.role, role);
    EXPECT_EQ(decision.granted, granted);
    EXPECT_EQ(decision.needed, any);
    EXPECT_EQ(decide(me, role, permission, me).needed, own);
    EXPECT_EQ(decision.details(), R"({"permission":")" + std::string(to_string(permission)) +
                                      R"(","role":")" + std::string(api::to_string(role)) +
                                      R"(","granted":")" + std::string(to_string(granted)) +
                                      R"(","needed":"any"})");
}

INSTANTIATE_TEST_SUITE_P(Matrix, PolicyCell, testing::ValuesIn(cells()), [](auto const& test) {
    return std::string(to_string(test.param.permission)) + "_" +
           std::string(api::to_string(test.param.role));
});

TEST(PolicyMatrix, HasARowForEveryPermission) {
    std::set<Permission> tested;
    for (auto const& row : matrix) EXPECT_TRUE(tested.insert(row.permission).second);
    EXPECT_EQ(tested.size(), permissions().size());
    for (auto const permission : permissions()) {
        EXPECT_TRUE(tested.contains(permission)) << to_string(permission);
        EXPECT_FALSE(meaning(permission).empty());
    }
}

TEST(PolicyMatrix, LetsAnAuditorChangeNothingButTheOwnPasswordAndSessions) {
    std::set<Permission> const changes_allowed{Permission::change_password,
                                               Permission::revoke_session};
    for (auto const permission : permissions()) {
        auto const word = to_string(permission);
        auto const is_reading =
            word.starts_with("view_") || word.starts_with("list_") || word.starts_with("check_");
        if (is_reading) {
            EXPECT_EQ(scope_of(permission, Role::auditor), any) << word;
        } else {
            EXPECT_EQ(scope_of(permission, Role::auditor),
                      changes_allowed.contains(permission) ? own : none)
                << word;
        }
    }
}

TEST(PolicyMatrix, LetsAnAdminDoAllThatATellerMay) {
    for (auto const permission : permissions()) {
        EXPECT_GE(scope_of(permission, Role::admin), scope_of(permission, Role::teller));
        EXPECT_GE(scope_of(permission, Role::teller), scope_of(permission, Role::customer));
    }
}

TEST(Cash, IsForCustomersUnlessTheBankLeavesItToStaffAndNeverForAuditors) {
    for (auto const is_customer_cash : {true, false}) {
        EXPECT_EQ(may_move_cash(Role::customer, is_customer_cash), is_customer_cash);
        EXPECT_TRUE(may_move_cash(Role::teller, is_customer_cash));
        EXPECT_TRUE(may_move_cash(Role::admin, is_customer_cash));
        EXPECT_FALSE(may_move_cash(Role::auditor, is_customer_cash));
    }
}

}  // namespace
}  // namespace bank::access
