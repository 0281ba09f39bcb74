#include "plugins/bankctl/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace bank::bankctl {
namespace {

constexpr std::size_t secret_size_max = 1024;
constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM};

volatile std::sig_atomic_t pending_signal = 0;

void remember(int signal) {
    pending_signal = signal;
}

// Turns the echo off for its lifetime. Signals that would end or stop the process are delayed until
// the echo is restored. They are blocked except while read_line() waits: otherwise a signal that
// arrived just before would be noticed only after the next key.
class Silence {
public:
    explicit Silence(int terminal) : terminal_(terminal) {
        pending_signal = 0;
        sigset_t ending;
        ::sigemptyset(&ending);
        for (auto const signal : ending_signals) ::sigaddset(&ending, signal);
        ::sigprocmask(SIG_BLOCK, &ending, &former_mask_);
        struct sigaction catching {};
        catching.sa_handler = remember;  // Without SA_RESTART, so that read() returns.
        for (std::size_t i = 0; i < ending_signals.size(); ++i) {
            ::sigaction(ending_signals[i], &catching, &former_[i]);
        }
        struct sigaction ignoring {};
        ignoring.sa_handler = SIG_IGN;
        ::sigaction(SIGTSTP, &ignoring, &former_stop_);
        if (::tcgetattr(terminal_, &settings_) != 0) return;
        auto silent = settings_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        is_silent_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
    Silence(Silence const&) = delete;
    Silence& operator=(Silence const&) = delete;
    ~Silence() {
        if (is_silent_) ::tcsetattr(terminal_, TCSAFLUSH, &settings_);
        for (std::size_t i = 0; i < ending_signals.size(); ++i) {
            ::sigaction(ending_signals[i], &former_[i], nullptr);
        }
        ::sigaction(SIGTSTP, &former_stop_, nullptr);
        ::sigprocmask(SIG_SETMASK, &former_mask_, nullptr);
    }
    [[nodiscard]] sigset_t const& waiting_mask() const noexcept { return former_mask_; }
    [[nodiscard]] bool is_silent() const noexcept { return is_silent_; }

private:
    int terminal_;
    bool is_silent_ = false;
    termios settings_{};
    std::array<struct sigaction, ending_signals.size()> former_{};
    struct sigaction former_stop_ {};
    sigset_t former_mask_{};
};

void write_text(int descriptor, std::string_view text) {
    while (!text.empty()) {
        auto const written = ::write(descriptor, text.data(), text.size());
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Waits for a byte with only the signals of `waiting_mask` blocked; null: with the current mask.
ssize_t read_byte(int descriptor, char& byte, sigset_t const* waiting_mask) {
    if (waiting_mask != nullptr) {
        pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
        if (::ppoll(&wait, 1, nullptr, waiting_mask) < 0) return -1;
    }
    return ::read(descriptor, &byte, 1);
}

// One byte at a time: bytes after the line belong to other readers.
SecretAnswer read_line(int descriptor, bool end_is_answer, sigset_t const* waiting_mask) {
    std::string line;
    line.reserve(secret_size_max);
    auto const finish = [&line](Asked asked) {
        SecretAnswer answer{.asked = asked, .secret = {}};
        if (asked == Asked::answered) answer.secret = Secret::take(line);
        wipe(line);
        return answer;
    };
    for (;;) {
        char byte = 0;
        auto const got = read_byte(descriptor, byte, waiting_mask);
        if (got < 0 && errno == EINTR && pending_signal == 0) continue;
        if (got < 0) return finish(Asked::broken_off);
        if (got == 0) return finish(end_is_answer ? Asked::answered : Asked::broken_off);
        if (byte == '\n') return finish(Asked::answered);
        if (line.size() == secret_size_max) return finish(Asked::too_long);
        line += byte;
    }
}

}  // namespace

Layout layout_of(int descriptor) {
    Layout layout;
    layout.is_terminal = ::isatty(descriptor) == 1;
    if (!layout.is_terminal) return layout;
    auto const* no_colour = std::getenv("NO_COLOR");
    auto const* terminal = std::getenv("TERM");
    auto const is_dumb = terminal == nullptr || std::string_view{terminal} == "dumb";
    layout.has_colour = !is_dumb && (no_colour == nullptr || *no_colour == '\0');
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) layout.width = size.ws_col;
    return layout;
}

SecretAnswer ask_secret(std::string_view question) {
    auto const terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return {};
    SecretAnswer answer;
    {
        Silence const silence{terminal};
        // If the echo cannot be turned off, the secret would be visible.
        if (silence.is_silent()) {
            write_text(terminal, question);
            answer = read_line(terminal, false, &silence.waiting_mask());
            write_text(terminal, "\n");
        }
    }
    ::close(terminal);
    if (auto const signal = std::exchange(pending_signal, 0); signal != 0) {
        static_cast<void>(std::raise(static_cast<int>(signal)));
    }
    return answer;
}

SecretAnswer read_secret_line(int descriptor) {
    return read_line(descriptor, true, nullptr);
}

bool ask_yes_or_no(std::string_view question) {
    write_text(STDERR_FILENO, fmt::format("{} [y/N] ", question));
    auto const answer = read_line(STDIN_FILENO, true, nullptr);
    auto const text = answer.secret.reveal();
    return answer.asked == Asked::answered && (text == "y" || text == "Y" || text == "yes");
}

}  // namespace bank::bankctl
