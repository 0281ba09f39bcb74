// bankctl audit export, archive and prune as people and scripts run them.
#include <fstream>
#include <iterator>

#include "tests/integration/admin/fixture.hpp"

namespace bank::admin {
namespace {

class AdminExport : public AdminSocket {
protected:
    std::string path_of(std::string const& name) const { return directory_ + "/" + name; }
    static std::string text_of(std::string const& path) {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    static void write(std::string const& path, std::string const& text) {
        std::ofstream{path, std::ios::binary} << text;
    }
    static mode_t mode_of(std::string const& path) {
        struct stat facts {};
        EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
        return facts.st_mode & 07777U;
    }
    static bool exists(std::string const& path) { return std::filesystem::exists(path); }
    std::string last_word() {
        auto const words = host_.recording.words_asked();
        return words.empty() ? "" : words.back();
    }

    std::vector<std::string> const pieces_{"bankd-export/1\tlog\t0\nS\t0\t1\t5\nR\tab\tx\n",
                                           "S\t1\t2\t6\nR\tcd\ty\nR\tef\tz\n", ".\t3\n"};
    std::string const whole_ = pieces_[0] + pieces_[1] + pieces_[2];
};

TEST_F(AdminExport, WritesAFileThatOnlyItsOwnerReads) {
    start();
    host_.recording.locked()->exported = pieces_;
    auto const path = path_of("trail");
    auto const done = run({"audit", "export", path});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(text_of(path), whole_);
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(last_word(), "export from 0");
    auto const printed = run({"audit", "export", "-", "--from", "1"});
    EXPECT_EQ(printed.exit, 0) << printed.err;
    EXPECT_EQ(printed.out, whole_);
    EXPECT_EQ(last_word(), "export from 1");
}

TEST_F(AdminExport, NeverOverwritesAFile) {
    start();
    auto const path = path_of("trail");
    write(path, "mine");
    for (auto const* command : {"export", "archive"}) {
        auto const done = run({"audit", command, path});
        EXPECT_EQ(done.exit, 65);
        EXPECT_NE(done.err.find("File exists"), std::string::npos) << done.err;
        EXPECT_EQ(text_of(path), "mine");
    }
}

TEST_F(AdminExport, GoesOnWhereAFileWasCut) {
    start();
    auto const path = path_of("trail");
    // In the middle of the second seal.
    write(path, whole_.substr(0, pieces_[0].size() + 12));
    host_.recording.locked()->exported = {pieces_[1], pieces_[2]};
    auto const done = run({"audit", "export", path, "--resume"});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(last_word(), "export from 1 resumed");
    EXPECT_EQ(text_of(path), whole_);
    // A file that is not an export is left alone.
    auto const other = path_of("letter");
    write(other, "Dear customer");
    auto const refused = run({"audit", "export", other, "--resume"});
    EXPECT_EQ(refused.exit, 65);
    EXPECT_EQ(text_of(other), "Dear customer");
    EXPECT_EQ(run({"audit", "export", "-", "--resume"}).exit, 64);
    EXPECT_EQ(run({"audit", "export", path, "--resume", "--from", "1"}).exit, 64);
}

TEST_F(AdminExport, KeepsWhatCameBeforeAFailureAndSaysHowToGoOn) {
    start();
    host_.recording.locked()->exported = {pieces_[0]};
    host_.recording.locked()->export_ends = Code::storage_unavailable;
    auto const path = path_of("trail");
    auto const done = run({"audit", "export", path});
    EXPECT_NE(done.exit, 0);
    EXPECT_NE(done.err.find("--resume continues it"), std::string::npos) << done.err;
    EXPECT_EQ(text_of(path), pieces_[0]);
}

TEST_F(AdminExport, LeavesNoEmptyFile) {
    start();
    host_.recording.locked()->export_ends = Code::permission_denied;
    auto const path = path_of("trail");
    EXPECT_NE(run({"audit", "export", path}).exit, 0);
    EXPECT_FALSE(exists(path));
}

TEST_F(AdminExport, ArchivesAndSaysHowTheArchiveIsKnown) {
    start();
    host_.recording.locked()->exported = pieces_;
    auto const path = path_of("2025.archive");
    auto const done = run({"audit", "archive", path, "--before", "2026-01-01"});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(last_word(), "archive before 2026-01-01T00:00:00.000000Z");
    EXPECT_EQ(text_of(path), whole_);
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_NE(done.out.find(std::string(64, 'a')), std::string::npos) << done.out;
    auto const json = run({"audit", "archive", path_of("other"), "--json"});
    EXPECT_EQ(json.out,
              R"({"first":"1000","end":"2000","sha256":")" + std::string(64, 'a') + "\"}\n");
    EXPECT_EQ(last_word(), "archive before 9999-12-31T23:59:59.999999Z");
    auto const printed = run({"audit", "archive", "-"});
    EXPECT_EQ(printed.out, whole_);
    EXPECT_NE(printed.err.find(std::string(64, 'a')), std::string::npos) << printed.err;
}

TEST_F(AdminExport, RemovesAnArchiveThatIsNotComplete) {
    start();
    host_.recording.locked()->exported = {pieces_[0]};
    host_.recording.locked()->export_ends = Code::nothing_to_archive;
    auto const path = path_of("2025.archive");
    auto const done = run({"audit", "archive", path});
    EXPECT_EQ(done.exit, 1) << done.err;
    EXPECT_NE(done.err.find("nothing_to_archive"), std::string::npos) << done.err;
    EXPECT_FALSE(exists(path));
    EXPECT_EQ(run({"audit", "archive", path, "--before", "soon"}).exit, 64);
    EXPECT_FALSE(exists(path));
}

TEST_F(AdminExport, PrunesOnlyWhatIsNamedAndConfirmed) {
    start();
    auto const digest = std::string(64, 'a');
    auto const asked = run({"audit", "prune", digest});
    EXPECT_EQ(asked.exit, 64);
    EXPECT_NE(asked.err.find("--yes"), std::string::npos) << asked.err;
    auto const pruned = run({"audit", "prune", digest, "--yes"});
    EXPECT_EQ(pruned.exit, 0) << pruned.err;
    EXPECT_EQ(last_word(), "prune " + digest);
    auto const other = run({"audit", "prune", std::string(64, 'b'), "--yes"});
    EXPECT_EQ(other.exit, 1);
    EXPECT_NE(other.err.find("archive_not_found"), std::string::npos) << other.err;
}

TEST_F(AdminExport, ErasesWhatTheTrailTellsOfAUser) {
    start();
    EXPECT_EQ(run({"user", "erase", "carol"}).exit, 64);
    auto const done = run({"user", "erase", "carol", "--yes"});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_EQ(last_word(), "erase_subject 3");
    EXPECT_EQ(run({"user", "erase", "nobody", "--yes"}).exit, 1);
}

}  // namespace
}  // namespace bank::admin
