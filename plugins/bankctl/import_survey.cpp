#include "plugins/bankctl/import_survey.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"

namespace bank::bankctl {
namespace {

void note(Survey& survey, FileProblem problem) {
    ++survey.problem_count;
    if (survey.problems.size() < Survey::problems_max) {
        survey.problems.push_back(std::move(problem));
    }
}

}  // namespace

Survey survey(ImportSource const& source, std::function<void(FileItem const&)> const& visit) {
    Survey out;
    std::unordered_map<std::string, std::size_t> lines;  // By key.
    TransferFile file{source.text, source.format, source.key_prefix};
    for (;;) {
        auto next = file.next();
        if (std::holds_alternative<FileEnd>(next)) return out;
        if (auto* problem = std::get_if<FileProblem>(&next)) {
            note(out, std::move(*problem));
            continue;
        }
        auto const& item = *std::get_if<FileItem>(&next);
        auto const [had, is_new] = lines.emplace(item.item.key, item.line);
        if (!is_new) {
            note(out, {item.line, fmt::format("Duplicate key {} (first on line {}).", item.item.key,
                                              had->second)});
        }
        ++out.items;
        out.transfers += item.item.transfers.size();
        if (visit) visit(item);
    }
}

std::string problems_json(Survey const& survey, std::string_view title) {
    JsonWriter json;
    json.begin_object().key("code").text("bad_input").key("title").text(title);
    json.key("problem_count").number(std::uint64_t{survey.problem_count});
    json.key("problems").begin_array();
    for (auto const& problem : survey.problems) {
        json.begin_object().key("line").number(std::uint64_t{problem.line});
        json.key("message").text(plain_text(problem.message, problem.message.size()));
        json.end_object();
    }
    json.end_array().key("exit_code").number(std::int64_t{65}).end_object();
    return std::move(json).take();
}

}  // namespace bank::bankctl
