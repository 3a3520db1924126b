#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/table/column.h"

namespace hone {

/// Columns of equal length. Immutable by convention: share it by shared_ptr<const Table>.
class Table {
public:
    Table() = default;
    /// Fault::Bug if lengths differ or a name comes twice.
    explicit Table(std::vector<Column> columns);

    std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
    std::size_t columns() const { return columns_.size(); }
    const Column& column(std::size_t i) const { return columns_[i]; }
    /// The column of that name; Fault::NotFound with a suggestion.
    const Column& column(std::string_view name) const;
    const Column* find(std::string_view name) const;
    std::uint64_t memory_bytes() const;
    /// Rows given, in that order. Throws when `cancel` asks.
    Table take(std::span<const std::uint32_t> rows, const Cancel& cancel = {}) const;
    bool operator==(const Table&) const = default;

private:
    friend struct Codec<Table>;
    std::vector<Column> columns_;
};

template <>
struct Codec<Table> {
    static constexpr std::uint32_t kVersion = Codec<Column>::kVersion;
    static void encode(Encoder& out, const Table& value);
    static Table decode(Decoder& in);
};

}  // namespace hone
