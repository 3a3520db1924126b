#include "hone/cache/result_cache.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "hone/base/random.h"
#include "hone/base/thread_number.h"
#include "hone/cache/departures.h"
#include "hone/cache/policy_table.h"
#include "hone/cache/seat_lock.h"
#include "hone/cache/tag_marks.h"

namespace hone {
namespace {

constexpr std::size_t kShards = 64;
constexpr std::size_t kStripes = 16;
constexpr std::size_t kRing = 64;          // hits told to the policy at once
constexpr std::uint64_t kQuietRings = 16;  // after so many without a put, only one ring of kQuietEach is told
constexpr std::uint64_t kQuietEach = 8;
constexpr std::size_t kExpiredPerPut = 16;
constexpr std::size_t kLooksPerPut = 16;  // of the sweep: entries looked at and tables entered
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::uint64_t key_of(const Digest& digest) {
    return digest.high ^ digest.low * 0x9E3779B97F4A7C15U;
}

/// Bytes that tags take: the text twice, its place in the entry, and its mark.
std::uint64_t tag_bytes(const std::vector<std::string>& tags) {
    constexpr std::uint64_t kEach = 128;
    std::uint64_t bytes = 0;
    for (const std::string& tag : tags)
        bytes += kEach + 2 * tag.size();
    return bytes;
}

/// A charge that is given back unless `bytes` is set to 0.
struct ChargeGuard {
    Budget& budget;
    std::uint64_t bytes;
    ~ChargeGuard() { budget.release(bytes); }
};

std::size_t stripe_of_this_thread() {
    return thread_number() % kStripes;
}

}  // namespace

/// An entry: what readers share. All but `valid_at` is constant while it is in a shard. It starts a cache line, so that
/// readers do not wait for those who write the reference count before it.
struct alignas(64) ResultCache::Node {
    Digest digest;
    std::int64_t expires_ns = kNever;
    std::atomic<std::uint64_t> valid_at = 0;  // strikes when its tags were last looked at
    std::uint64_t charge = 0;
    TagMarks::Held tags;
    CachedValue value;
};

/// `policy_lock` guards the policy and what is resident; it is taken before the lock of a shard, never after it. A key
/// is in its shard only if the policy holds it. Nodes that leave are destroyed when no lock is held, since values may
/// use the cache when they go.
struct ResultCache::State {
    using NodePtr = std::shared_ptr<Node>;
    using ValuePtr = std::shared_ptr<const CachedValue>;
    /// A node and what is handed out to each seat: the first from the node itself, the others with reference counts of
    /// their own, made when first needed, so that threads do not write to one count. `handles[i]` is guarded by seat i.
    struct Place {
        std::uint64_t key = 0;
        std::uint32_t previous = kNoEntry, next = kNoEntry;
        NodePtr node;
        std::array<ValuePtr, kSeats> handles;
    };
    struct Shard {
        mutable SeatLock lock;
        PolicyTable<Place> places;  // guarded by lock
    };
    /// Hits of some threads that the policy does not know yet.
    struct alignas(64) Stripe {
        std::atomic<bool> is_busy = false;
        std::atomic<std::uint64_t> untold = 0;
        std::uint32_t count = 0;  // this and the rest: guarded by is_busy
        std::uint64_t rings = 0;  // since the put that `put_seen` counts
        std::uint64_t put_seen = 0;
        std::array<std::uint64_t, kRing> keys = {};
    };
    using Gone = std::vector<Place>;

    State(Budget& to_charge, const Options& given)
        : budget(to_charge),
          options(given),
          clock(given.clock != nullptr ? *given.clock : real_clock()),
          policy(given.limit_bytes, {.admission = Admission::Always}) {}

