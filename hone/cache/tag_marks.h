#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// Tags of entries in memory. A tag has a mark, shared by the entries that carry it; invalidating strikes the mark and
/// forgets it, so later entries get a fresh one. An entry is valid as long as none of its marks is struck: constant
/// time for any number of entries. Thread-safe.
class TagMarks {
public:
    struct Mark {
        std::atomic<bool> is_struck = false;
        std::atomic<std::uint64_t> carriers = 0;  ///< entries that hold it
    };
    /// The marks of one entry; counted as a carrier of each until destroyed. Movable.
    class Held {
    public:
        Held() = default;
        Held(Held&&) noexcept = default;
        Held& operator=(Held&& other) noexcept {
            marks_.swap(other.marks_);
            return *this;
        }
        ~Held();
        bool is_struck() const;

    private:
        friend class TagMarks;
        std::vector<std::shared_ptr<Mark>> marks_;
    };

    /// Marks for the tags of a new entry; a tag given twice counts once.
    Held hold(std::span<const std::string> tags);
    /// Strikes the mark of `tag`; returns how many entries carried it.
    std::uint64_t strike(std::string_view tag);
    /// Grows with each strike: as long as it is the same, what was valid is valid.
    std::uint64_t strikes() const { return strikes_.load(std::memory_order_acquire); }
    /// For was_struck_since(): what was asked of strike() so far, of whatever tag.
    std::uint64_t moment() const { return moment_.load(std::memory_order_acquire); }
    /// From now on was_struck_since() says yes for every moment before, whatever the tags.
    void doubt_all();
    /// True if one of `tags` was struck after `moment`; also if more than kRemembered strikes came since, which leave
    /// that unknown.
    bool was_struck_since(std::uint64_t moment, std::span<const std::string> tags) const;
    static constexpr std::size_t kRemembered = 256;
    /// Tags that have a mark.
    std::size_t known() const;

private:
    void forget_unused();

    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Mark>, std::less<>> marks_;  // guarded by mutex_
    std::size_t forget_at_ = 1024;                                     // guarded by mutex_
    std::deque<std::string> last_struck_;                              // guarded by mutex_; the latest at the end
    std::atomic<std::uint64_t> moment_ = 0;
    std::atomic<std::uint64_t> strikes_ = 0;
};

}  // namespace hone
