// Sends the items of a file to the bank, batch by batch, until each is settled or it must stop.
#pragma once
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/import_tally.hpp"
#include "plugins/bankctl/transfer_file.hpp"

namespace bank::bankctl {

enum class Stop : std::uint8_t {
    none,         // All items were sent.
    interrupted,  // By a signal.
    away,         // The bank was busy or unavailable for longer than `retry`.
    denied,       // The bank does not permit it to this user, or rejects the request.
    report_lost,  // The report could not be written.
};

// The word in the summary; empty for none.
[[nodiscard]] std::string_view to_string(Stop stop) noexcept;

class ImportSender {
public:
    // All must outlive the sender. `report`: null for none. `retry`: the time that one batch may go
    // without progress.
    ImportSender(Client& client, ImportTally& tally, std::FILE* report, std::chrono::seconds retry);

    // `progress` is called after each answer.
    [[nodiscard]] Stop send_all(TransferFile& file, std::function<void()> const& progress);

    // The reason, for away and denied.
    [[nodiscard]] Failure const& failure() const noexcept { return failure_; }

private:
    struct Pending {
        std::size_t line = 0;
        std::string key;
        std::string json;
        std::size_t transfers = 0;
        std::string status;  // The last answer, if it was not final.
    };
    enum class Attempt : std::uint8_t { progressed, try_again, stop };

    bool fill(TransferFile& file);
    [[nodiscard]] Stop send_batch(std::function<void()> const& progress);
    [[nodiscard]] Attempt attempt();
    [[nodiscard]] Attempt settle(admin::wire::Reply const& reply);
    [[nodiscard]] Attempt give_way(Failure failure, std::string_view status);
    void keep(std::size_t line, std::string_view answer);
    void give_up();

    Client& client_;
    ImportTally& tally_;
    std::FILE* report_;
    std::chrono::seconds retry_;
    std::vector<Pending> batch_;
    std::optional<Pending> next_;  // Read, but the batch has no room for it.
    Failure failure_;
    std::uint32_t retry_after_s_ = 0;
    std::size_t served_ = 0;  // Final answers that were not about the asker.
    bool is_report_lost_ = false;
};

}  // namespace bank::bankctl
