// Measures the speed of verification: makes an export of a bank with transactions and changes of
// accounts, then times the verifier on it, from a file and on one core.
//
// Usage: verify_bench [RECORDS [FILE]]     an existing FILE is overwritten
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "core/verify/export_verifier.hpp"
#include "core/verify/report.hpp"
#include "tests/support/export_builder.hpp"

namespace {

using namespace bank;

constexpr std::size_t account_count = 10'000;
constexpr std::size_t seal_size = 1'000;

test::ExportPlan make_plan(std::size_t count) {
    test::ExportBank bank(account_count);
    test::ExportPlan plan;
    plan.items.reserve(count);
    for (std::size_t id = 1; id <= account_count; ++id) plan.items.push_back(bank.change_state(id));
    plan.items.push_back(bank.event("begin_state", "{}"));
    // One change of a state in twenty records: many, against a posting bank.
    while (plan.items.size() < count) {
        plan.items.push_back(plan.items.size() % 20 == 0 ? bank.change_any_state()
                                                         : bank.next_posting());
    }
    plan.seal_all(seal_size);
    plan.tail = bank.subject_lines();
    for (auto& line : bank.account_lines()) plan.tail.push_back(std::move(line));
    for (auto& line : bank.state_lines()) plan.tail.push_back(std::move(line));
    return plan;
}

}  // namespace

int main(int argc, char** argv) {
    auto const count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::string const path = argc > 2 ? argv[2] : "verify_bench.export";
    auto const signer = test::make_log_signer();
    {
        std::ofstream file(path, std::ios::binary);
        make_plan(count).write(signer, [&](std::string_view line) { file << line << '\n'; });
        if (!file.flush()) {
            fmt::print(stderr, "verify_bench: {} cannot be written\n", path);
            return 1;
        }
    }
    fmt::print("bankd-verify log {} --key {}\n", path, audit::to_text(signer.key()));
    auto const begin = std::chrono::steady_clock::now();
    verify::ExportVerifier verifier({signer.key()});
    auto source = verify::FileSource::open(path);
    if (!source || !verifier.add_file(path, *source, true)) return 1;
    auto const summary = verifier.finish();
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - begin;
    fmt::print("{}", verify::report_text(summary, verifier.findings(), {}));
    fmt::print("{:.2f} s, {:.0f} records/s\n", elapsed.count(),
               static_cast<double>(count) / elapsed.count());
    return verifier.findings().count() == 0 ? 0 : 1;
}