    Shard& shard_of(std::uint64_t key) { return shards[key >> 58]; }
    void note_hit(std::uint64_t key);
    bool is_told(Stripe& stripe) const;
    void tell(Stripe& stripe);
    void tell_all();
    std::optional<Place> take_from_shard(std::uint64_t key);
    std::optional<Place> exchange_in_shard(std::uint64_t key, const NodePtr& node);
    void take(std::uint64_t key, MissReason reason, Gone& gone);
    void leave(Place place, Gone& gone);
    void take_leaving(MissReason reason, Gone& gone);
    void take_expired(std::size_t most, Gone& gone);
    void take_struck(std::size_t looks, Gone& gone);
    std::vector<std::uint64_t> struck_here(std::size_t& looks);
    std::uint64_t charge_under(std::uint64_t key);
    std::optional<bool> try_put(std::uint64_t key, const NodePtr& node, Gone& gone);
    bool charge_and_put(std::uint64_t key, const NodePtr& node);
    std::uint64_t evict_one();
    std::uint64_t give_back(Gone&& gone);
    void drop_unusable(std::uint64_t key);
    const ValuePtr& handle(Place& place, std::size_t seat) const;
    std::optional<MissReason> miss_of(Node& node);
    bool put_node(std::uint64_t key, const NodePtr& node, Gone& gone);

    Budget& budget;
    const Options options;
    Clock& clock;
    TagMarks tags;
    Departures departures;
    std::array<Shard, kShards> shards;
    std::array<Stripe, kStripes> stripes;
    std::atomic<std::uint64_t> put_count = 0;

