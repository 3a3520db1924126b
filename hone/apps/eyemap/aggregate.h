#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/packed_rows.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/memory/budget.h"
#include "hone/parallel/cancel.h"

namespace hone::eyemap {

/// What the rows of a type become columns by. The referenced objects must live as long as this.
struct AggregateRules {
    const ReadRules* rules = nullptr;
    const Regions* regions = nullptr;
    const Universe* universe = nullptr;
    const std::vector<std::string>* value_names = nullptr;
    bool counts_every_cell = false;  ///< also cells without synapses: rows of assigned cells
    Budget* budget = nullptr;
};

/// A type as its rows make it, with what was found on the way.
struct AggregatedType {
    CellType type;
    std::vector<Found> findings;
    std::map<SetNumber, FailureRow> failures;  ///< why maps must not be drawn: the first of each set
};

/// Adds up the packed rows of one type: raw rows by column and layer with distinct cells, aggregated rows by the policy
/// for duplicates. Then compares the columns with the universe. The result depends on the rows and rules only.
/// Fault::Limit if the budget has no room. Memory: some 8 bytes a raw row, and what the columns take.
AggregatedType aggregate(std::string name, std::span<const std::uint8_t> rows, const AggregateRules& rules,
                         const Cancel& cancel);

/// The universe with the columns that a type has besides; nothing if it has none. Maps of the type are drawn on it.
std::optional<Universe> widened(const Universe& universe, const CellType& type);

}  // namespace hone::eyemap
