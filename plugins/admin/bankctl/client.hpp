// One conversation with bankd over its admin socket.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "plugins/admin/bankctl/exit_code.hpp"
#include "plugins/admin/wire/message.hpp"

namespace bank::bankctl {

// Why there is no reply, for people.
struct Failure {
    Exit exit = Exit::internal;
    std::string message;  // One sentence.
    std::string next;     // What to do about it; may be empty.
};

// Threads: one.
class Client {
public:
    Client(std::string socket_path, std::chrono::seconds timeout);
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;
    ~Client();

    // Connects first, if it must. After a Failure the next call connects anew.
    [[nodiscard]] std::variant<admin::wire::Reply, Failure> call(
        std::string_view command, admin::wire::Arguments const& arguments);
    // The same for an answer that comes in parts: `take` has the text of each, and ends it by
    // saying no.
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
