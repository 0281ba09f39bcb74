// The admin socket from outside: its file, and malicious peers.
#include <atomic>
#include <fstream>
#include <memory>

#include "tests/integration/admin/fixture.hpp"

namespace bank::admin {
namespace {

// ---- The socket's file.

TEST_F(AdminSocket, HasTheModeAskedForAndGoesWhenThePluginStops) {
    start();
    struct stat facts {};
    ASSERT_EQ(::lstat(path_.c_str(), &facts), 0);
    EXPECT_TRUE(S_ISSOCK(facts.st_mode));
    EXPECT_EQ(facts.st_mode & 0777U, 0660U);
    plugin_.reset();
    EXPECT_NE(::lstat(path_.c_str(), &facts), 0);
}

TEST_F(AdminSocket, LeftByADaemonThatWasKilledIsReplaced) {
    auto const stale = bound_socket(path_);
    ::close(stale);
    start();
    EXPECT_EQ(run({"status"}).exit, 0);
}

TEST_F(AdminSocket, ThatAnotherProcessServesIsLeftAlone) {
    start();
    test::RecordingHost second_host;
    second_host.settings = host_.settings;
    {
        Loaded second{second_host};
        auto const started = second->start();
        ASSERT_FALSE(started.ok());
        EXPECT_NE(started.error().detail.find("another process listens"), std::string::npos)
            << started.error().detail;
    }
    EXPECT_EQ(run({"status"}).exit, 0);
    EXPECT_TRUE(second_host.recording.asked().empty());
}

TEST_F(AdminSocket, DoesNotReplaceAFileNorOpenAPlaceForAll) {
    std::ofstream{path_} << "precious";
    Loaded plugin{host_};
    EXPECT_FALSE(plugin->start().ok());
    EXPECT_EQ(std::filesystem::file_size(path_), 8U);
    std::filesystem::remove(path_);
    ASSERT_EQ(::chmod(directory_.c_str(), 0777), 0);
    EXPECT_FALSE(plugin->start().ok());
    EXPECT_FALSE(std::filesystem::exists(path_));
    ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);
    for (auto const* mode : {"0999", "777", "", "66", "04660", "rw-rw----"}) {
        host_.settings["socket_mode"] = mode;
        EXPECT_FALSE(plugin->start().ok()) << mode;
    }
    host_.settings["socket_mode"] = "0660";
    for (auto const* path : {"", "relative.sock", "/nonexistent/admin.sock"}) {
        host_.settings["socket"] = path;
        EXPECT_FALSE(plugin->start().ok()) << path;
    }
}

TEST_F(AdminSocket, GivenByTheServiceManagerIsServedAndKept) {
    auto const given = bound_socket(path_);
    ASSERT_EQ(::listen(given, 8), 0);
    host_.listener = given;
    host_.settings["socket"] = "/nonexistent/admin.sock";
    start();
    EXPECT_EQ(run({"status"}).exit, 0);
    plugin_.reset();
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(AdminSocket, IsDescribedByThePluginsEntry) {
    Loaded const plugin{host_};
    EXPECT_EQ(plugin.entry().abi_version, BANKD_PLUGIN_ABI_VERSION);
    EXPECT_STREQ(plugin.entry().name, "admin");
    ASSERT_EQ(plugin.entry().setting_count, 3U);
    EXPECT_STREQ(plugin.entry().settings[0].key, "socket");
    EXPECT_STREQ(plugin.entry().settings[1].key, "socket_mode");
    EXPECT_STREQ(plugin.entry().settings[2].key, "metrics_address");
}

// ---- Malicious peers.

TEST_F(AdminSocket, AnswersBrokenFramesOnceAndEnds) {
    start();
    for (auto const& bytes :
         {std::string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
          std::string("BK\x01\0\xff\xff\xff\xff", 8), std::string("BK\x01\0\0\0\0\0", 8),
          std::string("BK\x02\0\0\0\0\x02{}", 10)}) {
        Peer const peer{path_};
        ASSERT_TRUE(peer.is_connected());
        peer.send(bytes);
        auto const reply = peer.receive();
        ASSERT_TRUE(reply.has_value());
        EXPECT_FALSE(reply->is_ok);
        EXPECT_FALSE(reply->message.empty());
        EXPECT_TRUE(peer.is_at_end());
    }
    EXPECT_TRUE(host_.recording.asked().empty());
    EXPECT_EQ(run({"status"}).exit, 0);
}

TEST_F(AdminSocket, AnswersABadRequestAndGoesOnWithTheNext) {
    start();
    Peer const peer{path_};
    peer.send(wire::encode_frame("{\"v\":1}") + wire::encode_frame("nonsense") + request("status"));
    EXPECT_EQ(peer.receive()->code, Code::malformed_request);
    EXPECT_EQ(peer.receive()->code, Code::malformed_request);
    EXPECT_TRUE(peer.receive()->is_ok);
}

TEST_F(AdminSocket, AnswersRequestsInTheirOrder) {
    start();
    Peer const peer{path_};
    std::string all;
    for (int i = 1; i <= 50; ++i)
        all += request("transfer show", "{\"transfer_id\":" + std::to_string(i) + "}");
    peer.send(all);
    for (int i = 1; i <= 50; ++i) {
        auto const reply = peer.receive();
        ASSERT_TRUE(reply.has_value() && reply->is_ok);
        EXPECT_TRUE(reply->result.starts_with("{\"id\":\"" + std::to_string(i) + "\","))
            << reply->result;
    }
}

TEST_F(AdminSocket, WaitsForAHalfFrameOnlySoLong) {
    start();
    auto const began = Clock::now();
    Peer const half_header{path_};
    half_header.send("BK\x01");
    Peer const half_payload{path_};
    half_payload.send(request("status").substr(0, 20));
    Peer const dripping{path_};
    auto const frame = request("status");
    EXPECT_EQ(run({"status"}).exit, 0);
    for (std::size_t i = 0; i < 12; ++i) {
        dripping.send(frame.substr(i, 1));
        std::this_thread::sleep_for(500ms);
    }
    for (auto const* peer : {&half_header, &half_payload, &dripping}) {
        auto const reply = peer->receive();
        ASSERT_TRUE(reply.has_value());
        EXPECT_EQ(reply->code, Code::request_timeout);
        EXPECT_TRUE(peer->is_at_end());
    }
    EXPECT_LT(Clock::now() - began, patience);
}

TEST_F(AdminSocket, SurvivesPeersThatVanish) {
    start();
    for (int i = 0; i < 200; ++i) {
        Peer const peer{path_};
        if (i % 3 == 0) peer.send(request("status"));
        if (i % 3 == 1) peer.send(request("status").substr(0, 12));
    }
    wait_until([&] { return Peer{path_}.is_connected() && run({"status"}).exit == 0; });
}

TEST_F(AdminSocket, HasRoomForSoManyPeersAndSaysSoToTheNext) {
    start();
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 32; ++i) {
        peers.push_back(std::make_unique<Peer>(path_));
        peers.back()->send(request("status"));
        ASSERT_TRUE(peers.back()->receive().has_value()) << i;
    }
    auto const refused = run({"status"});
    EXPECT_EQ(refused.exit, 75) << refused.err;
    EXPECT_NE(refused.err.find("[overloaded]"), std::string::npos) << refused.err;
    peers.clear();
    wait_until([&] { return run({"status"}).exit == 0; });
}

TEST_F(AdminSocket, ServesManyClientsAtOnceAndASlowCallDelaysOnlyItself) {
    start();
    std::atomic<bool> may_go = false;
    host_.recording.locked()->before = [&](std::string const& what) {
        auto const end = Clock::now() + patience;
        while (what == "check_ledger" && !may_go && Clock::now() < end)
            std::this_thread::sleep_for(1ms);
    };
    Peer const slow{path_};
    slow.send(request("ledger check"));
    std::atomic<int> good = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 16; ++i) {
        clients.emplace_back([&] {
            Peer const peer{path_};
            for (int j = 0; j < 100; ++j) {
                peer.send(request("account show", R"({"account":"17"})"));
                auto const reply = peer.receive();
                if (reply && reply->is_ok) ++good;
            }
        });
    }
    for (auto& client : clients) client.join();
    EXPECT_EQ(good, 1600);
    may_go = true;
    EXPECT_TRUE(slow.receive().has_value());
}

TEST_F(AdminSocket, StoppingLetsTheRequestAtWorkFinishAndEndsTheIdle) {
    start();
    std::atomic<bool> is_at_work = false;
    host_.recording.locked()->before = [&](std::string const&) {
        is_at_work = true;
        std::this_thread::sleep_for(200ms);
    };
    Peer const busy{path_};
    Peer const idle{path_};
    busy.send(request("status"));
    wait_until([&] { return is_at_work.load(); });
    plugin_.reset();
    auto const reply = busy.receive();
    ASSERT_TRUE(reply.has_value());
    EXPECT_TRUE(reply->is_ok);
    EXPECT_TRUE(busy.is_at_end());
    EXPECT_TRUE(idle.is_at_end());
}

}  // namespace
}  // namespace bank::admin
