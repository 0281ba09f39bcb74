#include "plugins/admin/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"

namespace bank::admin {
namespace {

using api::RouteClass;

constexpr auto table = std::to_array<Command>({
    {"status", RouteClass::read, status},
    {"metrics", RouteClass::read, metrics_text},
    {"user list", RouteClass::read, user_list},
    {"user show", RouteClass::read, user_show},
    {"user add", RouteClass::write, user_add},
    {"user role", RouteClass::write, user_role},
    {"user disable", RouteClass::write, user_disable},
    {"user enable", RouteClass::write, user_enable},
    {"user password", RouteClass::write, user_password},
    {"user erase", RouteClass::write, user_erase},
    {"account list", RouteClass::read, account_list},
    {"account show", RouteClass::read, account_show},
    {"account open", RouteClass::write, account_open},
    {"account lock", RouteClass::write, account_lock},
    {"account unlock", RouteClass::write, account_unlock},
    {"account close", RouteClass::write, account_close},
    {"account overdraft", RouteClass::write, account_overdraft},
    {"account freeze", RouteClass::write, account_freeze},
    {"account unfreeze", RouteClass::write, account_unfreeze},
    {"account limits", RouteClass::write, account_limits},
    {"account balance", RouteClass::read, account_balance},
    {"account history", RouteClass::read, account_history},
    {"account holds", RouteClass::read, account_holds},
    {"hold show", RouteClass::read, hold_show},
    {"hold release", RouteClass::money, hold_release},
    {"role limits", RouteClass::write, role_limits},
    {"transfer list", RouteClass::read, transfer_list},
    {"transfer show", RouteClass::read, transfer_show},
    {"transfer receipt", RouteClass::read, transfer_receipt},
    {"transfer reverse", RouteClass::money, transfer_reverse},
    {"transfer submit", RouteClass::money, transfer_submit},
    {"account lookup", RouteClass::read, account_lookup},
    {"audit tail", RouteClass::read, audit_tail},
    {"audit search", RouteClass::read, audit_search},
    {"audit export", RouteClass::read, audit_export},
    {"audit archive", RouteClass::read, audit_archive},
    {"audit prune", RouteClass::write, audit_prune},
    {"ledger check", RouteClass::read, ledger_check},
    {"session list", RouteClass::read, session_list},
    {"session revoke", RouteClass::write, session_revoke},
    {"config show", RouteClass::read, config_show},
    {"config check", RouteClass::read, config_check},
});

api::Caller caller_of(api::LocalPeer const& peer) {
    api::Caller caller;
    caller.local_peer = peer;
    caller.user_agent = "bankctl";
    caller.request_id = new_uuid(SystemClock{}.now());
    return caller;
}

Result<std::string> run(plugin::Host& host, api::Caller const& caller, wire::Request const& request,
                        SendPart const& send_part) {
    auto const* const command = std::find_if(table.begin(), table.end(), [&](Command const& c) {
        return c.words == request.command->words;
    });
    BANK_CHECK(command != table.end());
    auto& bank = host.bank();
    auto const rate = bank.admit(caller, command->route);
    if (!rate.is_admitted) {
        return Error{.code = Code::rate_limited, .retry_after_s = rate.retry_after_s};
    }
    auto result = command->run({bank, host, caller, send_part}, request.arguments);
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
    auto result = run(host, caller, *request, send_part);
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
