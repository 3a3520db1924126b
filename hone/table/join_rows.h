#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

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

/// A charge of what a join takes; a budget of nullptr is unlimited.
Reservation reserve_for_join(Budget* budget, std::uint64_t bytes, const Table& left, const Table& right);

}  // namespace hone
