#include "hone/apps/invoice/profiles_task.h"

#include <algorithm>
#include <string>
#include <vector>

#include "hone/apps/invoice/read_texts.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

struct ProfilesOptions {
    std::vector<Path> profiles;
};

std::string kinds_of(const VendorProfile& profile) {
    std::vector<std::string> kinds;
    for (const NumberKind& kind : profile.kinds)
        kinds.push_back(kind.kind);
    if (std::find(kinds.begin(), kinds.end(), profile.kind) == kinds.end()) kinds.push_back(profile.kind);
    return join(kinds, ", ");
}

std::string detection_of(const VendorProfile& profile) {
    std::vector<std::string> texts = profile.any_text;
    texts.insert(texts.end(), profile.domains.begin(), profile.domains.end());
    if (!profile.detecting_shapes.empty()) texts.push_back(cat(profile.detecting_rows, " rows of its codes"));
    return join(texts, "; ");
}

Outputs profiles(Run& run, const ProfilesOptions&) {
    const ProfileSet set = read_profiles(run, "auto");
    ReportTable table({{"name"},
                       {"vendor"},
                       {"detected_by"},
                       {"kinds"},
                       {"number_labels", CellKind::Count},
                       {"code_shapes", CellKind::Count},
                       {"headings", CellKind::Count}});
    for (const VendorProfile& profile : set.profiles) {
        table.text(profile.name).text(profile.vendor).text(detection_of(profile)).text(kinds_of(profile));
        for (const std::size_t count :
             {profile.number_labels.size(), profile.code_shapes.size(), profile.columns.size()})
            table.count(static_cast<std::int64_t>(count));
    }
    Outputs outputs;
    outputs.table("profiles", std::move(table).finish());
    outputs.table("findings", findings_table(run));
    for (const std::string_view name : builtin_profile_names())
        outputs.bytes(cat("builtin/", name), "application/yaml", std::string(builtin_profile_text(name)));
    outputs.summary().set("profiles", set.profiles.size()).set("findings", set.warnings.size());
    return outputs;
}

}  // namespace

Task profiles_task() {
    Params<ProfilesOptions> params;
    params(&ProfilesOptions::profiles, "profiles", "Profiles of one's own: files or folders of .yml and .json")
        .file()
        .named()
        .or_folder({".yml", ".yaml", ".json"});
    return make_task("profiles", "List the profiles of vendors, check one's own, and write the built-in ones as YAML",
                     2, params, &profiles);
}

std::vector<Notice> profile_notices() {
    return {
        {"invoice.correction-skipped",
         "A row of --corrections says nothing that can be used: its file is none of the documents, there is no such "
         "field, its value is no number, day or kind, or another row contradicts it. The others count."},
        {"invoice.profile-lint",
         "A part of a vendor's profile means nothing (an unknown key, a word in its place that is none, a shape that "
         "is "
         "none or a regular expression, a text of fewer than three letters) and is left out; line and key say where. "
         "The rest of the profile counts. A note tells of a profile that replaces another of its name. `hone invoice "
         "profiles` writes all of them to findings.csv."},
        {"invoice.profile-skipped",
         "A file of --profiles is no profile: the message says why. The others count, and so do the built-in ones."},
    };
}

}  // namespace hone::invoice
