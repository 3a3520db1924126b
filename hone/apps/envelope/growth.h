#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/order.h"

namespace hone::envelope {

/// Which cells of a base touch: the 8 neighbours on the grid, across 180 degrees, and cells of the same place. A view:
/// the base must outlive it. Immutable, hence thread-safe. 20 bytes a cell.
class Neighbours {
public:
    Neighbours(const Base& base, const Grid& grid, const Cancel& cancel = {});

    /// Appends the ranks of all cells that touch the one at `rank`.
    void append(std::uint32_t rank, std::vector<std::uint32_t>& ranks) const;
    const Base& base() const { return base_; }

private:
    void append_row(std::uint32_t self, std::size_t start, std::int64_t first_id, std::int64_t last_id,
                    std::vector<std::uint32_t>& ranks) const;
    std::size_t position_of(std::int64_t id) const;

    const Base& base_;
    std::int64_t columns_;
    BudgetVector<std::uint32_t> ids_;       ///< ascending; an index into these arrays is a position
    BudgetVector<std::uint32_t> ranks_;     ///< at each position
    BudgetVector<std::uint32_t> position_;  ///< of each rank
    BudgetVector<std::uint32_t> above_;     ///< the first position to look at in the row to the north
    BudgetVector<std::uint32_t> below_;
};

/// Grows connected land from a seed: of all cells that touch the land, the next is always the one with the greatest
/// (or least) yield, ties by the order of the base. A heuristic: connected land of the same area may hold more.
///
/// Invariants. A cell's turn is its place when all are taken in that order: 0 is the best (or worst). For each cell t
/// the tree holds the connected land of turns up to t around it: its children are the parts into which that land falls
/// without t. Growth from a seed fills the land of the seed, then that of its parent and so on, so that the land of any
/// area lies between two nodes of the seed's path to the root, and only what lies between them must be looked at; there
/// the same holds again for each cell that is met. Seeds that share both nodes share the land. Immutable, hence
/// thread-safe. 32 bytes a cell, 12 more while it is made.
class Growth {
public:
    enum class Next { Greatest, Least };

    Growth(const Neighbours& neighbours, Next next, const Cancel& cancel = {});

    /// Where the steps begin for one or more seeds.
    struct Start {
        std::uint32_t seed = 0;   ///< rank of the first seed that comes this way
        std::uint32_t inner = 0;  ///< node whose land is taken whole; kNone: there is none
        std::uint32_t outer = 0;  ///< its parent, or the seed itself: node whose land is enough
    };
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
    /// The ways of growth to `area` from the first `most` cells in turn whose connected land is that large; none if
    /// there is no connected land so large. Requires: area > 0.
    std::vector<Start> starts(Area area, std::size_t most) const;

    /// Connected land of exactly the area asked for; of the last cell a part.
    struct Land {
        Energy rounded_down, rounded_up;
        std::size_t cells = 0;
    };
    /// The land that growth from a start that starts() gave for this area comes to. Lands that are filled whole on the
    /// way are taken in one step each, so that it costs far less than the cells between inner and outer.
    Land grow(const Start& start, Area area, const Cancel& cancel = {}) const;

    /// Parts of the land that do not touch each other, and the area of the largest.
    std::size_t parts() const { return parts_; }
    Area largest_part() const { return largest_part_; }

private:
    class Walk;
    std::uint32_t flip(std::uint32_t turn_or_rank) const;
    void join_lands(const Cancel& cancel);
    void number_nodes();
    bool is_within(std::uint32_t turn, std::uint32_t node) const {
        return node != kNone && first_[turn] - first_[node] < count_[node];
    }

    const Neighbours& neighbours_;
    Next next_;
    std::size_t parts_ = 0;
    Area largest_part_;
    // Of each turn, as a node of the tree:
    BudgetVector<std::uint32_t> parent_;  ///< itself for a root
    BudgetVector<std::uint32_t> jump_;    ///< an ancestor further away, so that paths are walked in log steps
    BudgetVector<std::uint32_t> first_;   ///< its number in a depth-first walk: a subtree has consecutive numbers
    BudgetVector<std::uint32_t> count_;   ///< cells of its land
    BudgetVector<std::int64_t> area_;     ///< of its land, u
    BudgetVector<std::int64_t> energy_;   ///< of its land, kcal
};

}  // namespace hone::envelope
