// The Date header (IMF-fixdate of RFC 9110), made once a second.
//
// Threads: any; the text is the calling thread's own, valid until its next call.
#pragma once
#include <string_view>

namespace bank::rest {
[[nodiscard]] std::string_view http_date();
}  // namespace bank::rest
