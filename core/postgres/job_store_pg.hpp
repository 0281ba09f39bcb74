// Jobs on PostgreSQL. A job's work is one statement, in the same transaction as the record of its
// run.
#pragma once
#include <span>
#include <string_view>

#include "core/jobs/job_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

// The work of a job. The statement returns one row: the number of processed rows, whether the work
// is complete, and the next instant in microseconds, only for a job by_calendar.
struct JobWork {
    std::string_view job;
    Statement statement;
    void (*add_terms)(Parameters& parameters, jobs::Terms const& terms);
    // How many audit records it has written after so many processed rows.
    std::int64_t (*records)(std::int64_t done);
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
