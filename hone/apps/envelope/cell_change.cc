#include "hone/apps/envelope/cell_change.h"

#include <algorithm>
#include <tuple>

namespace hone::envelope {
namespace {

/// The cells of a base by id, then rank.
class ById {
public:
    ById(const Base& base, const Cancel& cancel) : base_(base), entries_(base.budget()) {
        entries_.reserve(base.size());
        for (std::size_t rank = 0; rank < base.size(); ++rank) {
            cancel.check_every(rank);
            entries_.push_back(std::uint64_t{base.id(rank)} << 32 | rank);
        }
        std::sort(entries_.begin(), entries_.end());
    }
    const Base& base() const { return base_; }
    bool has_next() const { return at_ < entries_.size(); }
    std::uint32_t next_cell() const { return static_cast<std::uint32_t>(entries_[at_] >> 32); }
    /// Takes the ranks of a cell: none, one, or several if countries share it.
    void take(std::uint32_t cell, std::vector<std::uint32_t>& ranks) {
        ranks.clear();
        for (; has_next() && next_cell() == cell; ++at_)
            ranks.push_back(static_cast<std::uint32_t>(entries_[at_]));
    }

private:
    const Base& base_;
    BudgetVector<std::uint64_t> entries_;
    std::size_t at_ = 0;
};

/// The largest changes of one direction seen so far, in at most twice the space of those wanted.
class Largest {
public:
    explicit Largest(std::size_t most) : most_(most) {}

    void add(const CellChange& change) {
        if (most_ == 0) return;
        list_.push_back(change);
        if (list_.size() >= 2 * most_) shorten();
    }
    std::vector<CellChange> finish() && {
        shorten();
        std::ranges::sort(list_, is_before);
        return std::move(list_);
    }

private:
    static bool is_before(const CellChange& a, const CellChange& b) {
        const auto key = [](const CellChange& change) {
            const std::int64_t size = change.change.kcal < 0 ? change.change.kcal : -change.change.kcal;
            return std::tuple(size, change.cell, change.country, change.rank_a, change.rank_b);
        };
        return key(a) < key(b);
    }
    void shorten() {
        if (list_.size() <= most_) return;
        std::nth_element(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(most_), list_.end(), is_before);
        list_.resize(most_);
    }

    std::size_t most_;
    std::vector<CellChange> list_;
};

class Comparison {
public:
    Comparison(const Base& a, const Base& b, std::size_t most) : a_(a), b_(b), gains_(most), losses_(most) {}

    /// The ranks of one cell in both editions.
    void add(std::uint32_t cell, const std::vector<std::uint32_t>& a, std::vector<std::uint32_t>& b) {
        if (a.size() == 1 && b.size() == 1) return add_both(cell, a[0], b[0]);
        for (const std::uint32_t rank : a) {
            const auto partner =
                std::ranges::find(b, a_.country(rank), [&](std::uint32_t other) { return b_.country(other); });
            if (partner == b.end()) {
                add_only_a(cell, rank);
                continue;
            }
            add_both(cell, rank, *partner);
            b.erase(partner);
        }
        for (const std::uint32_t rank : b)
            add_only_b(cell, rank);
    }
    CellChanges finish() && {
        changes_.gains = std::move(gains_).finish();
        changes_.losses = std::move(losses_).finish();
        return std::move(changes_);
    }

private:
    void add_both(std::uint32_t cell, std::uint32_t a, std::uint32_t b) {
        ++changes_.both;
        const Energy change = b_.cell_energy(b) - a_.cell_energy(a);
        changes_.area_change = changes_.area_change + (b_.cell_area(b) - a_.cell_area(a));
        changes_.energy_change = changes_.energy_change + change;
        if (a_.country(a) != b_.country(b)) ++changes_.moved[{a_.country(a), b_.country(b)}];
        list({cell, b_.country(b), a, b, change});
    }
    void add_only_a(std::uint32_t cell, std::uint32_t a) {
        ++changes_.only_a;
        changes_.area_only_a = changes_.area_only_a + a_.cell_area(a);
        changes_.energy_only_a = changes_.energy_only_a + a_.cell_energy(a);
        list({cell, a_.country(a), a, CellChange::kNowhere, Energy{} - a_.cell_energy(a)});
    }
    void add_only_b(std::uint32_t cell, std::uint32_t b) {
        ++changes_.only_b;
        changes_.area_only_b = changes_.area_only_b + b_.cell_area(b);
        changes_.energy_only_b = changes_.energy_only_b + b_.cell_energy(b);
        list({cell, b_.country(b), CellChange::kNowhere, b, b_.cell_energy(b)});
    }
    void list(const CellChange& change) {
        if (change.change.kcal == 0) return;
        const bool is_gain = change.change.kcal > 0;
        ++(is_gain ? changes_.gaining : changes_.losing);
        (is_gain ? gains_ : losses_).add(change);
    }

    const Base& a_;
    const Base& b_;
    CellChanges changes_;
    Largest gains_, losses_;
};

}  // namespace

CellChanges compare_cells(const Base& a, const Base& b, std::size_t most, const Cancel& cancel) {
    ById in_a(a, cancel);
    ById in_b(b, cancel);
    Comparison comparison(a, b, most);
    std::vector<std::uint32_t> ranks_a, ranks_b;
    for (std::size_t i = 0; in_a.has_next() || in_b.has_next(); ++i) {
        cancel.check_every(i);
        const std::uint32_t cell = !in_b.has_next() || (in_a.has_next() && in_a.next_cell() < in_b.next_cell())
                                       ? in_a.next_cell()
                                       : in_b.next_cell();
        in_a.take(cell, ranks_a);
        in_b.take(cell, ranks_b);
        comparison.add(cell, ranks_a, ranks_b);
    }
    return std::move(comparison).finish();
}

}  // namespace hone::envelope
