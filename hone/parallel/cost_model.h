#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace hone {

/// Cost per item of each call site, learnt from what ran; kept across runs by the engine. Thread-safe.
/// Sites are told apart by name and by the power of four of their item count.
///
/// Values are in a hash table of fixed size whose entries are never removed or moved, so that item_ns() takes no lock:
/// about 10 ns. Entries that find no place (beyond some 2,000) are not remembered. Names are beside it, for save().
class CostModel {
public:
    CostModel();
    ~CostModel();
    CostModel(const CostModel&) = delete;
    CostModel& operator=(const CostModel&) = delete;

    /// Expected nanoseconds per item; 0 when nothing is known.
    double item_ns(std::string_view site, std::uint64_t items) const;
    /// Takes a measured cost into account: half of the way up, so that one disturbed run is soon forgotten, and all
    /// of a long way down. Values that are not positive numbers are ignored.
    void learn(std::string_view site, std::uint64_t items, double item_ns);
    /// All that was learnt as bytes, and back in place of what is known (damaged bytes give an empty model).
    std::string save() const;
    void load(std::string_view bytes);

private:
    struct Slot {
        std::atomic<std::uint64_t> key = 0;  // 0: free
        std::atomic<double> item_ns = 0;     // 0: forgotten
    };
    using Name = std::pair<std::string, std::uint32_t>;  // site and power of four

    Slot* find(std::uint64_t key) const;
    void learn_class(std::string_view site, std::uint32_t power, double item_ns);

    std::unique_ptr<Slot[]> slots_;
    mutable std::mutex mutex_;
    std::map<Name, const Slot*> names_;  // guarded by mutex_
};

}  // namespace hone
