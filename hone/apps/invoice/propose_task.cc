#include "hone/apps/invoice/propose_task.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

/// The number of the document that a correction names: by its path, else by the name of its file if only one has it.
std::optional<std::size_t> file_of(Run& run, const std::string& name) {
    std::optional<std::size_t> by_name;
    std::size_t count = 0;
    const std::string last = Path(name).filename().string();
    for (std::size_t i = 0; i < run.input_count("path"); ++i) {
        const Path& path = run.input("path", i).path;
        if (path.string() == name || run.input("path", i).label == name) return i;
        if (path.filename().string() != last) continue;
        by_name = i;
        ++count;
    }
    return count == 1 ? by_name : std::nullopt;
}

/// The documents, each with its corrections. Those that cannot be read become Issues, and are left out.
std::vector<CorrectedFile> corrected_files(Run& run, const ReadDocuments& documents) {
    std::map<std::size_t, std::vector<Correction>> by_file;
    for (Correction& one : read_corrections(run)) {
        if (const std::optional<std::size_t> file = file_of(run, one.file))
            by_file[*file].push_back(std::move(one));
        else
            add_issue(run, "invoice.correction-skipped", one.file,
                      cat(one.field, ": the file is none of the documents, or one of several of that name"));
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

/// A changed file, with what was changed on top.
void write_rules(Outputs& outputs, const char* folder, const char* kind, const TemplateText& file,
                 std::span<const Proposal> proposals) {
    std::string text = cat("# A proposal from corrections, tried on all documents that were given. Changed:\n");
    const std::string stem = Path(file.path).stem().string();
    const std::string target = std::string_view(kind) == "profile" ? stem : file.path;
    std::vector<std::string> changes;
    for (const Proposal& one : proposals)
        if (one.target == cat(kind, " ", target))
            for (const Change& change : one.changes)
                changes.push_back(cat("#   ", change_text(change), '\n'));
    std::sort(changes.begin(), changes.end());
    changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
    outputs.bytes(cat(folder, '/', stem), "application/yaml", cat(text, join(changes, ""), file.text));
}

Outputs propose(Run& run, const ExtractOptions& options) {
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
    for (const TemplateText& file : improvement.edits.changed_profiles())
        write_rules(outputs, "profiles", "profile", file, improvement.proposals);
    for (const TemplateText& file : improvement.edits.changed_templates())
        write_rules(outputs, "templates", "template", file, improvement.proposals);
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
