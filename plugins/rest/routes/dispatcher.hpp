// From an HTTP request to its answer: route, handler, and a last catch around the handler. The core
// charges the budget.
//
// Threads: any; each call is on its own.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "core/api/wipes_token.hpp"
#include "plugins/api/plugin.hpp"
#include "plugins/rest/http/own_names.hpp"
#include "plugins/rest/http/request_guard.hpp"
#include "plugins/rest/pages/static_files.hpp"
#include "plugins/rest/routes/router.hpp"

namespace bank::rest {

class Dispatcher {
public:
    // All must outlive the Dispatcher.
    Dispatcher(plugin::Host& host, StaticFiles const& files, OwnNames const& own_names,
               std::chrono::milliseconds submit_wait)
        : host_(host), files_(files), own_names_(own_names), submit_wait_(submit_wait) {}

    struct Request {
        RequestHead const& head;
        std::string_view body;  // body_padding readable bytes follow.
        std::string_view source_ip;
        std::string_view own_ip = {};  // The address that the connection came to.
        Uuid id;
        std::string_view id_text;
    };

    // Whether the body is worth waiting for. Nothing: it is.
    [[nodiscard]] std::optional<Refusal> refuse_before_body(RequestHead const& head) const;

    [[nodiscard]] Response dispatch(Request const& request) const noexcept;

    // Of a request with a streamed body, before any of it is read.
    struct Opening {
        std::optional<Response> refusal;  // Else the stream may begin.
        api::Caller caller;               // Whoever has it wipes its token.
        std::optional<RateHeaders> rate;
        api::BatchPermit permit;  // Of the first part.
    };
    [[nodiscard]] Opening open_stream(Request const& request) const;

    [[nodiscard]] plugin::Host& host() const noexcept { return host_; }
    [[nodiscard]] std::chrono::milliseconds submit_wait() const noexcept { return submit_wait_; }

private:
    [[nodiscard]] Response route(Request const& request) const;
    [[nodiscard]] Response run(Request const& request, Match const& match,
                               api::Caller const& caller) const;

    plugin::Host& host_;
    StaticFiles const& files_;
    OwnNames const& own_names_;
    std::chrono::milliseconds submit_wait_;
};

}  // namespace bank::rest
