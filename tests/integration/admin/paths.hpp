// The paths of the admin plugin and bankctl in this build. In a file of their own, so that all
// other files compile identically in every clone and ccache finds them.
#pragma once

namespace bank::test {

extern char const* const admin_plugin_path;
extern char const* const bankctl_path;

}  // namespace bank::test
