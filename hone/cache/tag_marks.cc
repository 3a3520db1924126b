#include "hone/cache/tag_marks.h"

#include <algorithm>

namespace hone {

TagMarks::Held::~Held() {
    for (const std::shared_ptr<Mark>& mark : marks_)
        mark->carriers.fetch_sub(1, std::memory_order_relaxed);
}

bool TagMarks::Held::is_struck() const {
    return std::ranges::any_of(
        marks_, [](const std::shared_ptr<Mark>& mark) { return mark->is_struck.load(std::memory_order_acquire); });
}

TagMarks::Held TagMarks::hold(std::span<const std::string> tags) {
    Held held;
    if (tags.empty()) return held;
    held.marks_.reserve(tags.size());
    const std::lock_guard lock(mutex_);
    for (const std::string& tag : tags) {
        std::shared_ptr<Mark>& mark = marks_[tag];
        if (!mark) mark = std::make_shared<Mark>();
        if (std::ranges::find(held.marks_, mark) != held.marks_.end()) continue;
        mark->carriers.fetch_add(1, std::memory_order_relaxed);
        held.marks_.push_back(mark);
    }
    if (marks_.size() > forget_at_) forget_unused();
    return held;
}

std::uint64_t TagMarks::strike(std::string_view tag) {
    const std::lock_guard lock(mutex_);
    last_struck_.emplace_back(tag);
    if (last_struck_.size() > kRemembered) last_struck_.pop_front();
    moment_.fetch_add(1, std::memory_order_release);
    const auto found = marks_.find(tag);
    if (found == marks_.end()) return 0;
    const std::uint64_t carriers = found->second->carriers.load(std::memory_order_relaxed);
    found->second->is_struck.store(true, std::memory_order_release);
    marks_.erase(found);
    strikes_.fetch_add(1, std::memory_order_release);
    return carriers;
}

void TagMarks::doubt_all() {
    const std::lock_guard lock(mutex_);
    last_struck_.clear();
    moment_.fetch_add(1, std::memory_order_release);
}

bool TagMarks::was_struck_since(std::uint64_t moment, std::span<const std::string> tags) const {
    if (moment == this->moment()) return false;
    const std::lock_guard lock(mutex_);
    const std::uint64_t since = this->moment() - moment;
    if (since > last_struck_.size()) return !tags.empty();
    return std::any_of(last_struck_.end() - static_cast<std::ptrdiff_t>(since), last_struck_.end(),
                       [&](const std::string& struck) { return std::ranges::find(tags, struck) != tags.end(); });
}

std::size_t TagMarks::known() const {
    const std::lock_guard lock(mutex_);
    return marks_.size();
}

/// Drops tags that no entry carries, so that the map stays within twice the tags in use. Requires: the lock is held.
void TagMarks::forget_unused() {
    std::erase_if(marks_, [](const auto& tag) { return tag.second->carriers.load(std::memory_order_relaxed) == 0; });
    forget_at_ = std::max<std::size_t>(1024, 2 * marks_.size());
}

}  // namespace hone
