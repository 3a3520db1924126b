#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_data.h"
#include "hone/apps/invoice/template_set.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/issue.h"

namespace hone::invoice {

/// Profiles in the order in which they are tried; the last is the general one.
struct ProfileSet {
    std::vector<VendorProfile> profiles;
    std::vector<Issue> warnings;  ///< invoice.profile-skipped and invoice.profile-lint
};

/// Names of the built-in profiles, the general one last.
std::span<const std::string_view> builtin_profile_names();
/// The YAML of a built-in profile. Requires: it is one of builtin_profile_names().
std::string_view builtin_profile_text(std::string_view name);
/// The built-in profiles, read once.
std::span<const VendorProfile> vendor_profiles();
/// Headings of all vendors and languages: those of the general profile.
std::span<const ColumnWord> general_columns();

/// Profiles in YAML or JSON, one in each text, in their order and before the built-in ones; one with the name of
/// another replaces it, which is told unless it extends that one. What `extends` names (a text of that name wherever it
/// stands, the last one; else a built-in profile) gives what the text does not say; shapes of the text replace those,
/// and other lists go before them. A text that is no profile is left out (invoice.profile-skipped); keys, words and
/// shapes that mean nothing are left out too (invoice.profile-lint). Both have file, line and path of the key.
ProfileSet load_profile_texts(std::span<const TemplateText> texts);

}  // namespace hone::invoice
