// The core alone, in this process, composed as the daemon composes it: orders enter through BankApi
// and are answered through their replies, with a given number in flight.
#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <boost/program_options.hpp>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include "core/audit/record_mac_start.hpp"
#include "core/audit/sealer.hpp"
#include "core/postgres/database.hpp"
#include "core/service/bank.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/typed_settings.hpp"
#include "daemon/keys.hpp"
#include "daemon/version.hpp"
#include "tests/bench/outcome.hpp"
#include "tests/bench/workload.hpp"

namespace bank::bench {
namespace {

using Moment = std::chrono::steady_clock::time_point;

struct Options {
    std::string config;
    std::string population;
    std::string distribution = "uniform";
    std::string keys = "v7";
    double teller_share = 0.5;
    std::size_t in_flight = 1024;
    std::size_t submitters = 4;  // One that waits for a look-up does not delay all.
    double warm_up_s = 1;
    double seconds = 5;
    bool is_touching = false;
    bool is_unsealed = false;
};

std::uint64_t microseconds(Moment from, Moment until) {
    auto const passed = std::chrono::duration_cast<std::chrono::microseconds>(until - from);
    return static_cast<std::uint64_t>(passed.count());
}

// The bank as daemon/application.cpp composes it, without front ends and without the copy of the
// log to the journal.
class Core {
public:
    Core(daemon::Config const& config, service::Keys keys, audit::RecordKeys record_keys)
        : record_keys_(std::move(record_keys)),
          database_(daemon::database_settings(config, &record_keys_)),
          bank_(daemon::service_settings(config),
                {database_.users(), database_.known_devices(), database_.pins(), database_.ledger(),
                 database_.audit(), database_.jobs(), [this] { return database_.make_lane(); }},
                surroundings(), std::move(keys), clock_),
          seal_store_(database_.make_seal_store()) {}

    Status start(daemon::Config const& config) {
        auto const schema = database_.schema();
        if (!schema.ok()) return schema.error();
        if (!schema->is_known) return Error{Code::internal_error, schema->mismatch};
        for (auto const& code : config.list("bank", "currencies")) {
            auto const kept = database_.keep_currency(money::parse_currency(code).value());
            if (!kept.ok()) return kept;
        }
        auto const begun = audit::begin_record_macs(database_.record_macs(), record_keys_, {},
                                                    audit::Pending::accepted);
        if (!begun.ok()) return begun;
        return bank_.start();
    }
    // As the daemon does; records left unsealed by a run without it are sealed before the
    // measurement.
    Status seal(daemon::Config const& config) {
        auto keys = daemon::read_audit_keys({config.text("keys", "directory"), ""},
                                            config.text("audit", "origin"));
        if (!keys.ok()) return keys.error();
        sealer_.emplace(
            *seal_store_, clock_, record_keys_, std::move(keys).value(),
            daemon::sealer_settings(config),
            audit::Sealer::Hooks{[](std::string const&) {}, [](std::string const&) {},
                                 [](audit::RecordsAlarm const&) { return Status{Done{}}; }});
        while (sealer_->step() == audit::Sealer::Step::more) {
        }
        sealer_->start();
        return Done{};
    }
    void stop() {
        bank_.stop();
        if (sealer_) sealer_->stop();
    }

    operations::BankApi& api() { return bank_.front_end(api::FrontEnd::rest); }

private:
    service::Surroundings surroundings() {
        service::Surroundings s;
        s.version = daemon::version();
        s.readiness = [] { return api::Readiness::ready; };
        s.schema_version = [] { return std::int64_t{0}; };
        s.connections = [this]() -> service::Surroundings::Connections {
            auto const use = database_.pool_use();
            return {use.busy, use.size};
        };
        s.audit_undelivered = [] { return std::int64_t{0}; };
        s.obstacle = [] { return std::nullopt; };
        s.sealing_lag = [] { return std::chrono::milliseconds{0}; };
        s.times_ahead = [] { return std::chrono::milliseconds{0}; };
        s.request_checkpoint = [](audit::Position) { return true; };
        s.early_checkpoints = [] { return std::uint64_t{0}; };
        return s;
    }

    SystemClock clock_;
    audit::RecordKeys const record_keys_;
    postgres::Database database_;
    service::Bank bank_;
    std::unique_ptr<audit::SealStore> seal_store_;
    std::optional<audit::Sealer> sealer_;
};

// A closed loop: each reply frees a slot, and the submitting thread fills it again. The reply
// itself does not submit, because it runs on a thread of the core, where no front end works either.
class Loop {
public:
    Loop(operations::BankApi& bank, Population const& population, Mix mix, std::size_t places)
        : bank_(bank),
          population_(population),
          workload_(population, mix, std::random_device{}()),
          slots_(places) {
        for (auto const& user : population.users) {
            callers_.push_back({.access_token = user.access_token,
                                .source_ip = "127.0.0.1",
                                .user_agent = "bankd-bench"});
        }
        eur_ = money::parse_currency("EUR").value();
    }

