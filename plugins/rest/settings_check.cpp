// What the table of settings cannot say.
#include <Poco/Net/IPAddress.h>
#include <dirent.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "plugins/rest/http/own_names.hpp"
#include "plugins/rest/http/tls.hpp"
#include "plugins/rest/settings.hpp"

namespace bank::rest {
namespace {

class Check {
public:
    Check(plugin::Settings const& settings, std::vector<plugin::SettingFault>& faults)
        : given_(settings), settings_(read_settings(settings)), faults_(faults) {}

    void run() {
        check_address();
        if (settings_.uses_tls) check_tls();
        if (auto why = OwnNames::check(settings_.own_names); !why.empty()) {
            faults_.push_back({"own_names", std::move(why)});
        }
        check_directory("docs_directory", settings_.docs_directory);
        check_directory("web_directory", settings_.web_directory);
    }

private:
    void check_address() {
        Poco::Net::IPAddress address;
        if (given_.is_handed_over("rest")) return;
        if (Poco::Net::IPAddress::tryParse(settings_.address, address)) return;
        faults_.push_back({"address", "must be a numeric IP address"});
    }

    void check_tls() {
        for (auto const* key : {"tls_certificate", "tls_key"}) {
            if (!given_.is_kept_for_service(key)) continue;
            faults_.push_back(
                {key, "was not checked: systemd decrypts it for the service alone", true});
            return;
        }
        for (auto& error : Tls::check(settings_.tls_certificate, settings_.tls_key)) {
            faults_.push_back({std::move(error.field), std::move(error.detail),
                               error.code == Code::permission_denied});
        }
    }

    // What is there by default may be missing: its package is not installed.
    void check_directory(std::string const& key, std::string const& path) {
        if (!given_.is_given(key) || path.empty()) return;
        if (auto* const directory = ::opendir(path.c_str())) {
            (void)::closedir(directory);
            return;
        }
        faults_.push_back(
            {key, fmt::format("cannot be read: {}", std::strerror(errno)), errno == EACCES});
    }

    plugin::Settings const& given_;
    Settings const settings_;
    std::vector<plugin::SettingFault>& faults_;
};

}  // namespace

void check_settings(plugin::Settings const& settings, std::vector<plugin::SettingFault>& faults) {
    Check(settings, faults).run();
}

}  // namespace bank::rest
