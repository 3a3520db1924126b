#include "hone/table/column.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/exact_ratio.h"
#include "hone/table/packed_column.h"
#include "hone/table/row_blocks.h"

namespace hone {
namespace {

constexpr int kMostDecimals = 18;
constexpr std::array<double, kMostDecimals + 1> kPowersOfTen = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

// Forms of an encoded column.
constexpr std::uint8_t kPlain = 0;
constexpr std::uint8_t kPlainWithMissing = 1;
constexpr std::uint8_t kPacked = 2;
// Shorter columns are a few kB in any form.
constexpr std::size_t kLeastPackedRows = 256;
// Bytes of text that are copied between two looks at a request to stop.
constexpr std::size_t kCopied = std::size_t{1} << 18;

/// True if offsets start at zero, never fall and end with the bytes.
bool is_consistent(const TextData& texts, const Cancel& cancel) {
    const auto& offsets = texts.offsets;
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != texts.bytes.size()) return false;
    return !any_block(texts.size(), cancel, [&](std::size_t begin, std::size_t end) {
        return !std::ranges::is_sorted(std::span(offsets).subspan(begin, end + 1 - begin));
    });
}

/// `valid` as a Column keeps it: empty if nothing is missing.
std::vector<bool> normal(std::vector<bool> valid, std::size_t size, const Cancel& cancel) {
    check(valid.empty() || valid.size() == size, "a column has as many marks of missing values as values");
    const bool has_missing = any_block(valid.size(), cancel, [&](std::size_t begin, std::size_t end) {
        const auto stop = valid.begin() + static_cast<std::ptrdiff_t>(end);
        return std::find(valid.begin() + static_cast<std::ptrdiff_t>(begin), stop, false) != stop;
    });
    if (!has_missing) valid.clear();
    return valid;
}

/// Sets the values of missing rows to zero, so that equal columns compare and encode alike.
template <class T>
void clear_missing(std::vector<T>& values, const std::vector<bool>& valid, const Cancel& cancel) {
    each_row(valid.size(), cancel, [&](std::size_t i) {
        if (!valid[i]) values[i] = T{};
    });
}

void clear_missing(TextData& texts, const std::vector<bool>& valid, const Cancel& cancel) {
    const bool is_clear = !any_block(valid.size(), cancel, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            if (!valid[i] && !texts[i].empty()) return true;
        return false;
    });
    if (is_clear) return;
    TextData cleared;
    cleared.offsets.reserve(texts.offsets.size());
    cleared.bytes.reserve(texts.bytes.size());
    each_row(texts.size(), cancel, [&](std::size_t i) { cleared.push_back(valid[i] ? texts[i] : std::string_view{}); });
    texts = std::move(cleared);
}

template <class T>
std::vector<T> taken(const std::vector<T>& values, std::span<const std::uint32_t> rows, const Cancel& cancel) {
    std::vector<T> out;
    out.reserve(rows.size());
    each_row(rows.size(), cancel, [&](std::size_t i) { out.push_back(values[rows[i]]); });
    return out;
}

TextData taken(const TextData& texts, std::span<const std::uint32_t> rows, const Cancel& cancel) {
    TextData out;
    std::uint64_t bytes = 0;
    each_row(rows.size(), cancel, [&](std::size_t i) { bytes += texts[rows[i]].size(); });
    out.bytes.reserve(bytes);
    out.offsets.reserve(rows.size() + 1);
    each_row(rows.size(), cancel, [&](std::size_t i) { out.push_back(texts[rows[i]]); });
    return out;
}

template <class T>
std::vector<T> copy_of(const std::vector<T>& values, const Cancel& cancel) {
    std::vector<T> out;
    out.reserve(values.size());
    each_block(values.size(), cancel, [&](std::size_t begin, std::size_t end) {
        out.insert(out.end(), values.begin() + static_cast<std::ptrdiff_t>(begin),
                   values.begin() + static_cast<std::ptrdiff_t>(end));
    });
    return out;
}

TextData copy_of(const TextData& texts, const Cancel& cancel) {
    TextData out{copy_of(texts.offsets, cancel), {}};
    out.bytes.reserve(texts.bytes.size());
    for (std::size_t at = 0; at < texts.bytes.size(); at += kCopied) {
        cancel.check();
        out.bytes.append(texts.bytes, at, kCopied);
    }
    return out;
}

