// bankd's REST interface over TLS with persistent connections, from one thread: each connection has
// one request in flight, never more. Three loads:
//
//   closed loop    each connection sends its next transfer after the answer to the last
//   --rate N       N transfers per second by the clock, whether the bank keeps up or not: latency
//                  counts from the moment at which a transfer was due, so a stall of the bank also
//                  counts for the requests that it delayed
//   --bulk         each connection streams transfers as lines of one request, and meanwhile reads
//                  the lines that answer them
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <csignal>
#include <deque>
#include <iostream>
#include <random>

#include "tests/bench/outcome.hpp"
#include "tests/bench/rest_connection.hpp"
#include "tests/bench/workload.hpp"

namespace bank::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

struct Options {
    std::string config;
    std::string population;
    std::string distribution = "uniform";
    std::string keys = "v7";
    double teller_share = 0.5;
    std::uint16_t port = 8443;
    std::uint32_t connections = 256;
    std::uint32_t lines = 5000;
    double rate = 0;
    double warm_up_s = 1;
    double seconds = 5;
    bool is_bulk = false;
    bool is_touching = false;
};

constexpr std::uint32_t timer_index = UINT32_MAX;
constexpr std::chrono::seconds drain_max{10};  // For answers after the window.
constexpr std::chrono::seconds connect_max{30};

