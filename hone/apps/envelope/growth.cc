#include "hone/apps/envelope/growth.h"

#include <algorithm>
#include <functional>

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

/// The land on its way to the area. Invariant: everything still to be taken lies within the land of `container`, the
/// node whose cell was taken last by itself; of that land the parts taken so far are whole subtrees, each of which
/// `border` names with its parent, the first cell in turn that touches it (unless that is the container).
class Growth::Walk {
public:
    Walk(const Growth& growth, const Start& start, Area area) : growth_(growth), left_(area.u) {
        if (start.inner != kNone) take_land(start.inner, {});
        done_.assign(start.inner == kNone ? 0 : 1, start.inner);
        next_ = start.outer;
    }

    Land grow(const Cancel& cancel) {
        const auto& area = growth_.area_;
        for (std::size_t step = 0;; ++step) {
            cancel.check_every(step);
            if (area[next_] - area_of(done_) < left_) {
                take_land_above(next_);
            } else if (take_cell(next_)) {
                return land_;
            }
            pop();
        }
    }

private:
    struct Border {
        std::uint32_t turn = 0;
        std::uint32_t done = kNone;  ///< a child of the turn whose land is taken
        bool operator>(const Border& other) const { return turn > other.turn; }
    };

    std::int64_t area_of(const std::vector<std::uint32_t>& nodes) const {
        std::int64_t sum = 0;
        for (const std::uint32_t node : nodes)
            sum += growth_.area_[node];
        return sum;
    }
    /// The land of a node but for that of `done`.
    void take_land(std::uint32_t node, const std::vector<std::uint32_t>& done) {
        const auto add = [&](std::uint32_t of, std::int64_t sign) {
            left_ -= sign * growth_.area_[of];
            energy_ += sign * growth_.energy_[of];
            land_.cells += static_cast<std::size_t>(sign * growth_.count_[of]);
        };
        add(node, 1);
        for (const std::uint32_t part : done)
            add(part, -1);
    }
    /// Takes the largest land around `node` that is filled before the rest of the border and leaves something to take.
    void take_land_above(std::uint32_t node) {
        const std::int64_t done = area_of(done_);
        const std::uint32_t limit = border_.empty() ? container_ : std::min(border_.front().turn, container_);
        const auto fits = [&](std::uint32_t other) { return other < limit && growth_.area_[other] - done < left_; };
        for (;;) {
            const std::uint32_t far = growth_.jump_[node];
            const std::uint32_t near = growth_.parent_[node];
            if (far != node && fits(far))
                node = far;
            else if (near != node && fits(near))
                node = near;
            else
                break;
        }
        take_land(node, done_);
        if (const std::uint32_t parent = growth_.parent_[node]; parent != container_) push({parent, node});
    }
    /// Takes one cell and goes on within its land. True if the cell, whole or cut, was the last.
    bool take_cell(std::uint32_t turn) {
        const Base& base = growth_.neighbours_.base();
        const std::uint32_t rank = growth_.flip(turn);
        const std::int64_t area = base.cell_area(rank).u;
        const std::int64_t energy = base.cell_energy(rank).kcal;
        ++land_.cells;
        if (area >= left_) {
            const std::int64_t part = mul_div_floor(left_, energy, area);
            const bool is_exact = Int128{part} * area == Int128{left_} * energy;
            land_.rounded_down = {energy_ + part};
            land_.rounded_up = {energy_ + part + (is_exact ? 0 : 1)};
            return true;
        }
        left_ -= area;
        energy_ += energy;
        container_ = turn;
        border_.clear();
        touching_.clear();
        growth_.neighbours_.append(rank, touching_);
        for (const std::uint32_t other_rank : touching_) {
            const std::uint32_t other = growth_.flip(other_rank);
            const bool is_done =
                std::ranges::any_of(done_, [&](std::uint32_t node) { return growth_.is_within(other, node); });
            if (other < turn && !is_done) push({other, kNone});
        }
        return false;
    }
    void push(const Border& entry) {
        border_.push_back(entry);
        std::ranges::push_heap(border_, std::greater<>());
    }
    /// The first of the border in turn becomes `next_`, with all that is done of its land.
    void pop() {
        check(!border_.empty(), "the land of the container is enough");
        next_ = border_.front().turn;
        done_.clear();
        while (!border_.empty() && border_.front().turn == next_) {
            std::ranges::pop_heap(border_, std::greater<>());
            if (border_.back().done != kNone) done_.push_back(border_.back().done);
            border_.pop_back();
        }
    }

    const Growth& growth_;
    std::int64_t left_;
    std::int64_t energy_ = 0;
    Land land_;
    std::uint32_t container_ = kNone;
    std::uint32_t next_ = 0;
    std::vector<std::uint32_t> done_;  ///< children of next_ whose land is taken
    std::vector<Border> border_;       ///< a heap with the first in turn in front
    std::vector<std::uint32_t> touching_;
};

Growth::Land Growth::grow(const Start& start, Area area, const Cancel& cancel) const {
    return Walk(*this, start, area).grow(cancel);
}

}  // namespace hone::envelope
