// The core's socket: serves a BankApi to front ends in other processes.
//
// Each front end has its own door: a listening socket that only its user may open. The kernel names
// the peer's user once more, and a front end may call only the operations granted to it.
//
// Threads: one for the sockets, and `workers` that run the calls. start() and stop() from one
// thread; the hooks are called on any.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/api/front_end.hpp"
#include "core/operations/bank_api.hpp"

namespace bank::wire {

class BankServer {
public:
    struct Door {
        api::FrontEnd front_end = api::FrontEnd::rest;
        int listener = -1;      // A listening Unix stream socket; becomes the server's.
        std::uint32_t uid = 0;  // Of the front end's user, as this process sees it.
        operations::BankApi* bank = nullptr;
    };
    struct Settings {
        std::string version;
        std::size_t workers = 32;
        std::size_t connections_max = 16;  // Of each front end.
        std::size_t calls_max = 4096;      // Of each connection, not answered; beyond, overloaded.
        std::size_t exports_max = 2;       // At once.
    };
    struct Hooks {
        // A front end asked for what its table does not grant: a bug or an attack.
        std::function<void(api::FrontEnd, operations::Facts const&, api::Caller const&)> refused;
        // One sentence for the log: a peer was refused, a connection broke the protocol.
        std::function<void(std::string const& sentence)> warn;
    };

    // The banks must outlive it.
    BankServer(Settings settings, std::vector<Door> doors, Hooks hooks);
    ~BankServer();

    void start();
    // Takes no more, lets what runs finish within `grace`, then ends it. Idempotent.
    void stop(std::chrono::milliseconds grace);

    // For how long the sockets' thread has given no sign of life.
    [[nodiscard]] std::chrono::milliseconds silence() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::wire
