#include "hone/apps/envelope/order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kExactDouble = std::int64_t{1} << 53;
constexpr std::size_t kIntegralStep = 1024;
/// Cells are dealt into at most so many bins by the leading bits of their yield, so that a bin fits a cache.
constexpr std::size_t kMostBins = 4096;
/// Bins up to this many cells are dealt once more, in a scratch of that size; larger ones are rare and sorted plainly.
constexpr std::size_t kMostDealt = 32768;
constexpr std::size_t kPlainSize = 24;

struct Record {
    std::int64_t area_u = 0;
    std::int64_t energy_kcal = 0;
    std::uint32_t id = 0;
    Place place = 0;
};

/// E_a A_b < E_b A_a, exactly; ties by id.
bool is_before(const Record& a, const Record& b) {
    const Int128 left = Int128{a.energy_kcal} * b.area_u;
    const Int128 right = Int128{b.energy_kcal} * a.area_u;
    return left != right ? left < right : a.id < b.id;
}

/// Bits of the correctly rounded yield: rising with it, because division is monotone and both are exact as double.
std::uint64_t yield_key(std::int64_t area_u, std::int64_t energy_kcal) {
    return std::bit_cast<std::uint64_t>(static_cast<double>(energy_kcal) / static_cast<double>(area_u));
}
std::uint64_t yield_key(const Record& record) {
    return yield_key(record.area_u, record.energy_kcal);
}

/// Maps keys to bins 0..bins-1 without ever breaking their order.
struct Binning {
    std::uint64_t least = 0;
    int shift = 0;

    Binning(std::uint64_t low, std::uint64_t high, std::size_t bins) : least(low) {
        while ((high - low) >> shift >= bins)
            ++shift;
    }
    std::size_t bin(std::uint64_t key) const { return (key - least) >> shift; }
};

/// Turns counts per bin into the start of each bin; the last entry becomes the total.
void make_starts(std::span<std::uint32_t> counts) {
    std::uint32_t start = 0;
    for (std::uint32_t& count : counts)
        start += std::exchange(count, start);
}

void insertion_sort(std::span<Record> records) {
    for (std::size_t i = 1; i < records.size(); ++i) {
        const Record record = records[i];
        std::size_t hole = i;
        for (; hole > 0 && is_before(record, records[hole - 1]); --hole)
            records[hole] = records[hole - 1];
        records[hole] = record;
    }
}

void sort_plainly(std::span<Record> records) {
    if (records.size() <= kPlainSize)
        insertion_sort(records);
    else
        std::sort(records.begin(), records.end(), is_before);
}

/// Sorts the records of one bin, through `scratch` when that pays. Returns where the sorted records are.
std::span<const Record> sort_bin(std::span<Record> records, std::span<Record> scratch,
                                 std::vector<std::uint32_t>& starts) {
    if (records.size() <= kPlainSize || records.size() > scratch.size()) {
        sort_plainly(records);
        return records;
    }
    std::uint64_t low = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t high = 0;
    for (const Record& record : records) {
        const std::uint64_t key = yield_key(record);
        low = std::min(low, key);
        high = std::max(high, key);
    }
    const Binning binning(low, high, std::bit_ceil(records.size() / 2));
    starts.assign(binning.bin(high) + 2, 0);
    for (const Record& record : records)
        ++starts[binning.bin(yield_key(record))];
    make_starts(starts);
    for (const Record& record : records)
        scratch[starts[binning.bin(yield_key(record))]++] = record;
    std::uint32_t begin = 0;
    for (std::size_t bin = 0; bin + 1 < starts.size(); ++bin) {  // starts[bin] has become the end of the bin
        sort_plainly(scratch.subspan(begin, starts[bin] - begin));
        begin = starts[bin];
    }
    return scratch.first(records.size());
}

void require_legal(const Cells& cells, const Cancel& cancel) {
    const std::size_t n = cells.size();
    check(cells.place.size() == n && cells.area_u.size() == n && cells.energy_kcal.size() == n,
          "the arrays of Cells are equally long");
    check(n < std::numeric_limits<std::uint32_t>::max(), "a base has less than 2^32 cells");
    for (std::size_t i = 0; i < n; ++i) {
        cancel.check_every(i);
        check(cells.place[i] < cells.places->size(), "cells of a base lie in one of its places");
        check(cells.area_u[i] > 0 && cells.energy_kcal[i] > 0, "cells of a base have area and energy");
        if (cells.area_u[i] >= kExactDouble || cells.energy_kcal[i] >= kExactDouble)
            fail(Fault::Limit, "area or energy of one cell reaches 2^53: cell ", cells.id[i]);
    }
}

/// Records dealt into bins by yield, and where the bins begin.
struct Dealt {
    Buffer records;
    std::vector<std::uint32_t> starts;
};

