// A map with a bounded number of keys. When full, it evicts the lightest of the least recently used
// keys, so a flood of new keys evicts itself and not the keys that have earned a refusal.
//
// Threads: any. Keys are spread over shards; a callback runs under its shard's lock, and must
// neither block nor use the table.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bank::access {

// Value has an integer `weight() const`: the loss if it is evicted.
template <typename Value>
class BoundedTable {
public:
    explicit BoundedTable(std::size_t keys_max)
        : shards_(keys_max >= shards_many * eviction_sample * 8 ? shards_many : 1),
          keys_max_per_shard_(std::max<std::size_t>(keys_max / shards_.size(), 1)) {}

    // Runs `use(Value&)` on the key's value, default-constructed if there is none.
    template <typename Use>
    auto with(std::string_view key, Use use) {
        auto& shard = shard_of(key);
        std::scoped_lock const lock(shard.mutex);
        auto const found = shard.places.find(key);
        if (found != shard.places.end()) {
            shard.nodes.splice(shard.nodes.begin(), shard.nodes, found->second);
            return use(found->second->value);
        }
        if (shard.nodes.size() >= keys_max_per_shard_) forget_one(shard);
        shard.nodes.emplace_front(std::string(key));
        shard.places.emplace(shard.nodes.front().key, shard.nodes.begin());
        return use(shard.nodes.front().value);
    }

    // Runs `use(Value&)` if the key is known; forgets it if `use` returns true.
    template <typename Use>
    void forget_if(std::string_view key, Use use) {
        auto& shard = shard_of(key);
        std::scoped_lock const lock(shard.mutex);
        auto const found = shard.places.find(key);
        if (found == shard.places.end() || !use(found->second->value)) return;
        auto const node = found->second;
        shard.places.erase(found);  // First: the node owns its key.
        shard.nodes.erase(node);
    }

    [[nodiscard]] std::size_t size() const {
        std::size_t count = 0;
        for (auto& shard : shards_) {
            std::scoped_lock const lock(shard.mutex);
            count += shard.nodes.size();
        }
        return count;
    }

private:
    static constexpr std::size_t shards_many = 16;
    static constexpr std::size_t eviction_sample = 8;

    struct Node {
        explicit Node(std::string name) : key(std::move(name)) {}
        std::string key;
        Value value;
    };
    using Nodes = std::list<Node>;

    struct Shard {
        mutable std::mutex mutex;
        Nodes nodes;  // The most recently used first.
        std::unordered_map<std::string_view, typename Nodes::iterator> places;
    };

    Shard& shard_of(std::string_view key) {
        // The upper half of the hash: the shard's map uses the lower.
        return shards_[(std::hash<std::string_view>{}(key) >> 32U) % shards_.size()];
    }

    void forget_one(Shard& shard) {
        auto const count = std::min(eviction_sample, shard.nodes.size());
        auto const oldest = std::prev(shard.nodes.end(), static_cast<std::ptrdiff_t>(count));
        auto const lightest = std::min_element(
            oldest, shard.nodes.end(),
            [](Node const& a, Node const& b) { return a.value.weight() < b.value.weight(); });
        shard.places.erase(lightest->key);
        shard.nodes.erase(lightest);
    }

    std::vector<Shard> shards_;
    std::size_t keys_max_per_shard_;
};

}  // namespace bank::access
