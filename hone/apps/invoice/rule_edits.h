#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_data.h"
#include "hone/apps/invoice/template_set.h"

namespace hone::invoice {

/// A change of a profile or template.
struct Change {
    std::string path;      ///< of the key: "number.labels"
    std::string text;      ///< what is put there
    bool is_list = false;  ///< goes before what the list has; else it is the whole
    std::string instead;   ///< of this text of the list; empty: beside all
    bool operator==(const Change&) const = default;
};
/// "number.labels: belegnr", as a person may write it.
std::string change_text(const Change& change);

/// Profiles and templates with changes on trial. The files themselves are never touched. Copies are independent.
class RuleEdits {
public:
    /// What there is; both must outlive it and its copies.
    RuleEdits(std::span<const TemplateText> profiles, std::span<const TemplateText> templates)
        : given_profiles_(profiles), given_templates_(templates) {}

    /// Changes the profile of that name: one that was given, or else a new one that begins with `start` (which has its
    /// vendor, and what it extends).
    void change_profile(const std::string& name, const Data& start, std::span<const Change> changes);
    /// Changes the template of that file. Requires: it was given, and is a mapping.
    void change_template(const std::string& file, std::span<const Change> changes);

    bool is_empty() const { return profiles_.empty() && templates_.empty(); }
    /// All texts, changed ones in their places, new profiles behind.
    std::vector<TemplateText> profiles() const;
    std::vector<TemplateText> templates() const;
    /// Only those that changed, as YAML; the path of a profile is its name.
    std::vector<TemplateText> changed_profiles() const;
    std::vector<TemplateText> changed_templates() const;

private:
    std::span<const TemplateText> given_profiles_, given_templates_;
    std::map<std::string, Data> profiles_;   ///< by name
    std::map<std::string, Data> templates_;  ///< by file
};

/// The name that the text of a profile has: `name`, else that of its file.
std::string profile_name(const TemplateText& text);

}  // namespace hone::invoice
