#include "hone/cache/policy_choice.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/policy_members.h"

namespace hone {
namespace {

// The windows are in requests of the sample, in multiples of the residents in it. Chosen on the families of
// request_families.h: a shorter window follows the turns of a sweep, a longer one is late where phases change.
constexpr std::array kWindowResidents = {5.0, 12.0};
constexpr double kLeastWindow = 200;
constexpr double kMargin = 0.007;  // part of the cost asked for by which a candidate must be ahead
// Sampling errors of the difference by which it must be ahead besides. Without them, sized requests at 1,000 entries, a
// part of whose many small residents is sampled, fell 3.25 points behind; with 2 no family of six seeds is more
// than 2.72.
constexpr double kErrors = 2;
constexpr double kMarginPerSwitch = 3;  // the margin grows so much with each change of the leader in the slow window
constexpr std::uint64_t kMostUses = kMostTrackedUses;  // of a resident that a new leader is told of

constexpr std::array kCandidates = {PolicyKind::TinyLfu, PolicyKind::S3Fifo,      PolicyKind::Lru,
                                    PolicyKind::Gdsf,    PolicyKind::TinyLfuHalf, PolicyKind::Sieve};
constexpr std::array kFactors = {0.5, 1.0, 2.0, 4.0};
constexpr double kTooLarge = 1e100;  // counts are scaled down from here

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

/// Gives the residents whose keys are in the sample to a policy, as if each had just been used as often as it was. They
/// fit, so nothing leaves.
template <class Sample>
void seed(CachePolicy& policy, const std::vector<PolicyResident>& residents, Sample sample) {
    std::vector<std::uint64_t> gone;
    for (const PolicyResident& resident : residents) {
        if (!sample.has(mixed(resident.item.key))) continue;
        policy.touch(resident.item.key);
        policy.insert(resident.item, gone);
        for (std::uint64_t use = 1; use < resident.uses; ++use)
            policy.touch(resident.item.key);
    }
}

}  // namespace

PolicyChoice::PolicyChoice(PolicyChoice&& other) noexcept = default;
PolicyChoice::~PolicyChoice() = default;

PolicyChoice::PolicyChoice(std::uint64_t capacity, PolicyChoiceOptions options)
    : options_(options), capacity_(capacity) {
    static_assert(kCandidates.size() == kShadows);
    check(options.shadow_entries > 0, "a shadow holds at least one entry");
    renew_shadows();
}

void PolicyChoice::prefetch(std::uint64_t key) const {
    if (full_)
        full_->prefetch(key);
    else
        residents_.prefetch(key);
}

bool PolicyChoice::touch(std::uint64_t key) {
    if (!full_) return touch_resident(key);
    full_->prefetch(key);
    if (!full_->touch(key)) return false;
    if (sample_.has(mixed(key))) observe(full_->item_of(key));
    judge();
    return true;
}

bool PolicyChoice::insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) {
    if (item.weight > capacity_ || item.weight >= kWeightBound) {
        erase(item.key);
        return false;
    }
    if (!full_) return insert_resident(item, leaving);
    const bool is_in = full_->insert(item, leaving);
    observe(item);
    if (is_in) judge();
    return is_in;
}

bool PolicyChoice::touch_resident(std::uint64_t key) {
    residents_.prefetch(key);
    const std::uint32_t place = residents_.find(key);
    if (place == kNoEntry) return false;
    Resident& resident = residents_[place];
    if (resident.uses < kMostUses) resident.uses = resident.uses + 1;
    if (resident.is_spared == 0) resident.is_spared = 1;
    resident.used_at = ++request_;
    const bool leader_holds = observe(resident.item());
    if (leader_holds == (residents_[place].is_doomed != 0)) put_in_list(place, !leader_holds);
    judge();
    return true;
}

bool PolicyChoice::insert_resident(const PolicyItem& item, std::vector<std::uint64_t>& leaving) {
    if (const std::uint32_t old = residents_.find(item.key); old != kNoEntry) remove(old);
    const bool leader_holds = observe(item);
    if (!leader_holds && options_.admission == Admission::ByPolicy) return false;
    while (weight_ > capacity_ - item.weight)
        evict(leaving);
    Resident resident{item.key, item.weight};
    resident.cost = static_cast<float>(item.cost);
    resident.is_doomed = leader_holds ? 0 : 1;
    resident.used_at = ++request_;
    weight_ += item.weight;
    const std::uint32_t place = residents_.add(resident);
    (leader_holds ? kept_ : doomed_).push_front(residents_, place);
    judge();
    return true;
}

