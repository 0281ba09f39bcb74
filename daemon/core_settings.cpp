// The table of the core's own keys. Defaults here, in the structs that they fill and in
// config/bankd.conf are compared by tests.
#include <fmt/format.h>
#include <grp.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/audit/note.hpp"
#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "core/money/currency.hpp"
#include "daemon/setting.hpp"
#include "daemon/suggest.hpp"

namespace bank::daemon {
namespace {

std::string check_items(std::string_view value, std::string (*check_item)(std::string const&)) {
    auto const items = split_list(value);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].empty()) return "has an empty item; write a,b,c";
        auto text = check_item(items[i]);
        if (!text.empty()) return text;
        if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
            items.begin() + static_cast<std::ptrdiff_t>(i)) {
            return fmt::format("names {} twice", items[i]);
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
    auto text = fmt::format("\"{}\" is not a currency of ISO 4217", item);
    auto const meant = nearest(upper, known);
    if (!meant.empty()) text += fmt::format("; did you mean \"{}\"?", meant);
    return text;
}

std::string check_currencies(std::string_view value) {
    if (split_list(value).empty()) return "must name at least one currency";
    return check_items(value, check_currency);
}

std::string check_uids(std::string_view value) {
    return check_items(value, [](std::string const& item) -> std::string {
        auto const uid = parse_int64(item);
        // 65534 is nobody: whoever cannot be named, inside a user namespace.
        constexpr std::int64_t uid_max = 4'294'967'294;
        if (uid && *uid >= 0 && *uid <= uid_max && *uid != 65534) return {};
        return fmt::format("\"{}\" is not the number of a user", item);
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
    return fmt::format("there is no group \"{}\" on this machine", value);
}

std::string check_origin(std::string_view value) {
    if (value.empty() || value.size() > audit::key_name_size_max || !is_plain_text(value) ||
        value.find_first_of(" +") != std::string_view::npos) {
        return "must be 1 to 255 bytes of plain text without blanks and '+'";
    }
    return {};
}

std::string check_plugin_names(std::string_view value) {
    return check_items(value, [](std::string const& item) -> std::string {
        if (is_plugin_name(item)) return {};
        return fmt::format("\"{}\" is not a plugin's name: lower-case letters, digits and '-'",
                           item);
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
          "Country of the account numbers (IBAN): two letters of ISO 3166. Numbers that exist keep "
          "theirs.");
    t.add("bank_code", Kind::text, "99999999", needed,
          "The bank's own part of new account numbers, as the country prescribes; for DE eight "
          "digits.");
    t.add("currencies", Kind::text, "EUR,USD", needed,
          "Currencies that the bank keeps, of ISO 4217. One that is taken away keeps its accounts; "
          "new ones are refused.")
        .check = check_currencies;
}

void add_database(Table& t) {
    t.section = "database";
    t.add("connection", Kind::connection, "host=/run/bankd/postgres dbname=bankd user=bankd",
          needed,
          "How the daemon reaches PostgreSQL, as libpq's key=value pairs. Several hosts may be "
          "given for failover: host=a,b target_session_attrs=read-write.");
    t.add("owner_connection", Kind::connection,
          "host=/run/bankd/postgres dbname=bankd user=bank_owner", needed,
          "The same for the owner of the schema; bankd --migrate alone uses it.");
    t.integer("pool_size", 16, {2, 1000}, needed,
              "Connections for everything but posting; each lane of [posting] has one more.");
    t.integer("statement_timeout_ms", 10000, {100, 600'000}, needed,
              "A statement that takes longer is ended and its request refused. A batch has up to "
              "four: more than 20000 needs a longer WatchdogSec= in a drop-in of bankd.service.");
    t.integer("connect_timeout_ms", 2000, {100, 60'000}, needed,
              "How long one attempt to connect may take.");
    t.integer("pool_wait_ms", 1000, {1, 60'000}, needed,
              "How long a request waits for a free connection before the bank says it is busy.");
}

void add_keys(Table& t) {
    t.section = "keys";
    t.add("directory", Kind::path, "/var/lib/bankd/keys", needed,
          "Where pepper.key, token.pem, audit.pem, tls-certificate.pem and tls-key.pem are; "
          "bankd --make-keys makes what is missing. A credential of the service manager with the "
          "same name goes "
          "before the file. Paths of other sections that lie here by default move along.")
        .may_be_empty = false;
}

void add_identity(Table& t) {
    t.section = "identity";
    t.integer("access_token_lifetime_s", 600, {10, bounds::access_token_lifetime_s_max}, not_needed,
              "Lifetime of an access token; clients renew it with their refresh token.");
    t.integer("session_lifetime_s", 43'200, {60, 7'776'000}, not_needed,
              "A session ends this long after its login, however often it is renewed.");
    t.integer("pin_authorization_lifetime_s", 300, {10, 3600}, not_needed,
              "How long a PIN that was given once covers further movements of its account.");
    t.integer("pin_attempts_max", 3, {1, 10}, not_needed,
              "Wrong PINs in a row that lock an account until a teller unlocks it.");
    t.integer(
        "bcrypt_cost", 10, {4, 16}, not_needed,
        "Work of hashing a password or PIN: one more doubles it. Below 10 is for tests only. A "
        "stronger cost is taken up by each user at the next login.");
    t.integer("hash_threads", 2, {1, 64}, needed, "Threads that hash passwords and PINs.");
    t.integer("hash_queue_max", 64, {1, 65'536}, needed,
              "Secrets that may wait to be hashed; beyond, the bank says it is busy.");
    t.add("issuer", Kind::text, "bankd", needed, "The issuer (iss) of access tokens.")
        .may_be_empty = false;
    t.add("audience", Kind::text, "bankd", needed, "The audience (aud) of access tokens.")
        .may_be_empty = false;
}

void add_posting(Table& t) {
    t.section = "posting";
    t.integer("lanes", 1, {1, 64}, needed,
              "Threads that post, each with a connection of its own. One is the fastest while most "
              "movements share accounts: batches that touch the same account wait for each other. "
              "More help where there are many cores and accounts.");
    t.integer("queue_max", 8192, {1, 1'048'576}, needed,
              "Movements that may wait; beyond, the bank says it is busy.");
    t.integer("batch_max", 512, {1, 8192}, needed, "Movements in one transaction, at most.");
}

void add_rates(Table& t) {
    t.section = "rates";
    constexpr Table::Range range{0, 10'000'000};
    t.integer("login_per_minute", 30, range, not_needed,
              "Logins and renewals a minute of one source. 0: no limit, as below.");
    t.integer("read_per_minute", 600, range, not_needed,
              "Readings a minute of one source and of one user.");
    t.integer("write_per_minute", 120, range, not_needed,
              "Changes a minute of one source and of one user, but for movements of money.");
    t.integer("money_per_minute", 3000, range, not_needed,
              "Movements of money a minute of one source and of one user.");
    t.integer("sources_max", 65'536, {1024, 16'777'216}, needed,
              "Sources and users whose budgets are remembered; beyond, the oldest are forgotten.");
}

void add_operation(Table& t) {
    t.section = "log";
    t.add("target", Kind::word, "auto", needed,
          "Where log lines go. auto: to the journal if standard error is connected to it.")
        .words = {"auto", "journald", "stderr"};
    t.add("level", Kind::word, "info", not_needed, "The least severe lines that are written.")
        .words = {"debug", "info", "warning", "error"};
    t.section = "audit";
    t.add("journald", Kind::boolean, "yes", needed,
          "Whether a copy of each audit record goes to the journal. The records themselves are in "
          "the database either way.");
    t.add(
         "origin", Kind::text, "bankd", needed,
         "The audit log's name, in its checkpoints and receipts and in the name of its key. Choose "
         "one that no other log has, as bank.example/audit, and never change it.")
        .check = check_origin;
    t.integer("seal_interval_ms", 100, {10, 10'000}, needed,
              "How often records are sealed: numbered and hashed into the log's tree.");
    t.integer("checkpoint_interval_s", 10, {1, 3600}, needed,
              "How often what the log has become is signed, if it grew.");
    t.add(
        "checkpoint_file", Kind::path, "/var/lib/bankd/keys/checkpoints", needed,
        "Where each checkpoint is appended; at a start the log is compared with the last. Evidence "
        "against whoever rules this machine is only what has left it. Empty: none.");
    t.add("checkpoint_hook", Kind::path, "", needed,
          "A program that takes each checkpoint elsewhere: it is started with the note on its "
          "standard input and has ten seconds. Empty: none.");
    t.section = "admin-access";
    t.add("uids", Kind::text, "", not_needed,
          "Users of this machine, by number, that may administer the bank through the admin "
          "socket, besides root and the daemon's own.")
        .check = check_uids;
    t.add("group", Kind::text, "", not_needed,
          "A group of this machine whose members may do the same.")
        .check = check_group;
    t.section = "plugins";
    t.add("directory", Kind::path, "/usr/lib/bankd/plugins", needed,
          "Where the front ends are, as bankd-<name>.so. The directory and each file must belong "
          "to root or to the daemon's user, and only these may write them.")
        .may_be_empty = false;
    t.add("load", Kind::text, "rest,admin", needed,
          "Front ends to start; each has a section of its own, below.")
        .check = check_plugin_names;
    t.section = "core";
    t.add("directory", Kind::path, "/run/bankd/core", needed,
          "Where the core's sockets are, one for each front end in a process of its own (bankd "
          "--core, bankd --host NAME): rest.sock and admin.sock.")
        .may_be_empty = false;
    t.add("rest_user", Kind::text, "bankd-rest", needed,
          "The user of the REST front end, by name or number: nobody else may come in by its "
          "socket.")
        .may_be_empty = false;
    t.add("admin_user", Kind::text, "bankd-admin", needed,
          "The user of the admin front end, likewise.")
        .may_be_empty = false;
    t.integer("threads", 32, {2, 1024}, needed, "Calls of front ends that the core runs at once.");
    t.integer("patience_ms", 3000, {0, 60'000}, needed,
              "How long after the core has gone its front ends let requests wait for it; later "
              "ones are refused at once, until it is back.");
    t.section = "daemon";
    t.add("sandbox", Kind::word, "auto", needed,
          "What follows if a part of the sandbox is missing at start. required: bankd does not "
          "run; advised: it warns; auto: required where the service manager started it.")
        .words = {"auto", "required", "advised"};
    t.integer("drain_ms", 5000, {0, 600'000}, not_needed,
              "How long requests that are being served may take when the daemon stops.");
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
