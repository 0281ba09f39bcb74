// The table of the core's keys. Tests compare the defaults here, in the structs that they fill, and
// in config/bankd.conf.
#include <fmt/format.h>
#include <grp.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/audit/note.hpp"
#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "core/money/currency.hpp"
#include "daemon/config/setting.hpp"
#include "daemon/config/suggest.hpp"

namespace bank::daemon {
namespace {

std::string check_items(std::string_view value, std::string (*check_item)(std::string const&)) {
    auto const items = split_list(value);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].empty()) return "contains an empty item; use the form a,b,c";
        auto text = check_item(items[i]);
        if (!text.empty()) return text;
        if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
            items.begin() + static_cast<std::ptrdiff_t>(i)) {
            return fmt::format("contains {} twice", items[i]);
        }
    }
    return {};
}

std::string check_currency(std::string const& item) {
    if (money::parse_currency(item)) return {};
    std::vector<std::string> known;
    for (auto const& facts : money::currencies()) known.emplace_back(facts.currency.code());
    std::string upper(item);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    auto text = fmt::format("\"{}\" is not an ISO 4217 currency", item);
    auto const meant = nearest(upper, known);
    if (!meant.empty()) text += fmt::format("; did you mean \"{}\"?", meant);
    return text;
}

std::string check_currencies(std::string_view value) {
    if (split_list(value).empty()) return "must contain at least one currency";
    return check_items(value, check_currency);
}

std::string check_uids(std::string_view value) {
    return check_items(value, [](std::string const& item) -> std::string {
        auto const uid = parse_int64(item);
        // 65534 is nobody, which stands for every unmapped user in a user namespace.
        constexpr std::int64_t uid_max = 4'294'967'294;
        if (uid && *uid >= 0 && *uid <= uid_max && *uid != 65534) return {};
        return fmt::format("\"{}\" is not a user number", item);
    });
}

std::string check_group(std::string_view value) {
    if (value.empty()) return {};
    std::array<char, 16384> buffer{};
    group entry{};
    group* found = nullptr;
    auto const error =
        getgrnam_r(std::string(value).c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found != nullptr || (error != 0 && error != ENOENT)) return {};
    return fmt::format("no group \"{}\" on this machine", value);
}

std::string check_origin(std::string_view value) {
    if (value.empty() || value.size() > audit::key_name_size_max || !is_plain_text(value) ||
        value.find_first_of(" +") != std::string_view::npos) {
        return "must be 1 to 255 bytes of plain text without blanks or '+'";
    }
    return {};
}

std::string check_forgotten_password_text(std::string_view value) {
    if (is_legible_text(value) && has_visible_text(value) &&
        count_characters(value) <= bounds::forgotten_password_text_size_max) {
        return {};
    }
    return fmt::format("must be 1 to {} characters of legible text, on one line",
                       bounds::forgotten_password_text_size_max);
}

std::string check_plugin_names(std::string_view value) {
    return check_items(value, [](std::string const& item) -> std::string {
        if (is_plugin_name(item)) return {};
        return fmt::format(
            "\"{}\" is not a plugin name; names are lower-case letters, digits and '-'", item);
    });
}

struct Table {
    std::vector<Setting> rows;
    std::string section;

    Setting& add(std::string key, Kind kind, std::string default_value, Restart restart,
                 std::string description) {
        Setting setting;
        setting.section = section;
        setting.key = std::move(key);
        setting.kind = kind;
        setting.default_value = std::move(default_value);
        setting.restart = restart;
        setting.description = std::move(description);
        return rows.emplace_back(std::move(setting));
    }

    struct Range {
        std::int64_t minimum;
        std::int64_t maximum;
    };

    void integer(std::string key, std::int64_t default_value, Range range, Restart restart,
                 std::string description) {
        auto& row = add(std::move(key), Kind::integer, std::to_string(default_value), restart,
                        std::move(description));
        row.minimum = range.minimum;
        row.maximum = range.maximum;
    }
};

constexpr auto needed = Restart::needed;
constexpr auto not_needed = Restart::not_needed;

void add_bank(Table& t) {
    t.section = "bank";
    t.add("country", Kind::text, "DE", needed,
          "Country of new account numbers (IBAN): two letters of ISO 3166. Existing numbers do not "
          "change.");
    t.add("bank_code", Kind::text, "99999999", needed,
          "Bank identifier in new account numbers, with the branch where the country's numbers "
          "have one: for DE eight digits, for GB four letters and six digits.");
    t.add("currencies", Kind::text, "EUR,USD", needed,
          "Supported currencies, as ISO 4217 codes. A removed currency keeps its accounts; no new "
          "ones can be opened.")
        .check = check_currencies;
    t.add("customer_cash", Kind::boolean, "yes", needed,
          "Whether customers make deposits and withdrawals themselves. A deposit credits the "
          "customer against the bank's cash account, and no one at the bank has counted the money. "
          "A bank with real money sets no: then only tellers and administrators make them. Daemons "
          "that share a database must agree.");
    t.add("forgotten_password_text", Kind::text,
          "Ask your branch or the bank's staff. They can give you a one-time password after "
          "checking who you are.",
          not_needed,
          "Advice of the web client's sign-in page for people who have forgotten their password. "
          "Plain text, at most 500 characters. Anyone can read it.")
        .check = check_forgotten_password_text;
}

