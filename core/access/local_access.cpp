#include "core/access/local_access.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace bank::access {
namespace {

bool is_member(std::string const& group_name, std::uint32_t uid) {
    std::array<char, 16384> group_buffer{};
    std::array<char, 4096> user_buffer{};
    group group_entry{};
    passwd user_entry{};
    group* found_group = nullptr;
    passwd* found_user = nullptr;
    if (getgrnam_r(group_name.c_str(), &group_entry, group_buffer.data(), group_buffer.size(),
                   &found_group) != 0 ||
        found_group == nullptr) {
        return false;
    }
    if (getpwuid_r(uid, &user_entry, user_buffer.data(), user_buffer.size(), &found_user) != 0 ||
        found_user == nullptr) {
        return false;
    }
    std::array<gid_t, 256> groups{};
    auto count = static_cast<int>(groups.size());
    if (getgrouplist(found_user->pw_name, found_user->pw_gid, groups.data(), &count) < 0) {
        return false;  // Implausibly many groups: denied.
    }
    return std::find(groups.begin(), groups.begin() + count, found_group->gr_gid) !=
           groups.begin() + count;
}

}  // namespace

bool is_local_administrator(LocalAccess const& access, std::uint32_t uid) {
    if (uid == 0 || uid == geteuid()) return true;
    if (std::find(access.uids.begin(), access.uids.end(), uid) != access.uids.end()) return true;
    return !access.group.empty() && is_member(access.group, uid);
}

}  // namespace bank::access
