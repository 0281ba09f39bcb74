// Listening sockets that the service manager opened for us.
//
// Threads: any.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/file_descriptor.hpp"

namespace bank::daemon {

class Listeners {
public:
    struct Socket {
        std::string name;  // FileDescriptorName= of the socket unit.
        FileDescriptor fd;
    };

    explicit Listeners(std::vector<Socket> sockets);

    // The next one of that name; each is given once.
    [[nodiscard]] std::optional<int> take(std::string_view name);
    // What nobody took is closed; gives the names.
    std::vector<std::string> close_rest();
    // Whether there was one of that name, also if it was taken since.
    [[nodiscard]] bool had(std::string_view name) const;

private:
    std::mutex mutex_;
    std::vector<Socket> sockets_;
    std::vector<std::string> names_;  // Of all that were there.
};

// What was passed to this process; to be called once, before it starts another. What is not a
// listening stream socket is left out with a log line.
[[nodiscard]] std::vector<Listeners::Socket> receive_listeners();

}  // namespace bank::daemon