bool PolicyChoice::erase(std::uint64_t key) {
    for (const Shadow& shadow : shadows_)
        shadow.policy->erase(key);
    for (const SizeShadow& shadow : sizes_)
        shadow.policy->erase(key);
    if (full_) return full_->erase(key);
    const std::uint32_t place = residents_.find(key);
    if (place == kNoEntry) return false;
    remove(place);
    return true;
}

bool PolicyChoice::evict(std::vector<std::uint64_t>& leaving) {
    if (full_) return full_->evict(leaving);
    std::uint32_t place = doomed_.back;
    if (place == kNoEntry) {
        if (kept_.is_empty()) return false;
        while (residents_[kept_.back].is_spared != 0) {
            residents_[kept_.back].is_spared = 0;
            kept_.move_to_front(residents_, kept_.back);
        }
        place = kept_.back;
    }
    leaving.push_back(residents_[place].key);
    remove(place);
    return true;
}

void PolicyChoice::set_capacity(std::uint64_t capacity, std::vector<std::uint64_t>& leaving) {
    capacity_ = capacity;
    if (full_) full_->set_capacity(capacity, leaving);
    for (std::size_t i = 0; i < shadows_.size(); ++i) {
        std::vector<std::uint64_t> gone;
        shadows_[i].policy->set_capacity(part(sample_, 1), !full_ && i == leader_ ? gone_ : gone);
    }
    doom_gone();
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        sizes_[i].policy->set_capacity(part(sizes_sample_, kFactors[i]), gone_);
        gone_.clear();
    }
    while (weight() > capacity_)
        evict(leaving);
    adapt_sample();
}

/// Lets the shadows see a request if it is in their sample; true if one of them leads and holds the item after it.
bool PolicyChoice::observe(const PolicyItem& item) {
    bool leader_holds = false;
    const std::uint64_t hash = mixed(item.key);
    if (sample_.has(hash)) count_sampled(item, leader_holds);
    if (sizes_sample_.has(hash)) count_curve(item);
    return leader_holds;
}

void PolicyChoice::count_sampled(const PolicyItem& item, bool& leader_holds) {
    const Sums saved = {item.cost * now_[kFast], item.cost * now_[kSlow]};
    const auto add = [&](Sums& sums) {
        for (std::size_t window = 0; window < kWindows; ++window)
            sums[window] += saved[window];
    };
    std::size_t hits = 0;
    for (std::size_t i = 0; i < shadows_.size(); ++i) {
        Shadow& shadow = shadows_[i];
        bool holds = shadow.policy->touch(item.key);
        hits |= std::size_t{holds} << i;
        if (holds)
            add(shadow.saved);
        else
            holds = shadow.policy->insert(item, gone_);
        if (!full_ && i == leader_) {
            leader_holds = holds;
            doom_gone();
        }
        gone_.clear();
    }
    add(asked_cost_);
    squares_[hits] += saved[kFast] * saved[kFast];
    const double held = static_cast<double>(entries() >> sample_.shift);
    for (std::size_t window = 0; window < kWindows; ++window)
        pass_time(window, std::max(kLeastWindow, kWindowResidents[window] * held));
    ++since_judged_;
}

/// Makes the next request count more; `requests` later it counts e times as much.
void PolicyChoice::pass_time(std::size_t window, double requests) {
    double& now = now_[window];
    now *= 1 + 1 / requests;
    if (now < kTooLarge) return;
    for (Shadow& shadow : shadows_)
        shadow.saved[window] /= now;
    asked_cost_[window] /= now;
    unrest_[window] /= now;
    if (window == kFast) {
        for (double& square : squares_)
            square /= now * now;
    }
    now = 1;
}

void PolicyChoice::count_curve(const PolicyItem& item) {
    const double saved = item.cost * sizes_now_;
    for (SizeShadow& shadow : sizes_) {
        if (shadow.policy->touch(item.key)) {
            shadow.saved += saved;
            shadow.hits += sizes_now_;
        } else {
            shadow.policy->insert(item, gone_);
            gone_.clear();
        }
    }
    sizes_asked_ += sizes_now_;
    sizes_asked_cost_ += saved;
    sizes_now_ *= 1 + 1 / (4 * static_cast<double>((entries() >> sizes_sample_.shift) + 1000));
    if (sizes_now_ < kTooLarge) return;
    for (SizeShadow& shadow : sizes_) {
        shadow.saved /= sizes_now_;
        shadow.hits /= sizes_now_;
    }
    sizes_asked_ /= sizes_now_;
    sizes_asked_cost_ /= sizes_now_;
    sizes_now_ = 1;
}

