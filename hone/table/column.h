#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hone/base/codec.h"
#include "hone/parallel/cancel.h"

namespace hone {

/// Types of columns. Decimal is an int64 with a fixed number of decimals (its scale): exact tenths, cents, 0.001 km2.
enum class ColumnType : std::uint8_t { Int64, Double, Decimal, Text };

std::string_view column_type_name(ColumnType type);

/// Texts one after another: row i is bytes offsets[i]..offsets[i+1].
struct TextData {
    std::vector<std::uint64_t> offsets = {0};
    std::string bytes;

    std::size_t size() const { return offsets.size() - 1; }
    std::string_view operator[](std::size_t i) const {
        return std::string_view(bytes).substr(offsets[i], offsets[i + 1] - offsets[i]);
    }
    void push_back(std::string_view text) {
        bytes.append(text);
        offsets.push_back(bytes.size());
    }
    bool operator==(const TextData&) const = default;
};

/// A named, typed column of values, each of which may be missing. Immutable once it is in a Table. What goes through
/// all rows takes a Cancel and throws when that asks; columns of a few thousand rows need none.
class Column {
public:
    static Column int64(std::string name, std::vector<std::int64_t> values, std::vector<bool> valid = {},
                        const Cancel& cancel = {});
    static Column real(std::string name, std::vector<double> values, std::vector<bool> valid = {},
                       const Cancel& cancel = {});
    /// Values in units of 10^-scale.
    static Column decimal(std::string name, int scale, std::vector<std::int64_t> values, std::vector<bool> valid = {},
                          const Cancel& cancel = {});
    static Column text(std::string name, TextData values, std::vector<bool> valid = {}, const Cancel& cancel = {});
    static Column text(std::string name, const std::vector<std::string>& values, std::vector<bool> valid = {});

    const std::string& name() const { return name_; }
    ColumnType type() const { return type_; }
    int scale() const { return scale_; }
    std::size_t size() const;
    bool is_valid(std::size_t row) const { return valid_.empty() || valid_[row]; }
    bool has_missing() const { return !valid_.empty(); }

    /// Values of the type named; Fault::Bug for another type. Those of missing rows are unspecified.
    const std::vector<std::int64_t>& int64s() const;  ///< Int64 and Decimal
    const std::vector<double>& reals() const;
    const TextData& texts() const;

    /// A number of any numeric type as double (Decimal divided by its scale), rounded once; nan if missing.
    double number(std::size_t row) const;
    /// Appends the value as text: integers in full, decimals exact, doubles shortest-exact, nothing if missing.
    void append_text(std::string& out, std::size_t row) const;
    /// The rows given, in that order.
    Column take(std::span<const std::uint32_t> rows, const Cancel& cancel = {}) const;
    /// What the copy constructor gives.
    Column copied(const Cancel& cancel) const;
    std::uint64_t memory_bytes() const;
    bool operator==(const Column&) const = default;

private:
    friend struct Codec<Column>;
    std::string name_;
    ColumnType type_ = ColumnType::Int64;
    int scale_ = 0;
    std::vector<bool> valid_;  // empty: all valid
    std::variant<std::vector<std::int64_t>, std::vector<double>, TextData> values_;
};

/// Columns of 256 rows and more are written packed (PackedColumn) where that saves a quarter; decoding allocates at
/// most 8,192 times the bytes at hand.
template <>
struct Codec<Column> {
    static constexpr std::uint32_t kVersion = 2;
    static void encode(Encoder& out, const Column& value);
    static Column decode(Decoder& in);
};

}  // namespace hone
