// The settings in force: read by every request, replaced whole by a reload.
#pragma once
#include <memory>
#include <mutex>
#include <utility>

#include "core/service/settings.hpp"

namespace bank::service {

class LiveSettings {
public:
    explicit LiveSettings(Settings settings)
        : settings_(std::make_shared<Settings const>(std::move(settings))) {}

    [[nodiscard]] std::shared_ptr<Settings const> get() const {
        std::lock_guard const lock(mutex_);
        return settings_;
    }
    void set(Settings settings) {
        auto fresh = std::make_shared<Settings const>(std::move(settings));
        std::lock_guard const lock(mutex_);
        settings_ = std::move(fresh);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<Settings const> settings_;
};

}  // namespace bank::service
