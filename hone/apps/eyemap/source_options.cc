#include "hone/apps/eyemap/source_options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

struct LegacySwitch {
    std::string_view name;
    bool Legacy::*member;
    bool is_published;
};
constexpr std::array<LegacySwitch, 9> kSwitches = {{{"unlayered-drop", &Legacy::unlayered_drop, true},
                                                    {"zero-is-data", &Legacy::zero_is_data, true},
                                                    {"split-population", &Legacy::split_population, true},
                                                    {"linear-bins", &Legacy::linear_bins, true},
                                                    {"combined-unflipped", &Legacy::combined_unflipped, false},
                                                    {"name-base-per-field", &Legacy::name_base_per_field, true},
                                                    {"last-wins", &Legacy::last_wins, true},
                                                    {"grey-2025", &Legacy::grey_2025, false},
                                                    {"layers-from-zero", &Legacy::layers_from_zero, false}}};

template <class T, std::size_t kSize>
T word_of(std::string_view parameter, std::string_view text,
          const std::array<std::pair<std::string_view, T>, kSize>& words) {
    std::vector<std::string> known;
    for (const auto& [word, value] : words) {
        if (word == text) return value;
        known.emplace_back(word);
    }
    fail(Fault::Usage, "parameter ", parameter, " is one of ", join(known, ", "), ", found ", text);
}

}  // namespace

const std::vector<std::string>& legacy_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all = {"published"};
        for (const LegacySwitch& one : kSwitches)
            all.emplace_back(one.name);
        return all;
    }();
    return names;
}

Legacy parse_legacy(const std::vector<std::string>& names) {
    Legacy legacy;
    for (const std::string& name : names) {
        const bool is_published = name == "published";
        bool is_known = is_published;
        for (const LegacySwitch& one : kSwitches) {
            if (one.name != name && !(is_published && one.is_published)) continue;
            legacy.*one.member = true;
            is_known = true;
        }
        if (!is_known) fail(Fault::Usage, "parameter legacy is one of ", join(legacy_names(), ", "), ", found ", name);
        legacy.catalogue_theme = legacy.catalogue_theme || is_published;
    }
    return legacy;
}

ReadRules read_rules(const SourceOptions& options) {
    ReadRules rules;
    rules.legacy = parse_legacy(options.legacy);
    rules.population = parse_population(options.population);
    rules.duplicates = word_of<Duplicates, 5>("duplicates", options.duplicates,
                                              {{{"error", Duplicates::Error},
                                                {"sum", Duplicates::Sum},
                                                {"first", Duplicates::First},
                                                {"last", Duplicates::Last},
                                                {"mean", Duplicates::Mean}}});
    rules.outside = word_of<Outside, 3>("outside", options.outside,
                                        {{{"add", Outside::Add}, {"drop", Outside::Drop}, {"error", Outside::Error}}});
    rules.universe = word_of<UniverseRule, 3>(
        "universe", options.universe,
        {{{"auto", UniverseRule::Auto}, {"data", UniverseRule::Data}, {"builtin", UniverseRule::Builtin}}});
    rules.column_base = parse_column_base(options.column_base);
    rules.drops_unlayered = word_of<bool, 2>("unlayered", options.unlayered, {{{"keep", false}, {"drop", true}}});
    rules.skips_unknown_regions =
        word_of<bool, 2>("unknown-region", options.unknown_region, {{{"error", false}, {"skip", true}}});
    rules.is_complete = options.complete;
    rules.is_strict = options.strict;
    if (rules.legacy.last_wins) rules.duplicates = Duplicates::Last;
    if (rules.legacy.unlayered_drop) rules.drops_unlayered = true;
    if (rules.legacy.name_base_per_field) rules.column_base = ColumnBase::PerField;
    return rules;
}

Regions declared_regions(const SourceOptions& options) {
    Regions regions = Regions::builtin();
    for (const std::string& text : options.add_region) {
        const std::size_t colon = text.find(':');
        const auto layers = colon == std::string::npos ? std::nullopt : parse_int64(text.substr(colon + 1));
        if (!layers || *layers < 0)
            fail(Fault::Usage, "parameter add-region is a name and a number of layers as in GRID:10, found ", text);
        try {
            regions.add(text.substr(0, colon), static_cast<std::size_t>(*layers));
        } catch (const Error& error) {
            throw Error(Fault::Usage, error.message()).within("parameter add-region");
        }
    }
    return regions;
}

}  // namespace hone::eyemap
