// A separate directory for each test, and processes with their outcome.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace bank::test {

inline std::string read_text(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class DirectoryTest : public testing::Test {
protected:
    DirectoryTest() {
        std::string name = (std::filesystem::temp_directory_path() / "bankd-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) std::abort();
        directory = name;
    }
    ~DirectoryTest() override {
        std::error_code error;
        std::filesystem::remove_all(directory, error);
    }

    std::filesystem::path write(std::string const& name, std::string const& text,
                                mode_t mode = 0600) {
        auto const path = directory / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
        chmod(path.c_str(), mode);
        return path;
    }

    std::filesystem::path directory;
};

struct Outcome {
    int exit_code = -1;
    std::string out;
    std::string error;
};

// Runs a program to its end; 128 + the signal's number if a signal ended it.
inline Outcome run(std::vector<std::string> const& command,
                   std::filesystem::path const& directory) {
    auto const out = directory / "stdout";
    auto const error = directory / "stderr";
    std::vector<char*> arguments;
    for (auto const& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    auto const pid = fork();
    if (pid == 0) {
        auto const redirect = [](std::filesystem::path const& path, int fd) {
            dup2(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), fd);
        };
        redirect(out, STDOUT_FILENO);
        redirect(error, STDERR_FILENO);
        alarm(60);
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    auto const code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, read_text(out), read_text(error)};
}

}  // namespace bank::test
