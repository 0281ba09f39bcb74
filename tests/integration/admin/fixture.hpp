// The shipped plugin in front of a bank in memory, the shipped bankctl, and a peer that sends
// arbitrary bytes.
#pragma once
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"
#include "plugins/api/abi.h"
#include "tests/integration/admin/paths.hpp"
#include "tests/support/recording_bank.hpp"

namespace bank::admin {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

inline constexpr auto patience =
    20s;  // Nothing here takes a tenth of it, but the machine may be busy.
inline constexpr uid_t nobody = 65534;

inline std::string read_all(int descriptor) {
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

// A child that does not exit by itself is killed, and the test fails by its exit code.
inline int exit_of(pid_t child) {
    int status = 0;
    auto const end = Clock::now() + patience;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (Clock::now() > end) ::kill(child, SIGKILL);
        std::this_thread::sleep_for(1ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The arguments of a program. Prepared before fork(): after it another thread may hold the
// allocator's lock for good.
class Call {
public:
    explicit Call(std::vector<std::string> words) : words_(std::move(words)) {
        for (auto& word : words_) argv_.push_back(word.data());
        argv_.push_back(nullptr);
    }
    [[noreturn]] void become(char const* program, std::optional<uid_t> uid = {}) const {
        if (uid && (::setgid(*uid) != 0 || ::setuid(*uid) != 0)) ::_exit(126);
        ::execv(program, argv_.data());
        ::_exit(127);
    }

private:
    std::vector<std::string> words_;
    std::vector<char*> argv_;
};

inline std::vector<std::string> joined(std::vector<std::string> first,
                                       std::vector<std::string> const& rest) {
    first.insert(first.end(), rest.begin(), rest.end());
    return first;
}

// bankctl without a terminal, as from a script.
inline Outcome bankctl(std::vector<std::string> const& words, std::string const& input = "",
                       std::optional<uid_t> uid = {}) {
    std::array<std::array<int, 2>, 3> pipes{};
    for (auto& ends : pipes) {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    }
    Call const call(joined({"bankctl"}, words));
    auto const child = ::fork();
    if (child == 0) {
        ::setsid();  // No controlling terminal.
        ::dup2(pipes[0][0], 0);
        ::dup2(pipes[1][1], 1);
        ::dup2(pipes[2][1], 2);
        call.become(test::bankctl_path, uid);
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

inline sockaddr_un address_of(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

inline sockaddr const* generic(sockaddr_un const& address) {
    return static_cast<sockaddr const*>(static_cast<void const*>(&address));
}

// A socket at `path` on which nothing listens yet.
inline int bound_socket(std::string const& path) {
    auto const address = address_of(path);
    auto const made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(made, generic(address), sizeof address), 0);
    return made;
}

// A peer that sends arbitrary bytes.
class Peer {
public:
    explicit Peer(std::string const& path)
        : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        auto const address = address_of(path);
        timeval const wait{.tv_sec = 20, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        is_connected_ = ::connect(descriptor_, generic(address), sizeof address) == 0;
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

inline std::string request(std::string const& command, std::string const& arguments = "{}") {
    return wire::encode_frame(R"({"v":1,"command":")" + command + R"(","arguments":)" + arguments +
                              "}");
}

// The plugin as the daemon loads it.
class Loaded {
public:
    explicit Loaded(plugin::Host& host)
        : library_(::dlopen(test::admin_plugin_path, RTLD_NOW | RTLD_LOCAL)) {
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
        host_.settings = {{"socket", path_}, {"socket_mode", "0660"}, {"metrics_address", ""}};
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

}  // namespace bank::admin
