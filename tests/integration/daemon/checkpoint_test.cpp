// Checkpoints on their way out of the database: into a file, and through a program.
#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/base/log.hpp"
#include "core/crypto/key_maker.hpp"
#include "daemon/evidence/checkpoint_publisher.hpp"
#include "daemon/os/file_descriptor.hpp"
#include "daemon/os/hook.hpp"
#include "tests/integration/daemon/fixture.hpp"

namespace bank::test {
namespace {

using daemon::CheckpointPublisher;
using daemon::run_hook;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void wait_until(std::function<bool()> const& happened) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!happened()) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        std::this_thread::yield();
    }
}

class HookTest : public DirectoryTest {
protected:
    // In its directory, which belongs to the tests.
    std::string script(std::string const& body) {
        return write("hook", "#!/bin/sh\ncd " + directory.string() + "\n" + body + "\n", 0700)
            .string();
    }
    std::string text(std::string const& name) const { return read_text(directory / name); }
    static bool is_gone(std::string const& pid) {
        auto const stat = read_text("/proc/" + pid + "/stat");
        return stat.empty() || stat.find(") Z ") != std::string::npos;
    }
};

TEST_F(HookTest, GetsItsInputAndSucceedsIfTheProgramDoes) {
    EXPECT_TRUE(run_hook(script("cat > got"), "some\ntext\n", {milliseconds{60'000}}));
    EXPECT_EQ(text("got"), "some\ntext\n");
}

TEST_F(HookTest, DoesNotMindAProgramThatReadsNothing) {
    std::string const much(4 << 20, 'x');  // More than a pipe can hold.
    EXPECT_TRUE(run_hook(script("exit 0"), much, {milliseconds{60'000}}));
}

TEST_F(HookTest, SaysWhatBecameOfTheProgram) {
    std::signal(SIGPIPE, SIG_IGN);  // As the daemon does; not for its programs.
    struct {
        char const* body;
        char const* why;
    } const cases[] = {{"exit 3", " exited with 3"},
                       {"kill -TERM $$", " was killed by signal 15"},
                       {"kill -PIPE $$; exit 0", " was killed by signal 13"}};
    for (auto const& [body, why] : cases) {
        auto const status = run_hook(script(body), "", {milliseconds{60'000}});
        ASSERT_FALSE(status) << body;
        EXPECT_EQ(status.error().detail, (directory / "hook").string() + why);
    }
    std::signal(SIGPIPE, SIG_DFL);
    auto const missing = run_hook((directory / "none").string(), "", {milliseconds{60'000}});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().detail,
                EndsWith("none could not be started: No such file or directory"));
}

TEST_F(HookTest, TellsTheProgramNothingOfTheDaemon) {
    setenv("BANKD_SECRET_OF_THIS_TEST", "x", 1);
    EXPECT_TRUE(run_hook(script("env > got"), "", {milliseconds{60'000}}));
    EXPECT_THAT(text("got"), Not(HasSubstr("BANKD_SECRET_OF_THIS_TEST")));
    unsetenv("BANKD_SECRET_OF_THIS_TEST");
}

TEST_F(HookTest, KillsAProgramThatTakesTooLong) {
    auto const status = run_hook(script("sleep 600"), "", {milliseconds{50}});
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().detail, EndsWith(" timed out and was killed"));
}

TEST_F(HookTest, InAHurryKillsAProgramWithAllThatItStarted) {
    daemon::FileDescriptor const hurry(eventfd(0, EFD_CLOEXEC));
    auto const program = script("sleep 600 & echo $! > child\necho $$ > itself\nwait");
    std::optional<Status> status;
    std::thread running([&] {
        status = run_hook(program, "", {std::chrono::minutes{10}, hurry.get(), milliseconds{1}});
    });
    wait_until([this] { return text("itself").ends_with('\n'); });
    eventfd_write(hurry.get(), 1);
    running.join();
    ASSERT_FALSE(*status);
    EXPECT_THAT(status->error().detail, EndsWith(" timed out and was killed"));
    for (auto const* name : {"itself", "child"}) {
        auto const pid = text(name);
        wait_until([&] { return is_gone(pid.substr(0, pid.size() - 1)); });
    }
}

class PublisherTest : public HookTest {
protected:
    PublisherTest() {
        log::set_sink([this](log::Level, std::string_view, std::string_view message) {
            std::lock_guard const lock(mutex);
            lines.emplace_back(message);
        });
    }
    ~PublisherTest() override { log::set_sink({}); }

    std::string note(std::uint64_t size) const {
        audit::Checkpoint const checkpoint{"bank.example/audit", {size, {}}, {}};
        auto const body = to_text(checkpoint);
        return signer.sign(body) + next.signature_line(body);
    }
    CheckpointPublisher::Settings settings(std::string hook = "") const {
        return {file.string(), std::move(hook), false};
    }
    void publish(std::vector<std::string> const& notes) {
        for (auto const& one : notes) {
            CheckpointPublisher publisher(settings());
            publisher.start();
            publisher.publish(one);
        }
    }
    std::vector<std::string> kept() const { return CheckpointPublisher(settings()).kept(); }
    std::vector<std::string> said(std::string const& part) {
        std::lock_guard const lock(mutex);
        std::vector<std::string> found;
        for (auto const& line : lines) {
            if (line.find(part) != std::string::npos) found.push_back(line);
        }
        return found;
    }

    static audit::NoteSigner make_signer() {
        return audit::NoteSigner::make("bank.example/audit", crypto::make_signing_key_pem())
            .value();
    }
    audit::NoteSigner signer = make_signer();
    audit::NoteSigner next = make_signer();
    std::filesystem::path file = directory / "checkpoints";
    std::mutex mutex;
    std::vector<std::string> lines;
};

TEST_F(PublisherTest, TheFileOnlyGrows) {
    EXPECT_THAT(kept(), IsEmpty());
    std::string expected;
    for (std::uint64_t size = 1; size <= 4; ++size) {
        publish({note(size)});
        expected += note(size) + "\n";
        EXPECT_EQ(read_text(file), expected);
        EXPECT_THAT(kept(), ElementsAre(note(size)));
    }
}

TEST_F(PublisherTest, TheLastWholeNoteIsThereAfterAWriteThatWasTorn) {
    auto const before = note(1) + "\n" + note(2) + "\n";
    auto const last = note(3) + "\n";
    std::string torn_twice = before;
    for (std::size_t size = 0; size < last.size(); ++size) {
        auto const piece = last.substr(0, size);
        write("checkpoints", before + piece);
        EXPECT_THAT(kept(), ElementsAre(note(2))) << "torn after " << size;
        if (size % 8 != 0) continue;
        publish({note(4)});
        EXPECT_THAT(kept(), ElementsAre(note(4))) << "torn after " << size;
        EXPECT_THAT(read_text(file), testing::StartsWith(before + piece));
        // As on a full disk, where one write after the other is truncated.
        write("checkpoints", before + piece + "\n\n" + piece);
        auto const found = kept();
        ASSERT_THAT(found, SizeIs(1));
        std::vector const known{signer.key()};
        EXPECT_TRUE(open_note(found[0], known)) << found[0];
    }
}

TEST_F(PublisherTest, ThereIsNoneInAFileWithoutAWholeNote) {
    auto const whole = note(1);
    for (auto const& text : {std::string{}, std::string{"\n"}, std::string{"\n\n\n\n\n"},
                             std::string{"a\n\nb\n\nc\n\n"}, whole, whole.substr(0, 40)}) {
        write("checkpoints", text);
        EXPECT_THAT(kept(), IsEmpty()) << text;
    }
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_THAT(kept(), IsEmpty());
    EXPECT_THAT(CheckpointPublisher({"", "", false}).kept(), IsEmpty());
}

TEST_F(PublisherTest, TheLastNoteOfALongFileIsFound) {
    std::string all;
    for (std::uint64_t size = 1; all.size() < 4 * audit::note_size_max; ++size) {
        all += note(1) + "\n";
    }
    write("checkpoints", all + note(7) + "\n");
    EXPECT_THAT(kept(), ElementsAre(note(7)));
}

TEST_F(PublisherTest, TheHookGetsEachNote) {
    auto const hook = script("cat >> got");
    for (std::uint64_t const size : {1U, 2U}) {
        CheckpointPublisher publisher(settings(hook));
        publisher.start();
        publisher.publish(note(size));
    }
    EXPECT_EQ(text("got"), note(1) + note(2));
    EXPECT_THAT(lines, IsEmpty());
}

TEST_F(PublisherTest, ASlowHookGetsTheNewestNoteNextAndTheFileGetsAll) {
    CheckpointPublisher publisher(
        settings(script("cat >> got\nuntil [ -e go ]; do sleep 0.01; done")));
    publisher.start();
    publisher.publish(note(1));
    wait_until([this] { return text("got") == note(1); });
    std::string all = note(1) + "\n";
    for (std::uint64_t size = 2; size <= 9; ++size) {
        publisher.publish(note(size));
        all += note(size) + "\n";
    }
    write("go", "");
    wait_until([this] { return text("got") == note(1) + note(9); });
    publisher.stop();
    EXPECT_EQ(text("got"), note(1) + note(9));
    EXPECT_EQ(read_text(file), all);
}

TEST_F(PublisherTest, WhatFailsIsSaidOnceUntilItWorksAgain) {
    CheckpointPublisher publisher(settings(script("echo >> runs\n[ -e works ]")));
    publisher.start();
    for (std::size_t runs = 1; runs <= 3; ++runs) {
        publisher.publish(note(runs));
        wait_until([&] { return text("runs").size() == runs; });
    }
    write("works", "");
    publisher.publish(note(4));
    wait_until([this] { return text("runs").size() == 4; });
    publisher.publish(note(5));
    publisher.stop();
    EXPECT_THAT(said("Cannot deliver a checkpoint to the checkpoint hook"), SizeIs(1));
    EXPECT_THAT(said("Delivery of checkpoints to the checkpoint hook resumed"), SizeIs(1));
    EXPECT_THAT(lines, SizeIs(2));
    EXPECT_THAT(kept(), ElementsAre(note(5)));
}

TEST_F(PublisherTest, AFileThatCannotBeWrittenDoesNotStopTheHook) {
    std::filesystem::create_directory(file);
    CheckpointPublisher publisher(settings(script("cat > got")));
    publisher.start();
    publisher.publish(note(1));
    publisher.stop();
    EXPECT_EQ(text("got"), note(1));
    EXPECT_THAT(said("Cannot deliver a checkpoint to the checkpoint file: " + file.string() +
                     " cannot be opened: Is a directory"),
                SizeIs(1));
}

TEST_F(PublisherTest, NobodyWaitsForAHookThatHangsAndAStopOnlyAMoment) {
    CheckpointPublisher publisher(settings(script("echo >> runs\nexec sleep 600")));
    publisher.start();
    publisher.publish(note(1));
    wait_until([this] { return text("runs").size() == 1; });
    for (std::uint64_t size = 2; size <= 500; ++size) publisher.publish(note(size));
    EXPECT_EQ(read_text(file), note(1) + "\n") << "the hook still hangs";
    publisher.stop();
    EXPECT_EQ(read_text(file), note(1) + "\n" + note(500) + "\n");
    EXPECT_EQ(text("runs").size(), 2U);
    EXPECT_THAT(said("timed out and was killed"), SizeIs(1));
    publisher.stop();
}

}  // namespace
}  // namespace bank::test
