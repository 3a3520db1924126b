#include "hone/apps/invoice/read_texts.h"

#include <algorithm>
#include <utility>

#include "hone/apps/invoice/report_table.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {

std::vector<TemplateText> read_texts(Run& run, std::string_view param, std::string_view id) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
    std::vector<TemplateText> texts;
    for (std::size_t i = 0; i < run.input_count(param); ++i) {
        const Input& input = run.input(param, i);
        if (input.size_bytes() <= kMostBytes) {
            texts.push_back({input.path.string(), run.read(input), false});
            continue;
        }
        Issue issue;
        issue.id = id;
        issue.file = input.label;
        issue.message = "the file is above 1 MiB";
        run.issues().add(std::move(issue));
    }
    return texts;
}

ProfileSet read_profiles(Run& run, std::string_view pinned) {
    const std::vector<TemplateText> texts = read_texts(run, "profiles", "invoice.profile-skipped");
    ProfileSet set = load_profile_texts(texts);
    for (const Issue& warning : set.warnings)
        run.issues().add(warning);
    std::vector<std::string> names = {"auto"};
    for (const VendorProfile& profile : set.profiles)
        names.push_back(profile.name);
    if (std::ranges::count(names, pinned) > 0) return set;
    const std::optional<std::string> near = nearest_word(pinned, names);
    fail(Fault::Usage, "--profile: no profile is named '", pinned, "'; there is ", join(names, ", "),
         near ? cat("; did you mean ", *near) : std::string());
}

Table findings_table(Run& run) {
    ReportTable table({{"file"}, {"line", CellKind::Count}, {"key"}, {"kind"}, {"severity"}, {"message"}});
    for (const Issue& issue : run.issues().kept())
        table.text(valid_utf8(issue.file))
            .count(issue.row > 0 ? std::optional(issue.row) : std::nullopt)
            .text(issue.column)
            .text(issue.id)
            .text(severity_name(issue.severity))
            .text(valid_utf8(issue.message));
    return std::move(table).finish();
}

}  // namespace hone::invoice
