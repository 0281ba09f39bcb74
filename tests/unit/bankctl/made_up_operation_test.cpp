// An operation that no program knows gets its command, help, request, result and view from its
// type alone.
#include <gtest/gtest.h>

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/operation.hpp"
#include "plugins/admin/wire/operation_command.hpp"
#include "plugins/bankctl/command.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/general_view.hpp"
#include "plugins/bankctl/help.hpp"
#include "tests/support/recording_bank.hpp"

namespace bank::made_up {

enum class Reason : std::uint8_t { wish, error };

[[nodiscard]] std::string_view to_string(Reason reason) noexcept {
    if (reason == Reason::wish) return "wish";
    return reason == Reason::error ? "error" : "";
}

struct RenameRequest {
    AccountId account_id;
    std::string name;
    Reason reason = Reason::wish;
    std::int64_t fee = 0;
    money::Currency currency = {};
    std::optional<Timestamp> from;
    bool is_silent = false;
};

struct Renamed {
    AccountId account_id;
    std::string name;
    money::Money fee;
    bool is_silent = false;
    std::optional<Timestamp> from;
};

[[nodiscard]] api::Type const& describe(std::type_identity<RenameRequest>);
[[nodiscard]] api::Type const& describe(std::type_identity<Renamed>);

using api::amount;
using api::field;
using api::Type;
using api::ValueKind;

BANK_DESCRIBE(
    RenameRequest, "RenameRequest",
    field<&RenameRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&RenameRequest::name>("name", "The new name.", "\"Household\"").sized(1, 20),
    field<&RenameRequest::reason>("reason", "Reason of the change."),
    amount<&RenameRequest::fee, &RenameRequest::currency>("fee", "The fee, like 5.00.")
        .bounded(0, bounds::amount_max)
        .optional(),
    field<&RenameRequest::currency>("currency", "Currency of the fee.").as(api::Appearance::hidden),
    field<&RenameRequest::from>("from", "From this date or instant on.")
        .optional()
        .typed_as({.option = "since"}),
    field<&RenameRequest::is_silent>("is_silent", "Whether to notify nobody."))

BANK_DESCRIBE(Renamed, "Renamed", field<&Renamed::account_id>("account_id", "Id of the account."),
              field<&Renamed::name>("name", "The new name."),
              field<&Renamed::fee>("fee", "The fee."),
              field<&Renamed::is_silent>("is_silent", "Whether nobody is notified."),
              field<&Renamed::from>("from", "From this instant on."))

struct RenameAccount {
    using Input = RenameRequest;
    using Output = Renamed;
    static constexpr operations::Facts facts{
        .number = 60'000,
        .name = "rename_account",
        .effect = operations::Effect::changes,
        .summary = "Rename an account",
        .text = "Changes the name under which the owner sees the account.",
        .tag = "Accounts",
        .command = {.words = "account rename",
                    .examples = {{{"bankctl account rename 17 --name Savings", "Renames it."}}},
                    .question = "Rename account {}?"},
    };
};

struct ListRenamed {
    using Input = Done;
    using Output = api::Page<Renamed>;
    static constexpr operations::Facts facts{
        .number = 60'001,
        .name = "list_renamed",
        .summary = "List renamed accounts",
        .tag = "Accounts",
        .command = {.words = "rename list", .examples = {{{"bankctl rename list", "All."}}}},
    };
};

// Renames; asks the others of a bank that knows account 17.
class Bank : public test::RecordingBank {
public:
    void call(operations::Operation const& operation, api::Caller const& caller, void* input,
              api::ExportSink const* sink, Reply reply) override {
        if (operation.facts.number != RenameAccount::facts.number) {
            return RecordingBank::call(operation, caller, input, sink, std::move(reply));
        }
        request = *static_cast<RenameRequest*>(input);
        Renamed renamed{.account_id = request.account_id,
                        .name = request.name,
                        .fee = {request.fee, *money::parse_currency("EUR")},
                        .is_silent = request.is_silent,
                        .from = request.from};
        reply({.error = nullptr, .output = &renamed, .rate = {}});
    }
    RenameRequest request;
};

class MadeUpOperation : public testing::Test {
protected:
    MadeUpOperation() {
        bank_.accounts = {{.id = {17}, .currency = *money::parse_currency("EUR")}};
    }

    bankctl::Parsed parse(std::vector<std::string> const& words) {
        return bankctl::parse_arguments(command_, words, "");
    }
    Result<std::string> run(std::vector<std::string> const& words) {
        auto const parsed = parse(words);
        auto const* const invocation = std::get_if<bankctl::Invocation>(&parsed);
        if (invocation == nullptr) return Error{.code = Code::malformed_request};
        test::RecordingHost host;
        api::Caller const caller;
        admin::SendPart const send_part;
        return admin::run_operation({bank_, host, caller, send_part}, invocation->arguments,
                                    operations::operation<RenameAccount>);
    }

