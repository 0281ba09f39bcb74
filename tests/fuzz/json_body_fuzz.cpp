// First byte: the operation, among those with a body. Rest: the body.
#include <algorithm>
#include <string>
#include <vector>

#include "plugins/rest/routes/dispatcher.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/fake_bank_api.hpp"

using namespace bank;

namespace {

std::vector<rest::Route> routes_with_body() {
    std::vector<rest::Route> found;
    for (auto const& route : rest::routes()) {
        if (route.body == rest::BodyRule::required) found.push_back(route);
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const routes = routes_with_body();
    auto input = fuzz::as_text(data, size);
    auto const& route = routes.at(fuzz::take_choice(input, routes.size()));
    std::string path(route.pattern);
    if (auto const at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "12");

    rest::RequestHead head;
    head.method = route.method;
    head.path = path;
    head.content_type = "application/json";
    head.idempotency_key = "key";
    head.has_idempotency_key = true;
    // Exactly the promised padding after the body, so that a sanitizer detects one byte more.
    std::vector<char> bytes(input.begin(), input.end());
    bytes.resize(input.size() + rest::body_padding, '"');

    test::FakeHost host;
    rest::StaticFiles const files;
    rest::OwnNames const own_names("bank.example", true);
    rest::Dispatcher const dispatcher(host, files, own_names, std::chrono::milliseconds(100));
    auto const response = dispatcher.dispatch({.head = head,
                                               .body = {bytes.data(), input.size()},
                                               .source_ip = "192.0.2.1",
                                               .id = {},
                                               .id_text = "id"});
    auto const was_refused = response.status == 400 || response.status == 422;
    BANK_CHECK(was_refused || response.status == 200 || response.status == 201 ||
               response.status == 204);
    // A rejected request has not reached the bank, and one that reached it was complete.
    BANK_CHECK(was_refused == host.api.calls().empty());
    return 0;
}
