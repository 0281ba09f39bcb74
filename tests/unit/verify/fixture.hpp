// An export of a thousand records, altered by each test, and the verifier's findings.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/verify/export_verifier.hpp"
#include "tests/support/export_builder.hpp"

namespace bank::verify {

// "code record transfer account" of each finding; 0 or "-" if it names none.
inline std::vector<std::string> shown(Findings const& findings) {
    std::vector<std::string> all;
    for (auto const& finding : findings.kept()) {
        auto text = std::string(word(finding.code));
        text += finding.record ? fmt::format(" {}", *finding.record) : " -";
        text += fmt::format(" {} {}", finding.transfer.value, finding.account.value);
        all.push_back(std::move(text));
    }
    return all;
}

inline std::string sentences(Findings const& findings) {
    std::string all;
    for (auto const& finding : findings.kept()) {
        all += fmt::format("{}: {}\n", word(finding.code), finding.text);
    }
    return all;
}

using Lines = std::vector<std::string>;

class VerifyExport : public testing::Test {
protected:
    static constexpr std::size_t record_count = 1000;  // No tile covers the last 232.
    static constexpr std::size_t seal_size = 37;

    // Valid, and the same in each test except for the key.
    VerifyExport() : lines_(plan_.lines(signer_)) {}

    // The index of the line of record `number`.
    [[nodiscard]] std::size_t line_of(std::uint64_t number) const {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (lines_[i].starts_with("R\t") && number-- == 0) return i;
        }
        ADD_FAILURE() << "no such record";
        return 0;
    }
    [[nodiscard]] std::size_t next_line(std::size_t from, std::string_view tag) const {
        while (from < lines_.size() && !lines_[from].starts_with(tag)) ++from;
        EXPECT_LT(from, lines_.size()) << tag;
        return from;
    }
    // The lines of record `number` with its disclosures.
    [[nodiscard]] Lines record_lines(std::uint64_t number) const {
        auto const begin = line_of(number);
        auto end = begin + 1;
        while (lines_[end].starts_with("E\t") || lines_[end].starts_with("F\t") ||
               lines_[end].starts_with("D\t")) {
            ++end;
        }
        return {lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                lines_.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    void erase_record(std::uint64_t number) {
        auto const begin = lines_.begin() + static_cast<std::ptrdiff_t>(line_of(number));
        lines_.erase(begin, begin + std::ssize(record_lines(number)));
    }
    void insert(std::size_t place, Lines const& lines) {
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(place), lines.begin(),
                      lines.end());
    }
    // Field `place` of a line, counted from its tag.
    [[nodiscard]] static std::string& set_field(std::string& line, std::size_t place,
                                                std::string const& value) {
        std::size_t begin = 0;
        for (; place > 0; --place) begin = line.find('\t', begin) + 1;
        line.replace(begin, std::min(line.find('\t', begin), line.size()) - begin, value);
        return line;
    }
    [[nodiscard]] static std::string field(std::string const& line, std::size_t place) {
        std::size_t begin = 0;
        for (; place > 0; --place) begin = line.find('\t', begin) + 1;
        return line.substr(begin, line.find('\t', begin) - begin);
    }
    // The number, in [from, to), of a posted transfer between customers.
    [[nodiscard]] std::uint64_t posted_between(std::uint64_t from, std::uint64_t to) const {
        for (; from < to; ++from) {
            if (plan_.items[from].record.find("\ttransfer\tposted\t") != std::string::npos) {
                return from;
            }
        }
        ADD_FAILURE() << "no transfer there";
        return from;
    }
    [[nodiscard]] audit::TransferRecord transfer_at(std::uint64_t number) const {
        auto const record = audit::parse_record(plan_.items[number].record);
        return std::get<audit::TransferRecord>(*record);
    }

    struct Verified {
        std::vector<std::string> found;
        std::string sentences;
        Summary summary;
    };
    [[nodiscard]] Verified verify(std::vector<std::string> const& texts,
                                  std::vector<audit::NoteKey> const& keys,
                                  std::string const& known = {}) const {
        ExportVerifier verifier(keys);
        if (!known.empty()) verifier.add_checkpoints("known", known);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            TextSource source(texts[i]);
            EXPECT_TRUE(
                verifier.add_file(fmt::format("file{}", i), source, i + 1 == texts.size()).ok());
        }
        auto summary = verifier.finish();
        return {shown(verifier.findings()), sentences(verifier.findings()), summary};
    }
    [[nodiscard]] Verified verify(std::string const& known = {}) const {
        return verify({test::joined(lines_)}, {signer_.key()}, known);
    }
    [[nodiscard]] std::vector<std::string> found(std::string const& known = {}) const {
        auto const verified = verify(known);
        EXPECT_TRUE(verified.found.empty() || !verified.sentences.empty());
        return verified.found;
    }

    // The first `seals` seals as an archive has them, with the tiles that start in it, whenever
    // they were filled.
    [[nodiscard]] Lines archive_of(std::size_t seals) {
        auto whole = plan_;
        whole.first = 0;
        Lines archive;
        auto const end = seals * seal_size;
        for (auto const& line : whole.lines(signer_)) {
            if (line.starts_with(fmt::format("S\t{}\t", end))) break;
            archive.push_back(line);
        }
        static_cast<void>(set_field(archive.front(), 0, "bankd-archive/1"));
        archive.push_back(fmt::format(".\t{}", end));
        return archive;
    }

    audit::NoteSigner signer_ = test::make_log_signer();
    test::ExportPlan plan_ = test::ExportPlan::make(record_count, seal_size);
    Lines lines_;
};

}  // namespace bank::verify