    mutable std::mutex policy_lock;
    PolicyChoice policy;                                      // this and the rest: guarded by policy_lock
    std::set<std::pair<std::int64_t, std::uint64_t>> expiry;  // (time, key) of entries that expire
    std::vector<std::uint64_t> leaving;
    std::uint64_t cost_ns = 0;      // of all residents
    std::uint64_t struck_seen = 0;  // strikes that the present or last sweep knows of
    std::size_t sweep_at = 0;       // the shard where the sweep stands
    std::uint32_t sweep_place = 0;  // the next place there to look at
    std::size_t sweep_left = 0;     // shards that it has still to go through, this one among them; 0: done
    std::uint64_t puts = 0, refused = 0, evictions = 0;
};

std::string_view miss_reason_text(MissReason reason) {
    constexpr std::array<std::string_view, kMissReasons> kTexts = {"never seen",  "evicted", "shed",   "expired",
                                                                   "invalidated", "removed", "refused"};
    return kTexts[static_cast<std::size_t>(reason)];
}

/// Puts a hit into the buffer of this thread; a full buffer goes to the policy, if that is free.
void ResultCache::State::note_hit(std::uint64_t key) {
    Stripe& stripe = stripes[stripe_of_this_thread()];
    if (stripe.is_busy.exchange(true, std::memory_order_acquire)) {
        stripe.untold.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    stripe.keys[stripe.count++] = key;
    if (stripe.count == kRing) {
        if (is_told(stripe) && policy_lock.try_lock()) {
            const std::lock_guard lock(policy_lock, std::adopt_lock);
            tell(stripe);
        } else {
            stripe.untold.fetch_add(stripe.count, std::memory_order_relaxed);
        }
        stripe.count = 0;
    }
    stripe.is_busy.store(false, std::memory_order_release);
}

/// False for most rings of a long run of hits: they change little, and telling them costs more than the hits.
bool ResultCache::State::is_told(Stripe& stripe) const {
    const std::uint64_t now = put_count.load(std::memory_order_relaxed);
    if (stripe.put_seen != now) {
        stripe.put_seen = now;
        stripe.rings = 0;
    }
    ++stripe.rings;
    return stripe.rings <= kQuietRings || stripe.rings % kQuietEach == 0;
}

/// Requires: the stripe is busy for this thread, and policy_lock is held.
void ResultCache::State::tell(Stripe& stripe) {
    for (std::uint32_t i = 0; i < stripe.count; ++i)
        policy.prefetch(stripe.keys[i]);
    for (std::uint32_t i = 0; i < stripe.count; ++i)
        policy.touch(stripe.keys[i]);
}

/// Tells the policy what is in the buffers, but for those in use. Requires: policy_lock is held.
void ResultCache::State::tell_all() {
    for (Stripe& stripe : stripes) {
        if (stripe.is_busy.exchange(true, std::memory_order_acquire)) continue;
        tell(stripe);
        stripe.count = 0;
        stripe.is_busy.store(false, std::memory_order_release);
    }
}

std::optional<ResultCache::State::Place> ResultCache::State::take_from_shard(std::uint64_t key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.lock);
    const std::uint32_t at = shard.places.find(key);
    if (at == kNoEntry) return std::nullopt;
    Place place = std::move(shard.places[at]);
    shard.places.remove(at);
    return place;
}

/// Takes an entry that the policy no longer holds out of its shard. Requires: policy_lock is held.
void ResultCache::State::take(std::uint64_t key, MissReason reason, Gone& gone) {
    std::optional<Place> place = take_from_shard(key);
    if (!place) return;
    departures.note(key, reason);
    leave(std::move(*place), gone);
}

/// Forgets what is known of a node beside its shard and the policy. Requires: policy_lock is held.
void ResultCache::State::leave(Place place, Gone& gone) {
    Node& node = *place.node;
    node.tags = {};  // readers may hold the node for long
    if (node.expires_ns != kNever) expiry.erase({node.expires_ns, place.key});
    cost_ns -= static_cast<std::uint64_t>(node.value.facts.cost_ns);
    gone.push_back(std::move(place));
}

void ResultCache::State::take_leaving(MissReason reason, Gone& gone) {
    evictions += leaving.size();
    for (const std::uint64_t key : leaving)
        take(key, reason, gone);
    leaving.clear();
}

/// Requires: policy_lock is held.
void ResultCache::State::take_expired(std::size_t most, Gone& gone) {
    if (expiry.empty()) return;
    const std::int64_t now = clock.monotonic_ns();
    for (; most > 0 && !expiry.empty() && expiry.begin()->first <= now; --most) {
        const std::uint64_t key = expiry.begin()->second;
        policy.erase(key);
        take(key, MissReason::Expired, gone);
    }
}

/// Goes on with the sweep for entries whose tags were struck, for about so many looks; a strike meanwhile makes it
/// longer, not begin anew, so that each place has its turn however often tags are struck. Requires: policy_lock is
/// held.
void ResultCache::State::take_struck(std::size_t looks, Gone& gone) {
    if (const std::uint64_t now = tags.strikes(); now != struck_seen) {
        struck_seen = now;
        sweep_left = kShards + (sweep_place > 0 ? 1 : 0);  // the first part of this shard comes last
    }
    while (looks > 0 && sweep_left > 0) {
        for (const std::uint64_t key : struck_here(looks)) {
            policy.erase(key);
            take(key, MissReason::Invalidated, gone);
        }
    }
}

/// Keys of struck entries in the shard where the sweep stands, which it goes on through; takes what that needs from
/// `looks`. An entry stays at its place as long as it is there, so that none is passed over. Requires: looks > 0, and
/// policy_lock is held.
std::vector<std::uint64_t> ResultCache::State::struck_here(std::size_t& looks) {
    std::vector<std::uint64_t> struck;
    Shard& shard = shards[sweep_at];
    const std::lock_guard lock(shard.lock);
    for (; looks > 0; --looks) {
        if (sweep_place >= shard.places.places_end()) {
            --looks;
            --sweep_left;
            sweep_place = 0;
            sweep_at = (sweep_at + 1) % kShards;
            break;
        }
        const Place& place = shard.places[sweep_place++];
        if (place.node && place.node->tags.is_struck()) struck.push_back(place.key);
    }
    return struck;
}

/// Destroys entries that were taken out, then gives back what they weighed.
std::uint64_t ResultCache::State::give_back(Gone&& gone) {
    std::uint64_t freed = 0;
    for (const Place& place : gone)
        freed += place.node->charge;
    gone.clear();
    budget.release(freed);
    return freed;
}

/// Evicts the entry of least price; returns the bytes it weighed, 0 if there is none.
std::uint64_t ResultCache::State::evict_one() {
    Gone gone;
    {
        const std::lock_guard lock(policy_lock);
        tell_all();
        policy.evict(leaving);
        take_leaving(MissReason::Evicted, gone);
    }
    return give_back(std::move(gone));
}

/// What the entry under a key is charged; 0 if there is none. Requires: policy_lock is held, so that it stays there.
std::uint64_t ResultCache::State::charge_under(std::uint64_t key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.lock);
    const std::uint32_t at = shard.places.find(key);
    return at == kNoEntry ? 0 : shard.places[at].node->charge;
}

