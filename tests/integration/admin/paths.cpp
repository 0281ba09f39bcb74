#include "tests/integration/admin/paths.hpp"

namespace bank::test {

char const* const admin_plugin_path = BANKD_ADMIN_PLUGIN;
char const* const bankctl_path = BANKCTL;

}  // namespace bank::test
