// The core's end of the socket, which logs requests and answers with samples.
//
// Threads: one for each connection; the other functions from one thread.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/wire/remote_bank.hpp"
#include "tests/golden/sample.hpp"

namespace bank::golden {

// A printable form, the same for the same bytes.
[[nodiscard]] std::string escaped(std::string_view bytes);

class StubCore {
public:
    StubCore();
    ~StubCore();

    [[nodiscard]] std::string const& socket() const { return socket_; }

    // The answer to every operation from now on.
    void answer_with(Sample sample) { sample_ = sample; }
    // The requests since the last call, one per line: the operation, and its arguments except the
    // caller, as they crossed the socket.
    [[nodiscard]] std::string take_asked();

private:
    void accept_all();
    void serve(int connection);
    [[nodiscard]] std::string answer(std::string_view call);

    std::string directory_;
    std::string socket_;
    int listener_ = -1;
    std::atomic<Sample> sample_{Sample::full};
    std::mutex mutex_;
    std::string asked_;
    std::vector<int> connections_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

// Compares `actual` with the file of this name in tests/golden/expected, or writes the file if
// BANK_GOLDEN_WRITE is set. Returns the first line that differs, or nothing.
[[nodiscard]] std::string difference_from(std::string const& name, std::string const& actual);

}  // namespace bank::golden
