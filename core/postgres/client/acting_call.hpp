// Shared by the stores: calls of SQL functions on behalf of a session, and paging.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/api/cursor.hpp"
#include "core/api/page.hpp"
#include "core/audit/action.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {

// The status word of an SQL function: "ok" or a word of codes.def.
[[nodiscard]] Status status_of(std::string const& word);

// Runs `statement`, which acts for `acting`, writes as many audit records as `expected`, and
// returns one row that starts with a status word. Commits also if it refused, because the record of
// the refusal must persist. If the role may not even call the function, records the refusal under
// `action`. Returns the row only on success.
[[nodiscard]] Result<Rows> act(Pool& pool, access::Acting const& acting, audit::Action action,
                               Statement const& statement, Parameters const& parameters,
                               Records expected = one_record);
// The same; then runs `reading` in the same transaction, with the row's second column as $1.
[[nodiscard]] Result<Rows> act_and_read(Pool& pool, access::Acting const& acting,
                                        audit::Action action, Statement const& statement,
                                        Parameters const& parameters, Statement const& reading);

// Records that the role may not call a function, because the rollback removed any record of it.
void record_if_denied(Pool& pool, access::Acting const& acting, audit::Action action,
                      Error const& error);

// Reads with the session's rights.
[[nodiscard]] Result<Rows> read_as(Pool& pool, access::Acting const& acting,
                                   Statement const& statement, Parameters const& parameters);

// The key after which a page of the list starts; `first` for the first page. invalid_field, also if
// the limit is not 1..page_limit_max: the front end's own check is not trusted.
[[nodiscard]] Result<std::int64_t> first_key(api::PageRequest const& page, api::List list,
                                             std::int64_t first);

// Builds a page from rows that were queried with the limit plus one. `read` turns a Row into an
// item, whose id.value is where the next page starts.
template <typename Item, typename Read>
api::Page<Item> page_of(Rows const& rows, api::PageRequest const& request, api::List list,
                        Read const& read) {
    api::Page<Item> page;
    for (int i = 0; i < rows.count(); ++i) {
        if (page.items.size() == request.limit) {
            page.next_cursor = api::to_cursor(list, page.items.back().id.value);
            break;
        }
        page.items.push_back(read(rows[i]));
    }
    return page;
}

}  // namespace bank::postgres
