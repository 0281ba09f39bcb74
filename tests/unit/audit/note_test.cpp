#include "core/audit/note.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/key_maker.hpp"

namespace bank::audit {
namespace {

constexpr std::string_view text = "a log\n42\n\nlast line — with a dash\n";

NoteSigner make_signer(std::string name = "bank.example/log") {
    return NoteSigner::make(std::move(name), crypto::make_signing_key_pem()).value();
}

class Note : public testing::Test {
protected:
    [[nodiscard]] static Result<OpenedNote> open(std::string const& note,
                                                 std::vector<NoteKey> const& known) {
        // The result's text is a view of the note, which must outlive it.
        static std::string kept;
        kept = note;
        return open_note(kept, known);
    }
    static std::string why_not(std::string const& note, std::vector<NoteKey> const& known) {
        auto const opened = open(note, known);
        return opened.ok() ? "opened" : opened.error().detail;
    }

    NoteSigner signer_ = make_signer();
    std::string note_ = signer_.sign(text);
};

TEST_F(Note, IsOpenedByTheKeyThatSignedIt) {
    auto const opened = open(note_, {signer_.key()});
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened.value().text, text);
    EXPECT_EQ(opened.value().signers, std::vector<NoteKey>{signer_.key()});
}

TEST_F(Note, IsOpenedByEitherOfTwoKeysWhileTheyChange) {
    auto const next = make_signer();
    auto const both = note_ + next.signature_line(text);
    EXPECT_TRUE(open(both, {signer_.key()}).ok());
    EXPECT_TRUE(open(both, {next.key()}).ok());
    EXPECT_EQ(open(both, {next.key(), signer_.key()}).value().signers.size(), 2U);
}

TEST_F(Note, IsNotOpenedByAStranger) {
    EXPECT_EQ(why_not(note_, {make_signer().key()}), "no known key signed the note");
    EXPECT_EQ(why_not(note_, {}), "no known key signed the note");
    // The same key under another name is another key.
    auto renamed = signer_.key();
    renamed.name = "bank.example/other";
    EXPECT_EQ(why_not(note_, {renamed}), "no known key signed the note");
}

TEST_F(Note, IsCondemnedByAnyChangedByteOfItsText) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = note_;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(open(changed, {signer_.key()}).ok()) << i;
    }
}

TEST_F(Note, IsCondemnedByAWrongSignatureEvenBesideARightOne) {
    auto const other = make_signer("another");
    auto const wrong = other.signature_line("another text\n");
    EXPECT_TRUE(open(note_ + wrong, {signer_.key()}).ok());
    EXPECT_EQ(why_not(note_ + wrong, {signer_.key(), other.key()}),
              "the signature of another is wrong");
    EXPECT_EQ(why_not(note_ + signer_.signature_line(text), {signer_.key()}),
              "bank.example/log signed twice");
}

TEST_F(Note, HasOneForm) {
    auto const line = signer_.signature_line(text);
    auto const body = std::string(text);
    std::vector<NoteKey> const known{signer_.key()};
    EXPECT_EQ(why_not("", known), "the note has no signatures");
    EXPECT_EQ(why_not(body, known), "a signature does not begin with a dash");
    EXPECT_EQ(why_not(body + line, known), "a signature does not begin with a dash");
    EXPECT_EQ(why_not(body + "\n", known), "the note has no signatures");
    EXPECT_EQ(why_not(note_.substr(0, note_.size() - 1), known),
              "the note does not end with a line");
    EXPECT_EQ(why_not(note_ + "\n", known), "the note has no signatures");
    EXPECT_EQ(why_not(note_ + "- a b\n", known), "a signature does not begin with a dash");
    EXPECT_EQ(why_not(note_ + "\u2014 name\n", known), "a signature has no name");
    EXPECT_EQ(why_not(note_ + "\u2014 na+me AAAAAAAA\n", known),
              "the name of a signature is invalid");
    EXPECT_EQ(why_not(note_ + "\u2014 name AAAA\n", known), "a signature is not base64");
    EXPECT_EQ(why_not(note_ + "\u2014 name AAAAAAAB=\n", known), "a signature is not base64");
    EXPECT_EQ(why_not("a\rb\n\n" + line, known), "the note's text is not lines of plain text");
    EXPECT_EQ(why_not("\xff\n\n" + line, known), "the note's text is not lines of plain text");
    EXPECT_EQ(why_not(std::string(note_size_max + 1, 'a'), known), "the note is too large");
    auto crowded = note_;
    for (std::size_t i = 0; i < note_signatures_max; ++i) crowded += "\u2014 name AAAAAAAA\n";
    EXPECT_EQ(why_not(crowded, known), "the note has too many signatures");
}

TEST(NoteKeyText, IsThatOfPublishedKeys) {
    // A key under which a firmware's transparency log is published.
    constexpr std::string_view published =
        "armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv";
    auto const key = parse_note_key(published);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key.value().name, "armory-drive-log");
    EXPECT_EQ(to_hex(id_of(key.value())), "16541b8f");
    EXPECT_EQ(to_text(key.value()), published);
}

TEST(NoteKeyText, RefusesWhatDoesNotBelongTogether) {
    for (auto const* wrong :
         {"", "name", "name+16541b8f", "+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv",
          "armory-drive-lag+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv",
          "armory-drive-log+16541b8e+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv",
          "armory-drive-log+16541B8F+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv",
          "armory-drive-log+16541b8f+AoDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv",
          "armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Ju",
          "armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWm",
          "armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv\n"}) {
        EXPECT_EQ(parse_note_key(wrong).code(), Code::invalid_field) << wrong;
    }
}

TEST(NoteSignerMaking, RefusesNamesThatWouldNotBeReadBack) {
    for (auto const* name : {"", "a b", "a+b", "a\nb", "\xff"}) {
        EXPECT_EQ(NoteSigner::make(name, crypto::make_signing_key_pem()).code(),
                  Code::invalid_field)
            << name;
    }
}

}  // namespace
}  // namespace bank::audit
