// The jobs on PostgreSQL: what each does is one statement, run in the transaction that says so.
#pragma once
#include <span>
#include <string_view>

#include "core/jobs/job_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

// The work of a job. The statement returns one row: how many rows it worked off, whether that was
// all, and in microseconds the instant of the next run, which only a job by_calendar has.
struct JobWork {
    std::string_view job;
    Statement statement;
    void (*add_terms)(Parameters& parameters, jobs::Terms const& terms);
};

// Of jobs::all_jobs().
[[nodiscard]] std::span<JobWork const> all_job_works() noexcept;

class JobStorePg final : public jobs::JobStore {
public:
    // Both must outlive it.
    explicit JobStorePg(Pool& pool, std::span<JobWork const> works = all_job_works())
        : pool_(pool), works_(works) {}

    Result<jobs::State> state(std::string_view job) override;
    Status keep(std::string_view job, std::optional<Timestamp> due) override;
    Result<jobs::Run> run(jobs::Job const& job, jobs::Terms const& terms) override;
    Status fail(std::string_view job, jobs::State const& state, Code code) override;

private:
    Pool& pool_;
    std::span<JobWork const> works_;
};

}  // namespace bank::postgres
