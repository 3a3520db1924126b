// Fixed loops whose instructions tests/instructions_test.py counts under callgrind. Each is a function guard_*, which
// does what its name says kCalls times (or once per byte or row); what it needs is made outside. Clocks stand still, so
// that counts do not depend on time. Prints, as JSON, by how much each count is to be divided.
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/key.h"
#include "hone/cache/policy.h"
#include "hone/cache/result_cache.h"
#include "hone/cache/small_cache.h"
#include "hone/parallel/exec.h"
#include "hone/table/csv_table.h"
#include "hone/table/encodings.h"
#include "hone/watch/bench.h"
#include "hone/watch/metrics.h"
#include "hone/watch/tick_clock.h"
#include "hone/watch/trace.h"

namespace hone {
namespace {

constexpr int kCalls = 2'000;
constexpr std::size_t kItems = 100;
constexpr std::size_t kKeys = 1'000;

Json divisors = Json::object();

template <class Loop>
void run(const char* name, std::uint64_t divisor, const Loop& loop) {
    divisors.set(name, divisor);
    loop();
}

using Numbers = std::vector<std::uint64_t>;

/// Keys of a skewed stream, all below kKeys.
Numbers requests() {
    Random random(1);
    Numbers keys(kCalls);
    for (std::uint64_t& key : keys)
        key = random.below(1 + random.below(kKeys));
    return keys;
}

}  // namespace

#if defined(__clang__)
#define GUARD __attribute__((noinline))
#else
#define GUARD __attribute__((noinline, noclone))
#endif

GUARD void guard_plain_loop(Numbers& numbers) {
    for (int call = 0; call < kCalls; ++call) {
        keep(numbers);
        for (std::size_t i = 0; i < kItems; ++i)
            numbers[i] += i;
    }
}

/// The same by an adaptive loop; `exec` tells whether its cost is remembered.
void adaptive(const Exec& exec, Numbers& numbers) {
    for (int call = 0; call < kCalls; ++call) {
        keep(numbers);
        exec.for_each_range("guard", kItems, [&numbers](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i)
                numbers[i] += i;
        });
    }
}
GUARD void guard_adaptive_loop_remembered(const Exec& exec, Numbers& numbers) {
    adaptive(exec, numbers);
}
GUARD void guard_adaptive_loop_unknown(const Exec& exec, Numbers& numbers) {
    adaptive(exec, numbers);
}
GUARD void guard_adaptive_items_remembered(const Exec& exec, Numbers& numbers) {
    for (int call = 0; call < kCalls; ++call) {
        keep(numbers);
        exec.for_each("guard", kItems, [&numbers](std::size_t i) { numbers[i] += i; });
    }
}
GUARD void guard_cancel_check(const Cancel& cancel) {
    for (int call = 0; call < kCalls; ++call)
        cancel.check();
}

GUARD void guard_small_cache_hit(SmallCache<std::uint64_t, std::uint64_t>& cache, const Numbers& keys) {
    for (const std::uint64_t key : keys)
        keep(cache.find(key));
}
GUARD void guard_result_cache_hit(ResultCache& cache, const std::vector<Digest>& keys) {
    for (const Digest& key : keys)
        keep(cache.find(key));
}
GUARD void guard_policy_touch_lru(CachePolicy& policy, const Numbers& keys) {
    for (const std::uint64_t key : keys)
        keep(policy.touch(key));
}
GUARD void guard_policy_touch_s3fifo(CachePolicy& policy, const Numbers& keys) {
    for (const std::uint64_t key : keys)
        keep(policy.touch(key));
}
GUARD void guard_policy_touch_wtinylfu(CachePolicy& policy, const Numbers& keys) {
    for (const std::uint64_t key : keys)
        keep(policy.touch(key));
}
GUARD void guard_key_digest() {
    for (int call = 0; call < kCalls; ++call) {
        KeyBuilder key("envelope", "compute");
        key.add("release", "1.0").add("revision", "3").add("tiers", "prime_land").add("filter", "none");
        keep(key.add("input production", "0123456789abcdef0123456789abcdef").build());
    }
}

GUARD void guard_counter(Counter& counter) {
    for (int call = 0; call < kCalls; ++call)
        counter.add();
}
GUARD void guard_histogram(Histogram& histogram) {
    for (int call = 0; call < kCalls; ++call)
        histogram.record(static_cast<std::uint64_t>(call) * 977);
}
GUARD void guard_span_off(Trace& trace) {
    for (int call = 0; call < kCalls; ++call)
        const Span span(trace, "scope");
}

