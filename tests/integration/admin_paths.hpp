// Where this build has put the admin plugin and bankctl. In a file of their own, so that all others
// are compiled alike wherever the clone lies, and ccache knows them.
#pragma once

namespace bank::test {

extern char const* const admin_plugin_path;
extern char const* const bankctl_path;

}  // namespace bank::test
