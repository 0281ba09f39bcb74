// What the stores share: calling an SQL function that acts for a session, and paging.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/api/page.hpp"
#include "core/audit/action.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {

// The status word of an SQL function: "ok" or a word of codes.def.
[[nodiscard]] Status status_of(std::string const& word);

// Runs `statement`, which acts for `acting` and returns one row that begins with a status word, and
// commits whether it acted or refused: the record of a refusal must stay. If the role may not even
// call the function, the refusal is recorded under `action`. Returns the row only if it acted.
[[nodiscard]] Result<Rows> act(Pool& pool, storage::Acting const& acting, audit::Action action,
                               Statement const& statement, Parameters const& parameters);
// The same; then, in the same transaction, reads with `reading`, whose $1 is the second column of
// the row.
[[nodiscard]] Result<Rows> act_and_read(Pool& pool, storage::Acting const& acting,
                                        audit::Action action, Statement const& statement,
                                        Parameters const& parameters, Statement const& reading);

// Records that the role may not call a function: the refused transaction is gone, and its record
// with it.
void record_if_denied(Pool& pool, storage::Acting const& acting, audit::Action action,
                      Error const& error);

// Reads as the session.
[[nodiscard]] Result<Rows> read_as(Pool& pool, storage::Acting const& acting,
                                   Statement const& statement, Parameters const& parameters);

// The key after which a page begins; `first` for the first page. invalid_field, also if its limit
// is not 1..page_limit_max: a front end has checked that, and is not believed.
[[nodiscard]] Result<std::int64_t> first_key(api::PageRequest const& page, std::int64_t first);

// Makes a page of rows that were asked for with one more than its limit: `read` turns a Row into an
// item, whose id.value continues the next page.
template <typename Item, typename Read>
api::Page<Item> page_of(Rows const& rows, api::PageRequest const& request, Read const& read) {
    api::Page<Item> page;
    for (int i = 0; i < rows.count(); ++i) {
        if (page.items.size() == request.limit) {
            page.next_cursor = std::to_string(page.items.back().id.value);
            break;
        }
        page.items.push_back(read(rows[i]));
    }
    return page;
}

}  // namespace bank::postgres