GUARD Table guard_csv_parse_byte(Files& files, Budget& budget) {
    const std::vector<CsvColumn> wanted = {
        {"name", CsvColumn::Kind::Text, 0}, {"n", CsvColumn::Kind::Int64, 0}, {"v", CsvColumn::Kind::Decimal, 2}};
    IssueList issues;
    return read_csv(files, "/guard.csv", wanted, Exec(), budget, issues, "guard");
}
GUARD std::string guard_csv_write_byte(const Table& table) {
    return to_csv(table);
}

namespace {

void loops() {
    Pool pool(4);  // starts no thread, as these loops are too small to split
    FakeClock clock;
    CostModel costs;
    costs.learn("guard", kItems, 1);
    const Exec remembered({.pool = &pool, .costs = &costs, .clock = &clock}, Cancel());
    const Exec unknown({.pool = &pool, .clock = &clock}, Cancel());
    Numbers numbers(kItems);
    run("plain_loop", kCalls, [&] { guard_plain_loop(numbers); });
    run("adaptive_loop_remembered", kCalls, [&] { guard_adaptive_loop_remembered(remembered, numbers); });
    run("adaptive_loop_unknown", kCalls, [&] { guard_adaptive_loop_unknown(unknown, numbers); });
    run("adaptive_items_remembered", kCalls, [&] { guard_adaptive_items_remembered(remembered, numbers); });
    run("cancel_check", kCalls, [cancel = Cancel().child()] { guard_cancel_check(cancel); });
    check(numbers[1] == 4 * kCalls, "every loop has run every item");
}

void caches() {
    Budget budget("guard");
    const Numbers keys = requests();
    SmallCache<std::uint64_t, std::uint64_t> small(budget, 1 << 20);
    ResultCache memory(budget, {.limit_bytes = 64 << 20});
    std::vector<Digest> digests;
    for (const std::uint64_t key : keys) {
        small.put(key, key);
        digests.push_back(digest_of(std::to_string(key)));
        memory.put(digests.back(), CachedValue::of(std::make_shared<const std::uint64_t>(key), 64, {}));
    }
    run("small_cache_hit", keys.size(), [&] { guard_small_cache_hit(small, keys); });
    run("result_cache_hit", keys.size(), [&] { guard_result_cache_hit(memory, digests); });
    check(small.stats().hits == keys.size() && memory.stats().tier.hits == keys.size(), "all look-ups are hits");
    const auto filled = [&](PolicyKind kind) {
        auto policy = make_policy(kind, kKeys, Admission::Always);
        std::vector<std::uint64_t> leaving;
        for (std::uint64_t key = 0; key < kKeys; ++key) {
            policy->touch(key);
            policy->insert({.key = key}, leaving);
        }
        check(leaving.empty(), "all keys are resident");
        return policy;
    };
    run("policy_touch_lru", keys.size(), [&] { guard_policy_touch_lru(*filled(PolicyKind::Lru), keys); });
    run("policy_touch_s3fifo", keys.size(), [&] { guard_policy_touch_s3fifo(*filled(PolicyKind::S3Fifo), keys); });
    run("policy_touch_wtinylfu", keys.size(), [&] { guard_policy_touch_wtinylfu(*filled(PolicyKind::TinyLfu), keys); });
    run("key_digest", kCalls, [] { guard_key_digest(); });
}

void watching() {
    Metrics metrics;
    Trace trace;
    run("counter", kCalls, [&] { guard_counter(metrics.counter("guard_total", "Calls")); });
    run("histogram", kCalls, [&] { guard_histogram(metrics.histogram("guard_ns", "Values")); });
    run("span_off", kCalls, [&] { guard_span_off(trace); });
}

void tables() {
    std::string text = "name,n,v,unused\n";
    for (int i = 0; i < 4000; ++i)
        text += cat(i % 9 == 4 ? "\"quoted, name\"" : "name", ',', i * 7919, ',', i % 1000, '.', 10 + i % 90, ",x\n");
    MemoryFiles files;
    write_file(files, "/guard.csv", text);
    Budget budget("guard");
    Table table;
    run("csv_parse_byte", text.size(), [&] { table = guard_csv_parse_byte(files, budget); });
    check(table.rows() == 4000, "every row is read");
    std::string written;
    run("csv_write_byte", 1, [&] { written = guard_csv_write_byte(table); });
    divisors.set("csv_write_byte", written.size());
}

}  // namespace
}  // namespace hone

int main() {
    hone::loops();
    hone::caches();
    hone::watching();
    hone::tables();
    hone::Json document = hone::Json::object();
#if defined(__clang__)
    document.set("compiler", hone::cat("clang ", __clang_major__));
#else
    document.set("compiler", hone::cat("g++ ", __GNUC__));
#endif
#if defined(__OPTIMIZE__)
    document.set("is_optimised", true);
#else
    document.set("is_optimised", false);
#endif
    document.set("divisors", std::move(hone::divisors));
    std::cout << document.dump() << '\n';
    return 0;
}
