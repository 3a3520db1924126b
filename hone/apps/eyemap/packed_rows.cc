#include "hone/apps/eyemap/packed_rows.h"

#include <cstring>

namespace hone::eyemap {
namespace {

/// Counts from kAbsent on, as numbers from 0 on.
std::uint64_t coded(std::int64_t count) {
    return static_cast<std::uint64_t>(count - kAbsent);
}

}  // namespace

std::uint8_t* RowPacker::put_file(std::uint8_t* at, std::uint16_t file) {
    file_ = file;
    line_ = 0;
    *at++ = kFile;
    return put(at, file);
}

std::span<const std::uint8_t> RowPacker::pack(const ColumnRow& row) {
    std::uint8_t* at = start(row.place);
    *at++ = kColumn;
    at = put_column(at, row.column);
    // The next raw row must not take its column from this record, which fills another member.
    column_ = ~std::uint64_t{0};
    for (const std::int64_t count : {row.synapses, row.cells, row.pre, row.post})
        at = put(at, coded(count));
    at = put_line(at, row.place);
    at = put(at, row.values.size());
    if (row.values.empty()) return finish(at);
    long_bytes_.assign(bytes_, at);
    for (const auto& [name, value] : row.values) {
        std::uint8_t more[20];
        std::uint8_t* end = put(more, name);
        std::memcpy(end, &value, sizeof value);
        long_bytes_.insert(long_bytes_.end(), more, end + sizeof value);
    }
    return long_bytes_;
}

std::span<const std::uint8_t> RowPacker::pack(const LayerRow& row) {
    std::uint8_t* at = start(row.place);
    *at++ = row.is_inline ? kInlineLayer : kLayer;
    at = put_column(at, row.column);
    column_ = ~std::uint64_t{0};
    at = put(at, static_cast<std::uint64_t>(row.layer));
    at = put(at, coded(row.synapses));
    at = put(at, coded(row.cells));
    return finish(put_line(at, row.place));
}

std::span<const std::uint8_t> RowPacker::pack(const FailureRow& row) {
    std::uint8_t* at = start(row.place);
    *at++ = kFailure;
    at = put(at, row.set);
    at = put_line(at, row.place);
    at = put(at, row.reason.size());
    long_bytes_.assign(bytes_, at);
    long_bytes_.insert(long_bytes_.end(), row.reason.begin(), row.reason.end());
    return long_bytes_;
}

std::int64_t RowReader::count() {
    return static_cast<std::int64_t>(number()) + kAbsent;
}

ColumnKey RowReader::column() {
    check(end_ - at_ >= 6, "packed rows are whole");
    ColumnKey key = 0;
    for (int shift = 0; shift < 48; shift += 8)
        key |= std::uint64_t{*at_++} << shift;
    return key;
}

RowReader::Kind RowReader::next_other() {
    const std::uint8_t kind = *at_++;
    switch (kind) {
        case RowPacker::kFile:
            file_ = static_cast<std::uint16_t>(number());
            line_ = 0;
            return next();
        case RowPacker::kColumn:
            return next_column();
        case RowPacker::kLayer:
        case RowPacker::kInlineLayer:
            layer_row.column = column();
            layer_row.layer = static_cast<std::int32_t>(number());
            layer_row.synapses = count();
            layer_row.cells = count();
            layer_row.is_inline = kind == RowPacker::kInlineLayer;
            layer_row.place = {file_, line_ += number()};
            return Kind::Layer;
        default:
            check(kind == RowPacker::kFailure, "packed rows have known kinds");
            return next_failure();
    }
}

RowReader::Kind RowReader::next_column() {
    column_row.column = column();
    for (std::int64_t* const to : {&column_row.synapses, &column_row.cells, &column_row.pre, &column_row.post})
        *to = count();
    column_row.place = {file_, line_ += number()};
    column_row.values.resize(number());
    for (auto& [name, value] : column_row.values) {
        name = static_cast<std::uint32_t>(number());
        check(static_cast<std::size_t>(end_ - at_) >= sizeof value, "packed rows are whole");
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
    }
    return Kind::Column;
}

RowReader::Kind RowReader::next_failure() {
    failure.set = static_cast<SetNumber>(number());
    failure.place = {file_, line_ += number()};
    const std::size_t size = number();
    check(static_cast<std::size_t>(end_ - at_) >= size, "packed rows are whole");
    failure.reason.assign(reinterpret_cast<const char*>(at_), size);
    at_ += size;
    return Kind::Failure;
}

}  // namespace hone::eyemap