std::vector<std::uint8_t> packed(const std::vector<bool>& bits) {
    std::vector<std::uint8_t> bytes((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i)
        if (bits[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1U << (i % 8));
    return bytes;
}

std::vector<bool> unpacked(const std::vector<std::uint8_t>& bytes, std::size_t size) {
    if (bytes.size() != size / 8 + (size % 8 != 0 ? 1 : 0))
        fail(Fault::Input, "a column has another number of marks of missing values than of values: ", size);
    std::vector<bool> bits(size);
    for (std::size_t i = 0; i < size; ++i)
        bits[i] = (bytes[i / 8] >> (i % 8) & 1U) != 0;
    return bits;
}

std::uint64_t plain_bytes(const Column& column) {
    if (column.type() != ColumnType::Text) return column.size() * sizeof(std::int64_t);
    return column.texts().offsets.size() * sizeof(std::uint64_t) + column.texts().bytes.size();
}

TextData decode_texts(Decoder& in) {
    TextData texts;
    texts.offsets = Codec<std::vector<std::uint64_t>>::decode(in);
    texts.bytes = Codec<std::string>::decode(in);
    if (!is_consistent(texts, {})) fail(Fault::Input, "a text column has offsets that do not fit its bytes");
    return texts;
}

}  // namespace

std::string_view column_type_name(ColumnType type) {
    switch (type) {
        case ColumnType::Int64:
            return "int64";
        case ColumnType::Double:
            return "double";
        case ColumnType::Decimal:
            return "decimal";
        case ColumnType::Text:
            break;
    }
    return "text";
}

Column Column::int64(std::string name, std::vector<std::int64_t> values, std::vector<bool> valid,
                     const Cancel& cancel) {
    Column column;
    column.name_ = std::move(name);
    column.valid_ = normal(std::move(valid), values.size(), cancel);
    clear_missing(values, column.valid_, cancel);
    column.values_ = std::move(values);
    return column;
}

Column Column::real(std::string name, std::vector<double> values, std::vector<bool> valid, const Cancel& cancel) {
    Column column;
    column.name_ = std::move(name);
    column.type_ = ColumnType::Double;
    column.valid_ = normal(std::move(valid), values.size(), cancel);
    clear_missing(values, column.valid_, cancel);
    column.values_ = std::move(values);
    return column;
}

Column Column::decimal(std::string name, int scale, std::vector<std::int64_t> values, std::vector<bool> valid,
                       const Cancel& cancel) {
    check(scale >= 0 && scale <= kMostDecimals, "a decimal column has 0 to 18 decimals");
    Column column = int64(std::move(name), std::move(values), std::move(valid), cancel);
    column.type_ = ColumnType::Decimal;
    column.scale_ = scale;
    return column;
}

Column Column::text(std::string name, TextData values, std::vector<bool> valid, const Cancel& cancel) {
    check(is_consistent(values, cancel), "the offsets of a text column fit its bytes");
    Column column;
    column.name_ = std::move(name);
    column.type_ = ColumnType::Text;
    column.valid_ = normal(std::move(valid), values.size(), cancel);
    clear_missing(values, column.valid_, cancel);
    column.values_ = std::move(values);
    return column;
}

Column Column::text(std::string name, const std::vector<std::string>& values, std::vector<bool> valid) {
    TextData texts;
    texts.offsets.reserve(values.size() + 1);
    for (const std::string& value : values)
        texts.push_back(value);
    return text(std::move(name), std::move(texts), std::move(valid));
}

std::size_t Column::size() const {
    return std::visit([](const auto& values) { return values.size(); }, values_);
}

const std::vector<std::int64_t>& Column::int64s() const {
    const auto* values = std::get_if<std::vector<std::int64_t>>(&values_);
    check(values != nullptr, "int64s() is asked of an int64 or decimal column");
    return *values;
}

const std::vector<double>& Column::reals() const {
    const auto* values = std::get_if<std::vector<double>>(&values_);
    check(values != nullptr, "reals() is asked of a double column");
    return *values;
}

const TextData& Column::texts() const {
    const auto* values = std::get_if<TextData>(&values_);
    check(values != nullptr, "texts() is asked of a text column");
    return *values;
}

double Column::number(std::size_t row) const {
    check(type_ != ColumnType::Text, "number() is asked of a column of numbers");
    if (!is_valid(row)) return std::numeric_limits<double>::quiet_NaN();
    if (type_ == ColumnType::Double) return reals()[row];
    const std::int64_t value = int64s()[row];
    constexpr std::int64_t kExact = std::int64_t{1} << 53;
    const double power = kPowersOfTen[static_cast<std::size_t>(scale_)];
    if (value >= -kExact && value <= kExact) return static_cast<double>(value) / power;
    return rounded_ratio(Int128{value}, integer_power_of_ten(scale_));
}

void Column::append_text(std::string& out, std::size_t row) const {
    if (!is_valid(row)) return;
    switch (type_) {
        case ColumnType::Int64:
            append_int64(out, int64s()[row]);
            break;
        case ColumnType::Double:
            append_shortest(out, reals()[row]);
            break;
        case ColumnType::Decimal:
            out += decimal_text(int64s()[row], scale_);
            break;
        case ColumnType::Text:
            out += texts()[row];
            break;
    }
}

Column Column::take(std::span<const std::uint32_t> rows, const Cancel& cancel) const {
    const bool do_exist = !any_block(rows.size(), cancel, [&, n = size()](std::size_t begin, std::size_t end) {
        return std::ranges::any_of(rows.subspan(begin, end - begin), [n](std::uint32_t row) { return row >= n; });
    });
    check(do_exist, "rows taken exist");
    Column column;
    column.name_ = name_;
    column.type_ = type_;
    column.scale_ = scale_;
    std::visit([&](const auto& values) { column.values_ = taken(values, rows, cancel); }, values_);
    if (!valid_.empty()) column.valid_ = normal(taken(valid_, rows, cancel), rows.size(), cancel);
    return column;
}

Column Column::copied(const Cancel& cancel) const {
    Column column;
    column.name_ = name_;
    column.type_ = type_;
    column.scale_ = scale_;
    column.valid_ = valid_;
    std::visit([&](const auto& values) { column.values_ = copy_of(values, cancel); }, values_);
    return column;
}

std::uint64_t Column::memory_bytes() const {
    std::uint64_t bytes = sizeof(Column) + name_.capacity() + valid_.capacity() / 8;
    if (type_ == ColumnType::Text)
        bytes += texts().bytes.capacity() + texts().offsets.capacity() * sizeof(std::uint64_t);
    else if (type_ == ColumnType::Double)
        bytes += reals().capacity() * sizeof(double);
    else
        bytes += int64s().capacity() * sizeof(std::int64_t);
    return bytes;
}

void Codec<Column>::encode(Encoder& out, const Column& value) {
    out.text(value.name_);
    out.u8(static_cast<std::uint8_t>(value.type_));
    out.u8(static_cast<std::uint8_t>(value.scale_));
    if (value.size() >= kLeastPackedRows) {
        Encoder packed;
        PackedColumn::shrink(value).encode_rows(packed);
        if (packed.bytes().size() < plain_bytes(value) / 4 * 3) {
            out.u8(kPacked);
            out.raw(packed.bytes().data(), packed.bytes().size());
            return;
        }
    }
    out.u8(value.valid_.empty() ? kPlain : kPlainWithMissing);
    if (value.type_ == ColumnType::Text) {
        Codec<std::vector<std::uint64_t>>::encode(out, value.texts().offsets);
        out.text(value.texts().bytes);
    } else if (value.type_ == ColumnType::Double) {
        Codec<std::vector<double>>::encode(out, value.reals());
    } else {
        Codec<std::vector<std::int64_t>>::encode(out, value.int64s());
    }
    if (!value.valid_.empty()) Codec<std::vector<std::uint8_t>>::encode(out, packed(value.valid_));
}

Column Codec<Column>::decode(Decoder& in) {
    Column column;
    column.name_ = in.text();
    const std::uint8_t type = in.u8();
    if (type > static_cast<std::uint8_t>(ColumnType::Text)) fail(Fault::Input, "a column has no type ", type);
    column.type_ = static_cast<ColumnType>(type);
    column.scale_ = in.u8();
    if (column.scale_ > (column.type_ == ColumnType::Decimal ? kMostDecimals : 0))
        fail(Fault::Input, "a column cannot have so many decimals: ", column.scale_);
    const std::uint8_t form = in.u8();
    if (form > kPacked) fail(Fault::Input, "a column cannot be encoded in form ", form);
    if (form == kPacked)
        return PackedColumn::decode_rows(in, std::move(column.name_), column.type_, column.scale_).unpack();
    if (column.type_ == ColumnType::Text)
        column.values_ = decode_texts(in);
    else if (column.type_ == ColumnType::Double)
        column.values_ = Codec<std::vector<double>>::decode(in);
    else
        column.values_ = Codec<std::vector<std::int64_t>>::decode(in);
    if (form == kPlain) return column;
    const std::size_t size = column.size();
    column.valid_ = normal(unpacked(Codec<std::vector<std::uint8_t>>::decode(in), size), size, {});
    std::visit([&](auto& values) { clear_missing(values, column.valid_, {}); }, column.values_);
    return column;
}

}  // namespace hone
