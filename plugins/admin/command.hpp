// What runs behind each command of the wire's vocabulary.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/operations/bank_api.hpp"
#include "plugins/admin/meters.hpp"
#include "plugins/admin/wire/arguments.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::admin {

// Takes the next text of an answer that comes in parts, and waits until the peer has it. An error:
// nobody is there to take more.
using SendPart = std::function<Status(std::string_view text)>;

struct Context {
    operations::BankApi& bank;
    plugin::Host& host;
    api::Caller const& caller;
    SendPart const& send_part;
};

// The result as JSON. The arguments were checked against the vocabulary.
using Handler = Result<std::string> (*)(Context const&, wire::Arguments const&);

struct Command {
    std::string_view words;
    Handler run = nullptr;
};

// Of those in wire::vocabulary() that are not one operation alone.
[[nodiscard]] std::span<Command const> commands() noexcept;

// Reads one request of `peer`, runs it and writes the reply; whatever happens there is a reply.
// May hold a secret: wipe() it after use. Blocks as long as the bank does. Threads: any.
[[nodiscard]] std::string answer(plugin::Host& host, Meters& meters, api::LocalPeer const& peer,
                                 std::string payload, SendPart const& send_part);

}  // namespace bank::admin
