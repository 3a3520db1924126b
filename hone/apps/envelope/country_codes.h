#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hone/apps/envelope/registry.h"
#include "hone/apps/envelope/text_table.h"
#include "hone/base/issue.h"

namespace hone::envelope {

/// The codes and names by which lists of events call countries: the built-in registry, and what a table of the user
/// adds to it. The built-in meaning of a code or name always wins. Reading is thread-safe.
class CountryCodes {
public:
    /// Only the built-in registry.
    CountryCodes() = default;

    /// Adds the rows of a table such as CountryCode_Convert.xls. Columns, all but one of the codes optional: Country
    /// (or name), ISO3 alpha (or ISO3), ISO3custom, GDAM, FIPS, USDA PSD. Empty, NULL and -9999 are nothing. A row is
    /// about the first country that one of its ISO3 codes, else its name, has in the registry. Codes and names that the
    /// registry gives to another country keep that meaning ("envelope.code-conflict", a warning); rows of no known
    /// country are notes ("envelope.unknown-code"). Fault::Input if there is no column to find a country by.
    void add(const TextTable& table, IssueList& issues);

    std::optional<Country> by_iso3(std::string_view code) const;
    std::optional<Country> by_gdam(int code) const;
    std::optional<Country> by_name(std::string_view name) const;

    /// Number of codes and names that tables have added.
    std::size_t added() const { return iso3_.size() + gdam_.size() + names_.size(); }

private:
    std::map<std::string, Country, std::less<>> iso3_;
    std::map<int, Country> gdam_;
    std::map<std::string, Country, std::less<>> names_;
};

}  // namespace hone::envelope
