#include "hone/apps/envelope/growth.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "hone/base/error.h"

namespace hone::envelope {

Neighbours::Neighbours(const Base& base, const Grid& grid, const Cancel& cancel)
    : base_(base),
      columns_(grid.columns()),
      ids_(base.budget()),
      ranks_(base.budget()),
      position_(base.budget()),
      above_(base.budget()),
      below_(base.budget()) {
    const std::size_t n = base.size();
    {
        BudgetVector<std::uint64_t> by_id(base.budget());
        by_id.reserve(n);
        for (std::size_t rank = 0; rank < n; ++rank)
            by_id.push_back(std::uint64_t{base.id(rank)} << 32 | rank);
        std::sort(by_id.begin(), by_id.end());
        cancel.check();
        ids_.reserve(n);
        ranks_.reserve(n);
        position_.resize(n);
        for (std::size_t at = 0; at < n; ++at) {
            ids_.push_back(static_cast<std::uint32_t>(by_id[at] >> 32));
            ranks_.push_back(static_cast<std::uint32_t>(by_id[at]));
            position_[ranks_[at]] = static_cast<std::uint32_t>(at);
        }
    }
    above_.reserve(n);
    below_.reserve(n);
    std::size_t above = 0;
    std::size_t below = 0;
    for (std::size_t at = 0; at < n; ++at) {
        cancel.check_every(at);
        const std::int64_t west = std::max<std::int64_t>(ids_[at] % columns_ - 1, 0);
        const std::int64_t row = ids_[at] / columns_;
        while (above < n && ids_[above] < (row - 1) * columns_ + west)
            ++above;
        while (below < n && ids_[below] < (row + 1) * columns_ + west)
            ++below;
        above_.push_back(static_cast<std::uint32_t>(above));
        below_.push_back(static_cast<std::uint32_t>(below));
    }
}

std::size_t Neighbours::position_of(std::int64_t id) const {
    return static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
}

void Neighbours::append_row(std::uint32_t self, std::size_t start, std::int64_t first_id, std::int64_t last_id,
                            std::vector<std::uint32_t>& ranks) const {
    for (std::size_t at = start; at < ids_.size() && ids_[at] <= last_id; ++at)
        if (ids_[at] >= first_id && at != self) ranks.push_back(ranks_[at]);
}

void Neighbours::append(std::uint32_t rank, std::vector<std::uint32_t>& ranks) const {
    const std::uint32_t self = position_[rank];
    const std::int64_t row = ids_[self] / columns_;
    const std::int64_t column = ids_[self] % columns_;
    const std::int64_t west = std::max<std::int64_t>(column - 1, 0);
    const std::int64_t east = std::min(column + 1, columns_ - 1);
    std::size_t beside = self;
    while (beside > 0 && ids_[beside - 1] >= row * columns_ + west)
        --beside;
    const std::size_t starts[] = {above_[self], beside, below_[self]};
    for (int step = -1; step <= 1; ++step) {
        const std::int64_t begin = (row + step) * columns_;
        append_row(self, starts[step + 1], begin + west, begin + east, ranks);
        if (column != 0 && column != columns_ - 1) continue;
        const std::int64_t across = begin + (column == 0 ? columns_ - 1 : 0);
        append_row(self, position_of(across), across, across, ranks);
    }
}

Growth::Growth(const Neighbours& neighbours, Next next, const Cancel& cancel)
    : neighbours_(neighbours),
      next_(next),
      parent_(neighbours.base().budget()),
      jump_(neighbours.base().budget()),
      first_(neighbours.base().budget()),
      count_(neighbours.base().budget()),
      area_(neighbours.base().budget()),
      energy_(neighbours.base().budget()) {
    join_lands(cancel);
    cancel.check();
    number_nodes();
}

/// Turns and ranks run in opposite directions if the greatest comes first, and are the same otherwise.
std::uint32_t Growth::flip(std::uint32_t turn_or_rank) const {
    const auto n = static_cast<std::uint32_t>(neighbours_.base().size());
    return next_ == Next::Greatest ? n - 1 - turn_or_rank : turn_or_rank;
}

void Growth::join_lands(const Cancel& cancel) {
    const Base& base = neighbours_.base();
    const auto n = static_cast<std::uint32_t>(base.size());
    BudgetVector<std::uint32_t> land(base.budget());  // leads to the latest turn of the land that a turn belongs to
    land.reserve(n);
    for (auto* values : {&parent_, &count_})
        values->reserve(n);
    area_.reserve(n);
    energy_.reserve(n);
    std::vector<std::uint32_t> touching;
    for (std::uint32_t turn = 0; turn < n; ++turn) {
        cancel.check_every(turn);
        land.push_back(turn);
        parent_.push_back(turn);
        count_.push_back(1);
        area_.push_back(base.cell_area(flip(turn)).u);
        energy_.push_back(base.cell_energy(flip(turn)).kcal);
        touching.clear();
        neighbours_.append(flip(turn), touching);
        for (const std::uint32_t rank : touching) {
            std::uint32_t other = flip(rank);
            if (other > turn) continue;
            while (land[other] != other) {
                land[other] = land[land[other]];
                other = land[other];
            }
            if (other == turn) continue;
            land[other] = turn;
            parent_[other] = turn;
            count_[turn] += count_[other];
            area_[turn] += area_[other];
            energy_[turn] += energy_[other];
        }
    }
}

// Parents have later turns than their children, so one walk downwards meets each parent first. The jumps are those of
// the skew-binary counter (Myers, An applicative random-access stack, 1983).
void Growth::number_nodes() {
    const std::size_t n = parent_.size();
    Budget& budget = neighbours_.base().budget();
    BudgetVector<std::uint32_t> depth(budget);
    BudgetVector<std::uint32_t> free(budget);  // the next number for a child
    for (auto* values : {&jump_, &first_, &depth, &free})
        values->resize(n);
    std::uint32_t next_root = 0;
    for (std::size_t node = n; node-- > 0;) {
        const std::uint32_t parent = parent_[node];
        if (parent == node) {
            ++parts_;
            largest_part_ = std::max(largest_part_, Area{area_[node]});
            jump_[node] = parent;
            first_[node] = next_root;
            next_root += count_[node];
        } else {
            const std::uint32_t far = jump_[parent];
            const bool is_even = depth[parent] - depth[far] == depth[far] - depth[jump_[far]];
            depth[node] = depth[parent] + 1;
            jump_[node] = is_even ? jump_[far] : parent;
            first_[node] = free[parent];
            free[parent] += count_[node];
        }
        free[node] = first_[node] + 1;
    }
}

std::vector<Growth::Start> Growth::starts(Area area, std::size_t most) const {
    check(area.u > 0, "connected land has an area");
    std::vector<Start> starts;
    if (area > largest_part_) return starts;
    std::size_t seeds = 0;
    for (std::uint32_t turn = 0; turn < parent_.size() && seeds < most; ++turn) {
        std::uint32_t inner = kNone;
        std::uint32_t node = turn;
        while (area_[node] < area.u && parent_[node] != node) {
            inner = node;
            node = area_[jump_[node]] < area.u ? jump_[node] : parent_[node];
        }
        if (area_[node] < area.u) continue;
        ++seeds;
        const bool is_known = std::ranges::any_of(
            starts, [&](const Start& other) { return other.inner == inner && other.outer == node; });
        if (!is_known) starts.push_back({flip(turn), inner, node});
    }
    return starts;
}

Growth::Land Growth::grow(const Start& start, Area area, const Cancel& cancel) const {
    const Base& base = neighbours_.base();
    std::int64_t left = area.u;
    std::int64_t energy = 0;
    Land land;
    if (start.inner != kNone) {
        left -= area_[start.inner];
        energy = energy_[start.inner];
        land.cells = count_[start.inner];
    }
    std::vector<bool> is_met(count_[start.outer]);
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> border;
    border.push(start.outer);
    is_met[first_[border.top()] - first_[start.outer]] = true;
    std::vector<std::uint32_t> touching;
    for (;; ++land.cells) {
        cancel.check_every(land.cells);
        check(!border.empty(), "the land of the outer node is enough");
        const std::uint32_t turn = border.top();
        border.pop();
        const std::int64_t cell_area = base.cell_area(flip(turn)).u;
        const std::int64_t cell_energy = base.cell_energy(flip(turn)).kcal;
        if (cell_area >= left) {
            const std::int64_t part = mul_div_floor(left, cell_energy, cell_area);
            const bool is_whole = Int128{part} * cell_area == Int128{left} * cell_energy;
            land.rounded_down = {energy + part};
            land.rounded_up = {energy + part + (is_whole ? 0 : 1)};
            ++land.cells;
            return land;
        }
        left -= cell_area;
        energy += cell_energy;
        touching.clear();
        neighbours_.append(flip(turn), touching);
        for (const std::uint32_t rank : touching) {
            const std::uint32_t other = flip(rank);
            if (other > start.outer || is_within(other, start.inner)) continue;
            auto met = is_met[first_[other] - first_[start.outer]];
            if (met) continue;
            met = true;
            border.push(other);
        }
    }
}

}  // namespace hone::envelope
