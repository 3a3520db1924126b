#include "hone/apps/envelope/country_codes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// A code that a table gives to a country, by kind.
enum class Kind { Iso3, Gdam, Name };

/// Names of columns and what they hold, as they are preferred for finding the country.
constexpr std::array<std::pair<std::string_view, Kind>, 7> kColumns = {{{"ISO3 alpha", Kind::Iso3},
                                                                        {"ISO3", Kind::Iso3},
                                                                        {"ISO3custom", Kind::Iso3},
                                                                        {"Country", Kind::Name},
                                                                        {"name", Kind::Name},
                                                                        {"USDA PSD", Kind::Name},
                                                                        {"GDAM", Kind::Gdam}}};

struct Column {
    std::size_t number = 0;
    Kind kind = Kind::Name;
};

std::vector<Column> columns_of(const TextTable& table) {
    std::vector<Column> columns;
    bool has_finder = false;
    for (const auto& [name, kind] : kColumns) {
        const auto number = table.column(name);
        if (number) columns.push_back({*number, kind});
        has_finder = has_finder || (number && kind != Kind::Gdam);
    }
    if (!has_finder)
        throw Error(Fault::Input, cat("no column ISO3, ISO3 alpha or Country in ", table.file))
            .with_id("envelope.missing-column");
    return columns;
}

/// The cell, or nothing for what stands where there is no code.
std::string_view code_in(const TextTable& table, std::size_t row, std::size_t column) {
    const std::string_view text = table.at(row, column);
    return text == "-9999" || equal_ignoring_case(text, "NULL") ? std::string_view() : text;
}

std::optional<int> gdam_number(std::string_view text) {
    const auto number = parse_int64(text);
    if (!number || *number < 1 || *number > 9999) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<Country> builtin_meaning(Kind kind, std::string_view text) {
    const Registry& registry = Registry::builtin();
    if (kind == Kind::Iso3) return registry.by_iso3(to_upper(text));
    if (kind == Kind::Name) return registry.by_name(text);
    const auto number = gdam_number(text);
    return number ? registry.by_gdam(*number) : std::nullopt;
}

std::optional<Country> country_of(const TextTable& table, std::size_t row, const std::vector<Column>& columns) {
    for (const Column& column : columns) {
        if (column.kind == Kind::Gdam) continue;
        const std::string_view text = code_in(table, row, column.number);
        if (text.empty()) continue;
        if (const auto country = builtin_meaning(column.kind, text)) return country;
    }
    return std::nullopt;
}

}  // namespace

void CountryCodes::add(const TextTable& table, IssueList& issues) {
    const std::vector<Column> columns = columns_of(table);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto country = country_of(table, row, columns);
        if (!country) {
            issues.add(table.issue("envelope.unknown-code", row, columns.front().number, Severity::Note,
                                   "no country of the registry has a code or name of this row"));
            continue;
        }
        for (const Column& column : columns) {
            const std::string_view text = code_in(table, row, column.number);
            if (text.empty()) continue;
            std::optional<Country> meaning = builtin_meaning(column.kind, text);
            if (!meaning && column.kind == Kind::Iso3) meaning = iso3_.emplace(to_upper(text), *country).first->second;
            if (!meaning && column.kind == Kind::Name)
                meaning = names_.emplace(normalised_name(text), *country).first->second;
            const auto number = column.kind == Kind::Gdam ? gdam_number(text) : std::nullopt;
            if (!meaning && number) meaning = gdam_.emplace(*number, *country).first->second;
            if (meaning && *meaning == *country) continue;
            const std::string said = meaning ? cat("belongs to ", Registry::builtin().country(*meaning).iso3, ", not ",
                                                   Registry::builtin().country(*country).iso3, "; that stays so")
                                             : std::string("is no code");
            issues.add(table.issue("envelope.code-conflict", row, column.number, Severity::Warning,
                                   cat('\'', text, "' ", said)));
        }
    }
}

std::optional<Country> CountryCodes::by_iso3(std::string_view code) const {
    if (const auto country = Registry::builtin().by_iso3(code)) return country;
    const auto found = iso3_.find(code);
    return found == iso3_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Country> CountryCodes::by_gdam(int code) const {
    if (const auto country = Registry::builtin().by_gdam(code)) return country;
    const auto found = gdam_.find(code);
    return found == gdam_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Country> CountryCodes::by_name(std::string_view name) const {
    if (const auto country = Registry::builtin().by_name(name)) return country;
    const auto found = names_.find(normalised_name(name));
    return found == names_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace hone::envelope
