#include "hone/apps/invoice/propose_task.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/invoice/annotate.h"
#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/improve.h"
#include "hone/apps/invoice/read_texts.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/csv_table.h"

namespace hone::invoice {
namespace {

void add_issue(Run& run, std::string id, const std::string& file, std::string message) {
    Issue issue;
    issue.id = std::move(id);
    issue.file = file;
    issue.message = std::move(message);
    run.issues().add(std::move(issue));
}

std::vector<Correction> read_corrections(Run& run) {
    const Input& input = run.input("corrections");
    CsvOptions csv;
    csv.separator = 0;  // spreadsheets of some countries write semicolons
    csv.expected_blocks = input.digest.blocks;
    const std::vector<CsvColumn> columns = correction_columns(CsvReader(run.files(), input.path, csv).header().names);
    IssueList issues;
    const Table table = read_csv(run.files(), input.path, columns, run.exec(), run.budget(), issues, "invoice", csv);
    issues.rename_files({{input.path.string(), input.label}});
    run.issues().merge(issues);
    std::vector<Issue> found;
    std::vector<Correction> corrections = corrections_of(table, input.label, found);
    for (Issue& issue : found)
        run.issues().add(std::move(issue));
    return corrections;
}

/// How many parts of two paths are equal, from the end; backslashes part, too.
std::size_t common_end(std::string first, std::string second) {
    std::replace(first.begin(), first.end(), '\\', '/');
    std::replace(second.begin(), second.end(), '\\', '/');
    const std::vector<std::string> a = split(first, '/'), b = split(second, '/');
    std::size_t count = 0;
    while (count < std::min(a.size(), b.size()) && a[a.size() - 1 - count] == b[b.size() - 1 - count])
        ++count;
    return count;
}

/// The number of the document that a correction names, by the longest end of its path; nothing, and why, if none or
/// several have it.
std::optional<std::size_t> file_of(Run& run, const std::string& name, std::string& why) {
    std::vector<std::size_t> best;
    std::size_t most = 1;
    for (std::size_t i = 0; i < run.input_count("path"); ++i) {
        const std::string path = run.input("path", i).path.string();
        if (path == name) return i;
        const std::size_t count = common_end(path, name);
        if (count > most) best.clear();
        if (count >= most) best.push_back(i);
        most = std::max(most, count);
    }
    if (best.size() == 1) return best.front();
    why = best.empty() ? "the file is none of the documents"
                       : cat(best.size(), " documents have a file of that name: say more of its path");
    return {};
}

/// The documents, each with its corrections. Those that cannot be read become Issues, and are left out.
std::vector<CorrectedFile> corrected_files(Run& run, const ReadDocuments& documents) {
    std::map<std::size_t, std::vector<Correction>> by_file;
    for (Correction& one : read_corrections(run)) {
        std::string why;
        if (const std::optional<std::size_t> file = file_of(run, one.file, why))
            by_file[*file].push_back(std::move(one));
        else
            add_issue(run, "invoice.correction-skipped", one.file, cat(one.field, ": ", why));
    }
    std::vector<CorrectedFile> files;
    for (std::size_t i = 0; i < documents.texts.size(); ++i) {
        const DocumentText* const text = documents.texts[i].get();
        if (text == nullptr) continue;
        const std::string label = run.input("path", i).path.string();
        if (!text->failure_code.empty() && text->pages.empty())
            add_issue(run, "invoice.document-failed", label, cat(text->failure_code, ": ", text->failure));
        else
            files.push_back({label, text, std::move(by_file[i])});
    }
    return files;
}

std::string changes_text(const Proposal& proposal) {
    std::vector<std::string> texts;
    for (const Change& change : proposal.changes)
        texts.push_back(change_text(change));
    return join(texts, "; ");
}

Table proposals_table(std::span<const Proposal> proposals) {
    ReportTable table({{"file"},
                       {"line", CellKind::Count},
                       {"field"},
                       {"was"},
                       {"corrected"},
                       {"state"},
                       {"target"},
                       {"change"},
                       {"reason"}});
    for (const Proposal& one : proposals) {
        const Correction& correction = one.correction;
        table.text(correction.file);
        table.count(correction.line == 0 ? std::nullopt : std::optional(std::int64_t{correction.line}));
        table.text(correction.field).text(one.was).text(correction.value).text(proposal_state_name(one.state));
        table.text(one.target).text(changes_text(one)).text(one.reason);
    }
    return std::move(table).finish();
}

/// What else reads differently: with what was accepted, and with what was refused for that.
Table effects_table(const Improvement& improvement) {
    ReportTable table({{"file"},
                       {"page", CellKind::Count},
                       {"line", CellKind::Count},
                       {"field"},
                       {"was"},
                       {"would_be"},
                       {"state"},
                       {"because_of"}});
    const auto count = [](std::uint32_t number) {
        return number == 0 ? std::nullopt : std::optional(std::int64_t{number});
    };
    const auto add = [&](const Effect& effect, std::string_view state, const std::string& cause) {
        table.text(effect.file).count(count(effect.page)).count(count(effect.line)).text(effect.field);
        table.text(effect.was).text(effect.is).text(state).text(cause);
    };
    for (const Effect& effect : improvement.effects)
        add(effect, "accepted", "");
    for (const Proposal& one : improvement.proposals)
        for (const Effect& effect : one.harm)
            add(effect, "refused", cat(one.correction.file, ", ", one.correction.field, " ", one.correction.value));
    return std::move(table).finish();
}

/// The changed files of a kind, each with what was changed on top.
void write_rules(Outputs& outputs, const std::string& kind, std::span<const TemplateText> files,
                 std::span<const Proposal> proposals) {
    std::vector<Path> paths;
    for (const TemplateText& file : files)
        paths.push_back(kind == "profile" ? Path(file.path + ".yml") : Path(file.path));
    const std::vector<std::string> names = artifact_names(paths);
    for (std::size_t i = 0; i < files.size(); ++i) {
        std::vector<std::string> changes;
        for (const Proposal& one : proposals)
            if (one.target == cat(kind, " ", files[i].path))
                for (const Change& change : one.changes)
                    changes.push_back(cat("#   ", change_text(change), '\n'));
        std::sort(changes.begin(), changes.end());
        changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
        std::string text = "# A proposal from corrections, tried on all documents that were given. Changed:\n";
        text += join(changes, "");
        if (kind == "profile") text += "# See that `detect` fits only this vendor: it is taken for all that say so.\n";
        outputs.bytes(cat(kind, "s/", names[i]), "application/yaml", text + files[i].text);
    }
}

Outputs propose(Run& run, const ExtractOptions& options) {
    for (const auto& [option, value] : {std::pair("--profile", options.profile), std::pair("--method", options.method)})
        if (value != "auto")
            fail(Fault::Usage, option, " ", value, ": changes are proposed for documents as they are read with auto");
    const ReadRules reading = read_rules(options);
    run.log().hide(reading.password);
    const std::vector<TemplateText> profiles = read_texts(run, "profiles", "invoice.profile-skipped");
    const std::vector<TemplateText> templates = read_texts(run, "templates", "invoice.template-skipped");
    const ProfileSet set = read_profiles(run, options.profile);
    const std::size_t count = run.input_count("path");
    const ReadDocuments documents = read_documents(run, "path", 0, count, reading);
    std::uint64_t bytes = 0;
    for (const auto& text : documents.texts)
        bytes += text ? text->memory_bytes() : 0;
    const Reservation held = run.budget().reserve(bytes);
    const std::vector<CorrectedFile> files = corrected_files(run, documents);
    const TrialRules rules{ladder_rules(options, nullptr, set.profiles), template_settings(options),
                           check_options_of(options)};
    const RuleEdits unchanged(profiles, templates);
    const Improvement improvement = improve(run, files, rules, unchanged);
    Outputs outputs;
    outputs.table("proposals", proposals_table(improvement.proposals));
    outputs.table("effects", effects_table(improvement));
    write_rules(outputs, "profile", improvement.edits.changed_profiles(), improvement.proposals);
    write_rules(outputs, "template", improvement.edits.changed_templates(), improvement.proposals);
    std::map<std::string_view, std::size_t> states;
    for (const Proposal& one : improvement.proposals)
        ++states[proposal_state_name(one.state)];
    outputs.summary().set("documents", files.size()).set("corrections", improvement.proposals.size());
    for (const ProposalState state :
         {ProposalState::Right, ProposalState::Accepted, ProposalState::Refused, ProposalState::None})
        outputs.summary().set(std::string(proposal_state_name(state)), states[proposal_state_name(state)]);
    return outputs;
}

}  // namespace

Task propose_task() {
    Params<ExtractOptions> params;
    declare_reading(params);
    params(&ExtractOptions::corrections, "corrections",
           "What is right: review.csv with its column `corrected` filled in, or CSV of file, field, corrected (and "
           "page, line)")
        .file()
        .required();
    return make_task("propose",
                     "Propose changes of vendor profiles and templates from corrections, tried on all "
                     "documents given",
                     1, params, &propose)
        .uncached_if<ExtractOptions>(&has_password)
        .reading_documents();
}

}  // namespace hone::invoice
