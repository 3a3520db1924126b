#include "hone/memory/leak_trend.h"

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr double kQuantile = 2.326;        // of the normal distribution, 99 of 100 lie below
constexpr double kLeastSteadiness = 0.75;  // slope of the later half against the earlier one
constexpr double kMostWeight = 2;          // of a cached byte against what is charged for it
constexpr double kMostFall = 0.5;          // of the rise
constexpr std::size_t kMostSubsystems = 64;
constexpr const char* kAllocator = "allocator";

/// Variance of Kendall's S for n values with ties.
double variance_of_s(std::span<const TrendPoint> points) {
    const auto term = [](double n) { return n * (n - 1) * (2 * n + 5); };
    std::vector<double> values;
    for (const TrendPoint& point : points)
        values.push_back(point.bytes);
    std::ranges::sort(values);
    double sum = term(static_cast<double>(values.size()));
    for (auto first = values.begin(); first != values.end();) {
        const auto last = std::upper_bound(first, values.end(), *first);
        sum -= term(static_cast<double>(last - first));
        first = last;
    }
    return sum / 18;
}

/// The largest fall from a point to a later one.
double deepest_fall(std::span<const TrendPoint> points) {
    double highest = points.front().bytes;
    double fall = 0;
    for (const TrendPoint& point : points) {
        highest = std::max(highest, point.bytes);
        fall = std::max(fall, highest - point.bytes);
    }
    return fall;
}

bool lies_below(std::string_view path, std::string_view above) {
    return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '/';
}

std::string rate_text(double bytes) {
    return cat(std::round(bytes), " B");
}

/// The verdict on an allocator that serves caches too.
LeakTrend::Verdict beside_caches(LeakTrend::Verdict verdict, const LeakTrend& caches) {
    if (!verdict.is_leaking) return verdict;
    const double of_caches = std::max(0.0, caches.verdict().slope.high);
    if (verdict.slope.low > kMostWeight * of_caches) return verdict;
    verdict.is_leaking = false;
    verdict.reason += cat("; but caches fill by ", rate_text(of_caches));
    return verdict;
}

}  // namespace

TrendSlope theil_sen(std::span<const TrendPoint> points) {
    if (points.size() < 2) return {};
    std::vector<double> slopes;
    slopes.reserve(points.size() * (points.size() - 1) / 2);
    for (std::size_t later = 1; later < points.size(); ++later)
        for (std::size_t earlier = 0; earlier < later; ++earlier)
            slopes.push_back((points[later].bytes - points[earlier].bytes) / (points[later].at - points[earlier].at));
    std::ranges::sort(slopes);
    const auto count = static_cast<double>(slopes.size());
    const double reach = kQuantile * std::sqrt(variance_of_s(points));
    const auto ranked = [&](double rank) { return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, count - 1))]; };
    const std::size_t middle = slopes.size() / 2;
    const double median = slopes.size() % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    return {median, ranked(std::floor((count - reach) / 2) - 1), ranked(std::ceil((count + reach) / 2))};
}

LeakTrend::LeakTrend(Options options) : options_(options) {
    check(options_.most_points >= 32 && options_.most_points % 2 == 0,
          "a trend keeps an even number of points, from 32");
}

void LeakTrend::add(double at, double bytes) {
    check(samples_ == 0 || at > last_at_, "samples of a trend come in order");
    last_at_ = at;
    ++samples_;
    if (group_size_ == 0 || bytes < group_.bytes) group_ = {at, bytes};
    if (++group_size_ < samples_per_point_) return;
    group_size_ = 0;
    points_.push_back(group_);
    if (points_.size() < options_.most_points) return;
    for (std::size_t i = 0; i + 1 < points_.size(); i += 2)
        points_[i / 2] = points_[i + 1].bytes < points_[i].bytes ? points_[i + 1] : points_[i];
    points_.resize(points_.size() / 2);
    samples_per_point_ *= 2;
}

LeakTrend::Verdict LeakTrend::verdict() const {
    Verdict verdict;
    if (samples_ < options_.least_samples || points_.size() < 16) {
        verdict.reason = cat("too few samples: ", samples_, " of ", options_.least_samples);
        return verdict;
    }
    verdict.is_judged = true;
    const auto window = std::span(points_).subspan(points_.size() / 3);
    const std::size_t half = window.size() / 2;
    verdict.slope = theil_sen(window);
    const TrendSlope early = theil_sen(window.first(half));
    const TrendSlope late = theil_sen(window.subspan(half));
    const double budget = options_.budget_per_unit;
    const double rise = verdict.slope.slope * (window.back().at - window.front().at);
    const double fall = deepest_fall(window);
    const std::string grows =
        cat("grows by ", rate_text(verdict.slope.slope), " (at least ", rate_text(verdict.slope.low), ") each time");
    if (verdict.slope.low <= budget)
        verdict.reason = cat("steady: ", grows, ", within the accepted ", rate_text(budget));
    else if (early.low <= budget || late.low <= budget)
        verdict.reason = cat("not all the time: ", grows, ", in its halves at least ", rate_text(early.low), " and ",
                             rate_text(late.low));
    else if (fall > kMostFall * rise)
        verdict.reason = cat("falls back: ", grows, ", but fell by ", rate_text(fall), " of ", rate_text(rise));
    else if (late.slope < kLeastSteadiness * early.slope)
        verdict.reason = cat("flattens: grew by ", rate_text(early.slope), ", then by ", rate_text(late.slope));
    else {
        verdict.is_leaking = true;
        verdict.reason = cat(grows, ", more than the accepted ", rate_text(budget));
    }
    return verdict;
}

void LeakWatch::observe(std::uint64_t cycle, const Budget& root, const std::optional<AllocatorCounters>& allocator) {
    std::map<std::string, double> figures;
    std::vector<BudgetReport> caches;  // the topmost ones
    for (BudgetReport& report : root.reports()) {
        if (!caches.empty() && lies_below(report.path, caches.back().path)) continue;
        if (report.is_reclaimable)
            caches.push_back(std::move(report));
        else if (figures.size() < kMostSubsystems)
            figures[report.path] += static_cast<double>(report.used_bytes);
    }
    if (allocator) figures[kAllocator] = static_cast<double>(allocator->used_bytes);
    double cached = 0;
    for (const BudgetReport& cache : caches)
        cached += static_cast<double>(cache.used_bytes);
    for (auto& [name, bytes] : figures)
        for (const BudgetReport& cache : caches)
            if (lies_below(cache.path, name)) bytes -= static_cast<double>(cache.used_bytes);

    const std::lock_guard lock(mutex_);
    if (cycle <= last_cycle_) return;
    last_cycle_ = cycle;
    caches_.add(static_cast<double>(cycle), cached);
    std::erase_if(trends_, [&](const auto& entry) { return !figures.contains(entry.first); });
    for (const auto& [name, bytes] : figures)
        trends_.try_emplace(name, options_).first->second.add(static_cast<double>(cycle), bytes);
}

std::vector<LeakWatch::Finding> LeakWatch::findings() const {
    const std::lock_guard lock(mutex_);
    std::vector<Finding> findings;
    for (const auto& [name, trend] : trends_)
        findings.push_back({name, name == kAllocator ? beside_caches(trend.verdict(), caches_) : trend.verdict()});
    return findings;
}

}  // namespace hone
