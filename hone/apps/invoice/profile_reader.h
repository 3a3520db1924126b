#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_data.h"
#include "hone/apps/invoice/template_set.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/issue.h"

namespace hone::invoice {

/// What became of the text of one profile.
struct ReadProfile {
    std::optional<VendorProfile> profile;  ///< nothing where the text is none; an Issue says why
    std::vector<Issue> issues;
};

/// The file of a profile, parsed; its text must outlive it.
struct ProfileFile {
    std::string path, name, extends;  ///< the name is that of the file where it says none
    std::string_view text;
    Data data;
    std::string error;  ///< why it is no profile; empty if it may be one
};
ProfileFile parse_profile(const TemplateText& file);

/// Reads one profile; what it does not say is taken from `base`, if there is one. Requires: the file has no error.
ReadProfile read_profile(const ProfileFile& file, const VendorProfile* base);

/// An Issue about the file of a profile.
Issue profile_issue(std::string id, const std::string& file, std::string message);

}  // namespace hone::invoice
