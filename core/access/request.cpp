#include "core/access/request.hpp"

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"

namespace bank::access {

Source source_of(api::Caller const& caller) {
    return {.ip = plain_text(caller.source_ip, 64),
            .user_agent = plain_text(caller.user_agent, bounds::user_agent_size_max),
            .request_id = caller.request_id};
}

}  // namespace bank::access