/// Puts the node if the budget has room for what it takes beyond the entry before it, whose charge it takes over;
/// whether it is resident then. Nothing, and nothing has changed, if there is no room.
std::optional<bool> ResultCache::State::try_put(std::uint64_t key, const NodePtr& node, Gone& gone) {
    const std::lock_guard lock(policy_lock);
    const std::uint64_t before = charge_under(key);
    const std::uint64_t more = node->charge - std::min(node->charge, before);
    if (!budget.try_charge(more)) return std::nullopt;
    ChargeGuard charged{budget, more};
    if (!put_node(key, node, gone)) return false;
    charged.bytes = 0;
    if (before == 0) return true;
    const auto old = std::ranges::find(gone, key, &Place::key);
    check(old != gone.end(), "what was under a key leaves when another comes");
    old->node->charge -= node->charge - more;
    return true;
}

/// Puts the node, evicting as the budget needs; false, and nothing is evicted, if that would not help.
bool ResultCache::State::charge_and_put(std::uint64_t key, const NodePtr& node) {
    {
        const std::lock_guard lock(policy_lock);
        if (node->charge > policy.weight() && budget.available() < node->charge - policy.weight()) return false;
    }
    while (true) {
        Gone gone;
        const std::optional<bool> is_resident = try_put(key, node, gone);
        give_back(std::move(gone));
        if (is_resident) return *is_resident;
        if (evict_one() == 0) return false;
    }
}

/// Puts a node into its shard; returns what was under its key.
std::optional<ResultCache::State::Place> ResultCache::State::exchange_in_shard(std::uint64_t key, const NodePtr& node) {
    Place fresh;
    fresh.key = key;
    fresh.node = node;
    fresh.handles[0] = ValuePtr(node, &node->value);
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.lock);
    const std::uint32_t at = shard.places.find(key);
    if (at == kNoEntry) {
        shard.places.add(std::move(fresh));
        return std::nullopt;
    }
    Place& place = shard.places[at];
    std::swap(place.node, fresh.node);
    std::swap(place.handles, fresh.handles);
    return fresh;
}

/// Makes the node resident in place of what was under its key; false if the policy refuses it, and then nothing is
/// there. Requires: policy_lock is held.
bool ResultCache::State::put_node(std::uint64_t key, const NodePtr& node, Gone& gone) {
    tell_all();
    put_count.fetch_add(1, std::memory_order_relaxed);
    take_expired(kExpiredPerPut, gone);
    take_struck(kLooksPerPut, gone);
    const std::int64_t cost = node->value.facts.cost_ns;
    const bool is_resident = policy.insert({key, node->charge, cost > 0 ? static_cast<double>(cost) : 1.0}, leaving);
    take_leaving(MissReason::Evicted, gone);
    if (!is_resident) {
        take(key, MissReason::Refused, gone);
        return false;
    }
    if (auto before = exchange_in_shard(key, node)) leave(std::move(*before), gone);
    if (node->expires_ns != kNever) expiry.insert({node->expires_ns, key});
    cost_ns += static_cast<std::uint64_t>(cost);
    ++puts;
    return true;
}

/// Takes an entry out that is no hit, unless another came under its key meanwhile.
void ResultCache::State::drop_unusable(std::uint64_t key) {
    Gone gone;
    {
        const std::lock_guard lock(policy_lock);
        Shard& shard = shard_of(key);
        std::optional<MissReason> reason;
        {
            const std::lock_guard its(shard.lock);
            const std::uint32_t place = shard.places.find(key);
            if (place != kNoEntry) reason = miss_of(*shard.places[place].node);
        }
        if (!reason) return;
        tell_all();
        policy.erase(key);
        take(key, *reason, gone);
    }
    give_back(std::move(gone));
}

