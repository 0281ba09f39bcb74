#include "plugins/bankctl/import_sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plugins/admin/wire/frame.hpp"
#include "plugins/bankctl/interrupt.hpp"
#include "plugins/bankctl/run.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t envelope_size_max = 1024;  // For the request around its items.
constexpr milliseconds pause_min{50};
constexpr milliseconds pause_max{5000};

std::string encoded(wire::TransferItem const& item) {
    JsonWriter json;
    wire::write(json, item);
    return std::move(json).take();
}

bool is_final(std::string_view status) {
    auto const code = code_of(status);
    return !code || !is_transient(*code);
}

// Statuses that every other item would receive too, if all of a batch do: alone, one may be about
// an account of the bank itself.
bool is_about_the_asker(std::string_view status) {
    return status == word(Code::permission_denied) || status == word(Code::not_authenticated);
}

Failure failure_of(wire::Reply const& reply) {
    auto const text = reply.message.empty() ? reply.title : reply.message;
    return {exit_of(reply), fmt::format("{} [{}]", text, reply.code_word), {}};
}

}  // namespace

std::string_view to_string(Stop stop) noexcept {
    switch (stop) {
    case Stop::none: return {};
    case Stop::interrupted: return "interrupted";
    case Stop::away: return "bank_away";
    case Stop::denied: return "denied";
    case Stop::report_lost: return "report_lost";
    }
    BANK_UNREACHABLE();
}

ImportSender::ImportSender(Client& client, ImportTally& tally, std::FILE* report,
                           std::chrono::seconds retry)
    : client_(client), tally_(tally), report_(report), retry_(retry) {}

Stop ImportSender::send_all(TransferFile& file, std::function<void()> const& progress) {
    while (fill(file)) {
        if (Interrupt::signal()) return Stop::interrupted;
        auto const stop = send_batch(progress);
        if (stop != Stop::none) return stop;
    }
    return Stop::none;
}

// False if nothing is left. The survey has already found the file free of errors.
bool ImportSender::fill(TransferFile& file) {
    std::size_t size = envelope_size_max;
    std::size_t transfers = 0;
    batch_.clear();
    while (batch_.size() < wire::submit_items_max) {
        if (!next_) {
            auto read = file.next();
            auto* item = std::get_if<FileItem>(&read);
            if (item == nullptr) break;
            next_ = Pending{.line = item->line,
                            .key = item->item.key,
                            .json = encoded(item->item),
                            .transfers = item->item.transfers.size(),
                            .status = {}};
        }
        size += next_->json.size() + 1;
        transfers += next_->transfers;
        auto const has_room =
            size <= wire::request_size_max && transfers <= wire::submit_transfers_max;
        if (!has_room && !batch_.empty()) break;
        batch_.push_back(*std::exchange(next_, std::nullopt));
    }
    return !batch_.empty();
}

Stop ImportSender::send_batch(std::function<void()> const& progress) {
    auto pause = pause_min;
    auto progressed_at = Clock::now();
    for (;;) {
        auto const attempted = attempt();
        progress();
        if (is_report_lost_) return give_up(), Stop::report_lost;
        if (attempted == Attempt::stop) {
            give_up();
            return failure_.exit == Exit::refused || failure_.exit == Exit::internal ? Stop::denied
                                                                                     : Stop::away;
        }
        if (batch_.empty()) return Stop::none;
        if (attempted == Attempt::progressed) {
            pause = pause_min;
            progressed_at = Clock::now();
        }
        if (Interrupt::signal()) return give_up(), Stop::interrupted;
        if (Clock::now() - progressed_at >= retry_) return give_up(), Stop::away;
        auto const asked = std::chrono::seconds{std::min<std::uint32_t>(retry_after_s_, 30)};
        Interrupt::sleep(std::max<milliseconds>(pause, asked));
        pause = std::min(pause * 2, pause_max);
    }
}

ImportSender::Attempt ImportSender::attempt() {
    std::string items = "[";
    for (auto const& pending : batch_) {
        if (items.size() > 1) items += ',';
        items += pending.json;
    }
    wire::Arguments arguments;
    arguments.set("items", wire::JsonText{std::move(items) + ']'});
    retry_after_s_ = 0;
    auto const outcome = client_.call("transfer submit", arguments);
    // A request without an answer may be resent: its keys make it idempotent.
    if (auto const* failure = std::get_if<Failure>(&outcome)) {
        return give_way(*failure, word(Code::outcome_unknown));
    }
    auto const& reply = *std::get_if<wire::Reply>(&outcome);
    if (reply.is_ok) return settle(reply);
    retry_after_s_ = reply.retry_after_s;
    auto const attempted = give_way(failure_of(reply), reply.code_word);
    return is_final(reply.code_word) ? Attempt::stop : attempted;
}

ImportSender::Attempt ImportSender::settle(wire::Reply const& reply) {
    Json const json{reply.result};
    auto const answers =
        json.is_object() ? list_at(json.root(), "items") : std::vector<dom::element>{};
    if (answers.size() != batch_.size()) {
        return static_cast<void>(
                   give_way({Exit::internal, "bankd's answer does not match the request.", {}},
                            word(Code::outcome_unknown))),
               Attempt::stop;
    }
    std::vector<Pending> left;
    std::size_t denied = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto& pending = batch_[i];
        pending.status = text_at(answers[i], "status");
        if (!is_final(pending.status)) {
            auto const wait = std::max<std::int64_t>(number_at(answers[i], "retry_after"), 0);
            retry_after_s_ = std::max(retry_after_s_,
                                      static_cast<std::uint32_t>(std::min<std::int64_t>(wait, 30)));
            left.push_back(std::move(pending));
            continue;
        }
        is_about_the_asker(pending.status) ? ++denied : ++served_;
        count(tally_, pending.line, answers[i]);
        keep(pending.line, simdjson::minify(answers[i]));
    }
    auto const has_progressed = left.size() < batch_.size();
    batch_ = std::move(left);
    auto const is_all_denied = denied > 0 && denied == answers.size();
    if (is_all_denied && (denied > 1 || served_ == 0)) {
        failure_ = {Exit::refused, "The bank allows none of these transactions.",
                    "See [admin-access] in bankd.conf, and whether the accounts are customers'."};
        return Attempt::stop;
    }
    if (!batch_.empty()) {
        failure_ = {Exit::try_later,
                    fmt::format("The bank is busy or unavailable [{}].", batch_.front().status),
                    {}};
    }
    return has_progressed ? Attempt::progressed : Attempt::try_again;
}

ImportSender::Attempt ImportSender::give_way(Failure failure, std::string_view status) {
    failure_ = std::move(failure);
    for (auto& pending : batch_) pending.status = status;
    return Attempt::try_again;
}

// Appends one line to the report: the line number of the item and its answer.
void ImportSender::keep(std::size_t line, std::string_view answer) {
    if (report_ == nullptr) return;
    auto const text = fmt::format("{{\"line\":{},{}\n", line, answer.substr(1));
    if (std::fwrite(text.data(), 1, text.size(), report_) != text.size()) is_report_lost_ = true;
}

// Counts the open items as failed with their last status, since the sender must stop.
void ImportSender::give_up() {
    for (auto& pending : batch_) {
        JsonWriter json;
        json.begin_object().key("key").text(pending.key);
        json.key("status").text(pending.status).end_object();
        keep(pending.line, std::move(json).take());
        count_failed(tally_, {.line = pending.line,
                              .key = std::move(pending.key),
                              .status = std::move(pending.status),
                              .what_to_do = {}});
    }
    batch_.clear();
}

}  // namespace bank::bankctl
