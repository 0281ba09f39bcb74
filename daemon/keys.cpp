#include "daemon/keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/time.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/key_maker.hpp"
#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t key_file_size_max = std::size_t{64} * 1024;
constexpr int certificate_days = 825;

Error unusable(std::string sentence) {
    return {Code::invalid_field, std::move(sentence)};
}

Result<Secret> read_key_file(KeyPlaces const& places, std::string const& name) {
    auto path = places.credentials_directory + "/" + name;
    FileDescriptor fd;
    if (!places.credentials_directory.empty()) {
        fd = FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    }
    bool const is_credential = static_cast<bool>(fd);
    if (!is_credential) {
        path = places.directory + "/" + name;
        fd = FileDescriptor(
            open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    }
    if (!fd && errno == ENOENT && is_encrypted_credential(places, name)) {
        return Error{
            Code::permission_denied,
            fmt::format("{} was not checked: systemd decrypts it for the unit alone", name)};
    }
    if (!fd && errno == ENOENT) {
        return unusable(fmt::format("{} is missing; create it with bankd --make-keys", path));
    }
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) {
        auto const code = errno == EACCES ? Code::permission_denied : Code::invalid_field;
        return Error{code, fmt::format("{} cannot be read: {}", path, std::strerror(errno))};
    }
    if (!S_ISREG(status.st_mode)) return unusable(path + " is not a regular file");
    // The credentials directory is private to the unit; systemd sets the modes of its files.
    if (!is_credential && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return unusable(
            fmt::format("{} is accessible to other users; fix it with chmod 0600", path));
    }
    // Root may check the keys of the daemon's user.
    bool const is_trusted = status.st_uid == 0 || status.st_uid == geteuid() || geteuid() == 0;
    if (!is_credential && !is_trusted) {
        return unusable(fmt::format("{} belongs to user {}; it must belong to root or to user {}",
                                    path, status.st_uid, geteuid()));
    }
    auto text = read_all(fd.get(), key_file_size_max);
    if (!text || text->empty()) return unusable(path + " is empty, too large, or unreadable");
    return Secret::take(*text);
}

Result<Secret> read_pepper(KeyPlaces const& places) {
    auto const text = read_key_file(places, pepper_file);
    if (!text) return text.error();
    auto pepper = crypto::read_pepper(text->reveal());
    if (!pepper) return unusable(fmt::format("{}: {}", pepper_file, pepper.error().detail));
    return pepper;
}

// Identifies a key in records without revealing it: 64 bits of a digest with no other use.
std::string key_id(std::string_view label, Secret const& key) {
    crypto::Sha256 digest;
    digest.update(as_bytes(label));
    digest.update(as_bytes(key.reveal()));
    auto const whole = digest.finish();
    return to_hex(BytesView(whole).first(8));
}

Status fail(std::string const& path, std::string_view what) {
    return Error{Code::internal_error,
                 fmt::format("{} cannot be {}: {}", path, what, std::strerror(errno))};
}

Status sync_directory(std::string const& path) {
    FileDescriptor const fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || fsync(fd.get()) != 0) return fail(path, "synced");
    return Done{};
}

Status make_directory(std::string const& path) {
    if (mkdir(path.c_str(), 0700) == 0) return sync_directory(path);
    if (errno == EEXIST) return Done{};
    if (errno != ENOENT) return fail(path, "made");
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    if (mkdir(path.c_str(), 0700) != 0) return fail(path, "made");
    return sync_directory(path);
}

// Creates the file atomically: writes it under another name and links it, which fails if the name
// exists.
Status write_new(std::string const& path, std::string_view text, struct stat const& directory) {
    auto const unfinished = fmt::format("{}.{}.new", path, getpid());
    unlink(unfinished.c_str());
    FileDescriptor const fd(
        open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return fail(unfinished, "made");
    Status status = Done{};
    // Root creates keys for the owner of the directory, the daemon's user.
    bool const is_given = geteuid() == 0 && directory.st_uid != 0;
    if (is_given && fchown(fd.get(), directory.st_uid, directory.st_gid) != 0) {
        status = fail(unfinished, "assigned to the owner of its directory");
    } else if (fchmod(fd.get(), 0600) != 0 || !write_all(fd.get(), text) || fsync(fd.get()) != 0) {
        status = fail(unfinished, "written");
    } else if (link(unfinished.c_str(), path.c_str()) != 0) {
        status = fail(path, "made");
    }
    unlink(unfinished.c_str());
    return status;
}

bool exists(std::string const& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0;
}

struct KeyFile {
    char const* name;
    Secret text;
};

// The certificate and its key are created together or not at all.
Result<std::vector<KeyFile>> make_missing(std::string const& directory) {
    auto const is_missing = [&](char const* name) { return !exists(directory + "/" + name); };
    std::vector<KeyFile> files;
    if (is_missing(pepper_file)) files.push_back({pepper_file, crypto::make_pepper()});
    if (is_missing(record_key_file)) {
        files.push_back({record_key_file, crypto::make_record_key()});
    }
    if (is_missing(token_key_file)) {
        files.push_back({token_key_file, crypto::make_private_key_pem()});
    }
    if (is_missing(audit_key_file)) {
        files.push_back({audit_key_file, crypto::make_signing_key_pem()});
    }
    bool const has_no_certificate = is_missing(tls_certificate_file);
    if (has_no_certificate != is_missing(tls_key_file)) {
        return Error{Code::internal_error,
                     fmt::format("{} contains only one of {} and {}; add the other one or remove "
                                 "it",
                                 directory, tls_certificate_file, tls_key_file)};
    }
    if (has_no_certificate) {
        auto made = crypto::make_server_certificate({.dns_names = {"localhost"},
                                                     .ip_addresses = {"127.0.0.1", "::1"},
                                                     .valid_from = SystemClock().now(),
                                                     .days = certificate_days});
        if (!made) return Error{Code::internal_error, made.error().detail};
        // The key first: a certificate alone would look like one that lost its key.
        files.push_back({tls_key_file, std::move(made->key_pem)});
        files.push_back({tls_certificate_file, Secret(made->certificate_pem)});
    }
    return files;
}

}  // namespace