Clock::duration duration(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

class Load {
public:
    Load(Population const& population, Options const& options)
        : population_(population), options_(options), workload_(population, mix(options), seed()) {
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        for (std::uint32_t i = 0; i < options.connections; ++i) {
            lanes_.push_back(std::make_unique<Lane>(
                tls_, Connection::Place{.epoll = epoll_, .port = options.port, .index = i}));
        }
    }
    ~Load() {
        lanes_.clear();
        if (timer_ >= 0) ::close(timer_);
        ::close(epoll_);
    }
    Load(Load const&) = delete;
    Load& operator=(Load const&) = delete;

    // Moves every account once, so that the bank's caches are filled.
    Outcome touch() {
        connect();
        auto const is_refused = [](auto const& lane) { return lane->is_refused; };
        while ((!is_over_ || under_way_ > 0) &&
               !std::all_of(lanes_.begin(), lanes_.end(), is_refused)) {
            poll();
        }
        return outcome_;
    }

    Outcome run() {
        workload_.draw();
        connect();
        auto const start = Clock::now();
        begin_ = start + duration(options_.warm_up_s);
        end_ = begin_ + duration(options_.seconds);
        if (options_.rate > 0) start_timer(start);
        bool has_begun = false;
        bool has_ended = false;
        while (!has_ended || (under_way_ > 0 && Clock::now() < end_ + drain_max)) {
            poll();
            auto const now = Clock::now();
            if (!has_begun && now >= begin_) {
                has_begun = true;
                say_begin();
            }
            if (!has_ended && now >= end_) {
                has_ended = is_over_ = true;
                say_end();
            }
        }
        outcome_.failed += under_way_;
        outcome_.seconds = options_.seconds;
        return outcome_;
    }

private:
    struct Lane {
        Lane(TlsClient const& tls, Connection::Place place) : connection(tls, place) {}
        Connection connection;
        bool is_busy = false;
        bool is_idle = false;  // It is in idle_.
        Moment due;            // For a single transfer: when it was sent, or should have been.
        // For a bulk request.
        std::uint64_t head_size = 0;
        std::uint64_t line_size = 0;
        std::vector<Moment> sent;  // For each line whose last byte was sent.
        std::uint32_t answered = 0;
        std::uint32_t lines = 0;
        bool has_head = false;
        bool is_last = false;     // The server closes the connection after it.
        bool is_refused = false;  // The server does not support such requests.
        std::string content;
    };

    static Mix mix(Options const& options) {
        return {.distribution = parse_distribution(options.distribution).value(),
                .keys = options.keys == "v4" ? KeyKind::v4 : KeyKind::v7,
                .teller_share = options.is_bulk ? 1.0 : options.teller_share};
    }
    static std::uint64_t seed() {
        return std::random_device{}() | std::uint64_t{std::random_device{}()} << 32;
    }

    // All connections are open before the first request: handshakes are not measured.
    void connect() {
        for (auto& lane : lanes_) lane->connection.open();
        auto const deadline = Clock::now() + connect_max;
        auto const is_opening = [](auto const& lane) {
            return lane->connection.state() == Connection::State::opening;
        };
        is_over_ = true;
        while (std::any_of(lanes_.begin(), lanes_.end(), is_opening) && Clock::now() < deadline) {
            poll();
        }
        is_over_ = false;
        for (auto& lane : lanes_) {
            // The bank may have closed those that waited for the others.
            if (lane->connection.state() == Connection::State::closed) lane->connection.open();
            rest(*lane);
        }
    }

    void poll() {
        std::array<epoll_event, 256> events{};
        auto const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10);
        for (int i = 0; i < count; ++i) {
            auto const index = events[static_cast<std::size_t>(i)].data.u32;
            index == timer_index ? tick() : drive(*lanes_[index]);
        }
    }

    void drive(Lane& lane) {
        auto const is_alive = lane.connection.drive();
        if (lane.connection.state() != Connection::State::open && is_alive) return;
        if (lane.is_busy) options_.is_bulk ? read_lines(lane) : read_single(lane);
        if (!is_alive && lane.connection.state() != Connection::State::closed) lose(lane);
        if (!lane.is_busy) rest(lane);
    }

    // The server closes a connection after a number of requests, or after a long idle time.
    void lose(Lane& lane) {
        if (lane.is_busy) {
            auto const open = options_.is_bulk ? lane.lines - lane.answered : 1;
            under_way_ -= open;
            outcome_.failed += open;
            if (outcome_.failure.empty()) outcome_.failure = "connection_lost";
            lane.is_busy = false;
        }
        lane.connection.close();
        if (!is_over_ && !lane.is_refused) lane.connection.open();
    }

    // A lane without a request takes the next, if one is due.
    void rest(Lane& lane) {
        if (is_over_ || lane.connection.state() != Connection::State::open || lane.is_idle) return;
        if (options_.is_bulk) return begin_bulk(lane);
        if (options_.rate <= 0) return send_single(lane, Clock::now());
        if (!late_.empty()) {
            auto const due = late_.front();
            late_.pop_front();
            return send_single(lane, due);
        }
        lane.is_idle = true;
        idle_.push_back(&lane);
    }

    // By the clock.

    void start_timer(Moment start) {
        timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = timer_index;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &event);
        next_due_ = start;
        set_timer();
    }

    void set_timer() {
        auto const at =
            std::chrono::duration_cast<std::chrono::nanoseconds>(next_due_.time_since_epoch());
        itimerspec spec{};
        spec.it_value.tv_sec = at.count() / 1'000'000'000;
        spec.it_value.tv_nsec = at.count() % 1'000'000'000;
        ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &spec, nullptr);
    }

    void tick() {
        std::uint64_t expirations = 0;
        // Spurious wakes read nothing, and the clock decides anyway.
        if (::read(timer_, &expirations, sizeof expirations) < 0) return;
        for (auto const now = Clock::now(); next_due_ <= now;
             next_due_ += duration(1 / options_.rate)) {
            if (!is_over_) arrive(next_due_);
        }
        set_timer();
    }

    void arrive(Moment due) {
        while (!idle_.empty()) {
            auto& lane = *idle_.front();
            idle_.pop_front();
            lane.is_idle = false;
            if (lane.connection.state() == Connection::State::open) return send_single(lane, due);
        }
        late_.push_back(due);
    }

    // The warm-up ends with the last accounts.
    Order next_order() {
        if (!options_.is_touching) return workload_.next();
        auto const debit = touched_;
        touched_ += 2;
        is_over_ = touched_ + 1 >= population_.accounts.size();
        return {debit, debit + 1, population_.accounts[debit].owner};
    }

    // One transfer per request.

    std::string body(Order const& order) const {
        return fmt::format(R"({{"debit_account_no":"{}","credit_account_no":"{}",)"
                           R"("amount":{{"amount":"1","currency":"EUR"}}}})",
                           population_.accounts[order.debit].account_no,
                           population_.accounts[order.credit].account_no);
    }

    void send_single(Lane& lane, Moment due) {
        auto const order = next_order();
        auto const content = body(order);
        lane.connection.send(fmt::format(
            "POST /v1/transfers HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bankd-bench\r\n"
            "Authorization: Bearer {}\r\nIdempotency-Key: {}\r\nContent-Type: application/json\r\n"
            "Content-Length: {}\r\n\r\n{}",
            population_.users[order.user].access_token, workload_.next_key(), content.size(),
            content));
        lane.due = due;
        lane.is_busy = true;
        ++under_way_;
        if (!lane.connection.drive()) lose(lane);
    }

    void read_single(Lane& lane) {
        auto& bytes = lane.connection.received();
        auto const answer = read_answer(bytes);
        if (!answer || bytes.size() < answer->head_size + answer->body_size) return;
        lane.is_busy = false;
        --under_way_;
        count(answer->status == 201, lane.due, std::to_string(answer->status));
        bytes.erase(0, answer->head_size + answer->body_size);
        if (answer->closes) lose(lane);
    }

    void count(bool is_posted, Moment from, std::string const& failure) {
        auto const now = Clock::now();
        if (!is_posted) {
            ++outcome_.refused;
            outcome_.failure = failure;
            return;
        }
        ++outcome_.posted_in_all;
        if (now < begin_ || now >= end_) return;
        auto const passed = std::chrono::duration_cast<std::chrono::microseconds>(now - from);
        outcome_.latencies.record(static_cast<std::uint64_t>(passed.count()));
    }

    // Many transfers per request. All lines have the same length, which shows whose last byte was
    // sent.

    void begin_bulk(Lane& lane) {
        std::string lines;
        lane.lines = 0;
        while (lane.lines < options_.lines && !is_over_) {
            auto content = body(next_order());
            content.erase(0, 1);
            lines += fmt::format("{{\"key\":\"{}\",\"kind\":\"transfer\",{}\n",
                                 workload_.next_key(), content);
            ++lane.lines;
        }
        auto const teller = population_.tellers[workload_.random() % population_.tellers.size()];
        auto const head = fmt::format(
            "POST /v1/transfer-batches HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bankd-bench\r\n"
            "Authorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\n"
            "Content-Length: {}\r\n\r\n",
            population_.users[teller].access_token, lines.size());
        lane.line_size = lines.size() / lane.lines;
        lane.head_size = lane.connection.sent() + head.size();
        lane.sent.clear();
        lane.answered = 0;
        lane.has_head = false;
        lane.content.clear();
        lane.is_busy = true;
        under_way_ += lane.lines;
        lane.connection.send(head);
        lane.connection.send(lines);
        if (!lane.connection.drive()) return lose(lane);
        note_sent(lane);
    }

    void note_sent(Lane& lane) {
        auto const sent = lane.connection.sent();
        auto const now = Clock::now();
        while (lane.sent.size() < lane.lines &&
               lane.head_size + (lane.sent.size() + 1) * lane.line_size <= sent) {
            lane.sent.push_back(now);
        }
    }

    void read_lines(Lane& lane) {
        note_sent(lane);
        auto& bytes = lane.connection.received();
        if (!lane.has_head) {
            auto const answer = read_answer(bytes);
            if (!answer) return;
            if (answer->status != 200 || !answer->is_chunked) {
                outcome_.failure = fmt::format("status {}", answer->status);
                lane.is_refused = true;
                return lose(lane);
            }
            bytes.erase(0, answer->head_size);
            lane.has_head = true;
            lane.is_last = answer->closes;
        }
        auto const is_over = take_chunks(bytes, lane.content);
        std::size_t at = 0;
        for (auto end = lane.content.find('\n'); end != std::string::npos;
             end = lane.content.find('\n', at)) {
            read_line(lane, std::string_view(lane.content).substr(at, end - at));
            at = end + 1;
        }
        lane.content.erase(0, at);
        if (!is_over) return;
        lane.is_busy = false;
        under_way_ -= lane.lines - lane.answered;
        outcome_.failed += lane.lines - lane.answered;
        if (lane.is_last) lose(lane);
    }

    void read_line(Lane& lane, std::string_view line) {
        if (line.find("\"summary\"") != std::string_view::npos) return;
        if (lane.answered >= lane.sent.size()) return;
        auto const is_posted = line.find("\"posted\"") != std::string_view::npos;
        count(is_posted, lane.sent[lane.answered], std::string(line.substr(0, 80)));
        ++lane.answered;
        --under_way_;
    }

    Population const& population_;
    Options const& options_;
    Workload workload_;
    TlsClient tls_;
    int epoll_ = -1;
    int timer_ = -1;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::deque<Lane*> idle_;   // For --rate: connections without a request.
    std::deque<Moment> late_;  // For --rate: due, and no connection is free.
    Moment next_due_;
    Moment begin_;
    Moment end_;
    std::uint32_t touched_ = 0;
    std::uint64_t under_way_ = 0;
    bool is_over_ = false;
    Outcome outcome_;
};

