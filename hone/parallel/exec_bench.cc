// The adaptive loop against a plain one: never behind on small work, near the core count on large work.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/text.h"
#include "hone/parallel/exec.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

/// A dependent chain of multiplications: about 1.3 ns a step, nothing to vectorise.
std::uint64_t steps(std::uint64_t seed, int count) {
    for (int i = 0; i < count; ++i)
        seed = (seed ^ (seed >> 29)) * 0xBF58476D1CE4E5B9U;
    return seed;
}

struct Loop {
    std::size_t items;
    int steps_per_item;
};

class Loops {
public:
    Loops(const Exec& exec, Loop loop) : exec_(exec), loop_(loop), plain_(loop.items), adaptive_(loop.items) {}

    void plain() {
        for (std::size_t i = 0; i < loop_.items; ++i)
            plain_[i] = steps(i, loop_.steps_per_item);
    }
    void adaptive(std::string_view site) {
        exec_.for_each_range(site, loop_.items, [this](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i)
                adaptive_[i] = steps(i, loop_.steps_per_item);
        });
    }
    bool is_equal() const { return plain_ == adaptive_; }

private:
    const Exec& exec_;
    Loop loop_;
    std::vector<std::uint64_t> plain_, adaptive_;
};

/// Least times of the two, taken in turn so that both see the same disturbances.
std::pair<double, double> paired_ns(Loops& loops, std::string_view site, int rounds) {
    double plain = std::numeric_limits<double>::max();
    double adaptive = plain;
    const auto timed = [](const auto& body) {
        const std::int64_t start = real_clock().monotonic_ns();
        body();
        return static_cast<double>(real_clock().monotonic_ns() - start);
    };
    for (int i = 0; i < rounds; ++i) {
        plain = std::min(plain, timed([&] { loops.plain(); }));
        adaptive = std::min(adaptive, timed([&] { loops.adaptive(site); }));
    }
    return {plain, adaptive};
}

}  // namespace

void bench_exec(Bench& bench) {
    Pool pool;
    CostModel costs;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    const Exec forgetful({.pool = &pool}, Cancel());

    double worst = 0;
    std::string worst_case;
    for (const std::size_t items : {1, 10, 100, 1000, 10'000}) {
        for (const double total_us : {1.0, 3.0, 10.0, 30.0, 100.0}) {
            const Loop loop{items, std::max(1, static_cast<int>(total_us * 1000 / 1.6 / static_cast<double>(items)))};
            for (const Exec* one : {&exec, &forgetful}) {
                Loops loops(*one, loop);
                const std::string site = cat("bench ", items, ' ', total_us);
                const auto [plain, adaptive] = paired_ns(loops, site, 400);
                check(loops.is_equal(), "an adaptive loop gives what a plain one gives");
                const double behind = (adaptive - plain) / std::max(0.05 * plain, 1000.0);
                if (behind <= worst) continue;
                worst = behind;
                worst_case = cat(items, " items, ", human_seconds(plain / 1e9), " plain, ",
                                 human_seconds(adaptive / 1e9), one == &exec ? " remembered" : " probed");
            }
        }
    }
    bench.report.at_most("exec", "loss on loops of 1 to 100 us, in units of max(5 %, 1 us)",
                         std::round(worst * 100) / 100, "x", 1, worst_case);

    Loops large(exec, {1000, 62'500});
    const auto [plain, adaptive] = paired_ns(large, "bench large", 7);
    check(large.is_equal(), "an adaptive loop gives what a plain one gives");
    const double gain = std::round(plain / adaptive * 100) / 100;
    const std::string note = cat(human_seconds(plain / 1e9), " plain, ", pool.threads(), " threads");
    if (pool.threads() == 2)
        bench.report.at_least("exec", "gain on 100 ms of divisible work, 2 cores", gain, "x", 1.8, note);
    else
        bench.report.figure("exec", cat("gain on 100 ms of divisible work, ", pool.threads(), " cores"), gain, "x",
                            note);
}

}  // namespace hone