/// Deals the cells into bins by the leading bits of their yields.
Dealt deal(Cells cells, const Cancel& cancel) {
    const std::size_t n = cells.size();
    std::uint64_t low = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t high = 0;
    for (std::size_t i = 0; i < n; ++i) {
        cancel.check_every(i);
        const std::uint64_t key = yield_key(cells.area_u[i], cells.energy_kcal[i]);
        low = std::min(low, key);
        high = std::max(high, key);
    }
    const Binning binning(low, high, std::min(kMostBins, std::bit_ceil(n / 64 + 1)));
    Dealt dealt{Buffer(cells.id.budget(), n * sizeof(Record)), std::vector<std::uint32_t>(binning.bin(high) + 2)};
    for (std::size_t i = 0; i < n; ++i) {
        cancel.check_every(i);
        ++dealt.starts[binning.bin(yield_key(cells.area_u[i], cells.energy_kcal[i]))];
    }
    make_starts(dealt.starts);
    std::vector<std::uint32_t> next = dealt.starts;
    Record* const records = reinterpret_cast<Record*>(dealt.records.data());
    for (std::size_t i = 0; i < n; ++i) {
        cancel.check_every(i);
        const std::int64_t area = cells.area_u[i];
        const std::int64_t energy = cells.energy_kcal[i];
        records[next[binning.bin(yield_key(area, energy))]++] = {area, energy, cells.id[i], cells.place[i]};
    }
    return dealt;
}

/// Largest k with sums[k] <= value. Requires: sums[0] <= value.
std::size_t last_at_most(std::span<const std::int64_t> sums, std::int64_t value) {
    return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), value) - sums.begin()) - 1;
}

/// The next cell of one of the files that are merged.
struct Head {
    std::uint64_t key = 0;  ///< yield_key() of the record
    Record record;
    std::size_t source = 0;
};

bool is_before(const Head& a, const Head& b) {
    return a.key != b.key ? a.key < b.key : is_before(a.record, b.record);
}

/// Reads the cells of a file one after another.
class MergeSource {
public:
    explicit MergeSource(const CellFile& file) : reader_(file) {}

    /// Puts the next cell into `head`; false after the last.
    bool next(Head& head) {
        if (at_ == cells_.size()) {
            const auto cells = reader_.next();
            if (!cells) return false;
            cells_ = *cells;
            at_ = 0;
        }
        head.record = {cells_.area(at_).u, cells_.energy(at_).kcal, cells_.ids[at_], cells_.places[at_]};
        head.key = yield_key(head.record);
        ++at_;
        return true;
    }

private:
    CellFile::Reader reader_;
    CellSlice cells_;
    std::size_t at_ = 0;
};

/// Makes a heap again of one whose first head has changed. The first is the one before all others.
void sift_down(std::span<Head> heap) {
    const Head head = heap[0];
    std::size_t hole = 0;
    for (std::size_t child = 1; child < heap.size(); child = 2 * hole + 1) {
        if (child + 1 < heap.size() && is_before(heap[child + 1], heap[child])) ++child;
        if (!is_before(heap[child], head)) break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = head;
}

}  // namespace

void Cells::reserve(std::size_t count) {
    id.reserve(count);
    place.reserve(count);
    area_u.reserve(count);
    energy_kcal.reserve(count);
}

void Cells::add(std::uint32_t cell, Place where, Area area, Energy energy) {
    id.push_back(cell);
    place.push_back(where);
    area_u.push_back(area.u);
    energy_kcal.push_back(energy.kcal);
}

Base::Base(Budget& budget)
    : ids_(budget), cell_places_(budget), area_sums_(budget), energy_sums_(budget), integrals_(budget) {
    reserve(0);
    index_integrals();
}

// The payload travels with the key: one dealing pass over memory, then everything happens within bins that fit a cache.
// At 1e6 cells that beats sorting (key, index) pairs and gathering, whose gather alone took as long as all of this.
Base::Base(Cells cells, const Exec& exec) : Base(cells.id.budget()) {
    const std::size_t n = cells.size();
    places_ = cells.places;
    if (n == 0) return;
    require_legal(cells, exec.cancel());
    Dealt dealt = deal(std::move(cells), exec.cancel());
    ids_.resize(n);
    cell_places_.resize(n);
    area_sums_.resize(n + 1);
    energy_sums_.resize(n + 1);
    const std::span<Record> records(reinterpret_cast<Record*>(dealt.records.data()), n);
    const std::vector<std::uint32_t>& starts = dealt.starts;
    std::size_t largest = 0;
    for (std::size_t bin = 0; bin + 1 < starts.size(); ++bin)
        if (const std::size_t size = starts[bin + 1] - starts[bin]; size <= kMostDealt)
            largest = std::max(largest, size);
    exec.for_each_range("envelope.sort", starts.size() - 1, [&](std::size_t begin, std::size_t end) {
        Buffer buffer(budget(), largest * sizeof(Record));
        const std::span<Record> scratch(reinterpret_cast<Record*>(buffer.data()), largest);
        std::vector<std::uint32_t> bins;
        for (std::size_t bin = begin; bin < end; ++bin) {
            std::size_t rank = starts[bin];
            for (const Record& record : sort_bin(records.subspan(rank, starts[bin + 1] - rank), scratch, bins)) {
                ids_[rank] = record.id;
                cell_places_[rank] = record.place;
                ++rank;
                area_sums_[rank] = record.area_u;
                energy_sums_[rank] = record.energy_kcal;
            }
        }
    });
    exec.cancel().check();
    add_up();
    exec.cancel().check();
    index_integrals();
}