Result<Options> parse(int argc, char** argv) {
    namespace po = boost::program_options;
    Options o;
    po::options_description known("rest_bench measures bankd over HTTPS");
    auto add = known.add_options();
    add("help", "print this");
    add("config", po::value(&o.config)->required(), "the bank's configuration");
    add("population", po::value(&o.population)->required(), "what population.sql made");
    add("distribution", po::value(&o.distribution), "uniform, zipf or hot");
    add("keys", po::value(&o.keys), "idempotency keys: v7, or v4 for random ones");
    add("teller-share", po::value(&o.teller_share), "of the orders; the rest is by customers");
    add("port", po::value(&o.port), "of the daemon, on 127.0.0.1");
    add("connections", po::value(&o.connections), "at the same time");
    add("rate", po::value(&o.rate), "transfers a second by the clock, instead of a closed loop");
    add("bulk", po::bool_switch(&o.is_bulk), "stream the transfers, in the name of tellers");
    add("touch", po::bool_switch(&o.is_touching), "move every account once, and end");
    add("lines", po::value(&o.lines), "of one request, if streamed");
    add("warm-up", po::value(&o.warm_up_s), "seconds before the window");
    add("seconds", po::value(&o.seconds), "length of the window");
    po::variables_map given;
    try {
        po::store(po::parse_command_line(argc, argv, known), given);
        if (given.count("help") == 0) po::notify(given);
    } catch (po::error const& error) {
        return Error{.code = Code::malformed_request, .detail = error.what()};
    }
    if (given.count("help") != 0) {
        std::cout << known;
        std::exit(0);
    }
    if (!parse_distribution(o.distribution) || o.connections == 0 || o.lines == 0) {
        return Error{.code = Code::malformed_request, .detail = "a value is out of range"};
    }
    return o;
}

Status run(Options const& options) {
    auto const signing = read_signing(options.config);
    if (!signing.ok()) return signing.error();
    auto const population = read_population(options.population, *signing);
    if (!population.ok()) return population.error();
    Load load(*population, options);
    say(options.is_touching ? load.touch() : load.run());
    return Done{};
}

}  // namespace
}  // namespace bank::bench

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    auto const options = bank::bench::parse(argc, argv);
    auto const done = options.ok() ? bank::bench::run(*options) : options.error();
    if (done.ok()) return 0;
    std::cerr << "rest_bench: " << bank::word(done.code()) << " " << done.error().detail << '\n';
    return 1;
}
