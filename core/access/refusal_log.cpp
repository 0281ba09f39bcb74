#include "core/access/refusal_log.hpp"

#include "core/base/log.hpp"

namespace bank::access {
namespace {
constexpr std::chrono::seconds silence{10};
constexpr std::size_t tallies_max = 4096;
}  // namespace

void RefusalLog::known(audit::Event const& event) {
    auto const written = audit_.record(event);
    if (!written.ok()) {
        log::warning("audit", "cannot record a refusal of {}: {}", facts(event.action).word,
                     written.error().detail);
    }
}

void RefusalLog::stranger(std::string const& source, audit::Event event) {
    auto const now = clock_.steady();
    std::uint64_t unwritten = 0;
    {
        std::lock_guard const lock(mutex_);
        if (tallies_.size() >= tallies_max) {
            std::erase_if(tallies_,
                          [&](auto const& item) { return now - item.second.since > silence; });
        }
        // Still full: a flood from many sources. All newcomers share one tally, so that the flood
        // shows in the trail without filling it.
        auto const& key = tallies_.size() >= tallies_max ? std::string() : source;
        auto const [tally, is_new] = tallies_.try_emplace({key, event.action}, Tally{.since = now});
        if (!is_new) {
            if (now - tally->second.since < silence) {
                ++tally->second.unwritten;
                return;
            }
            unwritten = std::exchange(tally->second.unwritten, 0);
            tally->second.since = now;
        }
    }
    if (unwritten > 0) {
        auto const comma = event.details == "{}" ? "" : ",";
        event.details.insert(1, fmt::format("\"unwritten_before\":{}{}", unwritten, comma));
    }
    known(event);
}

}  // namespace bank::access