Result<service::Keys> read_keys(KeyPlaces const& places) {
    auto pepper = read_pepper(places);
    if (!pepper) return std::move(pepper).error();
    auto token_key = read_key_file(places, token_key_file);
    if (!token_key) return std::move(token_key).error();

    service::Keys keys;
    keys.pepper_id = key_id("bankd pepper id", *pepper);
    keys.pepper = std::move(*pepper);
    keys.token_key_id = key_id("bankd token key id", *token_key);
    keys.token_key_pem = std::move(*token_key);
    return keys;
}

Result<std::vector<audit::NoteSigner>> read_audit_keys(KeyPlaces const& places,
                                                       std::string const& origin) {
    std::vector<audit::NoteSigner> signers;
    for (auto const* name : {audit_key_file, next_audit_key_file}) {
        bool const is_missing = !exists(places.directory + "/" + name) &&
                                (places.credentials_directory.empty() ||
                                 !exists(places.credentials_directory + "/" + name));
        if (is_missing && name == next_audit_key_file) continue;
        auto const key = read_key_file(places, name);
        if (!key) return key.error();
        auto signer = audit::NoteSigner::make(origin, *key);
        if (!signer) return unusable(fmt::format("{}: {}", name, signer.error().detail));
        signers.push_back(std::move(signer).value());
    }
    return signers;
}

Result<audit::RecordKeys> read_record_keys(KeyPlaces const& places) {
    auto const text = read_key_file(places, record_key_file);
    if (!text) return text.error();
    auto keys = audit::RecordKeys::read(text->reveal());
    if (!keys) return unusable(fmt::format("{}: {}", record_key_file, keys.error().detail));
    return keys;
}

void check_keys(KeyPlaces const& places, Place const& place, Report& report) {
    auto const say = [&](Error const& error) {
        auto text = "[keys] directory: " + error.detail;
        if (error.code == Code::permission_denied) {
            report.warning(place, std::move(text));
        } else {
            report.mistake(place, std::move(text));
        }
    };
    if (places.credentials_directory.empty() && !exists(places.directory) &&
        !is_encrypted_credential(places, pepper_file)) {
        return say(unusable(
            fmt::format("{} is missing; create it with bankd --make-keys", places.directory)));
    }
    auto const pepper = read_pepper(places);
    if (!pepper) say(pepper.error());
    auto const token_key = read_key_file(places, token_key_file);
    if (!token_key) say(token_key.error());
    auto const record_keys = read_record_keys(places);
    if (!record_keys) say(record_keys.error());
    auto const audit_keys = read_audit_keys(places, "check");
    if (!audit_keys) say(audit_keys.error());
}

void check_keys_of(Config const& config, Report& report) {
    if (report.doubted.contains("keys")) return;
    auto const* directory = config.find("keys", "directory");
    BANK_CHECK(directory != nullptr);
    check_keys({directory->text, credentials_directory()}, directory->place, report);
}

Status make_keys(std::string const& directory,
                 std::function<void(std::string const& path)> const& made) {
    if (auto status = make_directory(directory); !status) return status;
    struct stat status {};
    if (stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return Error{Code::internal_error, directory + " is not a directory"};
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return Error{Code::internal_error,
                     directory + " is writable by other users; fix it with chmod 0700"};
    }
    auto files = make_missing(directory);
    if (!files) return std::move(files).error();
    for (auto const& file : *files) {
        auto const path = directory + "/" + file.name;
        if (auto written = write_new(path, file.text.reveal(), status); !written) return written;
        if (auto synced = sync_directory(directory); !synced) return synced;
        made(path);
    }
    return Done{};
}

}  // namespace bank::daemon
