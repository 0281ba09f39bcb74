// RemoteBank and BankServer: a front end's view of a core that is up, slow, down or new.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <latch>
#include <thread>

#include "core/codec/binary.hpp"
#include "core/wire/bank_server.hpp"
#include "core/wire/remote_bank.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::wire {
namespace {

using namespace std::chrono_literals;
using test::FakeBankApi;
using testing::Contains;
using testing::IsEmpty;

constexpr auto soon = 10s;

template <typename T>
std::string said(Result<T> const& answer) {
    return answer ? "ok" : std::string(word(answer.code()));
}

class ExportingBank : public FakeBankApi {
public:
    ExportingBank() {
        on_parts<operations::ExportAudit>([this](auto&, auto&, auto const& sink) -> Status {
            for (int i = 0; i < 1000; ++i) {
                if (auto const taken = sink(std::string(10'000, 'x')); !taken) return taken;
                ++parts;
            }
            return Done{};
        });
    }
    std::atomic<int> parts{0};
};

class WireBank : public testing::Test {
protected:
    WireBank() {
        std::string name = std::filesystem::temp_directory_path() / "wire.XXXXXX";
        directory = ::mkdtemp(name.data());
        socket = directory + "/core.sock";
    }
    ~WireBank() override {
        remote.reset();
        server.reset();
        std::filesystem::remove_all(directory);
    }

    int listen() const {
        std::filesystem::remove(socket);
        auto const listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener, 16), 0);
        return listener;
    }

    void serve(BankServer::Settings settings = {.version = "1"},
               api::FrontEnd front_end = api::FrontEnd::rest, std::uint32_t uid = ::getuid()) {
        serve(core, std::move(settings), front_end, uid);
    }
    void serve(operations::BankApi& bank, BankServer::Settings settings = {.version = "1"},
               api::FrontEnd front_end = api::FrontEnd::rest, std::uint32_t uid = ::getuid()) {
        std::vector<BankServer::Door> doors{
            {.front_end = front_end, .listener = listen(), .uid = uid, .bank = &bank}};
        server = std::make_unique<BankServer>(
            std::move(settings), std::move(doors),
            BankServer::Hooks{
                .refused = [this](api::FrontEnd, operations::Facts const& facts,
                                  api::Caller const&) { note(std::string(facts.name)); },
                .warn = [this](std::string const& sentence) { note(sentence); }});
        server->start();
    }

    void connect(api::FrontEnd front_end = api::FrontEnd::rest,
                 std::chrono::milliseconds patience = soon, std::string version = "1") {
        remote = std::make_unique<RemoteBank>(RemoteBank::Settings{.socket = socket,
                                                                   .front_end = front_end,
                                                                   .version = std::move(version),
                                                                   .patience = patience},
                                              [this](std::string const& s) { note(s); });
        remote->start();
    }

    void note(std::string sentence) {
        std::lock_guard const lock(mutex);
        notes_.push_back(std::move(sentence));
    }
    std::vector<std::string> notes() {
        std::lock_guard const lock(mutex);
        return notes_;
    }
    bool await(std::function<bool()> const& is_so) {
        for (auto const end = std::chrono::steady_clock::now() + soon; !is_so();) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    bool await_note(std::string const& part) {
        return await([&] {
            auto const all = notes();
            return std::ranges::any_of(all,
                                       [&](auto const& one) { return one.find(part) != one.npos; });
        });
    }
    std::string find() {
        return said(remote->ask<operations::FindAccount>(caller, {AccountId{12}}));
    }
    std::string lock() {
        return said(remote->ask<operations::LockAccount>(
            caller, {.account_id = AccountId{12}, .reason = "lost"}));
    }

    std::string directory;
    std::string socket;
    ExportingBank core;
    std::unique_ptr<BankServer> server;
    std::unique_ptr<RemoteBank> remote;
    api::Caller caller;
    std::mutex mutex;
    std::vector<std::string> notes_;
};

TEST_F(WireBank, CarriesCallsAndAnswers) {
    serve();
    connect();
    caller.request_id = Uuid{{1, 2, 3}};
    auto const account = remote->ask<operations::FindAccount>(caller, {AccountId{12}});
    ASSERT_TRUE(account);
    EXPECT_EQ(account->account_no, test::sample_account().account_no);
    EXPECT_EQ(core.calls().back().caller.request_id, caller.request_id);
    core.error = Error{.code = Code::account_not_found, .message = "There is none."};
    auto const refused = remote->ask<operations::FindAccount>(caller, {AccountId{13}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(said(refused), "account_not_found");
    EXPECT_EQ(refused.error().message, "There is none.");
}

TEST_F(WireBank, ASlowCallHoldsUpNoOther) {
    std::promise<void> go_on;
    auto const may_go_on = go_on.get_future().share();
    core.before = [&](std::string const& name) {
        if (name == "check_ledger") may_go_on.wait();
    };
    serve();
    connect();
    auto slow = std::async(std::launch::async,
                           [&] { return said(remote->ask<operations::CheckLedger>(caller)); });
    ASSERT_TRUE(await([&] { return !core.calls().empty() || find() == "ok"; }));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(find(), "ok");
    EXPECT_EQ(slow.wait_for(0s), std::future_status::timeout);
    go_on.set_value();
    EXPECT_EQ(slow.get(), "ok");
}

TEST_F(WireBank, ManyThreadsShareItAndEachGetsItsOwnAnswer) {
    serve();
    connect();
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                std::promise<std::string> answer;
                api::TransferRequest request;
                request.idempotency_key = std::to_string(t * 1000 + i);
                remote->send<operations::Submit>(caller, std::move(request),
                                                 [&](Result<api::Transfer> const& transfer) {
                                                     answer.set_value(said(transfer));
                                                 });
                wrong += answer.get_future().get() != "ok";
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(core.calls().size(), 1600U);
}

TEST_F(WireBank, ACallWaitsForACoreThatComes) {
    connect();
    auto waiting = std::async(std::launch::async, [&] { return find(); });
    EXPECT_EQ(waiting.wait_for(50ms), std::future_status::timeout);
    serve();
    EXPECT_EQ(waiting.get(), "ok");
}

TEST_F(WireBank, ACallDoesNotWaitLongerThanItsPatience) {
    connect(api::FrontEnd::rest, 50ms);
    EXPECT_EQ(find(), "storage_unavailable");
    EXPECT_EQ(remote->readiness(), api::Readiness::starting);
    // From then on at once, until the core is up.
    EXPECT_EQ(find(), "storage_unavailable");
    serve();
    EXPECT_TRUE(await([&] { return find() == "ok"; }));
}

TEST_F(WireBank, ALostAnswerLeavesOpenWhetherItHappened) {
    // The core ends while both are in flight.
    std::latch arrived(2);
    std::promise<void> go_on;
    auto const may_go_on = go_on.get_future().share();
    core.before = [&](std::string const&) {
        arrived.count_down();
        may_go_on.wait();
    };
    serve();
    connect();
    auto reading = std::async(std::launch::async, [&] { return find(); });
    auto changing = std::async(std::launch::async, [&] { return lock(); });
    arrived.wait();
    std::jthread const end([&] { server->stop(0ms); });
    EXPECT_EQ(changing.get(), "outcome_unknown");
    EXPECT_EQ(reading.get(), "storage_unavailable");
    go_on.set_value();
}

TEST_F(WireBank, ACoreThatEndsInOrderAnswersWhatItTook) {
    std::latch arrived(1);
    core.before = [&](std::string const& name) {
        if (name != "lock_account") return;
        arrived.count_down();
        std::this_thread::sleep_for(50ms);
    };
    serve();
    connect();
    auto changing = std::async(std::launch::async, [&] { return lock(); });
    arrived.wait();
    server->stop(soon);
    EXPECT_EQ(changing.get(), "ok");
    // New calls wait for the next core.
    auto waiting = std::async(std::launch::async, [&] { return find(); });
    serve();
    EXPECT_EQ(waiting.get(), "ok");
}

TEST_F(WireBank, WhatAFrontEndMayNotCallIsRefusedAndTold) {
    serve();
    connect();
    auto const refused =
        remote->ask<operations::ArchiveAudit>(caller, {Timestamp{}}, [](auto) { return Done{}; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(said(refused), "permission_denied");
    EXPECT_THAT(notes(), Contains("archive_audit"));
    EXPECT_THAT(core.calls(), IsEmpty());
}

TEST_F(WireBank, AnotherUserOrDoorIsRefused) {
    serve({.version = "1"}, api::FrontEnd::rest, ::getuid() + 1);
    connect(api::FrontEnd::rest, 50ms);
    EXPECT_EQ(find(), "storage_unavailable");
    EXPECT_TRUE(await_note(" at the socket of the front end rest, which belongs"));
    remote.reset();

    serve({.version = "1"}, api::FrontEnd::admin);
    connect(api::FrontEnd::rest, 50ms);
    EXPECT_EQ(find(), "storage_unavailable");
    EXPECT_TRUE(await_note("This socket is for the front end admin"));
    EXPECT_THAT(core.calls(), IsEmpty());
}

// The layout of the messages decides, so that an upgrade needs no downtime.
TEST_F(WireBank, AnotherVersionWithTheSameOperationsIsWelcome) {
    serve({.version = "2"});
    connect(api::FrontEnd::rest, soon, "1");
    EXPECT_EQ(find(), "ok");
}

class LongBank : public FakeBankApi {
public:
    LongBank() {
        on<operations::ListUsers>([](auto&, auto&) {
            api::Page<api::User> page;
            page.items.resize(codec::list_size_max + 1);
            return page;
        });
    }
};

TEST_F(WireBank, AnAnswerThatIsTooLongIsRefusedAndTheCoreGoesOn) {
    LongBank bank;
    serve(bank);
    connect();
    EXPECT_EQ(said(remote->ask<operations::ListUsers>({}, {})), "request_too_large");
    EXPECT_EQ(said(remote->ask<operations::WhoAmI>({})), "ok");
    remote.reset();
    server.reset();  // Before its bank.
}

TEST_F(WireBank, MoreCallsThanItTakesAreTurnedAway) {
    std::promise<void> go_on;
    auto const may_go_on = go_on.get_future().share();
    core.before = [&](std::string const&) { may_go_on.wait(); };
    serve({.version = "1", .workers = 2, .calls_max = 4});
    connect();
    std::vector<std::future<std::string>> calls;
    for (int i = 0; i < 12; ++i) {
        calls.push_back(std::async(std::launch::async, [&] { return find(); }));
    }
    int overloaded = 0;
    EXPECT_TRUE(await([&] {
        overloaded = 0;
        for (auto const& call : calls) overloaded += call.wait_for(0s) == std::future_status::ready;
        return overloaded == 8;
    })) << overloaded;
    go_on.set_value();
    std::map<std::string, int> codes;
    for (auto& call : calls) ++codes[call.get()];
    EXPECT_EQ(codes["ok"], 4);
    EXPECT_EQ(codes["overloaded"], 8);
}

TEST_F(WireBank, AnExportComesInPartsAndEndsWhereItsReaderDoes) {
    serve({.version = "1"}, api::FrontEnd::admin);
    connect(api::FrontEnd::admin);
    std::size_t size = 0;
    ASSERT_TRUE(
        remote->ask<operations::ExportAudit>(caller, {}, [&](std::string_view lines) -> Status {
            size += lines.size();
            return Done{};
        }));
    EXPECT_EQ(size, 10'000'000U);

    core.parts = 0;
    auto const ended = remote->ask<operations::ExportAudit>(
        caller, {}, [](std::string_view) -> Status { return Error{.code = Code::storage_full}; });
    ASSERT_FALSE(ended);
    EXPECT_EQ(said(ended), "storage_full");
    EXPECT_LT(core.parts, 1000);
}

TEST_F(WireBank, StoppedItAnswersEverybody) {
    connect();
    auto waiting = std::async(std::launch::async, [&] { return find(); });
    std::this_thread::sleep_for(20ms);
    remote->stop();
    EXPECT_EQ(waiting.get(), "shutting_down");
    EXPECT_EQ(find(), "shutting_down");
}

}  // namespace
}  // namespace bank::wire