    // Every account once, so that the bank's caches of account numbers and sessions are filled:
    // the order's direction changes, so that each owner debits some.
    void touch(std::size_t first, std::size_t step) {
        std::size_t at = first;
        auto const count = population_.accounts.size();
        run([&]() -> std::optional<Order> {
            if (at + 1 >= count) return std::nullopt;
            auto const i = static_cast<std::uint32_t>(at);
            at += step;
            auto const is_up = (i / 2 * 0x9E3779B9U >> 31U) == 0;
            auto const debit = is_up ? i : i + 1;
            return Order{debit, is_up ? i + 1 : i, population_.accounts[debit].owner};
        });
    }

    void measure(Moment begin, Moment end) {
        begin_ = begin;
        end_ = end;
        workload_.draw();
        run([&]() -> std::optional<Order> {
            if (std::chrono::steady_clock::now() >= end_) return std::nullopt;
            return workload_.next();
        });
    }

    [[nodiscard]] Outcome const& outcome() const { return outcome_; }

private:
    struct Slot {
        Moment submitted;
        Moment answered;
        std::optional<Result<api::Transfer>> answer;
    };

    template <typename Next>
    void run(Next const& next) {
        std::vector<std::size_t> taken;
        for (std::size_t i = 0; i < slots_.size(); ++i) taken.push_back(i);
        std::size_t in_flight = 0;
        for (;;) {
            for (auto const i : taken) {
                auto const order = next();
                if (!order) continue;
                ++in_flight;
                submit(i, *order);
            }
            if (in_flight == 0) return;
            taken.clear();
            wait(taken);
            in_flight -= taken.size();
            for (auto const i : taken) count(slots_[i]);
        }
    }

    void submit(std::size_t i, Order const& order) {
        auto& caller = callers_[order.user];
        caller.request_id = new_uuid(Timestamp{});
        api::TransferRequest request;
        request.idempotency_key = workload_.next_key();
        request.debit_account_no = population_.accounts[order.debit].account_no;
        request.credit_account_no = population_.accounts[order.credit].account_no;
        request.amount = {1, eur_};
        slots_[i].submitted = std::chrono::steady_clock::now();
        bank_.send<operations::Submit>(
            caller, std::move(request),
            [this, i](Result<api::Transfer> result) { settle(i, std::move(result)); });
    }

    void settle(std::size_t i, Result<api::Transfer> result) {
        slots_[i].answered = std::chrono::steady_clock::now();
        slots_[i].answer = std::move(result);
        std::lock_guard const lock(mutex_);
        settled_.push_back(i);
        if (settled_.size() == 1) is_settled_.notify_one();
    }

    void wait(std::vector<std::size_t>& taken) {
        std::unique_lock lock(mutex_);
        is_settled_.wait(lock, [&] { return !settled_.empty(); });
        taken.swap(settled_);
    }

    void count(Slot const& slot) {
        auto const& answer = *slot.answer;
        auto const is_posted = answer.ok() && answer->status == Code::posted;
        if (is_posted) ++outcome_.posted_in_all;
        if (!is_posted) {
            outcome_.failure = word(answer.ok() ? answer->status : answer.code());
            answer.ok() ? ++outcome_.refused : ++outcome_.failed;
        } else if (slot.answered >= begin_ && slot.answered < end_) {
            outcome_.latencies.record(microseconds(slot.submitted, slot.answered));
        }
    }

    operations::BankApi& bank_;
    Population const& population_;
    Workload workload_;
    std::vector<api::Caller> callers_;
    money::Currency eur_;
    std::vector<Slot> slots_;
    Moment begin_ = Moment::max();
    Moment end_ = Moment::max();
    Outcome outcome_;

    std::mutex mutex_;
    std::condition_variable is_settled_;
    std::vector<std::size_t> settled_;  // Guarded by mutex_.
};

template <typename Work>
void in_threads(std::vector<std::unique_ptr<Loop>> const& loops, Work const& work) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < loops.size(); ++i) {
        threads.emplace_back([&, i] {
            pthread_setname_np(pthread_self(), "bench");
            work(*loops[i], i);
        });
    }
    for (auto& thread : threads) thread.join();
}

using Loops = std::vector<std::unique_ptr<Loop>>;

