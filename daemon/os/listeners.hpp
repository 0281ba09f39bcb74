// Listening sockets inherited from the service manager.
//
// Threads: any.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {

class Listeners {
public:
    struct Socket {
        std::string name;  // FileDescriptorName= of the socket unit.
        FileDescriptor fd;
    };

    explicit Listeners(std::vector<Socket> sockets);

    // The next one of that name; each is returned once.
    [[nodiscard]] std::optional<int> take(std::string_view name);
    // Closes the sockets not taken and returns their names.
    std::vector<std::string> close_rest();
    // Whether there was one of that name, taken or not.
    [[nodiscard]] bool had(std::string_view name) const;

private:
    std::mutex mutex_;
    std::vector<Socket> sockets_;
    std::vector<std::string> names_;  // Of all sockets.
};

// The sockets passed to this process. Call once, before starting another process. Logs and omits
// descriptors that are not listening stream sockets.
[[nodiscard]] std::vector<Listeners::Socket> receive_listeners();

}  // namespace bank::daemon
