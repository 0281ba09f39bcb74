#include "daemon/os/listeners.hpp"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/base/log.hpp"

namespace bank::daemon {

Listeners::Listeners(std::vector<Socket> sockets) : sockets_(std::move(sockets)) {
    for (auto const& socket : sockets_) names_.push_back(socket.name);
}

bool Listeners::had(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::optional<int> Listeners::take(std::string_view name) {
    std::lock_guard const lock(mutex_);
    auto const found = std::find_if(sockets_.begin(), sockets_.end(),
                                    [&](Socket const& socket) { return socket.name == name; });
    if (found == sockets_.end()) return std::nullopt;
    auto const fd = found->fd.release();
    sockets_.erase(found);
    return fd;
}

std::vector<std::string> Listeners::close_rest() {
    std::lock_guard const lock(mutex_);
    std::vector<std::string> names;
    for (auto const& socket : sockets_) names.push_back(socket.name);
    sockets_.clear();
    return names;
}

std::vector<Listeners::Socket> receive_listeners() {
    char** names = nullptr;
    int const count = sd_listen_fds_with_names(/*unset_environment=*/1, &names);
    std::vector<Listeners::Socket> sockets;
    for (int i = 0; i < count; ++i) {
        FileDescriptor fd(SD_LISTEN_FDS_START + i);
        std::string name(names[i]);
        std::free(names[i]);
        if (sd_is_socket(fd.get(), AF_UNSPEC, SOCK_STREAM, /*listening=*/1) <= 0) {
            log::warning("daemon",
                         "Descriptor \"{}\" of the service manager is not a listening socket.",
                         name);
            continue;
        }
        sockets.push_back({std::move(name), std::move(fd)});
    }
    std::free(static_cast<void*>(names));
    return sockets;
}

}  // namespace bank::daemon
