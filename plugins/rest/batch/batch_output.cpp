// answer  = *item [end] summary, each a line of JSON
// item    = {"line", "key", "status", "is_replay"?, "transfer"}
//         | {"line", "key", "status", "is_replay"?, "refused_index"?, "transfers"}
//         | {"line", "key", "status", "field"?, "detail", "retry_after"?}
// end     = {"line", "key": null, "status", "detail"}
// summary = {"summary": {"lines", "posted", "refused", "failed", "replayed"}}
#include "plugins/rest/batch/batch_output.hpp"

#include <fmt/format.h>

#include <iterator>

#include "plugins/rest/json/printers.hpp"

namespace bank::rest {
namespace {

void begin_line(JsonWriter& json, std::uint64_t line, std::string_view key, Code status) {
    json.begin_object();
    json.key("line").number(line);
    json.key("key");
    key.empty() ? json.null() : json.text(key);
    json.key("status").text(word(status));
}

void end_line(JsonWriter& json, std::string& out) {
    json.end_object();
    out += std::move(json).take();
    out += '\n';
}

// The core knows the transfers of a group by another name than a line has for them.
std::string field_of(std::string const& pointer) {
    constexpr std::string_view core = "/transfers/";
    if (pointer.rfind(core, 0) != 0) return pointer;
    return fmt::format("/linked/{}", std::string_view(pointer).substr(core.size()));
}

}  // namespace

void BatchOutput::count(Code status, bool is_replay) {
    ++summary_.lines;
    if (is_replay) ++summary_.replayed;
    if (status == Code::posted) {
        ++summary_.posted;
    } else if (is_transfer_status(status)) {
        ++summary_.refused;
    } else {
        ++summary_.failed;
    }
}

void BatchOutput::add_transfer(BatchWindow::Slot const& slot, api::Transfer const& transfer) {
    count(transfer.status, transfer.is_replay);
    JsonWriter json;
    begin_line(json, slot.line, slot.key, transfer.status);
    if (transfer.is_replay) json.key("is_replay").boolean(true);
    json.key("transfer");
    codec::write_json(json, CompactTransfer(transfer));
    end_line(json, lines_);
}

void BatchOutput::add_linked(BatchWindow::Slot const& slot, api::LinkedTransfers const& linked) {
    auto const status =
        linked.refused_index ? linked.transfers.at(*linked.refused_index).status : Code::posted;
    auto const is_replay = !linked.transfers.empty() && linked.transfers.front().is_replay;
    count(status, is_replay);
    JsonWriter json;
    begin_line(json, slot.line, slot.key, status);
    if (is_replay) json.key("is_replay").boolean(true);
    if (linked.refused_index) {
        json.key("refused_index").number(std::uint64_t{*linked.refused_index});
    }
    json.key("transfers").begin_array();
    for (auto const& transfer : linked.transfers)
        codec::write_json(json, CompactTransfer(transfer));
    json.end_array();
    end_line(json, lines_);
}

void BatchOutput::add_problem(BatchWindow::Slot const& slot, Problem const& problem) {
    count(problem.code, false);
    JsonWriter json;
    begin_line(json, slot.line, slot.key, problem.code);
    std::string_view detail = problem.detail;
    if (!problem.errors.empty()) {
        json.key("field").text(field_of(problem.errors.front().name));
        detail = problem.errors.front().message;
    }
    json.key("detail").text(detail.empty() ? title(problem.code) : detail);
    if (problem.retry_after_s > 0) {
        json.key("retry_after").number(std::uint64_t{problem.retry_after_s});
    }
    end_line(json, lines_);
}

void BatchOutput::add_item(BatchWindow::Slot const& slot) {
    if (slot.problem) {
        add_problem(slot, *slot.problem);
    } else if (slot.linked) {
        slot.linked->ok() ? add_linked(slot, slot.linked->value())
                          : add_problem(slot, to_problem(slot.linked->error()));
    } else {
        slot.transfer->ok() ? add_transfer(slot, slot.transfer->value())
                            : add_problem(slot, to_problem(slot.transfer->error()));
    }
}

void BatchOutput::add_end(std::uint64_t line, Code code, std::string_view detail) {
    JsonWriter json;
    begin_line(json, line, {}, code);
    json.key("detail").text(detail);
    end_line(json, lines_);
}

bool BatchOutput::send() {
    if (frame_.empty()) return true;
    auto const deadline = std::chrono::steady_clock::now() + patience_;
    auto const outcome = stream_.write_all(frame_, deadline);
    frame_.clear();
    return outcome == Stream::Outcome::ok;
}

bool BatchOutput::flush() {
    if (!lines_.empty()) {
        fmt::format_to(std::back_inserter(frame_), "{:x}\r\n{}\r\n", lines_.size(), lines_);
        lines_.clear();
    }
    return send();
}

bool BatchOutput::finish() {
    JsonWriter json;
    json.begin_object();
    json.key("summary").begin_object();
    json.key("lines").number(summary_.lines);
    json.key("posted").number(summary_.posted);
    json.key("refused").number(summary_.refused);
    json.key("failed").number(summary_.failed);
    json.key("replayed").number(summary_.replayed);
    json.end_object();
    end_line(json, lines_);
    fmt::format_to(std::back_inserter(frame_), "{:x}\r\n{}\r\n0\r\n\r\n", lines_.size(), lines_);
    lines_.clear();
    return send();
}

}  // namespace bank::rest
