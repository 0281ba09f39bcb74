#include "daemon/host/host.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>

namespace bank::daemon {
namespace {

Config with_rest_section() {
    Config config(core_settings());
    Setting port;
    port.section = "rest";
    port.key = "port";
    port.kind = Kind::integer;
    port.default_value = "8443";
    port.maximum = 65'535;
    Setting tls;
    tls.section = "rest";
    tls.key = "tls";
    tls.kind = Kind::boolean;
    tls.default_value = "yes";
    config.add({port, tls});
    return config;
}

Listeners one_socket(std::string name) {
    std::vector<Listeners::Socket> sockets;
    sockets.push_back({std::move(name), FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC))});
    return Listeners(std::move(sockets));
}

class HostTest : public testing::Test {
protected:
    Host make(Listeners& listeners) {
        return Host(
            {"rest", bank_, config, listeners, [] { return plugin::ConfigurationFindings{}; }, ""});
    }
    CurrentConfig config{with_rest_section()};
    // The Host only passes its bank on; this one is never called.
    alignas(std::max_align_t) std::byte room_[64]{};
    operations::BankApi& bank_ = *reinterpret_cast<operations::BankApi*>(room_);
};

TEST_F(HostTest, GivesThePluginItsOwnSettingsAsTheyAreNow) {
    Listeners none({});
    auto const host = make(none);
    EXPECT_EQ(host.setting("port"), "8443");
    EXPECT_EQ(host.setting_integer("port"), 8443);
    EXPECT_TRUE(host.setting_boolean("tls"));
    auto next = with_rest_section();
    next.set("rest", "port", "9443", {"f", 1});
    config.set(std::move(next));
    EXPECT_EQ(host.setting_integer("port"), 9443);
}

TEST(ListenersTest, AreRememberedByNameAlsoOnceTheyAreTaken) {
    auto listeners = one_socket("rest");
    EXPECT_TRUE(listeners.had("rest"));
    EXPECT_FALSE(listeners.had("admin"));
    auto const fd = listeners.take("rest");
    ASSERT_TRUE(fd);
    close(*fd);
    EXPECT_TRUE(listeners.had("rest"));
}

TEST_F(HostTest, AForeignKeyIsABugOfThePlugin) {
    Listeners none({});
    auto const host = make(none);
    EXPECT_DEATH(static_cast<void>(host.setting("lanes")), "");
}

TEST_F(HostTest, HandsOverASocketOnceAndOnlyItsOwn) {
    auto listeners = one_socket("rest");
    auto host = make(listeners);
    EXPECT_FALSE(host.take_listener("admin"));
    auto const fd = host.take_listener("rest");
    ASSERT_TRUE(fd);
    EXPECT_GE(*fd, 0);
    EXPECT_FALSE(host.take_listener("rest"));
    close(*fd);

    auto foreign = one_socket("admin");
    EXPECT_FALSE(make(foreign).take_listener("admin"));
    EXPECT_EQ(foreign.close_rest(), std::vector<std::string>{"admin"});
    auto second = one_socket("rest-internal");
    auto const other = make(second).take_listener("rest-internal");
    ASSERT_TRUE(other);
    close(*other);
}

}  // namespace
}  // namespace bank::daemon
