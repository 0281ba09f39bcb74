#include "tests/golden/stub_core.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/wire/frame.hpp"

namespace bank::golden {
namespace {

bool read_all(int from, std::string& into) {
    for (std::size_t had = 0; had < into.size();) {
        auto const read = ::read(from, into.data() + had, into.size() - had);
        if (read <= 0) return false;
        had += static_cast<std::size_t>(read);
    }
    return true;
}

void write_frame(int to, wire::FrameType type, std::uint64_t id, std::string_view payload) {
    auto const header = wire::encode_header({static_cast<std::uint32_t>(payload.size()), type, id});
    std::string frame(header.begin(), header.end());
    frame += payload;
    EXPECT_EQ(::send(to, frame.data(), frame.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(frame.size()));
}

}  // namespace

std::string escaped(std::string_view bytes) {
    std::string text;
    for (auto const c : bytes) {
        if (c == '\\') {
            text += "\\\\";
        } else if (c >= ' ' && c <= '~') {
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else {
            text += fmt::format("\\{:02x}", static_cast<unsigned char>(c));
        }
    }
    return text;
}

StubCore::StubCore() {
    std::string name = std::filesystem::temp_directory_path() / "golden.XXXXXX";
    directory_ = ::mkdtemp(name.data());
    socket_ = directory_ + "/core.sock";
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    acceptor_ = std::thread([this] { accept_all(); });
}

StubCore::~StubCore() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto const connection : connections_) ::shutdown(connection, SHUT_RDWR);
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
    std::filesystem::remove_all(directory_);
}

void StubCore::accept_all() {
    for (int connection = 0; (connection = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        connections_.push_back(connection);
        threads_.emplace_back([this, connection] { serve(connection); });
    }
}

void StubCore::serve(int connection) {
    for (std::string header(wire::frame_header_size, '\0'); read_all(connection, header);) {
        auto const frame = wire::parse_header(header, wire::call_size_max);
        if (!frame) break;
        std::string payload(frame->payload_size, '\0');
        if (!read_all(connection, payload)) break;
        if (frame->type == wire::FrameType::hello) {
            write_frame(connection, wire::FrameType::welcome, 0,
                        codec::encode(std::string_view("1")));
        } else {
            write_frame(connection, wire::FrameType::result, frame->id, answer(payload));
        }
    }
    ::close(connection);
}

std::string StubCore::answer(std::string_view call) {
    codec::Reader reader(call);
    auto const* const operation = operations::find(reader.get<std::uint16_t>());
    EXPECT_NE(operation, nullptr);
    static_cast<void>(reader.get<api::Caller>());
    auto const input = operation->make_input();
    reader.read_value(operation->input(), input.get());
    EXPECT_TRUE(reader.is_finished());
    auto const arguments = encoded(operation->input(), input.get());
    std::lock_guard const lock(mutex_);
    asked_ += fmt::format("  asks {} {}\n", operation->facts.name, escaped(arguments));
    return encoded_answer(*operation, sample_.load());
}

std::string StubCore::take_asked() {
    std::lock_guard const lock(mutex_);
    return std::exchange(asked_, {});
}

std::string difference_from(std::string const& name, std::string const& actual) {
    auto const path = std::filesystem::path(BANK_GOLDEN_DIRECTORY) / (name + ".txt");
    if (std::getenv("BANK_GOLDEN_WRITE") != nullptr) {
        std::ofstream(path) << actual;
        return {};
    }
    std::ifstream file(path);
    std::istringstream is(actual);
    std::string expected_line;
    std::string actual_line;
    for (int number = 1;; ++number) {
        auto const has_expected = static_cast<bool>(std::getline(file, expected_line));
        auto const has_actual = static_cast<bool>(std::getline(is, actual_line));
        if (!has_expected && !has_actual) return {};
        if (has_expected != has_actual || expected_line != actual_line) {
            return fmt::format("{}:{}:\n- {}\n+ {}", path.string(), number,
                               has_expected ? expected_line : "(end)",
                               has_actual ? actual_line : "(end)");
        }
    }
}

}  // namespace bank::golden
