#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hone/cache/policy.h"
#include "hone/cache/policy_table.h"

namespace hone {

class LeaderPolicy;
struct PolicyResident;

/// What another capacity would give, measured lately.
struct CapacityPoint {
    double factor = 1;          ///< of the capacity
    double hit_ratio = 0;       ///< hits / requests under LRU
    double cost_hit_ratio = 0;  ///< cost of the hits / cost of the requests under LRU
};

/// What one candidate would give at the present capacity, measured lately.
struct CandidateScore {
    PolicyKind kind = PolicyKind::Lru;
    double cost_hit_ratio = 0;  ///< cost of the hits / cost of the requests
};

/// How a PolicyChoice decides.
struct PolicyChoiceOptions {
    Admission admission = Admission::ByPolicy;
    std::uint64_t shadow_entries = 3072;  ///< a shadow holds at most about so many; above, keys are sampled
};

/// The policy of hone: runs each candidate as a shadow (keys only) and evicts in the order of the one that lately saved
/// most cost. Up to `shadow_entries` residents the shadows see every request, and the residents follow the leading one:
/// those that it does not hold leave first. Above, the shadows see the keys whose hash falls below a threshold, at the
/// same part of the capacity, and the leader itself holds the residents. They stay when the leader changes.
class PolicyChoice final : public CachePolicy {
public:
    explicit PolicyChoice(std::uint64_t capacity, PolicyChoiceOptions options = {});
    PolicyChoice(PolicyChoice&& other) noexcept;
    ~PolicyChoice() override;

    void prefetch(std::uint64_t key) const override;
    bool touch(std::uint64_t key) override;
    bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) override;
    bool erase(std::uint64_t key) override;
    bool evict(std::vector<std::uint64_t>& leaving) override;
    void set_capacity(std::uint64_t capacity, std::vector<std::uint64_t>& leaving) override;

    bool holds(std::uint64_t key) const override;
    void append_keys(std::vector<std::uint64_t>& keys) const override;
    std::uint64_t entries() const override;
    std::uint64_t weight() const override;
    std::uint64_t capacity() const override { return capacity_; }
    std::uint64_t metadata_bytes() const override;

    /// The candidate whose order is followed now.
    PolicyKind leader() const;
    /// How often the leader changed.
    std::uint64_t switches() const { return switches_; }
    /// Part of the keys that the shadows see: 1, 1/2, 1/4, ...
    double sample_rate() const;
    /// Bytes of all shadows, a part of metadata_bytes(); bounded by PolicyChoiceOptions::shadow_entries.
    std::uint64_t shadow_bytes() const;
    /// What each candidate would have saved lately.
    std::vector<CandidateScore> scores() const;
    /// What half, one, two and four times the capacity would have given lately, under LRU on a sample.
    std::vector<CapacityPoint> curve() const;

private:
    struct Resident {
        std::uint64_t key = 0;
        std::uint64_t weight : 56 = 0;
        std::uint64_t uses : 6 = 1;
        std::uint64_t is_doomed : 1 = 0;
        std::uint64_t is_spared : 1 = 0;  ///< used since evict() passed it
        std::uint32_t previous = kNoEntry;
        std::uint32_t next = kNoEntry;
        float cost = 1;
        std::uint32_t used_at = 0;  ///< request number, for the order of last use

        PolicyItem item() const { return {key, weight, static_cast<double>(cost)}; }
    };
    /// Sums over requests that decay, over a fast and a slow window: each request counts `now_` times its value, and
    /// `now_` grows.
    static constexpr std::size_t kFast = 0, kSlow = 1, kWindows = 2;
    using Sums = std::array<double, kWindows>;
    static constexpr std::size_t kShadows = 6;
    /// A shadow and what it saved in either window.
    struct Shadow {
        std::unique_ptr<CachePolicy> policy;
        Sums saved = {};
    };
    struct SizeShadow {
        std::unique_ptr<CachePolicy> policy;
        double hits = 0;
        double saved = 0;
    };
    /// Keys in a sample of rate 2^-shift.
    struct Sample {
        unsigned shift = 0;
        bool has(std::uint64_t mixed_key) const { return shift == 0 || mixed_key >> (64 - shift) == 0; }
    };

    bool touch_resident(std::uint64_t key);
    bool insert_resident(const PolicyItem& item, std::vector<std::uint64_t>& leaving);
    bool observe(const PolicyItem& item);
    void count_sampled(const PolicyItem& item, bool& leader_holds);
    void pass_time(std::size_t window, double requests);
    void count_curve(const PolicyItem& item);
    void judge();
    double error_between(std::size_t one, std::size_t other) const;
    void lead_by(std::size_t candidate);
    void follow_leader();
    void adapt_sample();
    void renew_shadows();
    std::vector<PolicyResident> known() const;
    void hand_over(const std::vector<PolicyResident>& residents);
    void take_back(const std::vector<PolicyResident>& residents);
    std::vector<std::uint32_t> by_recency() const;
    void put_in_list(std::uint32_t place, bool is_doomed);
    void doom_gone();
    void remove(std::uint32_t place);
    std::uint64_t part(Sample sample, double factor) const;

    PolicyChoiceOptions options_;
    std::uint64_t capacity_;
    std::uint64_t weight_ = 0;
    // While the shadows see all keys:
    PolicyTable<Resident> residents_;
    PolicyList kept_;    ///< residents that the leader holds too, in the order of arrival but for those spared
    PolicyList doomed_;  ///< those that it does not hold
    // While they see a part of them:
    std::unique_ptr<LeaderPolicy> full_;  ///< the leader, and holder of the residents; else nothing

    std::vector<Shadow> shadows_;
    std::vector<SizeShadow> sizes_;  ///< LRU at other capacities
    Sample sample_;
    Sample sizes_sample_;
    Sums now_ = {1, 1};     ///< what the next request counts
    Sums asked_cost_ = {};  ///< of all requests
    Sums unrest_ = {};      ///< changes of the leader
    /// Squares of what requests counted in the fast window, by which shadows hit them (bit i: shadows_[i]).
    std::array<double, std::size_t{1} << kShadows> squares_ = {};
    double sizes_now_ = 1, sizes_asked_ = 0, sizes_asked_cost_ = 0;
    std::size_t leader_ = 0;
    std::uint64_t since_judged_ = 0;
    std::uint64_t switches_ = 0;
    std::uint32_t request_ = 0;
    std::vector<std::uint64_t> gone_;
};

}  // namespace hone
