#include "core/wire/remote_bank.hpp"

#include <optional>

#include "core/base/secret.hpp"
#include "core/codec/binary.hpp"
#include "core/operations/system.hpp"
#include "core/wire/export_stream.hpp"
#include "core/wire/link.hpp"

namespace bank::wire {
namespace {

using operations::Answer;
using operations::BankApi;
using operations::Operation;

// Growing would leave copies of secrets behind; most calls are smaller.
constexpr std::size_t size_expected = std::size_t{4} * 1024;

// Nothing: a list of the input is longer than any reader takes.
std::optional<std::string> encode_call(Operation const& operation, api::Caller const& caller,
                                       void const* input) {
    codec::Writer writer;
    writer.reserve(size_expected);
    writer(operation.facts.number, caller);
    writer.write_value(operation.input(), input);
    auto const is_too_long = writer.is_too_long();
    auto payload = std::move(writer).take();
    if (!is_too_long) return payload;
    wipe(payload);
    return std::nullopt;
}

void refuse(BankApi::Reply const& reply, Error const& error) {
    reply({.error = &error, .output = nullptr, .rate = {}});
}

Error senseless(operations::Facts const& facts) {
    auto const may_be_done = facts.effect == operations::Effect::changes;
    return {.code = may_be_done ? Code::outcome_unknown : Code::internal_error,
            .detail = "the core's answer is malformed"};
}

// Reads the core's answer and replies with it; false if it makes no sense.
bool settle(Operation const& operation, std::string_view payload, BankApi::Reply const& reply) {
    codec::Reader reader(payload);
    Answer answer;
    reader(answer.rate);
    auto output = operation.make_output();
    Error error;
    if (reader.get<bool>()) {
        reader.read_value(operation.output(), output.get());
        answer.output = output.get();
    } else {
        reader(error);
        answer.error = &error;
    }
    auto const is_sound = reader.is_finished();
    if (!is_sound) {
        error = senseless(operation.facts);
        answer = {.error = &error, .output = nullptr, .rate = {}};
    }
    reply(answer);
    return is_sound;
}

}  // namespace

RemoteBank::RemoteBank(Settings settings, std::function<void(std::string const& sentence)> say)
    : link_(std::make_unique<Link>(std::move(settings), std::move(say))) {}

RemoteBank::~RemoteBank() = default;

void RemoteBank::start() {
    link_->start();
}

void RemoteBank::stop() {
    link_->stop();
}

bool RemoteBank::is_connected() const {
    return link_->is_connected();
}

std::chrono::milliseconds RemoteBank::silence() const {
    return link_->silence();
}

void RemoteBank::call(Operation const& operation, api::Caller const& caller, void* input,
                      api::ExportSink const* sink, Reply reply) {
    auto payload = encode_call(operation, caller, input);
    if (!payload) return refuse(reply, {.code = Code::request_too_large});
    if (sink != nullptr) {
        auto const result = stream_export(link_->settings(), *std::move(payload), *sink);
        if (!result.ok()) return refuse(reply, result.error());
        static_cast<void>(settle(operation, *result, reply));
        return;
    }
    link_->send(
        operation.facts, *std::move(payload),
        [&operation, reply = std::move(reply)](std::string_view received, Error const* lost) {
            if (lost == nullptr) return settle(operation, received, reply);
            refuse(reply, *lost);
            return true;
        });
}

api::Readiness RemoteBank::readiness() {
    auto const without_core = [&] {
        return link_->is_core_leaving() ? api::Readiness::draining : api::Readiness::starting;
    };
    if (!link_->is_connected()) return without_core();
    auto const readiness = ask<operations::Readiness>({});
    if (readiness.ok()) return readiness.value();
    return readiness.code() == Code::shutting_down ? api::Readiness::draining : without_core();
}

}  // namespace bank::wire
