// The adaptive loop against a plain one: never behind on small work, near the core count on large work. Then how soon
// loops end when asked to, and what a loop on the interactive lane waits for while the background is busy.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <thread>
#include <tuple>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/text.h"
#include "hone/parallel/background.h"
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

template <class Body>
double timed_ns(const Body& body) {
    const std::int64_t start = real_clock().monotonic_ns();
    body();
    return static_cast<double>(real_clock().monotonic_ns() - start);
}

double rounded(double value) {
    return std::round(value * 100) / 100;
}

/// Least times of the two, taken in turn so that both see the same disturbances.
std::pair<double, double> paired_ns(Loops& loops, std::string_view site, int rounds) {
    double plain = std::numeric_limits<double>::max();
    double adaptive = plain;
    for (int i = 0; i < rounds; ++i) {
        plain = std::min(plain, timed_ns([&] { loops.plain(); }));
        adaptive = std::min(adaptive, timed_ns([&] { loops.adaptive(site); }));
    }
    return {plain, adaptive};
}

void bench_loss(Bench& bench, Pool& pool) {
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
    bench.report.at_most("exec", "loss on loops of 1 to 100 us, in units of max(5 %, 1 us)", rounded(worst), "x", 1,
                         worst_case);
}

void bench_gain(Bench& bench, Pool& pool) {
    CostModel costs;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    for (const auto& [loop, rounds, what, target] :
         {std::tuple{Loop{1000, 62'500}, 7, "100 ms", 1.8}, std::tuple{Loop{1000, 125}, 300, "200 us", 1.7}}) {
        Loops loops(exec, loop);
        const auto [plain, adaptive] = paired_ns(loops, cat("bench ", what), rounds);
        check(loops.is_equal(), "an adaptive loop gives what a plain one gives");
        const double gain = rounded(plain / adaptive);
        const std::string note = cat(human_seconds(plain / 1e9), " plain, ", pool.threads(), " threads");
        if (pool.threads() == 2)
            bench.report.at_least("exec", cat("gain on ", what, " of divisible work, 2 cores"), gain, "x", target,
                                  note);
        else
            bench.report.figure("exec", cat("gain on ", what, " of divisible work, ", pool.threads(), " cores"), gain,
                                "x", note);
    }
}

/// Milliseconds from a request to the return of a loop that keeps all threads busy, sorted.
std::vector<double> cancel_ms(Pool& pool) {
    std::vector<double> times;
    for (int round = 0; round < 20; ++round) {
        const Cancel cancel;
        CostModel costs;
        const Exec exec({.pool = &pool, .costs = &costs}, cancel);
        std::atomic<std::int64_t> requested_ns = 0;
        std::atomic<bool> is_running = false;
        std::thread other([&] {
            while (!is_running)
                std::this_thread::yield();
            std::this_thread::sleep_for(std::chrono::milliseconds(5 + round % 5));
            requested_ns = real_clock().monotonic_ns();
            cancel.request();
        });
        bool is_stopped = false;
        try {
            exec.for_each("bench cancel", 200'000'000, [&](std::size_t i) {
                if (i == 1000) is_running = true;
                keep(steps(i, 100));
            });
        } catch (const Error& error) {
            is_stopped = error.fault() == Fault::Cancelled;
        }
        times.push_back(static_cast<double>(real_clock().monotonic_ns() - requested_ns) / 1e6);
        other.join();
        check(is_stopped, "a loop that is asked to stop says so");
    }
    std::ranges::sort(times);
    return times;
}

/// Median microseconds of a loop of 1 ms of work.
double busy_loop_us(Pool& pool, Lane lane) {
    CostModel costs;
    const Exec exec({.pool = &pool, .lane = lane, .costs = &costs}, Cancel());
    Loops loops(exec, {1000, 625});
    std::vector<double> times;
    times.reserve(101);
    for (int i = 0; i < 101; ++i)
        times.push_back(timed_ns([&] { loops.adaptive("bench lanes"); }) / 1000);
    loops.plain();
    check(loops.is_equal(), "an adaptive loop gives what a plain one gives");
    std::ranges::nth_element(times, times.begin() + 50);
    return std::round(times[50]);
}

/// Keeps the pool's workers busy with background jobs of about 200 us while `body` runs.
template <class Body>
double beside_background(Pool& pool, const Body& body) {
    Background background(pool, {.most_waiting = 1000, .at_once = pool.threads()});
    std::function<void(const Cancel&)> job = [&](const Cancel& cancel) {
        keep(steps(1, 125'000));
        if (!cancel.requested()) background.submit("busy", job);
    };
    for (unsigned i = 0; i < 2 * pool.threads(); ++i)
        background.submit("busy", job);
    const double figure = body();
    check(background.counts().done > 0, "background jobs run beside loops");
    return figure;
}

void bench_lanes(Bench& bench, Pool& pool) {
    const double alone = busy_loop_us(pool, Lane::Interactive);
    bench.report.figure("exec", "loop of 1 ms of work, pool idle", alone, "us", "median");
    if (pool.threads() < 2) return;
    const double interactive = beside_background(pool, [&] { return busy_loop_us(pool, Lane::Interactive); });
    bench.report.at_most("exec", "loop on the interactive lane while background jobs wait, against idle",
                         rounded(interactive / alone), "x", 1.6, cat("median ", interactive, " us"));
}

}  // namespace

void bench_exec(Bench& bench) {
    Pool pool;
    bench_loss(bench, pool);
    bench_gain(bench, pool);
    const std::vector<double> stops = cancel_ms(pool);
    bench.report.at_most("exec", "request to return, CPU-busy loop", rounded(stops[stops.size() / 2]), "ms", 5,
                         cat("median; worst of ", stops.size(), ": ", rounded(stops.back()), " ms"));
    bench_lanes(bench, pool);
    bench.report.figure("exec", "helper comes after", static_cast<double>(pool.helper_delay_ns()) / 1000, "us",
                        "measured by the pool itself");
}

}  // namespace hone
