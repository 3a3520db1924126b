#include <algorithm>
#include <array>
#include <bit>
#include <set>
#include <tuple>
#include <utility>

#include "hone/apps/eyemap/column_drafts.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/memory/buffer.h"

namespace hone::eyemap {
namespace {

constexpr unsigned kLayerBits = 10;
constexpr unsigned kBodyBits = 28;
constexpr std::size_t kMostColumns = std::size_t{1} << (64 - kLayerBits - kBodyBits);
constexpr std::size_t kFirstStride = 10;
constexpr std::uint32_t kNone = ~std::uint32_t{0};

/// Finds the index of a column: open addressing, at most half full.
class ColumnIndex {
public:
    /// The slot of a key: kNone in it if the key is new. Valid until the next call.
    std::uint32_t& slot(ColumnKey key, const std::vector<ColumnKey>& keys) {
        if (slots_.size() / 2 <= keys.size()) grow(keys);
        std::size_t at = place(key);
        while (slots_[at] != kNone && keys[slots_[at]] != key)
            at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

private:
    std::size_t place(ColumnKey key) const {
        return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15U >> 32) & (slots_.size() - 1);
    }
    void grow(const std::vector<ColumnKey>& keys) {
        slots_.assign(std::max<std::size_t>(1024, slots_.size() * 2), kNone);
        for (std::uint32_t i = 0; i < keys.size(); ++i) {
            std::size_t at = place(keys[i]);
            while (slots_[at] != kNone)
                at = (at + 1) & (slots_.size() - 1);
            slots_[at] = i;
        }
    }
    std::vector<std::uint32_t> slots_;
};

/// Sorts numbers by the digits, of 11 bits each, in which they differ; numbers in order already stay. Each digit costs
/// one pass, and keys of one type differ in few.
void sort_keys(BudgetVector<std::uint64_t>& keys) {
    constexpr unsigned kDigitBits = 11;
    constexpr std::size_t kFew = 1024;
    if (std::is_sorted(keys.begin(), keys.end())) return;
    const bool has_room = keys.budget().available() / sizeof(std::uint64_t) > keys.size();
    if (keys.size() < kFew || !has_room) return std::sort(keys.begin(), keys.end());
    std::uint64_t differing = 0;
    for (const std::uint64_t key : keys)
        differing |= key ^ keys[0];
    BudgetVector<std::uint64_t> other(keys.budget());
    other.resize(keys.size());
    while (differing != 0) {
        const auto shift = static_cast<unsigned>(std::countr_zero(differing));
        std::array<std::size_t, (1U << kDigitBits) + 1> starts{};
        const auto digit = [shift](std::uint64_t key) { return key >> shift & ((1U << kDigitBits) - 1); };
        for (const std::uint64_t key : keys)
            ++starts[digit(key) + 1];
        for (std::size_t i = 1; i < starts.size(); ++i)
            starts[i] += starts[i - 1];
        for (const std::uint64_t key : keys)
            other[starts[digit(key)]++] = key;
        std::swap(keys, other);
        const unsigned next = shift + kDigitBits;
        differing = next >= 64 ? 0 : differing >> next << next;
    }
}

class RawSums {
public:
    RawSums(const AggregateRules& rules, const std::string& type, std::vector<Found>& findings)
        : rules_(rules), type_(type), findings_(findings), cells_(*rules.budget), held_(*rules.budget, 0) {
        drafts_.stride = kFirstStride;
    }

    void read(std::span<const std::uint8_t> rows, const Cancel& cancel) {
        RowReader reader(rows);
        std::size_t row = 0;
        for (auto kind = reader.next(); kind != RowReader::Kind::End; kind = reader.next()) {
            cancel.check_every(row++);
            if (kind == RowReader::Kind::Raw) {
                add(reader.raw);
            } else {
                check(kind == RowReader::Kind::Failure, "raw rows stand alone");
                drafts_.fail(reader.failure);
            }
        }
    }