ResultCache::ResultCache(Budget& budget, const Options& options) : state_(std::make_unique<State>(budget, options)) {}

ResultCache::~ResultCache() {
    clear();
}

/// What is handed out to readers of a seat. Requires: the seat is locked.
const ResultCache::State::ValuePtr& ResultCache::State::handle(Place& place, std::size_t seat) const {
    ValuePtr& own = place.handles[seat];
    if (!own) own = ValuePtr(&place.node->value, [node = place.node](const CachedValue*) {});
    return own;
}

/// Why a resident node is no hit, if so.
std::optional<MissReason> ResultCache::State::miss_of(Node& node) {
    if (node.expires_ns != kNever && node.expires_ns <= clock.monotonic_ns()) return MissReason::Expired;
    const std::uint64_t strikes = tags.strikes();
    if (node.valid_at.load(std::memory_order_relaxed) == strikes) return std::nullopt;
    if (node.tags.is_struck()) return MissReason::Invalidated;
    node.valid_at.store(strikes, std::memory_order_relaxed);
    return std::nullopt;
}

ResultCache::Lookup ResultCache::find(const Digest& digest) {
    State& state = *state_;
    const std::uint64_t key = key_of(digest);
    const std::size_t seat_number = stripe_of_this_thread() % kSeats;
    State::Shard& shard = state.shard_of(key);
    SeatLock::Seat& seat = shard.lock.seat(seat_number);
    State::ValuePtr value;
    std::optional<MissReason> miss;
    bool is_unusable = false;
    {
        const auto lock = lock_soon(seat.lock);
        const std::uint32_t at = shard.places.find(key);
        if (at == kNoEntry || shard.places[at].node->digest != digest) {
            miss = state.departures.reason(key);
        } else if (Node& node = *shard.places[at].node; (miss = state.miss_of(node))) {
            is_unusable = true;
        } else {
            value = state.handle(shard.places[at], seat_number);
            seat.saved_ns += static_cast<std::uint64_t>(node.value.facts.cost_ns);
        }
        ++(miss ? seat.misses[static_cast<std::size_t>(*miss)] : seat.hits);
    }
    if (is_unusable) state.drop_unusable(key);
    if (miss) return {nullptr, *miss};
    state.note_hit(key);
    return {std::move(value), {}};
}

bool ResultCache::put(const Digest& digest, CachedValue value, std::int64_t lifetime_ns) {
    return put_node(digest, std::move(value), lifetime_ns, std::nullopt);
}

bool ResultCache::put_unless_invalidated(const Digest& digest, CachedValue value, std::int64_t lifetime_ns,
                                         std::uint64_t seen) {
    return put_node(digest, std::move(value), lifetime_ns, seen);
}

std::uint64_t ResultCache::invalidations() const {
    return state_->tags.moment();
}

bool ResultCache::put_node(const Digest& digest, CachedValue value, std::int64_t lifetime_ns,
                           std::optional<std::uint64_t> seen) {
    State& state = *state_;
    const std::uint64_t key = key_of(digest);
    const std::uint64_t half = state.options.limit_bytes / 2;
    const std::uint64_t beside = kEntryBytes + tag_bytes(value.facts.tags);
    if (lifetime_ns <= 0) lifetime_ns = state.options.lifetime_ns;
    const auto node = std::make_shared<Node>();
    node->valid_at = state.tags.strikes();
    // Marks are held before the question: a strike after it strikes them.
    node->tags = state.tags.hold(value.facts.tags);
    if (seen && state.tags.was_struck_since(*seen, value.facts.tags)) return false;
    const auto refuse = [&] {
        remove(digest);  // better nothing than the value before this one
        state.departures.note(key, MissReason::Refused);
        const std::lock_guard lock(state.policy_lock);
        ++state.refused;
        return false;
    };
    if (beside > half || value.weight_bytes > half - beside) return refuse();
    node->digest = digest;
    node->charge = value.weight_bytes + beside;
    node->value = std::move(value);
    node->value.facts.cost_ns = std::max<std::int64_t>(0, node->value.facts.cost_ns);
    if (lifetime_ns > 0) {
        const std::int64_t spread = static_cast<std::int64_t>(mixed(key) % 1024) * (lifetime_ns / 10240);
        const std::int64_t now = state.clock.monotonic_ns();
        node->expires_ns = lifetime_ns < kNever - now ? now + lifetime_ns - spread : kNever;
    }
    return state.charge_and_put(key, node) || refuse();
}

