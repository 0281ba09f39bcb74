// A host whose bank is on the other end of a StubCore's socket.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "core/wire/remote_bank.hpp"
#include "plugins/api/plugin.hpp"
#include "tests/golden/stub_core.hpp"

namespace bank::golden {

class CoreHost : public plugin::Host {
public:
    CoreHost(StubCore const& core, api::FrontEnd front_end)
        : remote_({.socket = core.socket(), .front_end = front_end, .version = "1"},
                  [](std::string const&) {}) {
        remote_.start();
        // What is asked first does not depend on how fast that was.
        while (!remote_.is_connected()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    operations::BankApi& bank() override { return remote_; }
    std::string setting(std::string_view) const override { return {}; }
    std::int64_t setting_integer(std::string_view) const override { return 0; }
    bool setting_boolean(std::string_view) const override { return false; }
    std::optional<int> take_listener(std::string_view) override { return std::nullopt; }
    void log(log::Level, std::string_view) override {}
    std::string describe_configuration() const override { return "[bank]\ncountry = DE\n"; }
    plugin::ConfigurationFindings check_configuration() const override {
        return {.mistakes = {"bankd.conf:3: a mistake"}, .notes = {"a note"}};
    }

private:
    wire::RemoteBank remote_;
};

// On one line, as in the lists of faults.
[[nodiscard]] inline std::string in_one_line(std::string text) {
    for (auto& c : text) {
        if (c == '\n') c = ' ';
    }
    return text;
}

}  // namespace bank::golden