    ColumnDrafts finish(std::span<const std::uint8_t> rows) {
        tell_overflows();
        sort_keys(cells_);
        std::uint64_t before = ~std::uint64_t{0};
        bool has_repeats = false;
        for (const std::uint64_t cell : cells_) {
            has_repeats = has_repeats || cell == before;
            const std::size_t column = cell >> (kLayerBits + kBodyBits);
            const std::size_t layer = cell & ((1U << kLayerBits) - 1);
            if (cell >> kLayerBits != before >> kLayerBits || before == ~std::uint64_t{0}) ++drafts_.cells[column];
            if (cell != before && layer > 0) ++drafts_.layer_cells[column * drafts_.stride + layer - 1];
            before = cell;
        }
        if (has_repeats) tell_identical_rows(rows);
        return std::move(drafts_);
    }

private:
    void add(const RawRow& row) {
        const std::uint32_t column = column_of(row);
        add_to(drafts_.synapses[column], row.synapses, column);
        add_to(drafts_.pre[column], row.pre, column);
        add_to(drafts_.post[column], row.post, column);
        if (row.layer > 0) {
            const auto layer = static_cast<std::size_t>(row.layer);
            if (layer > drafts_.stride) widen(layer);
            add_to(drafts_.layer_synapses[column * drafts_.stride + layer - 1], row.synapses, column);
        }
        if (!row.is_counted || (row.synapses == 0 && !rules_.counts_every_cell)) return;
        cells_.push_back(std::uint64_t{column} << (kLayerBits + kBodyBits) | std::uint64_t{row.body} << kLayerBits |
                         static_cast<std::uint64_t>(row.layer));
    }

    std::uint32_t column_of(const RawRow& row) {
        if (row.column == last_key_ && last_ != kNone) return last_;
        std::uint32_t& slot = index_.slot(row.column, drafts_.keys);
        if (slot == kNone) {
            if (drafts_.size() == kMostColumns) fail(Fault::Limit, "more than ", kMostColumns, " columns of ", type_);
            slot = static_cast<std::uint32_t>(drafts_.size());
            drafts_.add(row.column, row.place);
            if ((drafts_.size() & 255) == 0) held_.resize(drafts_.memory_bytes());
        }
        last_key_ = row.column;
        last_ = slot;
        return last_;
    }

    void widen(std::size_t layer) {
        held_.resize(drafts_.memory_bytes() * (layer / drafts_.stride + 1));
        drafts_.widen(layer);
    }

    /// A sum that is not exact as a double any more is an error of its map.
    void add_to(std::int64_t& sum, std::int64_t count, std::uint32_t column) {
        sum += count;
        if (sum > kMostCount) [[unlikely]] {
            sum = kMostCount;
            overflowed_.insert(column);
        }
    }

    void tell_overflows() {
        for (const std::uint32_t column : overflowed_)
            add_finding(
                findings_, drafts_, rules_, set_of(drafts_.keys[column]),
                found(Finding::BadNumber, drafts_.places[column], {},
                      cat(column_text(type_, rules_, drafts_.keys[column]), ": a sum of counts is above 2^53")));
    }

    void tell_identical_rows(std::span<const std::uint8_t> rows) {
        std::set<std::tuple<ColumnKey, std::uint32_t, std::int32_t>> repeated;
        for (std::size_t i = 1; i < cells_.size(); ++i) {
            if (cells_[i] != cells_[i - 1]) continue;
            const auto body = static_cast<std::uint32_t>(cells_[i] >> kLayerBits & ((1U << kBodyBits) - 1));
            repeated.emplace(drafts_.keys[cells_[i] >> (kLayerBits + kBodyBits)], body,
                             static_cast<std::int32_t>(cells_[i] & ((1U << kLayerBits) - 1)));
        }
        using Counts = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
        std::map<std::pair<decltype(repeated)::value_type, Counts>, RowPlace> seen;
        RowReader reader(rows);
        for (auto kind = reader.next(); kind != RowReader::Kind::End; kind = reader.next()) {
            const RawRow& row = reader.raw;
            if (kind != RowReader::Kind::Raw || !repeated.contains({row.column, row.body, row.layer})) continue;
            const auto [first, is_new] = seen.emplace(
                std::pair{std::tuple{row.column, row.body, row.layer}, Counts{row.synapses, row.pre, row.post}},
                row.place);
            if (is_new) continue;
            Found same = found(Finding::DuplicateColumn, row.place, {},
                               cat(column_text(type_, rules_, row.column), ": the same row stands in line ",
                                   first->second.line, "; they are added"));
            same.severity = Severity::Warning;
            add_finding(findings_, drafts_, rules_, set_of(row.column), std::move(same));
        }
    }

    const AggregateRules& rules_;
    const std::string& type_;
    std::vector<Found>& findings_;
    ColumnDrafts drafts_;
    ColumnIndex index_;
    BudgetVector<std::uint64_t> cells_;  ///< column, body and layer of each row that counts
    Reservation held_;
    std::set<std::uint32_t> overflowed_;
    ColumnKey last_key_ = 0;
    std::uint32_t last_ = kNone;
};

}  // namespace

ColumnDrafts sum_raw_rows(std::span<const std::uint8_t> rows, const AggregateRules& rules, const std::string& type,
                          std::vector<Found>& findings, const Cancel& cancel) {
    RawSums sums(rules, type, findings);
    sums.read(rows, cancel);
    return sums.finish(rows);
}

}  // namespace hone::eyemap
