// Views of backups.
#pragma once
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {

std::string view_backups(std::string_view result, Layout const& layout);
std::string view_backup(std::string_view result, Layout const& layout);
std::string view_verified(std::string_view result, Layout const& layout);
std::string view_restored(std::string_view result, Layout const& layout);
std::string view_accepted(std::string_view result, Layout const& layout);

}  // namespace bank::bankctl
