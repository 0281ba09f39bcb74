// The admin socket from outside: the shipped plugin, the shipped bankctl, and peers that mean harm.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"
#include "plugins/api/abi.h"
#include "tests/support/recording_bank.hpp"

namespace bank::admin {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 20s;  // Nothing here takes a tenth of it, but the machine may be busy.
constexpr uid_t nobody = 65534;

std::string read_all(int descriptor) {
    std::string out;
    std::array<char, 4096> buffer{};
    auto const end = Clock::now() + patience;
    while (Clock::now() < end) {
        pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
        if (::poll(&wait, 1, 1000) <= 0) continue;
        auto const got = ::read(descriptor, buffer.data(), buffer.size());
        if (got <= 0) break;
        out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return out;
}

struct Outcome {
    int exit = -1;
    std::string out;
    std::string err;
};

// A child that does not end by itself is ended, and the test fails by its exit.
int exit_of(pid_t child) {
    int status = 0;
    auto const end = Clock::now() + patience;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (Clock::now() > end) ::kill(child, SIGKILL);
        std::this_thread::sleep_for(1ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void become_bankctl(std::vector<std::string> words, std::optional<uid_t> uid) {
    if (uid && (::setgid(*uid) != 0 || ::setuid(*uid) != 0)) ::_exit(126);
    std::vector<char*> argv;
    words.insert(words.begin(), "bankctl");
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execv(BANKCTL, argv.data());
    ::_exit(127);
}

// bankctl without a terminal, as from a script.
Outcome bankctl(std::vector<std::string> const& words, std::string const& input = "",
                std::optional<uid_t> uid = {}) {
    std::array<std::array<int, 2>, 3> pipes{};
    for (auto& ends : pipes) {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    }
    auto const child = ::fork();
    if (child == 0) {
        ::setsid();  // No controlling terminal.
        ::dup2(pipes[0][0], 0);
        ::dup2(pipes[1][1], 1);
        ::dup2(pipes[2][1], 2);
        become_bankctl(words, uid);
    }
    ::close(pipes[0][0]);
    ::close(pipes[1][1]);
    ::close(pipes[2][1]);
    EXPECT_EQ(::write(pipes[0][1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
    ::close(pipes[0][1]);
    Outcome outcome;
    outcome.out = read_all(pipes[1][0]);
    outcome.err = read_all(pipes[2][0]);
    ::close(pipes[1][0]);
    ::close(pipes[2][0]);
    outcome.exit = exit_of(child);
    return outcome;
}

// A peer that writes what it likes.
class Peer {
public:
    explicit Peer(std::string const& path)
        : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        timeval const wait{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        is_connected_ = ::connect(descriptor_, static_cast<sockaddr*>(static_cast<void*>(&address)),
                                  sizeof address) == 0;
    }
    Peer(Peer const&) = delete;
    Peer& operator=(Peer const&) = delete;
    ~Peer() { ::close(descriptor_); }

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    void send(std::string_view bytes) const {
        static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    // The next reply, or nothing at the end of the stream.
    [[nodiscard]] std::optional<wire::Reply> receive() const {
        wire::FrameHeader header{};
        if (::recv(descriptor_, header.data(), header.size(), MSG_WAITALL) != ssize_t{8})
            return std::nullopt;
        auto const size = wire::parse_frame_header(header, wire::reply_size_max);
        if (!size) return std::nullopt;
        std::string payload(*size, '\0');
        if (::recv(descriptor_, payload.data(), *size, MSG_WAITALL) != static_cast<ssize_t>(*size))
            return std::nullopt;
        auto reply = wire::parse_reply(payload);
        return reply ? std::optional{std::move(reply).value()} : std::nullopt;
    }
    [[nodiscard]] bool is_at_end() const {
        char byte = 0;
        auto const got = ::recv(descriptor_, &byte, 1, 0);
        return got == 0 || (got < 0 && errno == ECONNRESET);
    }

private:
    int descriptor_;
    bool is_connected_ = false;
};

std::string request(std::string const& command, std::string const& arguments = "{}") {
    return wire::encode_frame(R"({"v":1,"command":")" + command + R"(","arguments":)" + arguments +
                              "}");
}

// The plugin as the daemon has it.
class Loaded {
public:
    explicit Loaded(plugin::Host& host)
        : library_(::dlopen(BANKD_ADMIN_PLUGIN, RTLD_NOW | RTLD_LOCAL)) {
        if (library_ == nullptr) throw std::runtime_error(::dlerror());
        entry_ = static_cast<bankd_plugin_entry const*>(::dlsym(library_, "bankd_plugin"));
        if (entry_ == nullptr) throw std::runtime_error("no bankd_plugin");
        plugin_ = static_cast<plugin::Plugin*>(entry_->create(&host));
    }
    Loaded(Loaded const&) = delete;
    Loaded& operator=(Loaded const&) = delete;
    ~Loaded() {
        plugin_->stop(2000);
        entry_->destroy(plugin_);
        ::dlclose(library_);
    }
    plugin::Plugin* operator->() const { return plugin_; }
    [[nodiscard]] bankd_plugin_entry const& entry() const { return *entry_; }

private:
    void* library_;
    bankd_plugin_entry const* entry_ = nullptr;
    plugin::Plugin* plugin_ = nullptr;
};

class AdminSocket : public testing::Test {
protected:
    void SetUp() override {
        std::string name = "/tmp/bankd-admin-test-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        ASSERT_EQ(::chmod(name.c_str(), 0755), 0);
        path_ = directory_ + "/admin.sock";
        host_.settings = {{"socket", path_}, {"socket_mode", "0660"}};
        auto& bank = host_.recording;
        bank.users = {{.id = {1}, .user_name = "alice", .role = api::Role::admin},
                      {.id = {2}, .user_name = "bob\x1b[31m"},
                      {.id = {3}, .user_name = "carol"}};
        bank.accounts = {{.id = {17},
                          .account_no = "DE68210501700012345678",
                          .name = "Salary",
                          .owner = "bob",
                          .currency = *money::parse_currency("EUR"),
                          .balance = 123'450}};
    }
    void TearDown() override {
        plugin_.reset();
        std::filesystem::remove_all(directory_);
    }
    void start() {
        plugin_.emplace(host_);
        auto const started = (*plugin_)->start();
        ASSERT_TRUE(started.ok()) << started.error().detail;
    }
    Outcome run(std::vector<std::string> words, std::string const& input = "",
                std::optional<uid_t> uid = {}) {
        words.insert(words.begin(), {"--socket", path_});
        return bankctl(words, input, uid);
    }
    void wait_until(std::function<bool()> const& is_true) {
        auto const end = Clock::now() + patience;
        while (!is_true() && Clock::now() < end) std::this_thread::sleep_for(5ms);
        EXPECT_TRUE(is_true());
    }

    std::string directory_;
    std::string path_;
    test::RecordingHost host_;
    std::optional<Loaded> plugin_;
};

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
    auto const stale = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ASSERT_EQ(::bind(stale, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address),
              0);
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
    auto const given = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ASSERT_EQ(::bind(given, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address),
              0);
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
    ASSERT_EQ(plugin.entry().setting_count, 2U);
    EXPECT_STREQ(plugin.entry().settings[0].key, "socket");
    EXPECT_STREQ(plugin.entry().settings[1].key, "socket_mode");
}

// ---- bankctl against it.

TEST_F(AdminSocket, WithoutADaemonEndsWith69AndOneClearSentence) {
    auto const absent = run({"status"});
    EXPECT_EQ(absent.exit, 69);
    EXPECT_EQ(absent.out, "");
    EXPECT_NE(absent.err.find("no socket " + path_ + ": is bankd running?"), std::string::npos)
        << absent.err;
    start();
    ASSERT_EQ(::rename(path_.c_str(), (path_ + ".kept").c_str()), 0);
    auto const stale = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    ASSERT_EQ(::bind(stale, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address),
              0);
    ::close(stale);
    auto const deaf = run({"status"});
    EXPECT_EQ(deaf.exit, 69);
    EXPECT_NE(deaf.err.find("Nobody listens on " + path_), std::string::npos) << deaf.err;
}

TEST_F(AdminSocket, ClosedToTheUserEndsWith69AndSaysWhoseItIs) {
    start();
    std::optional<uid_t> uid;
    if (::geteuid() == 0) {
        uid = nobody;
    } else {
        ASSERT_EQ(::chmod(path_.c_str(), 0), 0);
    }
    auto const outcome =
        run({"user", "add", "eve", "--role", "admin", "--password-stdin"}, "hunter2hunter2\n", uid);
    EXPECT_EQ(outcome.exit, 69);
    EXPECT_NE(outcome.err.find("Permission denied on " + path_), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("mode 0"), std::string::npos) << outcome.err;
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, TellsTheBankWhoThePeerIs) {
    host_.settings["socket_mode"] = "0666";
    start();
    auto const uid = ::geteuid() == 0 ? nobody : ::geteuid();
    ASSERT_EQ(run({"status"}, "", uid).exit, 0);
    auto const asked = host_.recording.asked();
    ASSERT_EQ(asked.size(), 1U);
    ASSERT_TRUE(asked[0].caller.local_peer.has_value());
    EXPECT_EQ(asked[0].caller.local_peer->uid, uid);
    EXPECT_GT(asked[0].caller.local_peer->pid, 0);
    EXPECT_NE(asked[0].caller.local_peer->pid, ::getpid());
}

TEST_F(AdminSocket, ListsAllPagesAsTabSeparatedLinesWithoutControls) {
    start();
    auto const outcome = run({"user", "list"});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_TRUE(
        outcome.out.starts_with("id\tname\trole\tstate\tcreated\n1\talice\tadmin\tactive\t"))
        << outcome.out;
    EXPECT_NE(outcome.out.find("\n2\tbob?[31m\t"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("\n3\tcarol\t"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.err, "");
    auto const first = run({"user", "list", "-n", "1", "--json"});
    EXPECT_NE(first.out.find("alice"), std::string::npos);
    EXPECT_EQ(first.out.find("carol"), std::string::npos);
    EXPECT_NE(first.out.find("\"has_more\":true"), std::string::npos);
    EXPECT_NE(first.err.find("more"), std::string::npos);
}

TEST_F(AdminSocket, ShowsARefusalWithItsCodeAndTheNextStep) {
    start();
    host_.recording.refusal = Error{.code = Code::permission_denied, .detail = "sqlstate 42501"};
    auto const outcome = run({"user", "list"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("[permission_denied]"), std::string::npos);
    EXPECT_NE(outcome.err.find("[admin-access]"), std::string::npos);
    EXPECT_EQ(outcome.err.find("42501"), std::string::npos);
    host_.recording.refusal = Error{.code = Code::storage_unavailable};
    EXPECT_EQ(run({"user", "list"}).exit, 75);
    host_.recording.refusal = Error{.code = Code::internal_error};
    EXPECT_EQ(run({"user", "list"}).exit, 70);
}

TEST_F(AdminSocket, RunsNothingDangerousUnconfirmed) {
    start();
    for (auto const& words :
         {std::vector<std::string>{"user", "disable", "carol"},
          std::vector<std::string>{"account", "lock", "17", "--reason", "stolen"}}) {
        auto const refused = run(words, "y\n");
        EXPECT_EQ(refused.exit, 64);
        EXPECT_NE(refused.err.find("--yes"), std::string::npos) << refused.err;
    }
    EXPECT_TRUE(host_.recording.asked().empty());
    EXPECT_EQ(run({"user", "disable", "carol", "--yes"}).exit, 0);
    EXPECT_EQ(run({"account", "lock", "17", "--reason", "stolen", "-y"}).exit, 0);
    EXPECT_TRUE(host_.recording.users[2].is_disabled);
    EXPECT_EQ(host_.recording.accounts[0].lock_reason, "stolen");
}

TEST_F(AdminSocket, EndsChecksWithTheirVerdict) {
    start();
    host_.recording.report = {.is_sound = false, .findings = {{"Account 7 is off."}}};
    auto const broken = run({"ledger", "check"});
    EXPECT_EQ(broken.exit, 1);
    EXPECT_NE(broken.out.find("Account 7 is off."), std::string::npos);
    host_.recording.report = {.is_sound = true};
    EXPECT_EQ(run({"ledger", "check"}).exit, 0);
    EXPECT_EQ(run({"config", "check"}).exit, 0);
    host_.findings = {"bankd.conf:7: unknown key"};
    auto const wrong = run({"config", "check"});
    EXPECT_EQ(wrong.exit, 1);
    EXPECT_EQ(wrong.out, "bankd.conf:7: unknown key\n");
    host_.recording.state = api::Readiness::database_away;
    EXPECT_EQ(run({"status"}).exit, 75);
}

// ---- Secrets.

std::string file_text(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_F(AdminSocket, KeepsAPasswordOutOfTheCommandLineTheEnvironmentAndTheLog) {
    start();
    std::string seen;
    host_.recording.before = [&](std::string const& what) {
        if (!what.starts_with("add_user")) return;
        auto const all = std::filesystem::directory_iterator{"/proc"};
        for (auto const& entry : all) {
            auto const name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            auto const command = file_text("/proc/" + name + "/cmdline");
            if (command.starts_with("bankctl"))
                seen += command + file_text("/proc/" + name + "/environ");
        }
    };
    auto const outcome = run({"user", "add", "eve", "--role", "teller", "--password-stdin"},
                             "hunter2hunter2\nrest\n");
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(host_.recording.last_secret, "hunter2hunter2");
    EXPECT_NE(seen.find("--password-stdin"), std::string::npos);
    for (auto const& text : {seen, outcome.out, outcome.err, host_.logged()}) {
        EXPECT_EQ(text.find("hunter2"), std::string::npos);
    }
}

TEST_F(AdminSocket, TakesAPinFromStandardInput) {
    start();
    auto const outcome = run({"account", "open", "--owner", "carol", "--name", "Shop", "--currency",
                              "EUR", "--overdraft", "500.00 EUR", "--pin-stdin"},
                             "4711\n");
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(host_.recording.last_secret, "4711");
    EXPECT_EQ(host_.recording.words_asked().back(), "open_account carol Shop EUR 50000");
}

TEST_F(AdminSocket, WithoutTerminalOrOptionAsksNobodyForAPassword) {
    start();
    auto const outcome = run({"user", "add", "eve", "--role", "teller"}, "hunter2hunter2\n");
    EXPECT_EQ(outcome.exit, 64);
    EXPECT_NE(outcome.err.find("--password-stdin"), std::string::npos) << outcome.err;
    EXPECT_TRUE(host_.recording.asked().empty());
}

// bankctl at a terminal whose user types.
class Typist {
public:
    explicit Typist(std::vector<std::string> const& words) {
        child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (child_ == 0) {
            ::setenv("TERM", "xterm", 1);
            ::unsetenv("NO_COLOR");
            become_bankctl(words, {});
        }
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
        static_cast<void>(::write(terminal_, text.data(), text.size()));
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

TEST_F(AdminSocket, AsksAtATerminalTwiceWithoutEcho) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    EXPECT_FALSE(typist.echoes());
    typist.types("hunter2hunter2\n");
    ASSERT_TRUE(typist.sees("again: "));
    EXPECT_FALSE(typist.echoes());
    typist.types("hunter2hunter2\n");
    EXPECT_EQ(typist.ends(), 0) << typist.screen();
    EXPECT_EQ(host_.recording.last_secret, "hunter2hunter2");
    EXPECT_EQ(typist.screen().find("hunter2"), std::string::npos) << typist.screen();
    EXPECT_NE(typist.screen().find("teller"), std::string::npos) << typist.screen();
}

TEST_F(AdminSocket, AddsNobodyWhenTheTwoPasswordsDiffer) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    typist.types("hunter2hunter2\n");
    ASSERT_TRUE(typist.sees("again: "));
    typist.types("hunter3hunter3\n");
    EXPECT_EQ(typist.ends(), 64);
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, GivesTheEchoBackWhenThePromptIsInterrupted) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    ASSERT_FALSE(typist.echoes());
    typist.types("hunt\x03");
    EXPECT_EQ(typist.ends(), 128 + SIGINT);
    EXPECT_TRUE(typist.echoes());
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, AsksAtATerminalBeforeSomethingDangerous) {
    start();
    {
        Typist typist{{"--socket", path_, "user", "disable", "carol"}};
        ASSERT_TRUE(typist.sees("Disable user carol"));
        typist.types("\n");
        EXPECT_EQ(typist.ends(), 64);
        EXPECT_TRUE(host_.recording.asked().empty());
    }
    Typist typist{{"--socket", path_, "user", "disable", "carol"}};
    ASSERT_TRUE(typist.sees("[y/N]"));
    typist.types("y\n");
    EXPECT_EQ(typist.ends(), 0) << typist.screen();
    EXPECT_NE(typist.screen().find("\x1b[1;31mdisabled"), std::string::npos) << typist.screen();
}

TEST_F(AdminSocket, FollowsTheTrailWithoutItsOwnSteps) {
    start();
    host_.recording.append({.action = "login", .outcome = "ok"});
    // As a core does that records each reading of the trail.
    std::atomic<int> reads = 0;
    host_.recording.before = [&](std::string const&) { ++reads; };
    Typist typist{{"--socket", path_, "audit", "tail", "-f"}};
    ASSERT_TRUE(typist.sees("login"));
    auto const asked = host_.recording.asked();
    host_.recording.append(
        {.action = "view_audit", .request_id = to_string(asked[0].caller.request_id)});
    host_.recording.append({.action = "deposit", .outcome = "posted"});
    ASSERT_TRUE(typist.sees("deposit"));
    EXPECT_EQ(typist.screen().find("view_audit"), std::string::npos) << typist.screen();
    typist.types("\x03");
    EXPECT_EQ(typist.ends(), 128 + SIGINT);
}

// ---- Peers that mean harm.

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
        EXPECT_TRUE(reply->result.starts_with("{\"id\":" + std::to_string(i) + ","))
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
    host_.recording.before = [&](std::string const& what) {
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
    host_.recording.before = [&](std::string const&) {
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
