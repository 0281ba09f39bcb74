// Runs a fuzz target without libFuzzer: on each seed, each of its prefixes, and mutations of it
// that are the same in every run. Names the input that broke it.
//
// Usage: fuzz_<parser> FILE-OR-FOLDER...
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_input.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int changes_per_seed = 300;
constexpr std::size_t beginnings_max = 512;

void run(std::string const& input) {
    // On the heap at its exact size, so that a sanitizer detects a read beyond it.
    auto const copy = std::make_unique<std::uint8_t[]>(input.size());
    std::copy(input.begin(), input.end(), copy.get());
    if (LLVMFuzzerTestOneInput(copy.get(), input.size()) != 0) std::abort();
}

void change(std::string& input, std::mt19937& random) {
    auto const place = input.empty() ? 0 : random() % input.size();
    auto const byte = static_cast<char>(random());
    switch (random() % 5) {
    case 0: input.insert(place, 1, byte); break;
    case 1: input.erase(place, 1 + random() % 4); break;
    case 2: input.insert(place, input.substr(place, 1 + random() % 16)); break;
    case 3:
        if (!input.empty()) input[place] = byte;
        break;
    default:
        if (!input.empty()) input[place] ^= static_cast<char>(1U << (random() % 8));
        break;
    }
}

void replay(std::string const& seed) {
    run(seed);
    for (std::size_t size = 0; size < std::min(seed.size(), beginnings_max); ++size) {
        run(seed.substr(0, size));
    }
    std::mt19937 random{20260301};
    for (int i = 0; i < changes_per_seed; ++i) {
        auto changed = seed;
        for (auto count = 1 + random() % 4; count > 0; --count) change(changed, random);
        run(changed);
    }
}

std::vector<fs::path> files_of(int count, char** arguments) {
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i) {
        if (fs::is_directory(arguments[i])) {
            for (auto const& entry : fs::directory_iterator(arguments[i])) {
                if (entry.is_regular_file()) files.push_back(entry.path());
            }
        } else {
            files.emplace_back(arguments[i]);
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments) try {
    auto const files = files_of(count, arguments);
    if (files.empty()) {
        std::fputs("no seeds: name a file or a folder with at least one\n", stderr);
        return 2;
    }
    for (auto const& file : files) {
        std::ifstream stream(file, std::ios::binary);
        if (!stream) {
            std::fprintf(stderr, "cannot read %s\n", file.c_str());
            return 2;
        }
        std::printf("%s\n", file.c_str());
        std::fflush(stdout);
        replay({std::istreambuf_iterator<char>(stream), {}});
    }
    std::printf("%zu seeds replayed\n", files.size());
    return 0;
} catch (std::exception const& failure) {
    std::fprintf(stderr, "an exception left the target: %s\n", failure.what());
    return 1;
}
