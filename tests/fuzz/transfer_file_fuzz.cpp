// First byte: the format, and whether missing keys are made. Every line becomes an item that fits
// the wire or a problem with its line, and the reader reaches the end of the file.
#include <algorithm>
#include <utility>

#include "plugins/bankctl/transfer_file.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;
using namespace bank::bankctl;

namespace {

void check_item(FileItem const& item, std::size_t lines) {
    BANK_CHECK(item.line >= 1 && item.line <= lines);
    BANK_CHECK(admin::wire::check(item.item).ok());
    JsonWriter json;
    admin::wire::write(json, item.item);
    admin::wire::TransferItemReader reader;
    auto const again = reader.read(std::move(json).take());
    BANK_CHECK(again.ok() && *again == item.item);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto input = fuzz::as_text(data, size);
    auto const choice = fuzz::take_choice(input, 4);
    auto const format = choice % 2 == 0 ? FileFormat::csv : FileFormat::jsonl;
    auto const lines = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n')) + 1;
    TransferFile file{input, format, choice < 2 ? "" : "p"};
    for (std::size_t read = 0;; ++read) {
        BANK_CHECK(read <= lines + 1);
        auto const next = file.next();
        if (std::holds_alternative<FileEnd>(next)) break;
        if (auto const* item = std::get_if<FileItem>(&next)) {
            check_item(*item, lines);
        } else {
            auto const* problem = std::get_if<FileProblem>(&next);
            BANK_CHECK(problem->line >= 1 && problem->line <= lines && !problem->message.empty());
        }
    }
    return 0;
}
