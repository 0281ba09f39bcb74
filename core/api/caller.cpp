#include "core/api/caller.hpp"

#include "core/api/describe.hpp"
#include "core/api/page.hpp"
#include "core/api/rate.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {

BANK_DESCRIBE(LocalPeer, "LocalPeer",
              field<&LocalPeer::uid>("uid", "User id of the process.", "1000"),
              field<&LocalPeer::gid>("gid", "Group id of the process.", "1000"),
              field<&LocalPeer::pid>("pid", "Process id.", "4711"))

BANK_DESCRIBE(Caller, "Caller",
              field<&Caller::access_token>("access_token", "Access token of the session."),
              field<&Caller::local_peer>("local_peer", "Process of a local administrator."),
              field<&Caller::source_ip>("source_ip", "Address of the client.", example_ip),
              field<&Caller::user_agent>("user_agent", "Program of the client.", "\"curl/7.88\""),
              field<&Caller::request_id>("request_id", "Id of the request.", example_request_id),
              field<&Caller::batch>("batch", "Permit that pays for the call."))

BANK_DESCRIBE(PageRequest, "PageRequest",
              field<&PageRequest::limit>("limit", "The largest number of rows on the page.", "100")
                  .sized(1, bounds::page_limit_max)
                  .optional(),
              field<&PageRequest::cursor>("cursor", "next_cursor of the preceding page.",
                                          "\"AQMAAAAAAAAGpA\"")
                  .sized(1, bounds::cursor_size_max)
                  .optional())

BANK_DESCRIBE(RateDecision, "RateDecision",
              field<&RateDecision::is_admitted>("is_admitted", "Whether the request may proceed."),
              field<&RateDecision::quota>("quota", "Requests per window.", "600"),
              field<&RateDecision::window_s>("window_s", "Length of the window in seconds.", "60"),
              field<&RateDecision::remaining>("remaining", "Requests left now.", "599"),
              field<&RateDecision::reset_s>("reset_s", "Seconds until the full quota.", "1"),
              field<&RateDecision::retry_after_s>("retry_after_s", "Seconds to wait.", "0"))

}  // namespace bank::api
