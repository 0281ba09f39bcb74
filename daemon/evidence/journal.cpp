#include "daemon/evidence/journal.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>

#include <cstring>
#include <string_view>

#include "core/audit/action.hpp"
#include "core/base/text.hpp"

namespace bank::daemon {
namespace {

constexpr auto journal_socket = "/run/systemd/journal/socket";
// An entry larger than the socket buffer requires memfd_create, which the sandbox denies.
constexpr std::size_t entry_size_max = std::size_t{64} * 1024;
constexpr std::size_t details_size_max = std::size_t{48} * 1024;
constexpr std::size_t field_size_max = 1024;

std::string message(api::AuditRecord const& record) {
    auto text = fmt::format("{} {} by {}", record.action, record.outcome, record.actor);
    if (!record.ip.empty()) text += " from " + record.ip;
    return text;
}

}  // namespace

JournalFields journal_fields(audit::NumberedRecord const& numbered) {
    auto const& record = numbered.record;
    auto const action = audit::parse_action(record.action);
    auto const severity = action ? audit::facts(*action).severity : 5;
    JournalFields fields;
    std::size_t size = 0;
    auto const add = [&](std::string_view name, std::string_view value, std::size_t size_max) {
        auto field = fmt::format("{}={}", name, plain_text(value, size_max));
        size += field.size() + 1;
        if (size <= entry_size_max) fields.push_back(std::move(field));
    };
    add("MESSAGE", message(record), field_size_max);
    if (action) add("MESSAGE_ID", audit::facts(*action).message_id, field_size_max);
    add("PRIORITY", std::to_string(severity), field_size_max);
    add("SYSLOG_IDENTIFIER", "bankd", field_size_max);
    add("BANKD_SEQ", std::to_string(numbered.number), field_size_max);
    add("BANKD_AUDIT_ID", std::to_string(record.id.value), field_size_max);
    add("BANKD_TIMESTAMP", to_string(record.created_at), field_size_max);
    add("BANKD_ACTOR", record.actor, field_size_max);
    add("BANKD_ACTION", record.action, field_size_max);
    add("BANKD_OUTCOME", record.outcome, field_size_max);
    if (numbered.transfer_id) {
        add("BANKD_TRANSFER", std::to_string(numbered.transfer_id.value), field_size_max);
    }
    if (numbered.account_id) {
        add("BANKD_ACCOUNT", std::to_string(numbered.account_id.value), field_size_max);
    }
    add("BANKD_IP", record.ip, field_size_max);
    add("BANKD_REQUEST_ID", record.request_id, field_size_max);
    add("BANKD_USER_AGENT", record.user_agent, field_size_max);
    add("BANKD_DETAILS", record.details, details_size_max);
    return fields;
}

Status send_to_journal(JournalFields const& fields) {
    struct stat status {};
    if (stat(journal_socket, &status) != 0 || !S_ISSOCK(status.st_mode)) {
        return Error{Code::storage_unavailable, fmt::format("{} does not exist", journal_socket)};
    }
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (auto const& field : fields) {
        // sd_journal_sendv only reads, but iovec has no const.
        parts.push_back({const_cast<char*>(field.data()), field.size()});
    }
    int const result = sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    if (result < 0) return Error{Code::storage_unavailable, std::strerror(-result)};
    return Done{};
}

}  // namespace bank::daemon