Loops make_loops(Core& core, Population const& population, Options const& options,
                 std::size_t count) {
    Mix mix;
    mix.distribution = parse_distribution(options.distribution).value();
    mix.keys = options.keys == "v4" ? KeyKind::v4 : KeyKind::v7;
    mix.teller_share = options.teller_share;
    Loops loops;
    for (std::size_t i = 0; i < count; ++i) {
        auto const places = options.in_flight / count + (i < options.in_flight % count ? 1 : 0);
        loops.push_back(std::make_unique<Loop>(core.api(), population, mix, places));
    }
    return loops;
}

// Looking up an unknown number blocks a submitter, so warming up needs more submitters than
// measuring.
Outcome touch(Core& core, Population const& population, Options options) {
    options.in_flight = 512;  // One after the other, all accounts would take minutes.
    constexpr std::size_t count = 8;
    auto const loops = make_loops(core, population, options, count);
    in_threads(loops, [&](Loop& loop, std::size_t i) { loop.touch(2 * i, 2 * count); });
    Outcome all;
    for (auto const& loop : loops) all.add(loop->outcome());
    return all;
}

Outcome measure(Core& core, Population const& population, Options const& options) {
    Outcome all;
    if (options.is_touching) all.add(touch(core, population, options));
    auto const loops =
        make_loops(core, population, options, std::min(options.submitters, options.in_flight));
    auto const seconds = [](double s) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(s));
    };
    auto const begin = std::chrono::steady_clock::now() + seconds(options.warm_up_s);
    auto const end = begin + seconds(options.seconds);
    std::thread watch([&] {
        std::this_thread::sleep_until(begin);
        say_begin();
        std::this_thread::sleep_until(end);
        say_end();
    });
    in_threads(loops, [&](Loop& loop, std::size_t) { loop.measure(begin, end); });
    watch.join();
    for (auto const& loop : loops) all.add(loop->outcome());
    all.seconds = options.seconds;
    return all;
}

Result<Options> parse(int argc, char** argv) {
    namespace po = boost::program_options;
    Options o;
    po::options_description known("core_bench measures bankd's core in process");
    auto add = known.add_options();
    add("help", "print this");
    add("config", po::value(&o.config)->required(), "the bank's configuration");
    add("population", po::value(&o.population)->required(), "what population.sql made");
    add("distribution", po::value(&o.distribution), "uniform, zipf or hot");
    add("keys", po::value(&o.keys), "idempotency keys: v7, or v4 for random ones");
    add("teller-share", po::value(&o.teller_share), "of the orders; the rest is by customers");
    add("in-flight", po::value(&o.in_flight), "requests at the same time");
    add("submitters", po::value(&o.submitters), "threads that submit");
    add("warm-up", po::value(&o.warm_up_s), "seconds before the window");
    add("seconds", po::value(&o.seconds), "length of the window");
    add("unsealed", po::bool_switch(&o.is_unsealed), "leave the audit log unsealed");
    add("touch", po::bool_switch(&o.is_touching), "move every account once, first");
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
    if (!parse_distribution(o.distribution) || o.in_flight == 0 || o.submitters == 0) {
        return Error{.code = Code::malformed_request, .detail = "a value is out of range"};
    }
    return o;
}

Status run(Options const& options) {
    daemon::Report report;
    auto const config = daemon::read_config(
        options.config, [](auto const&) { return daemon::PluginNotLoaded{}; }, report);
    if (!report.mistakes.empty()) {
        return Error{.code = Code::invalid_field, .detail = to_string(report.mistakes.front())};
    }
    auto signing = read_signing(options.config);
    if (!signing.ok()) return signing.error();
    auto const population = read_population(options.population, *signing);
    if (!population.ok()) return population.error();
    auto record_keys = daemon::read_record_keys({config.text("keys", "directory"), ""});
    if (!record_keys.ok()) return record_keys.error();
    Core core(config, std::move(signing->keys), std::move(record_keys).value());
    auto const started = core.start(config);
    if (!started.ok()) return started;
    if (!options.is_unsealed) {
        if (auto const sealing = core.seal(config); !sealing.ok()) return sealing;
    }
    auto const outcome = measure(core, *population, options);
    core.stop();
    say(outcome);
    return Done{};
}

}  // namespace
}  // namespace bank::bench

int main(int argc, char** argv) {
    auto const options = bank::bench::parse(argc, argv);
    auto const done = options.ok() ? bank::bench::run(*options) : options.error();
    if (done.ok()) return 0;
    std::cerr << "core_bench: " << bank::word(done.code()) << " " << done.error().detail << '\n';
    return 1;
}
