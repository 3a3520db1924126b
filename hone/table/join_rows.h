#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/base/function_ref.h"
#include "hone/memory/budget.h"
#include "hone/table/join.h"
#include "hone/table/key_index.h"

namespace hone {

/// Key columns of both sides. Private to the joins.
struct JoinKeys {
    KeyColumns left;
    KeyColumns right;
};

/// Fault::NotFound for a column that is absent, Fault::Usage for types that differ or a join without keys where it
/// needs one.
JoinKeys join_keys(const Table& left, const Table& right, std::span<const JoinKey> keys, std::string_view doing);

/// Columns of the right table that are no keys, and the names they get.
struct RightColumn {
    const Column* column = nullptr;
    std::string name;
};
std::vector<RightColumn> right_columns(const Table& left, const Table& right, const JoinKeys& keys,
                                       const std::string& suffix);

struct JoinSides {
    const Table& left;
    const Table& right;
};
/// The result of join() in tables of about `most_rows` rows, one after another; one without rows if there are none.
/// Requires: most_rows > 0.
void join_in_parts(const JoinSides& sides, const Join& how, std::uint64_t most_rows, const Exec& exec,
                   FunctionRef<void(Table)> consume);

/// A charge of what a join takes; a budget of nullptr is unlimited.
Reservation reserve_for_join(Budget* budget, std::uint64_t bytes, const Table& left, const Table& right);

}  // namespace hone
