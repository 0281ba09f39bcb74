// bankctl at a terminal.
#pragma once
#include <pty.h>
#include <termios.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/integration/admin/fixture.hpp"

namespace bank::admin {

// bankctl at a terminal whose user types.
class Typist {
public:
    explicit Typist(std::vector<std::string> const& words) {
        Call const call(joined({"env", "-u", "NO_COLOR", "TERM=xterm", test::bankctl_path}, words));
        child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (child_ == 0) call.become("/usr/bin/env");
    }
    Typist(Typist const&) = delete;
    Typist& operator=(Typist const&) = delete;
    ~Typist() {
        ::close(terminal_);
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            exit_of(child_);
        }
    }

    bool sees(std::string_view text) {
        auto const end = Clock::now() + patience;
        while (screen_.find(text, seen_) == std::string::npos) {
            std::array<char, 1024> buffer{};
            pollfd wait{.fd = terminal_, .events = POLLIN, .revents = 0};
            if (Clock::now() > end) return false;
            if (::poll(&wait, 1, 100) <= 0) continue;
            auto const got = ::read(terminal_, buffer.data(), buffer.size());
            if (got <= 0) return screen_.find(text, seen_) != std::string::npos;
            screen_.append(buffer.data(), static_cast<std::size_t>(got));
        }
        seen_ = screen_.find(text, seen_) + text.size();
        return true;
    }
    void types(std::string_view text) const {
        auto const written = ::write(terminal_, text.data(), text.size());
        ASSERT_EQ(written, static_cast<ssize_t>(text.size()));
    }
    bool echoes() const {
        termios settings{};
        return ::tcgetattr(terminal_, &settings) == 0 && (settings.c_lflag & ECHO) != 0;
    }
    int ends() {
        screen_ += read_all(terminal_);
        return exit_of(std::exchange(child_, -1));
    }
    [[nodiscard]] std::string const& screen() const { return screen_; }

private:
    int terminal_ = -1;
    pid_t child_ = -1;
    std::string screen_;
    std::size_t seen_ = 0;
};

}  // namespace bank::admin