Base Base::restore(Budget& budget, const Parts& parts, std::shared_ptr<const Places> places) {
    const std::size_t n = parts.ids.size();
    const auto& [ids, cell_places, area_sums, energy_sums] = parts;
    if (cell_places.size() != n || area_sums.size() != n + 1 || energy_sums.size() != n + 1 || area_sums[0] != 0 ||
        energy_sums[0] != 0)
        fail(Fault::Input, "stored base has arrays of wrong sizes: ", n, " cells");
    Base base(budget);
    base.ids_.append(ids);
    base.cell_places_.append(cell_places);
    base.area_sums_.clear();
    base.area_sums_.append(area_sums);
    base.energy_sums_.clear();
    base.energy_sums_.append(energy_sums);
    base.places_ = std::move(places);
    Record last;
    for (std::size_t rank = 0; rank < n; ++rank) {
        const bool rises = area_sums[rank + 1] > area_sums[rank] && energy_sums[rank + 1] > energy_sums[rank];
        if (!rises) fail(Fault::Input, "stored base has a sum that does not rise at rank ", rank);
        if (cell_places[rank] >= base.places_->size())
            fail(Fault::Input, "stored base has no such place at rank ", rank);
        const Record record{base.cell_area(rank).u, base.cell_energy(rank).kcal, ids[rank], cell_places[rank]};
        if (rank > 0 && is_before(record, last)) fail(Fault::Input, "stored base is out of order at rank ", rank);
        last = record;
    }
    base.index_integrals();
    return base;
}

Base::Parts Base::parts() const {
    check(is_in_memory(), "the arrays of a base are asked for only where it is in memory");
    return {ids_, cell_places_, area_sums_, energy_sums_};
}

void Base::scan(FunctionRef<void(const CellSlice& cells)> take) const {
    if (empty()) return;
    if (!file_) return take({0, ids_, cell_places_, area_sums_, energy_sums_});
    CellFile::Reader reader(*file_);
    while (const auto cells = reader.next())
        take(*cells);
}

Base Base::without_cells() const {
    Base base(budget());
    base.places_ = places_;
    if (file_) base.file_ = std::make_unique<CellFile>(file_->store());
    return base;
}

Base Base::in_file(std::shared_ptr<CellStore> store) const {
    Base same(budget());
    same.places_ = places_;
    same.file_ = std::make_unique<CellFile>(std::move(store));
    scan([&](const CellSlice& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            same.push(cells.ids[i], cells.places[i], cells.area(i), cells.energy(i));
    });
    same.finish();
    return same;
}

Base Base::merged(std::span<const Base> bases, std::shared_ptr<CellStore> store, const Cancel& cancel) {
    check(!bases.empty(), "at least one base is merged");
    Base all(bases[0].budget());
    all.places_ = bases[0].places_;
    all.file_ = std::make_unique<CellFile>(std::move(store));
    std::vector<MergeSource> sources;
    std::vector<Head> heap;
    for (const Base& base : bases) {
        check(base.file_ && base.places_ == all.places_, "bases that are merged are in files and have equal places");
        Head head{.source = sources.size()};
        sources.emplace_back(*base.file_);
        if (sources.back().next(head)) heap.push_back(head);
    }
    std::ranges::sort(heap, [](const Head& a, const Head& b) { return is_before(a, b); });
    for (std::size_t count = 0; !heap.empty(); ++count) {
        cancel.check_every(count);
        Head& first = heap.front();
        all.push(first.record.id, first.record.place, {first.record.area_u}, {first.record.energy_kcal});
        if (!sources[first.source].next(first)) {
            first = heap.back();
            heap.pop_back();
        }
        if (!heap.empty()) sift_down(heap);
    }
    all.finish();
    return all;
}

Base Base::select(FunctionRef<bool(const CellSlice& cells, std::size_t i)> keep) const {
    Base part = without_cells();
    if (is_in_memory()) {
        std::size_t count = 0;
        scan([&](const CellSlice& cells) {
            for (std::size_t i = 0; i < cells.size(); ++i)
                count += keep(cells, i) ? 1 : 0;
        });
        part.reserve(count);
    }
    scan([&](const CellSlice& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (keep(cells, i)) part.push(cells.ids[i], cells.places[i], cells.area(i), cells.energy(i));
    });
    part.finish();
    return part;
}

