#include "hone/table/packed_column.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "hone/base/error.h"

namespace hone {
namespace {

// Rows that one piece of work unpacks: some 0.1 ms.
constexpr std::size_t kRowsTogether = 64 * kPackedBlock;
constexpr std::size_t kRowsInCache = kPackedBlock;

/// Values with those of missing rows replaced by the one before: a zero among large numbers would cost bits.
template <class T>
std::vector<T> smoothed(const Column& column, const std::vector<T>& values) {
    std::vector<T> out = values;
    for (std::size_t i = 0; i < out.size(); ++i)
        if (!column.is_valid(i)) out[i] = i == 0 ? T{} : out[i - 1];
    return out;
}

std::vector<std::int64_t> marks_of(const Column& column) {
    std::vector<std::int64_t> marks;
    marks.reserve(column.size());
    for (std::size_t i = 0; i < column.size(); ++i)
        marks.push_back(column.is_valid(i) ? 1 : 0);
    return marks;
}

template <class T, class Packed>
std::vector<T> read_values(const Packed& packed, std::size_t begin, std::size_t end, const Exec& exec) {
    const std::size_t rows = end - begin;
    std::vector<T> values;
    const auto read_piece = [&](std::size_t first, std::size_t last) {
        packed.read(begin + first, std::span(values).subspan(first, last - first));
    };
    if (exec.threads() == 1) {
        // Piece by piece, so that the zeros of resize() stay in the processor's cache.
        values.reserve(rows);
        for (std::size_t first = 0; first < rows; first = values.size()) {
            values.resize(std::min(rows, first + kRowsInCache));
            read_piece(first, values.size());
        }
        return values;
    }
    values.resize(rows);
    const std::size_t pieces = rows / kRowsTogether + (rows % kRowsTogether != 0 ? 1 : 0);
    exec.for_each("unpack numbers", pieces,
                  [&](std::size_t i) { read_piece(i * kRowsTogether, std::min(rows, (i + 1) * kRowsTogether)); });
    return values;
}

std::vector<bool> read_marks(const PackedIntegers& packed, std::size_t begin, std::size_t end) {
    if (packed.size() == 0) return {};
    std::vector<bool> valid(end - begin, true);
    std::array<std::int64_t, kPackedBlock> marks;
    for (std::size_t done = 0; done < valid.size();) {
        const std::size_t rows = std::min(kPackedBlock - (begin + done) % kPackedBlock, valid.size() - done);
        packed.read(begin + done, std::span(marks).first(rows));
        for (std::size_t i = 0; i < rows; ++i)
            if (marks[i] == 0) valid[done + i] = false;
        done += rows;
    }
    return valid;
}

template <class T>
bool have_equal_bits(const std::vector<T>& left, const std::vector<T>& right) {
    return left.size() == right.size() &&
           (left.empty() || std::memcmp(left.data(), right.data(), left.size() * sizeof(T)) == 0);
}

}  // namespace

PackedColumn PackedColumn::shrink(const Column& column, const Exec& exec) {
    PackedColumn packed;
    packed.name_ = column.name();
    packed.type_ = column.type();
    packed.scale_ = column.scale();
    packed.size_ = column.size();
    if (column.has_missing()) packed.valid_ = PackedIntegers::pack(marks_of(column), exec);
    if (column.type() == ColumnType::Text)
        packed.values_ = PackedTexts::pack(column.texts(), exec);
    else if (column.type() == ColumnType::Double)
        packed.values_ = column.has_missing() ? PackedReals::pack(smoothed(column, column.reals()), exec)
                                              : PackedReals::pack(column.reals(), exec);
    else
        packed.values_ = column.has_missing() ? PackedIntegers::pack(smoothed(column, column.int64s()), exec)
                                              : PackedIntegers::pack(column.int64s(), exec);
    return packed;
}

Column PackedColumn::rows(std::size_t begin, std::size_t end, const Exec& exec) const {
    check(begin <= end && end <= size_, "rows of a packed column exist");
    std::vector<bool> valid = read_marks(valid_, begin, end);
    switch (type_) {
        case ColumnType::Int64:
            return Column::int64(name_, read_values<std::int64_t>(std::get<PackedIntegers>(values_), begin, end, exec),
                                 std::move(valid));
        case ColumnType::Double:
            return Column::real(name_, read_values<double>(std::get<PackedReals>(values_), begin, end, exec),
                                std::move(valid));
        case ColumnType::Decimal:
            return Column::decimal(name_, scale_,
                                   read_values<std::int64_t>(std::get<PackedIntegers>(values_), begin, end, exec),
                                   std::move(valid));
        case ColumnType::Text:
            break;
    }
    return Column::text(name_, std::get<PackedTexts>(values_).read(begin, end, exec), std::move(valid));
}

std::uint64_t PackedColumn::memory_bytes() const {
    std::uint64_t bytes = sizeof(PackedColumn) + name_.capacity();
    if (valid_.size() > 0) bytes += valid_.blocks().memory_bytes();
    if (type_ == ColumnType::Text) return bytes + std::get<PackedTexts>(values_).memory_bytes();
    if (type_ == ColumnType::Double) return bytes + std::get<PackedReals>(values_).blocks().memory_bytes();
    return bytes + std::get<PackedIntegers>(values_).blocks().memory_bytes();
}

std::uint64_t PackedColumn::plain_bytes() const {
    if (type_ != ColumnType::Text) return size_ * sizeof(std::int64_t);
    return size_ * sizeof(std::uint32_t) + std::get<PackedTexts>(values_).text_bytes();
}

std::string PackedColumn::in_words() const {
    std::string words = std::visit([](const auto& values) { return values.in_words(); }, values_);
    if (valid_.size() > 0) words += cat("; missing: ", valid_.in_words());
    return words;
}

bool are_identical(const Column& left, const Column& right) {
    if (left.name() != right.name() || left.type() != right.type() || left.scale() != right.scale() ||
        left.size() != right.size() || left.has_missing() != right.has_missing())
        return false;
    for (std::size_t i = 0; left.has_missing() && i < left.size(); ++i)
        if (left.is_valid(i) != right.is_valid(i)) return false;
    if (left.type() == ColumnType::Text) return left.texts() == right.texts();
    if (left.type() == ColumnType::Double) return have_equal_bits(left.reals(), right.reals());
    return have_equal_bits(left.int64s(), right.int64s());
}

void PackedColumn::encode_rows(Encoder& out) const {
    out.u64(size_);
    out.u8(valid_.size() > 0 ? 1 : 0);
    if (valid_.size() > 0) valid_.encode(out);
    std::visit([&](const auto& values) { values.encode(out); }, values_);
}

PackedColumn PackedColumn::decode_rows(Decoder& in, std::string name, ColumnType type, int scale) {
    PackedColumn column;
    column.name_ = std::move(name);
    column.type_ = type;
    column.scale_ = scale;
    const std::uint64_t size = in.u64();
    if (size / kPackedBlock > in.left()) fail(Fault::Input, "a packed column is too short for its rows: ", size);
    column.size_ = static_cast<std::size_t>(size);
    if (in.flag()) column.valid_ = PackedIntegers::decode(in, column.size_);
    if (type == ColumnType::Text)
        column.values_ = PackedTexts::decode(in, column.size_);
    else if (type == ColumnType::Double)
        column.values_ = PackedReals::decode(in, column.size_);
    else
        column.values_ = PackedIntegers::decode(in, column.size_);
    return column;
}

}  // namespace hone