void add_database(Table& t) {
    t.section = "database";
    t.add("connection", Kind::connection, "host=/run/bankd/postgres dbname=bankd user=bankd",
          needed,
          "Connection to PostgreSQL, as libpq key=value pairs; a value cannot contain a blank. For "
          "failover list several hosts: host=a,b target_session_attrs=read-write.");
    t.add("owner_connection", Kind::connection,
          "host=/run/bankd/postgres dbname=bankd user=bank_owner", needed,
          "Connection of the schema owner; only bankd --migrate uses it.");
    t.integer("pool_size", 16, {2, 1000}, needed,
              "Size of the connection pool. Posting does not use the pool: each lane of [posting] "
              "has its own connection.");
    t.integer("statement_timeout_ms", 10000, {100, 600'000}, needed,
              "Timeout of a statement; its request fails. A batch has up to four statements: "
              "values above 20000 need a longer WatchdogSec= in a drop-in of bankd.service.");
    t.integer("connect_timeout_ms", 2000, {100, 60'000}, needed,
              "Timeout of one connection attempt.");
    t.integer("pool_wait_ms", 1000, {1, 60'000}, needed,
              "How long a request waits for a free connection before it fails with overloaded.");
}

void add_keys(Table& t) {
    t.section = "keys";
    t.add("directory", Kind::path, "/var/lib/bankd/keys", needed,
          "Directory of pepper.key, record.key, token.pem, audit.pem, tls-certificate.pem and "
          "tls-key.pem; bankd --make-keys creates missing ones. A systemd credential with the same "
          "name takes precedence over the file. Default paths of other sections below this "
          "directory follow it.")
        .may_be_empty = false;
}

void add_identity(Table& t) {
    t.section = "identity";
    t.integer("access_token_lifetime_s", 600, {10, bounds::access_token_lifetime_s_max}, not_needed,
              "Lifetime of an access token. Clients renew it with their refresh token.");
    t.integer("session_lifetime_s", 43'200, {60, 7'776'000}, not_needed,
              "Lifetime of a session from its login. Renewals do not extend it.");
    t.integer("pin_authorization_lifetime_s", 300, {10, 3600}, not_needed,
              "Lifetime of a PIN authorization, which covers further transactions of its account.");
    t.integer("pin_attempts_max", 3, {1, 10}, not_needed,
              "Consecutive wrong PINs that lock an account until it is unlocked.");
    t.integer(
        "bcrypt_cost", 10, {4, 16}, not_needed,
        "Cost of hashing a password or PIN; each step doubles the work. Values below 10 are for "
        "tests only. A higher cost applies to each user from the next login.");
    t.integer("hash_threads", 2, {1, 64}, needed, "Threads that hash passwords and PINs.");
    t.integer("hash_queue_max", 64, {1, 65'536}, needed,
              "Maximum number of secrets waiting to be hashed; beyond, requests fail with "
              "overloaded.");
    t.add("issuer", Kind::text, "bankd", needed, "Issuer (iss) of access tokens.").may_be_empty =
        false;
    t.add("audience", Kind::text, "bankd", needed, "Audience (aud) of access tokens.")
        .may_be_empty = false;
}

void add_posting(Table& t) {
    t.section = "posting";
    t.integer("lanes", 1, {1, 64}, needed,
              "Posting threads, each with its own connection. One lane is fastest while most "
              "transactions share accounts, because batches that touch the same account wait for "
              "each other. More lanes help with many cores and many accounts.");
    t.integer("queue_max", 8192, {1, 1'048'576}, needed,
              "Maximum number of waiting transactions; beyond, requests fail with overloaded.");
    t.integer("batch_max", 512, {1, 8192}, needed, "Maximum number of transactions in one batch.");
}

void add_rates(Table& t) {
    t.section = "rates";
    constexpr Table::Range range{0, 10'000'000};
    t.integer("login_per_minute", 30, range, not_needed,
              "Logins and renewals per minute, per source. In this section 0 means unlimited.");
    t.integer("read_per_minute", 600, range, not_needed,
              "Read requests per minute, per source and per user.");
    t.integer("write_per_minute", 120, range, not_needed,
              "Write requests per minute, per source and per user, except transactions.");
    t.integer("money_per_minute", 3000, range, not_needed,
              "Transactions per minute, per source and per user.");
    t.integer("sources_max", 65'536, {1024, 16'777'216}, needed,
              "Maximum number of sources and users with a budget; beyond, the oldest are dropped.");
}

void add_operation(Table& t) {
    t.section = "log";
    t.add("target", Kind::word, "auto", needed,
          "Destination of log lines. auto: the journal if standard error is connected to it, else "
          "standard error.")
        .words = {"auto", "journald", "stderr"};
    t.add("level", Kind::word, "info", not_needed, "Lowest severity of the lines to log.").words = {
        "debug", "info", "warning", "error"};
    t.section = "audit";
    t.add("journald", Kind::boolean, "yes", needed,
          "Whether to copy each audit record to the journal. The database contains the records in "
          "either case.");
    t.add("origin", Kind::text, "bankd", needed,
          "Name of the audit log in its checkpoints, its receipts and its key. Choose a globally "
          "unique name, such as bank.example/audit, and never change it.")
        .check = check_origin;
    t.integer("seal_interval_ms", 100, {10, 1000}, needed,
              "Interval of sealing: records are numbered and added to the log's Merkle tree.");
    t.integer("checkpoint_interval_s", 10, {1, 3600}, needed,
              "Interval of checkpoints: the log is signed if it has grown. A request for a receipt "
              "or proof "
              "that needs a checkpoint has one signed earlier, at most one per second.");
    t.add("checkpoint_file", Kind::path, "/var/lib/bankd/keys/checkpoints", needed,
          "File to which checkpoints are appended; at start the log is compared with the last one. "
          "Only copies on other machines are evidence against an attacker who controls this one. "
          "Empty: none.");
    t.add(
        "checkpoint_hook", Kind::path, "", needed,
        "Program that stores checkpoints elsewhere. It receives a checkpoint on standard input and "
        "must finish within ten seconds; then it receives the newest one. Empty: none.");
    t.section = "retention";
    t.integer(
        "ended_sessions_days", 90, {1, 3650}, not_needed,
        "Days for which the bank keeps a session after it ended, with its address and client. "
        "The audit log keeps its record of the sign-in.");
    t.section = "admin-access";
    t.add("uids", Kind::text, "", not_needed,
          "Users of this machine, by number, who may administer the bank through the admin socket, "
          "in addition to root and the daemon's user.")
        .check = check_uids;
    t.add("group", Kind::text, "", not_needed,
          "Group of this machine whose members may administer the bank as well.")
        .check = check_group;
    t.section = "plugins";
    t.add("directory", Kind::path, "/usr/lib/bankd/plugins", needed,
          "Directory of the front ends, bankd-<name>.so. The directory and each file must belong "
          "to root or to the daemon's user, and be writable by the owner only.")
        .may_be_empty = false;
    t.add("load", Kind::text, "rest,admin", needed,
          "Front ends to start. Each has its own section below.")
        .check = check_plugin_names;
    t.section = "core";
    t.add("directory", Kind::path, "/run/bankd/core", needed,
          "Directory of the core's sockets, rest.sock and admin.sock, for front ends in separate "
          "processes (bankd --core, bankd --host NAME).")
        .may_be_empty = false;
    t.add("rest_user", Kind::text, "bankd-rest", needed,
          "User of the REST front end, by name or number. Only this user may connect to its "
          "socket.")
        .may_be_empty = false;
    t.add("admin_user", Kind::text, "bankd-admin", needed,
          "User of the admin front end, by name or number. Only this user may connect to its "
          "socket.")
        .may_be_empty = false;
    t.integer("threads", 32, {2, 1024}, needed,
              "Maximum number of concurrent calls of front ends.");
    t.integer("patience_ms", 3000, {0, 60'000}, needed,
              "How long front ends let requests wait after losing the core. Later requests fail at "
              "once until the core is back.");
    t.section = "daemon";
    t.add("sandbox", Kind::word, "auto", needed,
          "Reaction to an incomplete sandbox at start. required: bankd does not run; advised: it "
          "logs a warning; auto: required if started by the service manager, else advised.")
        .words = {"auto", "required", "advised"};
    t.integer("drain_ms", 5000, {0, 600'000}, not_needed,
              "Time for requests in progress to finish when the daemon stops.");
}

}  // namespace

std::vector<Setting> core_settings() {
    Table table;
    add_bank(table);
    add_database(table);
    add_keys(table);
    add_identity(table);
    add_posting(table);
    add_rates(table);
    add_operation(table);
    return std::move(table.rows);
}

}  // namespace bank::daemon
