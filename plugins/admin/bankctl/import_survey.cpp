#include "plugins/admin/bankctl/import_survey.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

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
    std::unordered_map<std::string, std::size_t> lines;  // Of each key.
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
            note(out, {item.line, fmt::format("The key {} stands on line {} already.",
                                              item.item.key, had->second)});
        }
        ++out.items;
        out.transfers += item.item.transfers.size();
        if (visit) visit(item);
    }
}

}  // namespace bank::bankctl
