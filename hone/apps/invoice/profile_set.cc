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
            const TemplateText text{cat(name, ".yml"), std::string(builtin_profile_text(name)), false};
            const ProfileFile file = parse_profile(text);
            check(file.error.empty(), "the built-in profiles are profiles");
            ReadProfile read = read_profile(file, nullptr);
            check(read.profile && read.issues.empty(), "the built-in profiles are right");
            read.profile->file.clear();
            profiles.push_back(std::move(*read.profile));
        }
        return profiles;
    }();
    return kProfiles;
}

/// Reads files of profiles, each after the one that it extends, whatever their order.
class SetReader {
public:
    explicit SetReader(std::span<const TemplateText> texts) : read_(texts.size()), states_(texts.size()) {
        for (const TemplateText& text : texts)
            files_.push_back(parse_profile(text));
    }

    /// What became of each file, in their order.
    std::vector<ReadProfile> run() {
        for (std::size_t i = 0; i < files_.size(); ++i)
            read(i);
        return std::move(read_);
    }

private:
    enum class State : std::uint8_t { New, Open, Done };

    void read(std::size_t at) {
        if (states_[at] == State::Done) return;
        states_[at] = State::Open;
        open_.push_back(at);
        const ProfileFile& file = files_[at];
        const VendorProfile* base = nullptr;
        std::string why = file.error;
        if (why.empty() && !file.extends.empty()) {
            base = base_of(at);
            why = read_[at].issues.empty() ? "" : read_[at].issues.front().message;  // it closes a circle
            if (base == nullptr && why.empty())
                why = cat("it extends ", file.extends, ", which is neither built in nor among the profiles that count");
        }
        if (why.empty())
            read_[at] = read_profile(file, base);
        else
            read_[at] = {{}, {profile_issue("invoice.profile-skipped", file.path, std::move(why))}};
        open_.pop_back();
        states_[at] = State::Done;
    }

    /// The profile that a file extends: the last file of that name that is a profile (before it, if it is its own
    /// name), else a built-in one.
    const VendorProfile* base_of(std::size_t at) {
        constexpr std::size_t kMostOpen = 32;
        const std::string& name = files_[at].extends;
        for (std::size_t i = name == files_[at].name ? at : files_.size(); i-- > 0;) {
            if (files_[i].name != name || !files_[i].error.empty()) continue;
            if (states_[i] == State::Open) {
                close_circle(i);
                return nullptr;
            }
            if (open_.size() >= kMostOpen) return nullptr;
            read(i);
            if (!read_[at].issues.empty()) return nullptr;
            if (read_[i].profile) return &*read_[i].profile;
        }
        const auto found = std::find_if(builtin_alone().begin(), builtin_alone().end(),
                                        [&](const VendorProfile& one) { return one.name == name; });
        return found == builtin_alone().end() ? nullptr : &*found;
    }

    /// Says of all files from `first` to the one at work that they extend each other.
    void close_circle(std::size_t first) {
        const auto begin = std::find(open_.begin(), open_.end(), first);
        std::string circle;
        for (auto one = begin; one != open_.end(); ++one)
            circle += cat(files_[*one].name, " extends ");
        circle += files_[first].name;
        for (auto one = begin; one != open_.end(); ++one)
            read_[*one].issues = {profile_issue("invoice.profile-skipped", files_[*one].path,
                                                cat("profiles extend each other in a circle: ", circle))};
    }

    std::vector<ProfileFile> files_;
    std::vector<ReadProfile> read_;
    std::vector<State> states_;
    std::vector<std::size_t> open_;  ///< each extends the one behind it
};

/// Says of profiles that replace another of their name without extending it.
void tell_replaced(std::span<const VendorProfile> known, std::size_t at, std::vector<Issue>& warnings) {
    const VendorProfile& profile = known[at];
    for (std::size_t i = at; i-- > 0;) {
        if (known[i].name != profile.name) continue;
        if (profile.extends == profile.name) return;
        Issue issue = profile_issue(
            "invoice.profile-lint", profile.file,
            cat("it has the name of ",
                known[i].file.empty() ? cat("the built-in profile ", profile.name)
                                      : cat("the profile in ", known[i].file),
                " and replaces it (say `extends: ", profile.name, "` to keep what it says, or another `name`)"));
        issue.column = "name";
        issue.severity = Severity::Note;
        warnings.push_back(std::move(issue));
        return;
    }
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
    for (ReadProfile& read : SetReader(texts).run()) {
        set.warnings.insert(set.warnings.end(), read.issues.begin(), read.issues.end());
        if (!read.profile) continue;
        known.push_back(std::move(*read.profile));
        tell_replaced(known, known.size() - 1, set.warnings);
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
