// The bytes of a connection up to the end of a head: scanned, checked, routed, and answered with an
// empty body.
#include <memory>
#include <string>

#include "plugins/rest/routes/dispatcher.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/fake_bank_api.hpp"

using namespace bank;

namespace {

rest::BodyBounds const body_bounds{
    .size_max = 65'536, .streamed_size_max = 1'000'000, .streamed_target = rest::streamed_path()};

// Arriving in pieces must not change where the head ends, nor whether it is valid.
void check_scanner(std::string_view bytes, rest::HeadScanner const& whole,
                   std::optional<std::size_t> end) {
    rest::HeadScanner scanner;
    std::optional<std::size_t> found;
    for (std::size_t size = 1; size <= bytes.size() && !found && !scanner.refusal(); ++size) {
        found = scanner.find_end(bytes.substr(0, size));
    }
    BANK_CHECK(found == end);
    BANK_CHECK(scanner.refusal().has_value() == whole.refusal().has_value());
}

void check_answer(rest::Response const& response) {
    std::string out;
    rest::append_response(out, response, {.request_id = "id", .date = "date"});
    auto const end = out.find("\r\n\r\n");
    BANK_CHECK(end != std::string::npos);
    // One CRLF per header, none of them from the client.
    for (auto const* const foreign : {"\nSet-Cookie", "\nX-Injected"}) {
        BANK_CHECK(out.substr(0, end).find(foreign) == std::string::npos);
    }
    BANK_CHECK(response.status < 500 || response.status == 503);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = fuzz::as_text(data, size);
    rest::HeadScanner scanner;
    auto const end = scanner.find_end(bytes);
    if (bytes.size() < 4096) check_scanner(bytes, scanner, end);
    if (!end) return 0;
    rest::RequestHead head;
    if (rest::read_head(bytes.substr(0, *end), body_bounds, head)) return 0;

    BANK_CHECK(head.path.front() == '/');
    auto const size_max = head.is_streamed ? body_bounds.streamed_size_max : body_bounds.size_max;
    BANK_CHECK(head.content_length.value_or(0) <= size_max);
    // Only a stream has chunks, and never together with a length.
    BANK_CHECK(!head.is_chunked || (head.is_streamed && !head.content_length));
    BANK_CHECK(!head.is_streamed || head.path == body_bounds.streamed_target);
    test::FakeHost host;
    rest::StaticFiles const files;
    rest::OwnNames const own_names("bank.example", true);
    rest::Dispatcher const dispatcher(host, files, own_names, std::chrono::milliseconds(100));
    (void)dispatcher.refuse_before_body(head);
    std::string const body(rest::body_padding, '\0');
    check_answer(dispatcher.dispatch({.head = head,
                                      .body = std::string_view(body).substr(0, 0),
                                      .source_ip = "192.0.2.1",
                                      .id = {},
                                      .id_text = "id"}));
    return 0;
}