/// Standard error, because the shadows see only a sample, of the difference of what two of them saved in the fast
/// window: the root of the squares of the requests that only one of them hit, times the part of the keys that are not
/// seen (sampling without replacement, as if requests were independent). 0 if they see all.
double PolicyChoice::error_between(std::size_t one, std::size_t other) const {
    double sum = 0;
    for (std::size_t hits = 0; hits < squares_.size(); ++hits) {
        if (((hits >> one ^ hits >> other) & 1) != 0) sum += squares_[hits];
    }
    return std::sqrt(sum * (1 - sample_rate()));
}

/// From time to time follows the candidate that saved most lately, if it is ahead of the leader by the margin and by
/// more than chance may do; the more often the leader changed, the more it takes.
void PolicyChoice::judge() {
    if (since_judged_ < std::max<std::uint64_t>(8, (entries() >> sample_.shift) / 16)) return;
    since_judged_ = 0;
    adapt_sample();
    std::size_t best = leader_;
    for (std::size_t i = 0; i < shadows_.size(); ++i) {
        if (shadows_[i].saved[kFast] > shadows_[best].saved[kFast]) best = i;
    }
    const double ahead = shadows_[best].saved[kFast] - shadows_[leader_].saved[kFast];
    const double margin = kMargin * std::pow(kMarginPerSwitch, unrest_[kSlow] / now_[kSlow]);
    if (ahead <= margin * asked_cost_[kFast]) return;
    if (ahead > margin * asked_cost_[kFast] + kErrors * error_between(best, leader_)) lead_by(best);
}

void PolicyChoice::lead_by(std::size_t candidate) {
    leader_ = candidate;
    ++switches_;
    for (std::size_t window = 0; window < kWindows; ++window)
        unrest_[window] += now_[window];
    if (full_)
        hand_over(known());
    else
        follow_leader();
}

/// Makes the leader the holder of the residents, with what is known of them: their order of last use, their uses, and
/// frequencies if the leader before counted some.
void PolicyChoice::hand_over(const std::vector<PolicyResident>& residents) {
    std::optional<FrequencySketch> counted;
    if (full_) counted = full_->take_frequencies();
    full_ = nullptr;
    full_ = make_leader(leader(), capacity_, options_.admission, std::move(counted).value_or(FrequencySketch()),
                        Tracking::Full);
    seed(*full_, residents, Sample());
    check(full_->entries() == residents.size(), "the residents stay when the leader changes");
}

/// Divides the residents into those that the leader holds and those that it does not, in the order of their last use.
void PolicyChoice::follow_leader() {
    const std::vector<std::uint32_t> places = by_recency();
    for (const std::uint32_t place : places)
        put_in_list(place, !shadows_[leader_].policy->holds(residents_[place].key));
}

/// All residents, the one used last at the end.
std::vector<PolicyResident> PolicyChoice::known() const {
    std::vector<PolicyResident> known;
    known.reserve(entries());
    if (full_) {
        full_->append_residents(known);
        return known;
    }
    for (const std::uint32_t place : by_recency()) {
        const Resident& resident = residents_[place];
        known.push_back({resident.item(), resident.uses, known.size()});
    }
    return known;
}

/// Residents in the order of their last use, the earliest first.
std::vector<std::uint32_t> PolicyChoice::by_recency() const {
    std::vector<std::uint32_t> places;
    places.reserve(residents_.size());
    for (const PolicyList* list : {&doomed_, &kept_}) {
        for (std::uint32_t place = list->back; place != kNoEntry; place = residents_[place].previous)
            places.push_back(place);
    }
    std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
        return request_ - residents_[a].used_at > request_ - residents_[b].used_at;
    });
    return places;
}

/// Keeps the shadows between a quarter of their bound and the bound.
void PolicyChoice::adapt_sample() {
    const std::uint64_t count = entries();
    unsigned shift = sample_.shift;
    while (count >> shift > options_.shadow_entries)
        ++shift;
    while (shift > 0 && weight() > capacity_ / 2 && count >> shift < options_.shadow_entries / 4)
        --shift;
    if (shift == sample_.shift) return;
    sample_.shift = shift;
    renew_shadows();
}

