// bankctl transfer import as people and scripts run it.
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>

#include "tests/integration/admin/fixture.hpp"
#include "tests/integration/admin/typist.hpp"

namespace bank::admin {
namespace {

#define IBAN_A "DE68210501700012345678"
#define IBAN_B "DE41210501700012345679"

class AdminImport : public AdminSocket {
protected:
    std::string write_file(std::string const& name, std::string const& text) {
        auto path = directory_ + "/" + name;
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }
    std::string deposits(std::size_t count) {
        std::string text =
            "key,kind,debit_account_no,credit_account_no,amount,currency,reference\r\n";
        for (std::size_t i = 0; i < count; ++i) {
            text += "k" + std::to_string(i) + ",deposit,," IBAN_A ",1.00,EUR,\"salary, May\"\r\n";
        }
        return write_file("deposits.csv", text);
    }
    std::string read_file(std::string const& path) {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    std::size_t submits() {
        auto const words = host_.recording.words_asked();
        return static_cast<std::size_t>(std::count_if(
            words.begin(), words.end(), [](auto const& w) { return w.starts_with("submit"); }));
    }
};

TEST_F(AdminImport, PostsAFileOnceHoweverOftenItIsRun) {
    start();
    auto const path = deposits(1203);
    auto const first = run({"transfer", "import", path, "--json"});
    EXPECT_EQ(first.exit, 0) << first.err;
    EXPECT_TRUE(first.out.starts_with(R"({"items":1203,"posted":1203,"replayed":0,"refused":0,)"
                                      R"("failed":0,"not_sent":0,"stopped":null)"))
        << first.out;
    EXPECT_NE(first.out.find(R"("EUR":{"posted":"120300","replayed":"0"})"), std::string::npos);
    EXPECT_EQ(submits(), 1203U);
    auto const again = run({"transfer", "import", path, "--json"});
    EXPECT_EQ(again.exit, 0) << again.err;
    EXPECT_TRUE(again.out.starts_with(R"({"items":1203,"posted":0,"replayed":1203)")) << again.out;
}

TEST_F(AdminImport, ReportsWhatWasRefusedAndEndsWith1) {
    start();
    host_.recording.locked()->decide = [](api::TransferRequest const& request) {
        auto const is_poor = request.idempotency_key == "k1" || request.idempotency_key == "k700";
        return api::Transfer{.status = is_poor ? Code::day_limit_exceeded : Code::posted};
    };
    auto const report = directory_ + "/report.jsonl";
    auto const outcome = run({"transfer", "import", deposits(800), "--report", report});
    EXPECT_EQ(outcome.exit, 1) << outcome.err;
    EXPECT_NE(outcome.out.find("800\t798\t0\t2\t0\t0\n"), std::string::npos) << outcome.out;
    EXPECT_NE(
        outcome.out.find("3\tk1\tday_limit_exceeded\tRaise the limit (bankctl account limits)"),
        std::string::npos)
        << outcome.out;
    auto const lines = read_file(report);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 800);
    EXPECT_TRUE(lines.starts_with(R"({"line":2,"key":"k0","status":"posted","transfer":{)"));
    EXPECT_NE(lines.find(R"({"line":702,"key":"k700","status":"day_limit_exceeded")"),
              std::string::npos);
}

TEST_F(AdminImport, SendsNothingOfAFileWithAWrongLine) {
    start();
    auto const path =
        write_file("wrong.csv",
                   "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n"
                   "a,deposit,," IBAN_A ",1.00,EUR,\nb,deposit,," IBAN_A ",1.0,EUR,\n");
    for (auto const& words : {std::vector<std::string>{"transfer", "import", path},
                              std::vector<std::string>{"transfer", "import", path, "--dry-run"}}) {
        auto const outcome = run(words);
        EXPECT_EQ(outcome.exit, 65);
        EXPECT_NE(outcome.err.find("line 3: amount: "), std::string::npos) << outcome.err;
        EXPECT_NE(outcome.err.find("nothing was sent"), std::string::npos);
    }
    EXPECT_EQ(run({"transfer", "import", directory_ + "/absent.csv"}).exit, 65);
    EXPECT_EQ(run({"transfer", "import", directory_, "--format", "csv"}).exit, 65);
    EXPECT_EQ(run({"transfer", "import", "-"}).exit, 64);
    EXPECT_EQ(run({"transfer", "import", path, "--report", path}).exit, 64);
    EXPECT_NE(read_file(path), "");
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminImport, ReadsStandardInput) {
    start();
    auto const outcome = run({"transfer", "import", "-", "--format", "jsonl", "--key-prefix", "p"},
                             R"({"kind":"release","origin_id":"7"})"
                             "\n"
                             R"({"kind":"reversal","origin_id":"8"})"
                             "\n");
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    auto const words = host_.recording.words_asked();
    EXPECT_EQ(words, (std::vector<std::string>{
                         "system_status", "submit release p-ba3c68a48beab49632960eb45ebb9ab9-1 7 0",
                         "submit reversal p-f5e83b997939aea15a843beccb8c6bdc-1 8 0"}));
}

TEST_F(AdminImport, PaysNothingTwiceAfterTheFileWasEdited) {
    start();
    auto const text = [](std::string_view rows) {
        return "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n" +
               std::string{rows};
    };
    constexpr auto row_10 = ",deposit,," IBAN_A ",10.00,EUR,\n";
    constexpr auto row_20 = ",deposit,," IBAN_A ",20.00,EUR,\n";
    auto const import = [&](std::string const& rows) {
        return run({"transfer", "import", write_file("pay.csv", text(rows)), "--key-prefix", "run",
                    "--json"});
    };
    auto const first = import(std::string{row_10} + row_20 + row_10);
    EXPECT_TRUE(first.out.starts_with(R"({"items":3,"posted":3,"replayed":0)")) << first.out;
    struct {
        std::string rows;
        char const* summary;
    } const edits[] = {
        {"\n" + std::string{row_10} + row_20 + row_10, R"({"items":3,"posted":0,"replayed":3)"},
        {std::string{row_20} + row_10, R"({"items":2,"posted":0,"replayed":2)"},
        {std::string{row_20} + row_20 + row_10, R"({"items":3,"posted":1,"replayed":2)"}};
    for (auto const& edit : edits) {
        auto const again = import(edit.rows);
        EXPECT_EQ(again.exit, 0) << again.err;
        EXPECT_TRUE(again.out.starts_with(edit.summary)) << again.out;
    }
}

TEST_F(AdminImport, RefusesAPrefixThatIsNoKey) {
    start();
    EXPECT_EQ(run({"transfer", "import", deposits(1), "--key-prefix", "a b"}).exit, 64);
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminImport, RepeatsWhatTheBankWasTooBusyFor) {
    start();
    auto busy = std::make_shared<std::atomic<int>>(700);
    host_.recording.locked()->decide =
        [busy](api::TransferRequest const&) -> Result<api::Transfer> {
        if ((*busy)-- > 0) return Error{.code = Code::overloaded};
        return api::Transfer{};
    };
    auto const outcome = run({"transfer", "import", deposits(300), "--json"});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(R"({"items":300,"posted":300,"replayed":0)"))
        << outcome.out;
    EXPECT_EQ(submits(), 1000U);
}

TEST_F(AdminImport, GivesUpOnABankThatIsAwayForTooLong) {
    start();
    host_.recording.locked()->decide = [](api::TransferRequest const&) -> Result<api::Transfer> {
        return Error{.code = Code::storage_unavailable};
    };
    auto const outcome = run({"transfer", "import", deposits(700), "--retry", "0", "--json"});
    EXPECT_EQ(outcome.exit, 75) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(R"({"items":700,"posted":0,"replayed":0,"refused":0,)"
                                        R"("failed":500,"not_sent":200,"stopped":"bank_away")"))
        << outcome.out;
    EXPECT_NE(outcome.err.find("Run the same command again"), std::string::npos) << outcome.err;
}

