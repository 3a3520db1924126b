#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/table/table.h"

namespace hone {

/// Fault::Usage, saying which, unless both tables have columns of the same names, types and scales in the same order.
void require_same_columns(const Table& a, const Table& b);

/// The rows of all tables, one after another. Requires: one table at least, all with the same columns.
Table concatenated(std::span<const Table* const> tables);
Table concatenated(std::span<const Table> tables);

/// A row of one of several tables.
struct RowPlace {
    std::uint32_t table = 0;
    std::uint32_t row = 0;
};
/// Those rows, in that order. Requires: all tables have the same columns, one table at least.
Table gathered(std::span<const Table* const> tables, std::span<const RowPlace> places);

/// Rows begin..end-1.
Table slice(const Table& table, std::size_t begin, std::size_t end);

/// The columns named, in that order.
Table project(const Table& table, std::span<const std::string> columns);

}  // namespace hone
