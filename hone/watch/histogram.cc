#include "hone/watch/histogram.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "hone/base/number.h"

namespace hone {
namespace {

constexpr int kExact = 16;  // values below it have a bucket of their own, and each power of two above has as many

std::uint64_t bucket_width(int bucket) {
    return bucket < kExact ? 1 : std::uint64_t{1} << ((bucket - kExact) / kExact);
}

}  // namespace

/// All histograms of the process by slot, so that a thread that ends finds those that still live. Its lock is taken
/// before that of a histogram. Never destroyed: threads may end after everything else.
class HistogramRegistry {
public:
    static HistogramRegistry& of_process() {
        static HistogramRegistry& registry = *new HistogramRegistry;
        return registry;
    }

    void add(Histogram& histogram) {
        const std::lock_guard lock(mutex_);
        histogram.id_ = ++last_id_;
        const auto free = std::ranges::find(slots_, nullptr);
        histogram.slot_ = narrow<std::uint32_t>(free - slots_.begin());
        if (free == slots_.end())
            slots_.push_back(&histogram);
        else
            *free = &histogram;
    }
    void remove(const Histogram& histogram) {
        const std::lock_guard lock(mutex_);
        slots_[histogram.slot_] = nullptr;
    }
    /// Leaves the cells of a thread that ends to the histograms that still live.
    void leave(std::span<const HistogramTable::Entry> entries) {
        const std::lock_guard lock(mutex_);
        for (std::size_t slot = 0; slot < entries.size(); ++slot) {
            Histogram* histogram = slot < slots_.size() ? slots_[slot] : nullptr;
            if (histogram != nullptr && histogram->id_ == entries[slot].id) histogram->leave(*entries[slot].cells);
        }
    }

private:
    std::mutex mutex_;
    std::vector<Histogram*> slots_;  // guarded by mutex_
    std::uint64_t last_id_ = 0;      // guarded by mutex_
};

/// Owns the table of a thread; its end is the end of the thread.
class ThreadCells {
public:
    ThreadCells() = default;
    ~ThreadCells() {
        HistogramRegistry::of_process().leave(entries_);
        HistogramTable::own = {nullptr, 0, true};
    }
    ThreadCells(const ThreadCells&) = delete;
    ThreadCells& operator=(const ThreadCells&) = delete;

    void set(std::uint32_t slot, HistogramTable::Entry entry) {
        if (slot >= entries_.size())
            entries_.resize(std::max<std::size_t>({16, slot + std::size_t{1}, 2 * entries_.size()}));
        entries_[slot] = entry;
        HistogramTable::own = {entries_.data(), narrow<std::uint32_t>(entries_.size()), false};
    }

private:
    std::vector<HistogramTable::Entry> entries_;
};

HistogramCells::~HistogramCells() {
    for (const auto& page : pages_)
        delete page.load(std::memory_order_relaxed);
}

HistogramCells::Page* HistogramCells::add_page(std::size_t index) {
    auto page = std::make_unique<Page>();
    pages_[index].store(page.get(), std::memory_order_release);
    return page.release();
}

std::size_t HistogramCells::memory_bytes() const {
    std::size_t bytes = sizeof *this;
    for (std::size_t index = 0; index < kPages; ++index)
        if (page(index) != nullptr) bytes += sizeof(Page);
    return bytes;
}

void HistogramReading::add(const HistogramCells& cells) {
    sum_ += cells.sum();
    for (std::size_t index = 0; index < HistogramCells::kPages; ++index) {
        const HistogramCells::Page* page = cells.page(index);
        if (page == nullptr) continue;
        const std::size_t first = index << HistogramCells::kPageBits;
        for (std::size_t i = 0; i < page->size() && first + i < buckets_.size(); ++i) {
            const std::uint64_t here = (*page)[i].load(std::memory_order_relaxed);
            buckets_[first + i] += here;
            count_ += here;
        }
    }
}

std::uint64_t HistogramReading::quantile(double q) const {
    if (count_ == 0) return 0;
    const double rank = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_));
    const std::uint64_t wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
    std::uint64_t below = 0;
    int last = 0;
    for (int bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
        const std::uint64_t here = buckets_[static_cast<std::size_t>(bucket)];
        if (here == 0) continue;
        last = bucket;
        below += here;
        if (below >= wanted) break;
    }
    return Histogram::bucket_low(last) + (bucket_width(last) - 1) / 2;
}

std::uint64_t HistogramReading::max() const {
    for (int bucket = Histogram::kBuckets; bucket-- > 0;) {
        if (buckets_[static_cast<std::size_t>(bucket)] > 0)
            return Histogram::bucket_low(bucket) + (bucket_width(bucket) - 1);
    }
    return 0;
}

std::uint64_t Histogram::bucket_low(int bucket) {
    if (bucket < kExact) return static_cast<std::uint64_t>(bucket);
    const auto step = static_cast<std::uint64_t>((bucket - kExact) % kExact);
    return (kExact + step) * bucket_width(bucket);
}

Histogram::Histogram() {
    HistogramRegistry::of_process().add(*this);
}

Histogram::~Histogram() {
    HistogramRegistry::of_process().remove(*this);
}

HistogramCells& Histogram::claim() {
    const std::lock_guard lock(mutex_);
    if (!left_.empty()) {
        HistogramCells& cells = *left_.back();
        left_.pop_back();
        return cells;
    }
    left_.reserve(cells_.size() + 1);  // so that leave() never allocates
    return *cells_.emplace_back(std::make_unique<HistogramCells>());
}

void Histogram::leave(HistogramCells& cells) {
    const std::lock_guard lock(mutex_);
    left_.push_back(&cells);
}

void Histogram::record_first(std::uint64_t value) {
    if (HistogramTable::own.has_ended) {
        const std::lock_guard lock(mutex_);
        if (!late_) late_ = std::make_unique<HistogramCells>();
        return late_->record(value);
    }
    thread_local ThreadCells own;
    HistogramCells& cells = claim();
    own.set(slot_, {id_, &cells});
    cells.record(value);
}

HistogramReading Histogram::read() const {
    HistogramReading reading;
    const std::lock_guard lock(mutex_);
    for (const auto& cells : cells_)
        reading.add(*cells);
    if (late_) reading.add(*late_);
    return reading;
}

std::size_t Histogram::memory_bytes() const {
    const std::lock_guard lock(mutex_);
    std::size_t bytes = late_ ? late_->memory_bytes() : 0;
    for (const auto& cells : cells_)
        bytes += cells->memory_bytes();
    return bytes;
}

}  // namespace hone
