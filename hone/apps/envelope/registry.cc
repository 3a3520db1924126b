#include "hone/apps/envelope/registry.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_envelope_countries();
std::string_view embedded_envelope_states();
}  // namespace hone

namespace hone::envelope {
namespace {

std::vector<std::string> csv_fields(std::string_view line) {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    for (const char letter : line) {
        if (letter == '"')
            is_quoted = !is_quoted;
        else if (letter == ',' && !is_quoted)
            fields.emplace_back();
        else
            fields.back().push_back(letter);
    }
    return fields;
}

/// Rows below the header; each must have `count` fields without quotes inside.
std::vector<std::vector<std::string>> csv_rows(std::string_view csv, std::size_t count) {
    std::vector<std::vector<std::string>> rows;
    bool is_header = true;
    for (const std::string& line : split(csv, '\n')) {
        if (line.empty()) continue;
        std::vector<std::string> fields = csv_fields(line);
        if (fields.size() != count)
            fail(Fault::Input, "registry row has another number of fields than ", count, ": ", line);
        if (!is_header) rows.push_back(std::move(fields));
        is_header = false;
    }
    return rows;
}

std::vector<std::string> listed(const std::string& text) {
    return text.empty() ? std::vector<std::string>() : split(text, ';');
}

int integer(const std::string& text) {
    const std::optional<std::int64_t> value = parse_int64(text);
    if (!value) fail(Fault::Input, "registry field is no whole number: ", text);
    return narrow<int>(*value);
}

std::optional<std::size_t> fips_slot(std::string_view code) {
    const auto is_letter = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
    if (code.size() != 2 || !is_letter(code[0]) || !is_letter(code[1])) return std::nullopt;
    return static_cast<std::size_t>(code[0] - 'A') * 26 + static_cast<std::size_t>(code[1] - 'A');
}

SampleTraits sample_traits(std::span<const std::string> fields) {
    SampleTraits traits;
    traits.weight = integer(fields[2]);
    if (traits.weight == 0) return traits;
    traits.by_states = fields[0] == "-";
    if (!traits.by_states) {
        traits.latitude = integer(fields[0]);
        traits.longitude = integer(fields[1]);
    }
    const int classes = integer(fields[3]);
    traits.yield_class = classes / 10;
    traits.area_class = classes % 10;
    return traits;
}

}  // namespace

Registry::Registry(std::string_view countries_csv, std::string_view states_csv) {
    countries_.push_back({"ZZ", "ZZ", 0, "unknown", {}, {}});
    add_countries(countries_csv);
    add_states(states_csv);
}

const Registry& Registry::builtin() {
    static const Registry registry(embedded_envelope_countries(), embedded_envelope_states());
    return registry;
}

void Registry::add_countries(std::string_view csv) {
    for (const std::vector<std::string>& row : csv_rows(csv, 11)) {
        const Country country = narrow<Country>(countries_.size());
        CountryInfo info{row[0], row[1], integer(row[2]), row[3], listed(row[6]), {}};
        info.sample = sample_traits(std::span(row).subspan(7, 4));
        if (info.iso3 <= countries_.back().iso3 && country > 1)
            fail(Fault::Input, "registry countries must ascend by ISO3: ", info.iso3);
        std::vector<std::string> fips = listed(row[5]);
        fips.push_back(info.fips);
        for (const std::string& code : fips) {
            const std::optional<std::size_t> slot = fips_slot(code);
            if (!slot || fips_[*slot] != kUnknownCountry)
                fail(Fault::Input, "registry FIPS code is bad or twice: ", code);
            fips_[*slot] = country;
        }
        std::vector<std::string> iso3 = listed(row[4]);
        iso3.push_back(info.iso3);
        for (const std::string& code : iso3)
            if (!iso3_.emplace(code, country).second) fail(Fault::Input, "registry ISO3 code is twice: ", code);
        if (!gdam_.emplace(info.gdam, country).second) fail(Fault::Input, "registry GDAM code is twice: ", info.gdam);
        std::vector<std::string> names = info.aliases;
        names.push_back(info.name);
        for (const std::string& name : names)
            if (!names_.emplace(normalised_name(name), country).second)
                fail(Fault::Input, "registry name is twice: ", name);
        countries_.push_back(std::move(info));
    }
}

void Registry::add_states(std::string_view csv) {
    for (const std::vector<std::string>& row : csv_rows(csv, 5)) {
        const std::optional<Country> country = by_iso3(row[0]);
        if (!country) fail(Fault::Input, "registry state has an unknown country: ", row[0]);
        states_.push_back({*country, row[1], integer(row[2]), integer(row[3]), listed(row[4])});
        for (const std::string& alias : states_.back().aliases)
            state_aliases_[{*country, normalised_name(alias)}] = normalised_name(row[1]);
    }
    std::stable_sort(states_.begin(), states_.end(),
                     [](const StateInfo& a, const StateInfo& b) { return a.country < b.country; });
}

std::optional<Country> Registry::by_fips(std::string_view code) const {
    const std::optional<std::size_t> slot = fips_slot(code);
    if (!slot || fips_[*slot] == kUnknownCountry) return std::nullopt;
    return fips_[*slot];
}

std::optional<Country> Registry::by_iso3(std::string_view code) const {
    const auto found = iso3_.find(code);
    if (found == iso3_.end()) return std::nullopt;
    return found->second;
}

std::optional<Country> Registry::by_gdam(int code) const {
    const auto found = gdam_.find(code);
    if (found == gdam_.end()) return std::nullopt;
    return found->second;
}

std::optional<Country> Registry::by_name(std::string_view name) const {
    const auto found = names_.find(normalised_name(name));
    if (found == names_.end()) return std::nullopt;
    return found->second;
}

Country Registry::resolve(std::string_view text) const {
    const std::string code = to_upper(trim(text));
    if (const auto country = by_iso3(code)) return *country;
    if (const auto country = by_fips(code)) return *country;
    if (const auto number = parse_int64(code); number && *number > 0 && *number < 1000)
        if (const auto country = by_gdam(static_cast<int>(*number))) return *country;
    if (const auto country = by_name(text)) return *country;
    std::vector<std::string> names;
    for (const auto& [name, country] : names_)
        names.push_back(name);
    for (const auto& [iso3, country] : iso3_)
        names.push_back(to_lower(iso3));
    std::string message = cat("country is not known (ISO3, FIPS, GDAM number or name): ", text);
    if (const std::optional<std::string> near = nearest_word(normalised_name(text), names)) {
        const std::optional<Country> country = by_iso3(to_upper(*near));
        const CountryInfo& info = countries_[country ? *country : names_.find(*near)->second];
        message += cat("; did you mean ", info.iso3, " (", info.name, ")?");
    }
    throw Error(Fault::Usage, message);
}

std::span<const StateInfo> Registry::states(Country country) const {
    const auto range = std::equal_range(states_.begin(), states_.end(), StateInfo{country, {}, 0, 0, {}},
                                        [](const StateInfo& a, const StateInfo& b) { return a.country < b.country; });
    return {range.first, range.second};
}

std::string Registry::state_key(Country country, std::string_view name) const {
    std::string key = normalised_name(name);
    const auto found = state_aliases_.find({country, key});
    return found == state_aliases_.end() ? key : found->second;
}

}  // namespace hone::envelope
