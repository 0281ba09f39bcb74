// The admin socket's file.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "core/base/result.hpp"

namespace bank::admin {

// A listening, non-blocking Unix socket. Owner of the descriptor until release(), and of the file
// if it made it.
class Listener {
public:
    // What bind() would refuse of `path` whenever it is called, as a clause: invalid_field, or
    // permission_denied if this process may not look.
    [[nodiscard]] static Status check(std::string const& path);

    // Binds `path`, whose directory exists and must not be writable by everyone (but sticky). A
    // socket left behind is removed; one that somebody listens on is not. At no moment may anyone
    // connect whom `mode` keeps out. The error's detail is a clause for the log.
    [[nodiscard]] static Result<Listener> bind(std::string const& path, mode_t mode);
    // Takes over a socket that the service manager opened. Leaves its file alone.
    [[nodiscard]] static Result<Listener> adopt(int descriptor);

    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    // The caller closes it.
    [[nodiscard]] int release() noexcept;
    // Removes the file, unless another took its place.
    void remove_file() noexcept;

private:
    explicit Listener(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

// "0660" or "660": no bits but read and write. invalid_field, with a clause.
[[nodiscard]] Result<mode_t> parse_mode(std::string const& text);

}  // namespace bank::admin
