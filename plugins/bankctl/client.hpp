// A connection to bankd's admin socket.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/admin/wire/message.hpp"
#include "plugins/bankctl/exit_code.hpp"

namespace bank::bankctl {

// The reason for a missing reply, in words for people.
struct Failure {
    Exit exit = Exit::internal;
    std::string message;  // One sentence.
    std::string next;     // Advice; may be empty.
};

// Threads: one.
class Client {
public:
    Client(std::string socket_path, std::chrono::seconds timeout);
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;
    ~Client();

    // Connects first if necessary. After a Failure the next call reconnects.
    [[nodiscard]] std::variant<admin::wire::Reply, Failure> call(
        std::string_view command, admin::wire::Arguments const& arguments);
    // The same for an answer in parts: `take` receives the text of each, and cancels by returning
    // false.
    using TakePart = std::function<bool(std::string_view text)>;
    [[nodiscard]] std::variant<admin::wire::Reply, Failure> call(
        std::string_view command, admin::wire::Arguments const& arguments, TakePart const& take);

private:
    [[nodiscard]] std::variant<admin::wire::Reply, Failure> receive();
    [[nodiscard]] std::variant<std::monostate, Failure> connect();
    [[nodiscard]] Failure lost(int error) const;
    void close();

    std::string path_;
    std::chrono::seconds timeout_;
    int descriptor_ = -1;
};

}  // namespace bank::bankctl
