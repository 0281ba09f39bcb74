#include "core/postgres/job_store_pg.hpp"

#include <algorithm>
#include <array>

#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {
namespace {

constexpr Statement state_statement{
    "job_state",
    "select j.is_kept, bank.us(j.present), bank.us(j.due_at), j.wait_us, j.attempts,"
    " bank.us(j.succeeded_at) from bank.job_state($1) j"};
constexpr Statement keep_statement{"keep_job", "select bank.keep_job($1, $2)"};
constexpr Statement begin_statement{
    "begin_job", "select bank.us(j.present), bank.us(j.due_at) from bank.begin_job($1) j"};
constexpr Statement end_statement{"end_job", "select bank.end_job($1, $2, $3, $4, $5)"};
constexpr Statement fail_statement{"fail_job", "select bank.fail_job($1, $2, $3, $4)"};

// The row limits keep a portion well below the statement timeout.
constexpr auto works = std::to_array<JobWork>(
    {{"expire_holds",
      {"job_expire_holds",
       "select e.ended, e.ended < 500, null::bigint from bank.expire_holds(500) e"},
      [](Parameters&, jobs::Terms const&) {},
      [](std::int64_t done) { return done; }},
     {"apply_retention",
      {"job_apply_retention",
       "select r.done, r.is_complete, null::bigint from bank.apply_retention($1, 1000) r"},
      [](Parameters& parameters, jobs::Terms const& terms) {
          parameters.add(terms.ended_sessions_days);
      },
      [](std::int64_t done) { return std::int64_t{done > 0}; }}});

std::optional<Timestamp> optional_time(Row& row) {
    auto const us = row.optional_integer();
    return us ? std::optional(Timestamp{*us}) : std::nullopt;
}

struct Worked {
    std::int64_t done = 0;
    bool is_complete = false;
    std::optional<Timestamp> next;
};

Worked read_worked(Row row) {
    Worked worked;
    worked.done = row.integer();
    worked.is_complete = row.boolean();
    worked.next = optional_time(row);
    return worked;
}

}  // namespace

std::span<JobWork const> all_job_works() noexcept {
    return works;
}

Result<jobs::State> JobStorePg::state(std::string_view job) {
    Parameters parameters;
    parameters.add(job);
    auto const rows = run_alone(pool_, state_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    jobs::State state;
    state.is_kept = row.boolean();
    state.now = row.time();
    state.due = optional_time(row);
    if (auto const wait = row.optional_integer()) state.wait = std::chrono::microseconds{*wait};
    state.attempts = row.integer();
    state.succeeded = optional_time(row);
    return state;
}

Status JobStorePg::keep(std::string_view job, std::optional<Timestamp> due) {
    Parameters parameters;
    parameters.add(job).add(due);
    auto const rows = run_alone(pool_, keep_statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

Result<jobs::Run> JobStorePg::run(jobs::Job const& job, jobs::Terms const& terms) {
    auto const work = std::find_if(works_.begin(), works_.end(),
                                   [&](JobWork const& one) { return one.job == job.name; });
    BANK_CHECK(work != works_.end());
    auto transaction = Transaction::begin(pool_);
    if (!transaction) return std::move(transaction).error();

    Parameters name;
    name.add(job.name);
    auto const begun = transaction->run(begin_statement, name);
    if (!begun) return begun.error();
    if (begun->count() == 0) return jobs::Run{};
    auto taken = (*begun)[0];
    auto const now = taken.time();
    auto const due = taken.time();

    Parameters parameters;
    work->add_terms(parameters, terms);
    auto const rows = transaction->run(work->statement, parameters);
    if (!rows) return rows.error();
    auto worked = read_worked((*rows)[0]);
    if (job.timing == jobs::Timing::periodic) worked.next = jobs::next_due(job, due, now);

    Parameters ending;
    ending.add(job.name)
        .add(std::optional(due))
        .add(worked.done)
        .add(worked.is_complete)
        .add(worked.next);
    auto const ended = transaction->run(end_statement, ending);
    if (!ended) return ended.error();
    auto const expected = work->records(worked.done);
    if (auto const committed = transaction->commit({expected, expected}); !committed)
        return committed.error();
    using Extent = jobs::Run::Extent;
    return jobs::Run{worked.is_complete ? Extent::complete : Extent::portion, worked.done};
}

Status JobStorePg::fail(std::string_view job, jobs::State const& state, Code code) {
    Parameters parameters;
    parameters.add(job).add(state.due).add(state.attempts).add(word(code));
    auto const rows = run_alone(pool_, fail_statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

}  // namespace bank::postgres
