// What the service manager is told. Without one, nothing happens.
#pragma once
#include <string_view>

namespace bank::daemon {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_reloading();
void notify_stopping();

}  // namespace bank::daemon
