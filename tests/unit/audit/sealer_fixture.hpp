// A database in memory that any number of sealers share, and daemons on it.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "core/audit/sealer.hpp"
#include "core/crypto/key_maker.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/record_keys.hpp"

namespace bank::audit {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Step = Sealer::Step;

inline constexpr auto origin = "bank.example/audit";
inline constexpr milliseconds checkpoint_every{10'000};

inline Hash leaf_of(std::int64_t id) {
    return leaf_hash(as_bytes(std::to_string(id)));
}

// A database that any number of sealers share.
struct World {
    std::vector<UnsealedLeaf> records;  // In order.
    std::int64_t per_transaction = 3;
    std::map<std::uint64_t, RecordMac> macs;
    bool have_macs_begun = true;
    std::vector<Seal> seals;
    std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles;
    std::vector<KeptCheckpoint> checkpoints;
    std::vector<LostCheckpoint> lost;
    void const* holder = nullptr;
    bool is_away = false;
    bool is_clock_behind = false;
    bool forgets_answer = false;  // The next seal is committed, but its answer is lost.
    int rounds_held_up = 0;       // For this many rounds an open transaction blocks the records.
    milliseconds age{0};          // Of the first record without a number, by its time.
    NewestTime newest_time;
    int passed_requests = 0;        // From standby daemons.
    bool is_listener_told = false;  // The last of them has reached the sealer.
    // Runs once, between two questions of the next sealer that asks.
    std::function<void()> meanwhile;

    void let_happen() {
        if (auto const happens = std::exchange(meanwhile, nullptr)) happens();
    }
    void write(int count) {
        for (int i = 0; i < count; ++i) {
            auto const id = static_cast<std::int64_t>(records.size()) + 1;
            records.push_back(
                {{static_cast<std::uint64_t>(100 + (id - 1) / per_transaction), id}, leaf_of(id)});
            sign(records.back().position.xid);
        }
    }
    // The unsealed records of the transaction.
    void sign(std::uint64_t xid, RecordSigner const& signer = test::record_keys()) {
        Bytes leaves;
        for (std::size_t i = size(); i < records.size(); ++i) {
            auto const& record = records[i];
            if (record.position.xid != xid) continue;
            leaves.insert(leaves.end(), record.leaf.begin(), record.leaf.end());
        }
        macs[xid] = signer.sign(xid, leaves);
    }
    [[nodiscard]] std::uint64_t size() const {
        return seals.empty() ? 0 : seals.back().first + seals.back().count;
    }
    [[nodiscard]] TreeHead head_of(std::uint64_t size) const {
        TileEdge edge;
        for (std::size_t i = 0; i < size; ++i) edge.append(records[i].leaf);
        return edge.head();
    }
};

class FakeStore final : public SealStore {
public:
    explicit FakeStore(World& world) : world_(world) {}

    Result<bool> acquire() override {
        if (world_.is_away) return away();
        if (world_.holder == nullptr) world_.holder = this;
        return world_.holder == this;
    }
    void release() noexcept override {
        if (world_.holder == this) world_.holder = nullptr;
    }
    Result<bool> macs_have_begun() override {
        if (world_.is_away) return away();
        return world_.have_macs_begun;
    }
    Result<std::vector<KeptMac>> macs(std::uint64_t from_xid, std::uint64_t to_xid) override {
        if (world_.is_away) return away();
        std::vector<KeptMac> found;
        for (auto const& [xid, mac] : world_.macs)
            if (xid >= from_xid && xid <= to_xid) found.push_back({xid, mac});
        return found;
    }
    Result<std::vector<WrittenLine>> written_by(std::uint64_t xid, std::uint32_t limit) override {
        if (world_.is_away) return away();
        std::vector<WrittenLine> lines;
        for (auto const& record : world_.records)
            if (record.position.xid == xid && lines.size() < limit)
                lines.push_back({record.position.id, "start", "ok", 0, 0, 0});
        return lines;
    }
    Result<SealedTo> sealed() override {
        if (world_.is_away) return away();
        SealedTo to;
        if (!world_.seals.empty()) to = {world_.size(), world_.seals.back().last};
        world_.let_happen();
        return to;
    }
    Result<std::vector<UnsealedLeaf>> unsealed(Position after, std::uint32_t limit) override {
        if (world_.is_away) return away();
        std::vector<UnsealedLeaf> leaves;
        if (world_.rounds_held_up > 0) {
            --world_.rounds_held_up;
            return leaves;
        }
        for (auto const& record : world_.records) {
            auto const& at = record.position;
            if (std::pair(at.xid, at.id) <= std::pair(after.xid, after.id)) continue;
            if (leaves.size() < limit) leaves.push_back(record);
        }
        return leaves;
    }
    Status seal(Seal const& seal, std::span<Tile const> full) override {
        if (world_.is_away || world_.holder != this) return away();
        if (seal.first != world_.size()) return Error{Code::overloaded, "another was here"};
        world_.seals.push_back(seal);
        std::erase_if(world_.macs, [&](auto const& kept) { return kept.first <= seal.last.xid; });
        for (auto const& tile : full) {
            EXPECT_EQ(tile.id.width, tile_width);
            EXPECT_TRUE(
                world_.tiles.try_emplace({tile.id.level, tile.id.index}, tile.hashes).second);
        }
        if (std::exchange(world_.forgets_answer, false)) return away();
        return Done{};
    }
    Result<std::optional<KeptCheckpoint>> last_checkpoint() override {
        if (world_.is_away) return away();
        std::optional<KeptCheckpoint> last;
        if (!world_.checkpoints.empty()) last = world_.checkpoints.back();
        world_.let_happen();
        return last;
    }
    Status add_checkpoint(KeptCheckpoint const& checkpoint) override {
        if (world_.is_away || world_.holder != this) return away();
        world_.checkpoints.push_back(checkpoint);
        return Done{};
    }
    Status pass_request() override {
        if (world_.is_away) return away();
        ++world_.passed_requests;
        world_.is_listener_told = true;
        return Done{};
    }
    bool take_request() override { return std::exchange(world_.is_listener_told, false); }
    Result<std::vector<LostCheckpoint>> lost_checkpoints() override {
        if (world_.is_away) return away();
        return world_.lost;
    }
    Result<std::optional<UnsealedRecord>> oldest_unsealed() override {
        if (world_.is_away) return away();
        std::optional<UnsealedRecord> oldest;
        if (world_.size() < world_.records.size())
            oldest = {world_.records[world_.size()].position, world_.age};
        return oldest;
    }
    Result<NewestTime> newest_time() override {
        if (world_.is_away) return away();
        return world_.newest_time;
    }
    Result<bool> is_transaction_clock_behind() override {
        if (world_.is_away) return away();
        return world_.is_clock_behind;
    }
    Result<std::vector<Hash>> read(TileId const& id) override {
        if (world_.is_away) return away();
        if (auto const kept = world_.tiles.find({id.level, id.index}); kept != world_.tiles.end()) {
            return std::vector(kept->second.begin(), kept->second.begin() + id.width);
        }
        std::vector<Hash> hashes;
        for (std::uint64_t i = 0; i < id.width; ++i) {
            auto const place = id.index * tile_width + i;
            if (id.level == 0) {
                hashes.push_back(world_.records[place].leaf);
            } else {
                hashes.push_back(ancestor_of(*read({id.level - 1, place, tile_width})));
            }
        }
        return hashes;
    }

private:
    static Error away() { return {Code::storage_unavailable, "away"}; }
    World& world_;
};

// In the name of the log. A signer cannot be copied, so each daemon creates its own.
struct Key {
    Secret pem = crypto::make_signing_key_pem();

    [[nodiscard]] NoteSigner signer() const { return NoteSigner::make(origin, pem).value(); }
    [[nodiscard]] NoteKey public_key() const { return signer().key(); }
};

inline std::vector<NoteSigner> signers_of(std::vector<Key const*> const& keys) {
    std::vector<NoteSigner> signers;
    for (auto const* key : keys) signers.push_back(key->signer());
    return signers;
}

// One daemon: its connection, its sealer, and what it published and rejected.
struct Daemon {
    Daemon(World& world, Clock const& clock, std::vector<Key const*> const& keys,
           std::vector<std::string> evidence = {}, std::uint32_t seal_max = 4096,
           milliseconds interval = milliseconds{1})
        : store(world),
          sealer(store, clock, test::record_keys(), signers_of(keys),
                 {origin, interval, checkpoint_every, seal_max},
                 {[this](std::string const& note) {
                      published.push_back(note);
                      if (on_published) on_published();
                  },
                  [this](std::string const& sentence) { refused.push_back(sentence); },
                  [this](RecordsAlarm const& alarm) {
                      if (!reported) return reported;
                      alarms.push_back(alarm);
                      return Status{Done{}};
                  },
                  [](LostCheckpoint const& lost) { return lost.mac == Bytes{1}; }},
                 std::move(evidence)) {}

    // Steps until there is nothing more to do; returns the last answer.
    Step settle() {
        auto step = sealer.step();
        while (step == Step::more) step = sealer.step();
        return step;
    }

    FakeStore store;
    std::vector<std::string> published;
    std::vector<std::string> refused;
    std::vector<RecordsAlarm> alarms;
    Status reported = Done{};            // Of an alarm.
    std::function<void()> on_published;  // On the sealer's thread.
    Sealer sealer;
};

class SealerTest : public testing::Test {
protected:
    // Seals all records and signs.
    void sign_all() {
        Daemon daemon(world, clock, {&key});
        EXPECT_EQ(daemon.settle(), Step::idle);
        clock.advance(checkpoint_every);
        EXPECT_EQ(daemon.settle(), Step::idle);
        daemon.store.release();
    }
    std::string why_not(Daemon& daemon) {
        auto const seals = world.seals.size();
        auto const checked = daemon.sealer.check();
        EXPECT_FALSE(checked);
        if (checked) return "";
        EXPECT_EQ(word(checked.code()), "internal_error");
        EXPECT_EQ(daemon.sealer.step(), Step::refused);
        EXPECT_THAT(daemon.refused, ElementsAre(checked.error().detail));
        EXPECT_EQ(world.seals.size(), seals);
        return checked.error().detail;
    }
    Checkpoint checkpoint_in(std::string const& note, NoteKey const& known_key) {
        std::vector const known{known_key};
        auto const opened = open_note(note, known);
        EXPECT_TRUE(opened);
        return opened ? parse_checkpoint(opened->text).value() : Checkpoint{};
    }

    World world;
    test::FakeClock clock;
    Key key;
};

}  // namespace bank::audit
