#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "hone/parallel/exec.h"
#include "hone/table/column.h"

namespace hone {

/// Stands for a row that is not there: its cells are missing.
inline constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();

/// The rows given, in that order, under another name; missing for kNoRow. Private to the operations.
Column picked(const Column& column, std::span<const std::uint32_t> rows, const std::string& name, const Exec& exec);
/// From row i of `rows` of `column`, or, for kNoRow, from row i of `other_rows` of `other`; missing if both are kNoRow.
/// Requires: equal types and scales.
Column picked_from_either(const Column& column, std::span<const std::uint32_t> rows, const Column& other,
                          std::span<const std::uint32_t> other_rows, const Cancel& cancel);

/// Memory that the values of picked() take, about.
std::uint64_t picked_bytes(const Column& column, std::span<const std::uint32_t> rows, const Cancel& cancel);

/// Fault::Usage unless both columns have one type and scale; `doing` says what for.
void require_same_type(const Column& a, const Column& b, std::string_view doing);

}  // namespace hone
