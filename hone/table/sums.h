#pragma once
#include <cstdint>

#include "hone/base/number.h"
#include "hone/parallel/exec.h"
#include "hone/table/column.h"

namespace hone {

/// Sum of the valid values of an Int64 or Decimal column; Fault::Limit on overflow of int64.
std::int64_t exact_sum(const Column& column, const Exec& exec);
/// Sum of the valid values of a Double column: exact (as if added without rounding), rounded once at the end, so it
/// does not depend on order or threads. nan or inf among the values give what plain addition gives.
double exact_sum_real(const Column& column, const Exec& exec);

/// A sum of values of `column` as int64; Fault::Limit beyond the range.
std::int64_t sum_to_int64(Int128 sum, const Column& column);

}  // namespace hone
