#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/template_set.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/issue.h"

namespace hone::invoice {

/// What became of the text of one profile.
struct ReadProfile {
    std::optional<VendorProfile> profile;  ///< nothing where the text is none; an Issue says why
    std::vector<Issue> issues;
};

/// Reads one profile. `known` are those that it may extend, the last of a name counts.
ReadProfile read_profile(const TemplateText& file, std::span<const VendorProfile> known);

}  // namespace hone::invoice
