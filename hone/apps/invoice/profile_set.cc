#include "hone/apps/invoice/profile_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hone/apps/invoice/profile_reader.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_invoice_profile_creative_coop();
std::string_view embedded_invoice_profile_onehundred80();
std::string_view embedded_invoice_profile_rifle();
std::string_view embedded_invoice_profile_harpercollins();
std::string_view embedded_invoice_profile_generic();
}  // namespace hone

namespace hone::invoice {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"creative-coop", "onehundred80", "rifle", "harpercollins",
                                                    "generic"};

/// Appends the general headings to those of each other profile. Requires: the general profile is the last.
void add_general_columns(std::vector<VendorProfile>& profiles) {
    const std::vector<ColumnWord> general = profiles.back().columns;
    for (std::size_t i = 0; i + 1 < profiles.size(); ++i)
        profiles[i].columns.insert(profiles[i].columns.end(), general.begin(), general.end());
}

/// As they stand in their files, without the general headings.
const std::vector<VendorProfile>& builtin_alone() {
    static const std::vector<VendorProfile> kProfiles = [] {
        std::vector<VendorProfile> profiles;
        for (const std::string_view name : kNames) {
            ReadProfile read = read_profile({cat(name, ".yml"), std::string(builtin_profile_text(name)), false}, {});
            check(read.profile && read.issues.empty(), "the built-in profiles are right");
            profiles.push_back(std::move(*read.profile));
        }
        return profiles;
    }();
    return kProfiles;
}

}  // namespace

std::span<const std::string_view> builtin_profile_names() {
    return kNames;
}

std::string_view builtin_profile_text(std::string_view name) {
    constexpr std::array kTexts = {&embedded_invoice_profile_creative_coop, &embedded_invoice_profile_onehundred80,
                                   &embedded_invoice_profile_rifle, &embedded_invoice_profile_harpercollins,
                                   &embedded_invoice_profile_generic};
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    check(found != kNames.end(), "there is a built-in profile of that name");
    return kTexts.at(static_cast<std::size_t>(found - kNames.begin()))();
}

std::span<const VendorProfile> vendor_profiles() {
    static const std::vector<VendorProfile> kProfiles = [] {
        std::vector<VendorProfile> profiles = builtin_alone();
        add_general_columns(profiles);
        return profiles;
    }();
    return kProfiles;
}

std::span<const ColumnWord> general_columns() {
    return vendor_profiles().back().columns;
}

ProfileSet load_profile_texts(std::span<const TemplateText> texts) {
    ProfileSet set;
    std::vector<VendorProfile> known = builtin_alone();
    for (const TemplateText& text : texts) {
        ReadProfile read = read_profile(text, known);
        set.warnings.insert(set.warnings.end(), read.issues.begin(), read.issues.end());
        if (read.profile) known.push_back(std::move(*read.profile));
    }
    // The last of a name counts, in the place of the first of them that is not built in.
    const std::size_t builtin = kNames.size();
    const auto take = [&](std::size_t at) {
        const std::string& name = known[at].name;
        const auto is_there = [&](const VendorProfile& one) { return one.name == name; };
        if (name == "generic" || std::any_of(set.profiles.begin(), set.profiles.end(), is_there)) return;
        set.profiles.push_back(*std::find_if(known.rbegin(), known.rend(), is_there));
    };
    for (std::size_t at = builtin; at < known.size(); ++at)
        take(at);
    for (std::size_t at = 0; at < builtin; ++at)
        take(at);
    set.profiles.push_back(
        *std::find_if(known.rbegin(), known.rend(), [](const VendorProfile& one) { return one.name == "generic"; }));
    add_general_columns(set.profiles);
    return set;
}

}  // namespace hone::invoice
