// A fresh, migrated database for one test on the cluster named by BANK_TEST_PG (libpq key=value
// pairs of a superuser; tests/run starts such a cluster). Removed with the object.
//
// Without BANK_TEST_PG the constructor throws, so that the test fails: a skipped test proves
// nothing.
#pragma once
#include <string>
#include <vector>

namespace bank::test {

class TempPostgres {
public:
    enum class Content { migrated, empty };

    explicit TempPostgres(Content content = Content::migrated);
    ~TempPostgres();
    TempPostgres(TempPostgres const&) = delete;
    TempPostgres& operator=(TempPostgres const&) = delete;

    // libpq key=value pairs for this database as `user`.
    [[nodiscard]] std::string connection_as(std::string const& user) const;
    [[nodiscard]] std::string connection_as_superuser() const;

    // Runs `sql` as the superuser in this database; returns the first column of the last result.
    // Throws on error.
    std::vector<std::string> query(
        std::string const& sql) const;  // NOLINT(modernize-use-nodiscard)
    [[nodiscard]] std::string value(std::string const& sql) const;
    // Changes rows as only an administrator of the cluster can: past the triggers that remind the
    // bank's functions of a record.
    void alter(std::string const& sql) const;

private:
    std::string name_;
};

// Runs `sql` with `connection`; returns the SQLSTATE of its failure, or "" with the first column in
// `rows`.
std::string run_sql(std::string const& connection, std::string const& sql,
                    std::vector<std::string>* rows);

}  // namespace bank::test
