#include "hone/apps/eyemap/selection.h"

#include <algorithm>
#include <set>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

[[noreturn]] void fail_unknown(const std::vector<std::string>& names, std::string_view text) {
    if (text.find_first_of("*?") != std::string_view::npos)
        fail(Fault::NotFound, "--types: no type matches '", text, "'");
    const auto near = nearest_word(text, names);
    fail(Fault::NotFound, "no type is called '", text, "'", near ? cat("; did you mean '", *near, "'?") : std::string(),
         "; hone eyemap types lists them");
}

bool mark_exact(const std::vector<std::string>& names, std::string_view text, std::vector<bool>& is_chosen) {
    const auto found = std::lower_bound(names.begin(), names.end(), text);
    if (found == names.end() || *found != text) return false;
    is_chosen[static_cast<std::size_t>(found - names.begin())] = true;
    return true;
}

/// Marks the types that a name or pattern means; false if there is none. A name wins over a pattern of the same text.
bool mark(const std::vector<std::string>& names, std::string_view text, std::vector<bool>& is_chosen) {
    if (mark_exact(names, text, is_chosen)) return true;
    bool found = false;
    const bool is_all = equal_ignoring_case(text, "all");
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!is_all && !matches_glob(text, names[i])) continue;
        is_chosen[i] = true;
        found = true;
    }
    return found;
}

}  // namespace

std::vector<std::string> choose_types(const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                                      const std::string& type) {
    std::vector<bool> is_chosen(names.size());
    if (!type.empty() && !mark_exact(names, type, is_chosen)) fail_unknown(names, type);
    for (const std::string& text : wanted)
        if (!mark(names, text, is_chosen)) fail_unknown(names, text);
    if (type.empty() && wanted.empty()) {
        if (names.size() != 1)
            fail(Fault::Usage, "--type: the data hold ", names.size(), " types; say which, or --types all");
        is_chosen.front() = true;
    }
    std::vector<std::string> types;
    for (std::size_t i = 0; i < is_chosen.size(); ++i)
        if (is_chosen[i]) types.push_back(names[i]);
    return types;
}

namespace {

bool has_columns(const Universe& universe, std::size_t region, Side side) {
    const auto mask = universe.find({region, side});
    return mask != universe.end() && !mask->second.empty();
}

std::vector<Side> choose_sides(const SelectionSource& source, SideChoice choice) {
    std::vector<Side> all, with_columns;
    for (const Side side : kSides) {
        if (!includes(choice, side)) continue;
        all.push_back(side);
        if (!drawn_columns(source.universe, side).empty()) with_columns.push_back(side);
    }
    if (choice != SideChoice::Both) return all;
    if (!with_columns.empty()) return with_columns;
    return source.sides_with_rows.empty() ? all : source.sides_with_rows;
}

}  // namespace

Selection choose_maps(const SelectionSource& source, const SelectionOptions& options) {
    const Regions& regions = source.regions;
    Selection chosen;
    std::set<std::size_t> wanted;
    for (const std::string& name : options.region) {
        const auto region = regions.find(name);
        if (!region) fail(Fault::Usage, "--region: '", name, "' is none of ", regions.names());
        wanted.insert(*region);
    }
    for (std::size_t region = 0; region < regions.size(); ++region)
        if (wanted.empty() || wanted.contains(region)) chosen.regions.push_back(region);
    chosen.sides = choose_sides(source, parse_side_choice(options.side));
    for (const std::string& text : options.metric) {
        const Metric metric = parse_metric(text);
        if (std::ranges::find(chosen.metrics, metric) != chosen.metrics.end())
            fail(Fault::Usage, "--metric: '", text, "' is there twice");
        chosen.metrics.push_back(metric);
    }
    if (chosen.metrics.empty()) fail(Fault::Usage, "--metric: expected at least one");
    return chosen;
}

void tell_bare_regions(const SelectionSource& source, const SelectionOptions& options, const Selection& chosen,
                       IssueList& issues) {
    if (options.region.empty()) return;
    std::vector<std::string> words;
    for (const Side side : chosen.sides)
        words.emplace_back(side_word(side));
    for (const std::size_t region : chosen.regions) {
        if (std::ranges::any_of(chosen.sides, [&](Side side) { return has_columns(source.universe, region, side); }))
            continue;
        issues.add({.id = "eyemap.no-columns",
                    .file = {},
                    .row = 0,
                    .column = {},
                    .severity = Severity::Warning,
                    .message = cat("no column of ", source.regions[region].name, " (", join(words, ", "),
                                   ") is known: no input lists any, and none has synapses; its maps show the columns "
                                   "of their own type only")});
    }
}

}  // namespace hone::eyemap
