// A caller together with the front end that vouches for its peer credentials.
#pragma once
#include "core/access/acting.hpp"
#include "core/api/caller.hpp"
#include "core/api/front_end.hpp"

namespace bank::access {

struct Request {
    api::FrontEnd front_end;
    api::Caller const& caller;
};

// The source of a caller, cleaned and cut for records.
[[nodiscard]] Source source_of(api::Caller const& caller);

}  // namespace bank::access