/// Makes all shadows anew for the present sample, as if the residents had just been asked for.
void PolicyChoice::renew_shadows() {
    const std::vector<PolicyResident> residents = known();
    sizes_sample_.shift = sample_.shift == 0 ? 0 : sample_.shift + 2;
    shadows_.clear();
    for (const PolicyKind kind : kCandidates) {
        shadows_.push_back({make_policy(kind, part(sample_, 1))});
        seed(*shadows_.back().policy, residents, sample_);
    }
    sizes_.clear();
    for (const double factor : kFactors) {
        sizes_.push_back({make_policy(PolicyKind::Lru, part(sizes_sample_, factor))});
        seed(*sizes_.back().policy, residents, sizes_sample_);
    }
    now_ = {1, 1};
    asked_cost_ = unrest_ = {};
    squares_ = {};
    sizes_now_ = 1;
    sizes_asked_ = sizes_asked_cost_ = 0;
    if (sample_.shift > 0 && !full_) {
        hand_over(residents);
        residents_ = {};
        kept_ = doomed_ = {};
        weight_ = 0;
    } else if (sample_.shift == 0 && full_) {
        full_ = nullptr;
        take_back(residents);
    } else if (!full_) {
        follow_leader();
    }
}

/// Holds the residents itself again, when the shadows see all keys.
void PolicyChoice::take_back(const std::vector<PolicyResident>& residents) {
    for (const PolicyResident& known : residents) {
        Resident resident{known.item.key, known.item.weight, known.uses};
        resident.cost = static_cast<float>(known.item.cost);
        resident.used_at = ++request_;
        weight_ += known.item.weight;
        kept_.push_front(residents_, residents_.add(resident));
    }
    follow_leader();
}

bool PolicyChoice::holds(std::uint64_t key) const {
    return full_ ? full_->holds(key) : residents_.find(key) != kNoEntry;
}
void PolicyChoice::append_keys(std::vector<std::uint64_t>& keys) const {
    if (full_)
        full_->append_keys(keys);
    else
        residents_.append_keys(keys);
}
std::uint64_t PolicyChoice::entries() const {
    return full_ ? full_->entries() : residents_.size();
}
std::uint64_t PolicyChoice::weight() const {
    return full_ ? full_->weight() : weight_;
}

void PolicyChoice::put_in_list(std::uint32_t place, bool is_doomed) {
    Resident& resident = residents_[place];
    PolicyList& from = resident.is_doomed != 0 ? doomed_ : kept_;
    PolicyList& to = is_doomed ? doomed_ : kept_;
    from.unlink(residents_, place);
    resident.is_doomed = is_doomed ? 1 : 0;
    to.push_front(residents_, place);
}

/// Moves what just left the leader to those that leave first.
void PolicyChoice::doom_gone() {
    for (const std::uint64_t key : gone_) {
        const std::uint32_t place = residents_.find(key);
        if (place != kNoEntry && residents_[place].is_doomed == 0) put_in_list(place, true);
    }
    gone_.clear();
}

void PolicyChoice::remove(std::uint32_t place) {
    (residents_[place].is_doomed != 0 ? doomed_ : kept_).unlink(residents_, place);
    weight_ -= residents_[place].weight;
    residents_.remove(place);
}

/// The capacity of a shadow that sees the keys of `sample`.
std::uint64_t PolicyChoice::part(Sample sample, double factor) const {
    const double whole = static_cast<double>(capacity_) * factor;
    const double units = std::ceil(std::ldexp(whole, -static_cast<int>(sample.shift)));
    return static_cast<std::uint64_t>(std::min(units, 0x1p62));
}

std::uint64_t PolicyChoice::metadata_bytes() const {
    return sizeof(*this) + residents_.bytes() + shadow_bytes() + (full_ ? full_->metadata_bytes() : 0);
}

PolicyKind PolicyChoice::leader() const {
    return kCandidates[leader_];
}

double PolicyChoice::sample_rate() const {
    return std::ldexp(1.0, -static_cast<int>(sample_.shift));
}

std::uint64_t PolicyChoice::shadow_bytes() const {
    std::uint64_t bytes = 0;
    for (const Shadow& shadow : shadows_)
        bytes += shadow.policy->metadata_bytes();
    for (const SizeShadow& shadow : sizes_)
        bytes += shadow.policy->metadata_bytes();
    return bytes;
}

std::vector<CandidateScore> PolicyChoice::scores() const {
    std::vector<CandidateScore> scores;
    for (std::size_t i = 0; i < shadows_.size(); ++i)
        scores.push_back({kCandidates[i], share(shadows_[i].saved[kSlow], asked_cost_[kSlow])});
    return scores;
}

std::vector<CapacityPoint> PolicyChoice::curve() const {
    std::vector<CapacityPoint> points;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
        points.push_back({kFactors[i], share(sizes_[i].hits, sizes_asked_), share(sizes_[i].saved, sizes_asked_cost_)});
    }
    return points;
}

}  // namespace hone