TEST_F(AdminImport, WithoutADaemonEndsWith69) {
    auto const outcome = run({"transfer", "import", deposits(1)});
    EXPECT_EQ(outcome.exit, 69);
    EXPECT_NE(outcome.err.find("is bankd running?"), std::string::npos) << outcome.err;
}

// As a transfer from an account of the bank itself.
TEST_F(AdminImport, GoesOnAfterALineThatNobodyMayPost) {
    start();
    host_.recording.locked()->decide =
        [](api::TransferRequest const& request) -> Result<api::Transfer> {
        if (request.idempotency_key == "k3" || request.idempotency_key == "k500") {
            return Error{.code = Code::permission_denied};
        }
        return api::Transfer{.status = Code::posted};
    };
    auto const outcome = run({"transfer", "import", deposits(501), "--json"});
    EXPECT_EQ(outcome.exit, 1) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(R"({"items":501,"posted":499,"replayed":0,"refused":2,)"
                                        R"("failed":0,"not_sent":0,"stopped":null)"))
        << outcome.out;
}

TEST_F(AdminImport, StopsAtOnceWhereItIsNotAllowed) {
    start();
    host_.recording.locked()->decide = [](api::TransferRequest const&) -> Result<api::Transfer> {
        return Error{.code = Code::permission_denied};
    };
    auto const outcome = run({"transfer", "import", deposits(2000), "--json"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_NE(outcome.err.find("[admin-access]"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.out.find(R"("stopped":"denied")"), std::string::npos) << outcome.out;
    EXPECT_EQ(submits(), 500U);
}

TEST_F(AdminImport, InterruptedFinishesTheBatchAndSaysHowToGoOn) {
    start();
    auto go_on = std::make_shared<std::atomic<bool>>(false);
    auto is_sending = std::make_shared<std::atomic<bool>>(false);
    host_.recording.locked()->before = [go_on, is_sending](std::string const& what) {
        if (what.starts_with("submit")) *is_sending = true;
        while (what.starts_with("submit") && !*go_on) std::this_thread::sleep_for(1ms);
    };
    Typist typist{{"--socket", path_, "transfer", "import", deposits(1500)}};
    wait_until([&] { return is_sending->load(); });
    typist.types("\x03");
    EXPECT_TRUE(typist.sees("^C")) << "the terminal has sent the signal: " << typist.screen();
    *go_on = true;
    EXPECT_TRUE(typist.sees("Interrupted.")) << typist.screen();
    EXPECT_TRUE(typist.sees("Run the same command again")) << typist.screen();
    EXPECT_EQ(typist.ends(), 128 + SIGINT) << typist.screen();
    EXPECT_EQ(submits(), 500U);
}

TEST_F(AdminImport, ShowsProgressOnATerminal) {
    start();
    host_.recording.locked()->before = [](std::string const& what) {
        if (what.starts_with("submit deposit k0 ")) std::this_thread::sleep_for(200ms);
    };
    Typist typist{{"--socket", path_, "transfer", "import", deposits(600)}};
    EXPECT_TRUE(typist.sees("500 of 600")) << typist.screen();
    EXPECT_EQ(typist.ends(), 0) << typist.screen();
}

TEST_F(AdminImport, ChecksWithoutMovingAnything) {
    start();
    host_.recording.locked()->accounts[0].available = 250;
    auto const path =
        write_file("check.csv",
                   "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n"
                   "a,withdrawal," IBAN_A
                   ",,2.00,EUR,\n"
                   "b,transfer," IBAN_A "," IBAN_B ",1.00,EUR,\n");
    auto const outcome = run({"transfer", "import", path, "--dry-run"});
    EXPECT_EQ(outcome.exit, 1) << outcome.err;
    EXPECT_NE(outcome.out.find("2\t" IBAN_A "\tinsufficient_funds\t3.00 EUR\t2.50 EUR\t"),
              std::string::npos)
        << outcome.out;
    EXPECT_NE(outcome.out.find("3\t" IBAN_B "\tcredit_account_not_found\t"), std::string::npos)
        << outcome.out;
    EXPECT_EQ(run({"transfer", "import", deposits(3), "--dry-run", "--json"}).exit, 0);
    EXPECT_EQ(submits(), 0U);
}

}  // namespace
}  // namespace bank::admin