    Bank bank_;
    admin::wire::CommandSpec spec_ = admin::wire::command_of(operations::operation<RenameAccount>);
    bankctl::Command command_ = bankctl::command_of(spec_);
};

TEST_F(MadeUpOperation, HasItsCommandAndHelp) {
    EXPECT_EQ(bankctl::synopsis(command_),
              "bankctl account rename ACCOUNT --name TEXT --reason REASON [--fee MONEY] "
              "[--since TIME] [--is-silent]");
    auto const help = bankctl::help_of(command_);
    for (auto const* part :
         {"Rename an account\n", "Changes the name under which the owner sees the account.",
          "The account number (IBAN, blanks allowed) or id.", "The new name. Required.",
          "One of: wish, error.", "The fee, like 5.00.", "From this date or instant on.",
          "Prompts for confirmation", "bankctl account rename 17 --name Savings"}) {
        EXPECT_NE(help.find(part), std::string::npos) << part << "\n" << help;
    }
}

TEST_F(MadeUpOperation, ReadsItsInputFromTheCommandLine) {
    ASSERT_TRUE(run({"17", "--name", "Savings", "--reason", "error", "--fee", "5.00", "--since",
                     "2026-03-01", "--is-silent"})
                    .ok());
    EXPECT_EQ(bank_.request.account_id, AccountId{17});
    EXPECT_EQ(bank_.request.name, "Savings");
    EXPECT_EQ(bank_.request.reason, Reason::error);
    EXPECT_EQ(bank_.request.fee, 500);
    EXPECT_EQ(bank_.request.from, parse_timestamp("2026-03-01"));
    EXPECT_TRUE(bank_.request.is_silent);
}

TEST_F(MadeUpOperation, TakesNothingThatItsInputCannotHold) {
    for (std::vector<std::string> const& words :
         {std::vector<std::string>{"17", "--reason", "wish"},
          {"17", "--name", std::string(21, 'x'), "--reason", "wish"},
          {"17", "--name", "x", "--reason", "hope"},
          {"17", "--name", "x", "--reason", "wish", "--fee", "much"},
          {"17", "--name", "x", "--reason", "wish", "--since", "noon"},
          {"nobody", "--name", "x", "--reason", "wish"}}) {
        EXPECT_TRUE(std::holds_alternative<bankctl::UsageError>(parse(words)));
    }
}

TEST_F(MadeUpOperation, AnswersItsOutputAsDescribedAndShowsIt) {
    auto const result = run({"17", "--name", "Savings", "--reason", "wish", "--fee", "5.00"});
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(*result, R"({"account_id":"17","name":"Savings",)"
                       R"("fee":{"amount":"500","currency":"EUR"},)"
                       R"("is_silent":false,"from":null})");
    EXPECT_EQ(command_.view(*result, {.is_terminal = true}),
              "account_id  17\n"
              "name        Savings\n"
              "fee         5.00 EUR\n"
              "is_silent   no\n"
              "from        \n");
    EXPECT_EQ(command_.view(*result, {}),
              "account_id\tname\tfee\tis_silent\tfrom\n17\tSavings\t5.00 EUR\tno\t\n");
}

TEST_F(MadeUpOperation, ShowsAPageAsATable) {
    auto const spec = admin::wire::command_of(operations::operation<ListRenamed>);
    auto const command = bankctl::command_of(spec);
    EXPECT_EQ(command.view(R"({"items":[{"account_id":"17","name":"Savings","fee":{"amount":"500",)"
                           R"("currency":"EUR"},"is_silent":true,"from":null}]})",
                           {}),
              "account_id\tname\tfee\tis_silent\tfrom\n17\tSavings\t5.00 EUR\tyes\t\n");
}

TEST(GeneralView, ShowsWhatIsNoObject) {
    bankctl::Layout const terminal{.is_terminal = true};
    EXPECT_EQ(bankctl::general_view(api::type_of<Done>())("{}", terminal), "Done.\n");
    EXPECT_EQ(bankctl::general_view(api::type_of<Done>())("{}", {}), "");
    EXPECT_EQ(bankctl::general_view(api::type_of<std::string>())(R"({"text":"a\nb"})", {}),
              "a\nb\n");
    auto const& roles = api::type_of<std::vector<api::RoleLimits>>();
    EXPECT_EQ(bankctl::general_view(roles)(R"({"items":[{"role":"teller","currency":"EUR",)"
                                           R"("per_transfer":{"amount":"500",)"
                                           R"("currency":"EUR"},"per_day":null}]})",
                                           {}),
              "role\tcurrency\tper_transfer\tper_day\tper_week\tper_month\n"
              "teller\tEUR\t5.00 EUR\t\t\t\n");
}

}  // namespace bank::made_up
