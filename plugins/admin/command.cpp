#include "plugins/admin/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/operation.hpp"
#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"

namespace bank::admin {
namespace {

// Of the commands that are more than one operation, or answer more than its output.
constexpr auto table = std::to_array<Command>({
    {"status", status},
    {"metrics", metrics_text},
    {"user disable", user_disable},
    {"user enable", user_enable},
    {"account freeze", account_freeze},
    {"account unfreeze", account_unfreeze},
    {"account limits", account_limits},
    {"account lookup", account_lookup},
    {"role limits", role_limits},
    {"hold release", hold_release},
    {"transfer receipt", transfer_receipt},
    {"transfer reverse", transfer_reverse},
    {"transfer submit", transfer_submit},
    {"audit tail", audit_tail},
    {"audit export", audit_export},
    {"audit archive", audit_archive},
    {"session revoke", session_revoke},
    {"config show", config_show},
    {"config check", config_check},
});

api::Caller caller_of(api::LocalPeer const& peer) {
    api::Caller caller;
    caller.local_peer = peer;
    caller.user_agent = "bankctl";
    caller.request_id = new_uuid(SystemClock{}.now());
    return caller;
}

Result<std::string> run_command(plugin::Host& host, api::Caller const& caller,
                                wire::Request const& request, SendPart const& send_part) {
    auto const* const own = std::find_if(table.begin(), table.end(), [&](Command const& c) {
        return c.words == request.command->words;
    });
    Context const context{host.bank(), host, caller, send_part};
    auto result = own != table.end()
                      ? own->run(context, request.arguments)
                      : run_operation(context, request.arguments, *request.command->operation);
    if (result && result->size() + 256 > wire::reply_size_max) {
        return Error{.code = Code::request_too_large,
                     .message = "The answer exceeds the size of a reply. Request fewer rows."};
    }
    return result;
}

std::string reply_to(plugin::Host& host, Meters& meters, api::LocalPeer const& peer,
                     std::string payload, SendPart const& send_part) {
    auto const caller = caller_of(peer);
    auto const request_id = to_string(caller.request_id);
    auto const request = wire::parse_request(std::move(payload));
    if (!request) {
        meters.note(request.code());
        host.log(log::Level::warning, fmt::format("uid {} pid {}: request {} refused: {}", peer.uid,
                                                  peer.pid, request_id, request.error().message));
        return wire::encode_error(request.error(), request_id);
    }
    auto result = run_command(host, caller, *request, send_part);
    meters.note(result ? std::nullopt : std::optional{result.code()});
    auto const outcome = result ? std::string_view{"ok"} : word(result.code());
    host.log(log::Level::debug,
             fmt::format("uid {} pid {}: request {} \"{}\": {}", peer.uid, peer.pid, request_id,
                         request->command->words, outcome));
    if (!result) return wire::encode_error(result.error(), request_id);
    auto reply = wire::encode_result(*result, request_id);
    wipe(*result);
    return reply;
}

}  // namespace

std::span<Command const> commands() noexcept {
    return table;
}

std::string answer(plugin::Host& host, Meters& meters, api::LocalPeer const& peer,
                   std::string payload, SendPart const& send_part) {
    try {
        return reply_to(host, meters, peer, std::move(payload), send_part);
    } catch (std::exception const& failure) {
        meters.note(Code::internal_error);
        host.log(log::Level::error, fmt::format("uid {} pid {}: request failed: {}", peer.uid,
                                                peer.pid, failure.what()));
        return wire::encode_error({.code = Code::internal_error}, {});
    }
}

}  // namespace bank::admin