std::vector<std::pair<Country, Base>> Base::split_by_country(const Cancel& cancel) const {
    std::vector<std::size_t> counts(std::size_t{std::numeric_limits<Country>::max()} + 1);
    scan([&](const CellSlice& cells) {
        cancel.check();
        for (const Place place : cells.places)
            ++counts[places_->country(place)];
    });
    std::vector<std::pair<Country, Base>> parts;
    std::vector<std::size_t> part_of(counts.size());
    for (std::size_t where = 0; where < counts.size(); ++where) {
        if (counts[where] == 0) continue;
        part_of[where] = parts.size();
        parts.emplace_back(static_cast<Country>(where), without_cells());
        parts.back().second.reserve(counts[where]);
    }
    scan([&](const CellSlice& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cancel.check_every(cells.first_rank + i);
            Base& part = parts[part_of[places_->country(cells.places[i])]].second;
            part.push(cells.ids[i], cells.places[i], cells.area(i), cells.energy(i));
        }
    });
    for (auto& [where, part] : parts)
        part.finish();
    return parts;
}

std::size_t Base::rank_at(Area area, std::size_t hint) const {
    if (file_) return file_->rank_at(area);
    const std::span<const std::int64_t> sums = area_sums_;
    std::size_t low = hint;
    std::size_t end = sums.size();
    if (hint > 0) {
        std::size_t step = 1;
        for (; low + step < end && sums[low + step] <= area.u; step *= 2)
            low += step;
        end = std::min(low + step, end);
    }
    return last_at_most(sums.subspan(low, end - low), area.u) + low;
}

std::size_t Base::rank_at(Energy energy) const {
    return file_ ? file_->rank_at(energy) : last_at_most(energy_sums_, energy.kcal);
}

Int128 Base::twice_integral_before(std::size_t rank) const {
    if (file_) return file_->twice_integral_before(rank);
    std::size_t at = rank / kIntegralStep * kIntegralStep;
    Int128 sum = integrals_[rank / kIntegralStep];
    for (; at < rank; ++at)
        sum += cell_area(at).u * (Int128{energy_sums_[at]} + energy_sums_[at + 1]);
    return sum;
}

double Base::yield_kcal_per_ha(std::size_t rank) const {
    return envelope::yield_kcal_per_ha(cell_area(rank), cell_energy(rank));
}

bool Base::equal_yield(std::size_t a, std::size_t b) const {
    return Int128{cell_energy(a).kcal} * cell_area(b).u == Int128{cell_energy(b).kcal} * cell_area(a).u;
}

double yield_kcal_per_ha(Area area, Energy energy) {
    return static_cast<double>(energy.kcal) / static_cast<double>(area.u) * 10.0;
}

void Base::reserve(std::size_t count) {
    if (file_) return;
    ids_.reserve(count);
    cell_places_.reserve(count);
    area_sums_.reserve(count + 1);
    energy_sums_.reserve(count + 1);
    if (area_sums_.empty()) {
        area_sums_.push_back(0);
        energy_sums_.push_back(0);
    }
}

void Base::push(std::uint32_t cell, Place where, Area area, Energy energy) {
    if (file_) return file_->push(cell, where, area, energy);
    ids_.push_back(cell);
    cell_places_.push_back(where);
    area_sums_.push_back(area_sums_[area_sums_.size() - 1] + area.u);
    energy_sums_.push_back(energy_sums_[energy_sums_.size() - 1] + energy.kcal);
}

void Base::finish() {
    if (file_)
        file_->finish();
    else
        index_integrals();
}

void Base::add_up() {
    std::int64_t area = 0;
    std::int64_t energy = 0;
    for (std::size_t rank = 1; rank <= size(); ++rank) {
        if (__builtin_add_overflow(area, area_sums_[rank], &area) ||
            __builtin_add_overflow(energy, energy_sums_[rank], &energy))
            fail(Fault::Limit, "the sum of areas or energies exceeds 64 bits at rank ", rank - 1);
        area_sums_[rank] = area;
        energy_sums_[rank] = energy;
    }
}

void Base::index_integrals() {
    integrals_.clear();
    integrals_.reserve(size() / kIntegralStep + 1);
    Int128 sum = 0;
    for (std::size_t rank = 0; rank < size(); ++rank) {
        if (rank % kIntegralStep == 0) integrals_.push_back(sum);
        sum += cell_area(rank).u * (Int128{energy_sums_[rank]} + energy_sums_[rank + 1]);
    }
    if (size() % kIntegralStep == 0) integrals_.push_back(sum);
}

}  // namespace hone::envelope
