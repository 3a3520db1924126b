#pragma once
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace hone {

class HistogramCells;

/// The counts of a histogram as they stood at a moment, all threads together.
class HistogramReading {
public:
    std::uint64_t count() const { return count_; }
    std::uint64_t sum() const { return sum_; }
    /// The middle of the bucket that holds the value of rank q (0..1); 0 when empty.
    std::uint64_t quantile(double q) const;
    /// The upper end of the highest bucket that holds a value; 0 when empty.
    std::uint64_t max() const;

private:
    friend class Histogram;
    void add(const HistogramCells& cells);
    std::array<std::uint64_t, 16 + 60 * 16> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
};

/// Distribution of whole numbers (nanoseconds, bytes) in log-linear buckets: 16 for each power of two, so a quantile
/// is at most 1/32 (3.2 %) off the true value; values below 16 are exact. Thread-safe.
///
/// Each thread counts in cells of its own, which it alone writes: a record is two loads and two stores without a lock
/// prefix, some 4 ns. Readings add the cells up. A thread that ends leaves its cells, with their counts, to the next
/// thread that comes; so there are as many as threads at once, each 200 bytes and 512 for every four powers of two that
/// occurred, at most 8.4 KB. The first record of a thread takes a lock.
/// A histogram must outlive what records in it, not the threads that did.
class Histogram {
public:
    static constexpr int kBuckets = 16 + 60 * 16;

    Histogram();
    ~Histogram();
    Histogram(const Histogram&) = delete;
    Histogram& operator=(const Histogram&) = delete;

    void record(std::uint64_t value);

    HistogramReading read() const;
    std::uint64_t count() const { return read().count(); }
    std::uint64_t sum() const { return read().sum(); }
    std::uint64_t quantile(double q) const { return read().quantile(q); }
    std::uint64_t max() const { return read().max(); }
    /// Bytes of all cells.
    std::size_t memory_bytes() const;

    /// Bucket of a value, and the least value of a bucket.
    static int bucket_of(std::uint64_t value) {
        if (value < 16) return static_cast<int>(value);
        const int shift = static_cast<int>(std::bit_width(value)) - 5;
        return (shift << 4) + static_cast<int>(value >> shift);
    }
    static std::uint64_t bucket_low(int bucket);

private:
    friend class ThreadCells;
    friend class HistogramRegistry;
    void record_first(std::uint64_t value);
    HistogramCells& claim();
    void leave(HistogramCells& cells);

    std::uint32_t slot_ = 0;  // place in each thread's table; used again by later histograms
    std::uint64_t id_ = 0;    // of this histogram alone
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<HistogramCells>> cells_;  // guarded by mutex_
    std::vector<HistogramCells*> left_;                   // guarded by mutex_; of threads that ended
    std::unique_ptr<HistogramCells> late_;                // guarded by mutex_; for threads without a table any more
};

/// Counts of one thread, in pages that are added when they are needed. Written by one thread, read by all; private to
/// Histogram.
class HistogramCells {
public:
    static constexpr int kPageBits = 6;
    using Page = std::array<std::atomic<std::uint64_t>, std::size_t{1} << kPageBits>;
    static constexpr std::size_t kPages = (Histogram::kBuckets >> kPageBits) + 1;

    HistogramCells() = default;
    ~HistogramCells();
    HistogramCells(const HistogramCells&) = delete;
    HistogramCells& operator=(const HistogramCells&) = delete;

    void record(std::uint64_t value) {
        const auto bucket = static_cast<std::size_t>(Histogram::bucket_of(value));
        Page* page = pages_[bucket >> kPageBits].load(std::memory_order_relaxed);
        if (page == nullptr) [[unlikely]]
            page = add_page(bucket >> kPageBits);
        add((*page)[bucket % page->size()], 1);
        add(sum_, value);
    }
    /// Nullptr if no value of the page has occurred.
    const Page* page(std::size_t index) const { return pages_[index].load(std::memory_order_acquire); }
    std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }
    std::size_t memory_bytes() const;

private:
    static void add(std::atomic<std::uint64_t>& cell, std::uint64_t more) {
        cell.store(cell.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);  // one writer
    }
    Page* add_page(std::size_t index);
    std::array<std::atomic<Page*>, kPages> pages_{};
    std::atomic<std::uint64_t> sum_ = 0;
};

/// Where a thread finds its cells: entry `slot` belongs to the histogram whose id it holds. Private to Histogram.
struct HistogramTable {
    struct Entry {
        std::uint64_t id = 0;
        HistogramCells* cells = nullptr;
    };
    Entry* entries = nullptr;
    std::uint32_t size = 0;
    bool has_ended = false;  ///< the thread ends: its table is gone
    static constinit thread_local HistogramTable own;
};

inline constinit thread_local HistogramTable HistogramTable::own{};

inline void Histogram::record(std::uint64_t value) {
    const HistogramTable& table = HistogramTable::own;
    if (slot_ < table.size && table.entries[slot_].id == id_) [[likely]]
        table.entries[slot_].cells->record(value);
    else
        record_first(value);
}

}  // namespace hone
