#include "hone/apps/invoice/rule_edits.h"

#include <algorithm>
#include <utility>

#include "hone/apps/invoice/profile_set.h"
#include "hone/apps/invoice/template_document.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/apps/invoice/yaml_writer.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

ReadData read_any(const TemplateText& text) {
    return text.path.ends_with(".json") ? read_json(text.text) : read_yaml(text.text);
}

/// Puts a text at a path of keys below an object, which gets the keys that it lacks.
void put(Data& data, const Change& change) {
    Data* at = &data;
    for (const std::string& key : split(change.path, '.')) {
        if (at->members() == nullptr) *at = Data(Data::Object());
        if (at->find(key) == nullptr) at->set(key, Data());
        at = at->find(key);
    }
    if (Data* const patterns = at->find("regex")) at = patterns;  // a field of a template with settings
    if (!change.is_list) {
        *at = Data(change.text);
        return;
    }
    Data::Array items;
    if (at->text() != nullptr) items.push_back(*at);
    if (at->items() != nullptr) items = *at->items();
    const auto old = std::find(items.begin(), items.end(), Data(change.instead));
    if (std::find(items.begin(), items.end(), Data(change.text)) == items.end()) {
        if (!change.instead.empty() && old != items.end())
            *old = Data(change.text);
        else
            items.insert(items.begin(), Data(change.text));
    }
    const bool is_single = items.size() == 1 && (at->text() != nullptr || change.path.starts_with("fields."));
    *at = is_single ? items.front() : Data(std::move(items));
}

/// As the file: YAML, which a file called .json may not hold; such a one gets JSON's own quotes and brackets.
std::string text_of(const std::string& path, const Data& data) {
    return path.ends_with(".json") ? template_fields(data).dump() + "\n" : write_yaml(data);
}

}  // namespace

std::string change_text(const Change& change) {
    return cat(change.path, change.is_list && change.instead.empty() ? " + " : ": ", change.text);
}

std::string profile_name(const TemplateText& text) {
    const ReadData read = read_any(text);
    const Data* name = read.value ? read.value->find("name") : nullptr;
    if (name != nullptr && name->text() != nullptr) return *name->text();
    const std::string file = text.path.substr(text.path.rfind('/') + 1);
    return file.substr(0, file.rfind('.'));
}

namespace {

/// A list of shapes in a profile goes in place of those that it extends: so they are written behind a new one.
void keep_inherited_shapes(Data& data, const Change& change) {
    const std::pair<std::string_view, std::vector<std::string> VendorProfile::*> lists[] = {
        {"shapes.product_code", &VendorProfile::code_shapes},
        {"number.shapes", &VendorProfile::number_shapes},
        {"customer_po.shapes", &VendorProfile::po_shapes}};
    const Data* const base = data.find("extends");
    if (base == nullptr || base->text() == nullptr) return;
    for (const auto& [path, member] : lists) {
        if (change.path != path) continue;
        const std::string section = change.path.substr(0, change.path.find('.')),
                          key = change.path.substr(section.size() + 1);
        const Data* const there = data.find(section);
        if (there != nullptr && there->find(key) != nullptr) return;
        for (const VendorProfile& profile : vendor_profiles())
            if (profile.name == *base->text())
                for (auto shape = (profile.*member).rbegin(); shape != (profile.*member).rend(); ++shape)
                    put(data, {change.path, *shape, true, ""});
    }
}

}  // namespace

void RuleEdits::change_profile(const std::string& name, const Data& start, std::span<const Change> changes) {
    auto found = profiles_.find(name);
    if (found == profiles_.end()) {
        Data data = start;
        for (const TemplateText& text : given_profiles_)
            if (profile_name(text) == name) data = read_any(text).value.value_or(start);
        found = profiles_.emplace(name, std::move(data)).first;
    }
    for (const Change& change : changes) {
        keep_inherited_shapes(found->second, change);
        put(found->second, change);
    }
}

void RuleEdits::change_template(const std::string& file, std::span<const Change> changes) {
    auto found = templates_.find(file);
    if (found == templates_.end()) {
        const auto given = std::find_if(given_templates_.begin(), given_templates_.end(),
                                        [&](const TemplateText& text) { return text.path == file; });
        check(given != given_templates_.end(), "the template was given");
        found = templates_.emplace(file, read_any(*given).value.value_or(Data())).first;
    }
    for (const Change& change : changes)
        put(found->second, change);
}

std::vector<TemplateText> RuleEdits::profiles() const {
    std::vector<TemplateText> out;
    std::vector<std::string> placed;
    for (const TemplateText& text : given_profiles_) {
        out.push_back(text);
        const std::string name = profile_name(text);
        const auto changed = profiles_.find(name);
        if (changed == profiles_.end()) continue;
        out.back().text = text_of(text.path, changed->second);
        placed.push_back(name);
    }
    for (const auto& [name, data] : profiles_)
        if (std::find(placed.begin(), placed.end(), name) == placed.end())
            out.push_back({name + ".yml", write_yaml(data), false});
    return out;
}

std::vector<TemplateText> RuleEdits::templates() const {
    std::vector<TemplateText> out(given_templates_.begin(), given_templates_.end());
    for (TemplateText& text : out)
        if (const auto changed = templates_.find(text.path); changed != templates_.end())
            text.text = text_of(text.path, changed->second);
    return out;
}

std::vector<TemplateText> RuleEdits::changed_profiles() const {
    std::vector<TemplateText> out;
    for (const auto& [name, data] : profiles_)
        out.push_back({name, write_yaml(data), false});
    return out;
}

std::vector<TemplateText> RuleEdits::changed_templates() const {
    std::vector<TemplateText> out;
    for (const auto& [file, data] : templates_)
        out.push_back({file, write_yaml(data), false});
    return out;
}

}  // namespace hone::invoice
