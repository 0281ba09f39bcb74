// A bank that answers each operation as its test says: on<Op>(...). An operation without a script
// is internal_error.
//
// Threads: any; a test writes the scripts before the first call.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "core/operations/bank_api.hpp"
#include "core/operations/list.hpp"

namespace bank::test {

class ScriptedBank : public operations::BankApi {
public:
    template <typename Op>
    using Does =
        std::function<Result<typename Op::Output>(api::Caller const&, typename Op::Input&)>;
    template <typename Op>
    using DoesInParts = std::function<Result<typename Op::Output>(
        api::Caller const&, typename Op::Input&, api::ExportSink const&)>;
    template <typename Op>
    using ReplyOf = std::function<void(Result<typename Op::Output>)>;
    template <typename Op>
    using DoesLater = std::function<void(api::Caller const&, typename Op::Input, ReplyOf<Op>)>;

    // What the core would say of the caller's budget; a permit pays for all that names it.
    std::function<api::RateDecision(operations::Facts const&)> charge;

    template <typename Op>
    void on(Does<Op> does) {
        set<Op>([does = std::move(does)](Call const& call) {
            reply_with<Op>(call, does(*call.caller, input<Op>(call)));
        });
    }
    // In parts, to a sink.
    template <typename Op>
    void on_parts(DoesInParts<Op> does) {
        set<Op>([does = std::move(does)](Call const& call) {
            reply_with<Op>(call, does(*call.caller, input<Op>(call), *call.sink));
        });
    }
    // The reply is given away, and may come later.
    template <typename Op>
    void on_reply(DoesLater<Op> does) {
        set<Op>([does = std::move(does)](Call const& call) {
            does(*call.caller, std::move(input<Op>(call)),
                 [call](Result<typename Op::Output> result) {
                     reply_with<Op>(call, std::move(result));
                 });
        });
    }

    void call(operations::Operation const& operation, api::Caller const& caller, void* input,
              api::ExportSink const* sink, Reply reply) override {
        Call call{&caller, input, sink, std::move(reply), {}};
        auto const is_paid = caller.batch && operation.facts.entry == operations::Entry::by_kind;
        if (operation.facts.budget && charge && !is_paid) {
            call.rate = charge(operation.facts);
        }
        if (!call.rate.is_admitted) {
            return refuse(call,
                          {.code = Code::rate_limited, .retry_after_s = call.rate.retry_after_s});
        }
        auto const found = scripts_.find(operation.facts.number);
        if (found != scripts_.end()) return found->second(call);
        refuse(call, {.code = Code::internal_error, .detail = "not part of this bank"});
    }

private:
    struct Call {
        api::Caller const* caller;
        void* input;
        api::ExportSink const* sink;
        Reply reply;
        api::RateDecision rate;
    };

    template <typename Op>
    static typename Op::Input& input(Call const& call) {
        return *static_cast<typename Op::Input*>(call.input);
    }
    template <typename Op>
    static void reply_with(Call const& call, Result<typename Op::Output> result) {
        if (!result.ok()) return refuse(call, result.error());
        call.reply({.error = nullptr, .output = &result.value(), .rate = call.rate});
    }
    static void refuse(Call const& call, Error const& error) {
        call.reply({.error = &error, .output = nullptr, .rate = call.rate});
    }
    template <typename Op>
    void set(std::function<void(Call const&)> script) {
        scripts_[Op::facts.number] = std::move(script);
    }

    std::map<std::uint16_t, std::function<void(Call const&)>> scripts_;
};

}  // namespace bank::test