bool ResultCache::remove(const Digest& digest) {
    const std::uint64_t key = key_of(digest);
    State::Gone gone;
    {
        const std::lock_guard lock(state_->policy_lock);
        state_->tell_all();
        state_->policy.erase(key);
        state_->take(key, MissReason::Removed, gone);
    }
    const bool was_there = !gone.empty();
    state_->give_back(std::move(gone));
    return was_there;
}

std::uint64_t ResultCache::invalidate(std::string_view tag) {
    return state_->tags.strike(tag);
}

void ResultCache::clear() {
    State::Gone gone;
    {
        const std::lock_guard lock(state_->policy_lock);
        state_->tags.doubt_all();
        std::vector<std::uint64_t> keys;
        state_->policy.append_keys(keys);
        for (const std::uint64_t key : keys) {
            state_->policy.erase(key);
            state_->take(key, MissReason::Removed, gone);
        }
    }
    state_->give_back(std::move(gone));
}

std::uint64_t ResultCache::shed(std::uint64_t bytes) {
    State::Gone gone;
    {
        const std::lock_guard lock(state_->policy_lock);
        state_->tell_all();
        state_->take_expired(std::numeric_limits<std::size_t>::max(), gone);
        state_->take_struck(std::numeric_limits<std::size_t>::max(), gone);
        std::uint64_t freed = 0;
        std::size_t counted = 0;
        while (true) {
            for (; counted < gone.size(); ++counted)
                freed += gone[counted].node->charge;
            if (freed >= bytes || !state_->policy.evict(state_->leaving)) break;
            state_->take_leaving(MissReason::Shed, gone);
        }
    }
    return state_->give_back(std::move(gone));
}

double ResultCache::cheapest_price() const {
    const std::lock_guard lock(state_->policy_lock);
    const std::uint64_t bytes = state_->policy.weight();
    if (bytes == 0) return std::numeric_limits<double>::infinity();
    const bool has_struck = state_->struck_seen != state_->tags.strikes() || state_->sweep_left > 0;
    const bool has_expired = !state_->expiry.empty() && state_->expiry.begin()->first <= state_->clock.monotonic_ns();
    if (has_struck || has_expired) return 0;
    return static_cast<double>(state_->cost_ns) / 1e9 / static_cast<double>(bytes);
}

ResultCache::Stats ResultCache::stats() const {
    Stats stats;
    TierStats& tier = stats.tier;
    tier.limit_bytes = state_->options.limit_bytes;
    for (State::Shard& shard : state_->shards) {
        for (std::size_t i = 0; i < kSeats; ++i) {
            SeatLock::Seat& seat = shard.lock.seat(i);
            const auto lock = lock_soon(seat.lock);
            tier.hits += seat.hits;
            tier.saved_ns += seat.saved_ns;
            for (std::size_t reason = 0; reason < kMissReasons; ++reason) {
                stats.misses_by_reason[reason] += seat.misses[reason];
                tier.misses += seat.misses[reason];
            }
        }
    }
    for (const State::Stripe& stripe : state_->stripes)
        stats.untold_hits += stripe.untold.load(std::memory_order_relaxed);
    const std::lock_guard lock(state_->policy_lock);
    tier.entries = state_->policy.entries();
    tier.bytes = state_->policy.weight();
    tier.puts = state_->puts;
    tier.refused = state_->refused;
    tier.evictions = state_->evictions;
    stats.metadata_bytes = state_->policy.metadata_bytes();
    stats.leader = state_->policy.leader();
    stats.switches = state_->policy.switches();
    stats.curve = state_->policy.curve();
    return stats;
}

}  // namespace hone
