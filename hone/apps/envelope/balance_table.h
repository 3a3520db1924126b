#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hone/apps/envelope/balance.h"
#include "hone/base/issue.h"

namespace hone::envelope {

/// The shapes in which stock balances come.
enum class BalanceFormat : std::uint8_t {
    Narrow,  ///< three header rows (Commodity, Attribute, Country), then one row a year
    Wide,    ///< Commodity, Attribute, Country, one column a year, Unit Description
    Long,    ///< PSD export: one row for each commodity, country, year and attribute
    Tidy     ///< commodity, attribute, marketing_year, value, unit
};
/// "narrow", "wide", "long", "tidy".
std::string_view format_name(BalanceFormat format);

/// What numbers of a balance table mean.
enum class BalanceUnit : std::uint8_t { Kilotonne, Tonne, Kilocalorie };
/// "1000 t", "t", "kcal".
std::string_view unit_name(BalanceUnit unit);
/// Unit of a text such as "1000 t", "(1000 MT)", "kt", "t", "(kcal)"; nothing for others.
std::optional<BalanceUnit> find_unit(std::string_view text);

/// A balance table in memory.
struct BalanceText {
    std::string_view bytes;
    std::string label;                 ///< what Issues carry as file
    std::string name;                  ///< what errors call it
    std::optional<BalanceUnit> given;  ///< unit for numbers whose table states none
};

/// What was read of a table.
struct BalanceReport {
    BalanceFormat format = BalanceFormat::Tidy;
    std::optional<BalanceUnit> unit;  ///< of its numbers; nothing if no number was used
    std::int64_t rows = 0;            ///< below the header
    std::int64_t amounts = 0;         ///< read
    std::int64_t missing = 0;         ///< empty or marked as missing
    std::int64_t bad = 0;             ///< no numbers, negative or beyond belief
    std::int64_t rounded = 0;         ///< finer than 1 kg
    bool is_synthetic = false;        ///< a column year_data says so
};

/// Reads a table of any format, told by its header, and adds its world balances of grains to `balances`. Commodities
/// and attributes that are none of ours are passed over. Text is RFC 4180 (quotes, thousands separators inside them,
/// byte-order mark, LF or CRLF). Units are read or given, never guessed; only the narrow format, which is 1000 t by
/// definition, may go without (Issue of severity note). Findings are Issues of rows. Fault::Input with an id for a
/// table of no known format, without unit, with more than 1 % rows of another field count, or without any amount.
BalanceReport read_balance_table(const BalanceText& table, Balances& balances, IssueList& issues);

/// World balances that ship with hone: USDA PSD, July 2023.
const Balances& builtin_balances();
/// "USDA PSD, July 2023".
inline constexpr std::string_view kBuiltinEdition = "USDA PSD, July 2023";
/// Digest of the built-in table, hexadecimal.
std::string builtin_balances_digest();

}  // namespace hone::envelope
