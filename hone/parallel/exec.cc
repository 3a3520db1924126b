#include "hone/parallel/exec.h"

#include <atomic>
#include <cmath>
#include <exception>
#include <limits>
#include <mutex>

#include "hone/base/number.h"

namespace hone {
namespace {

// Times in nanoseconds.
constexpr double kTiny = 8'000;         // a loop remembered as shorter runs without asking the clock
constexpr double kProbe = 5'000;        // work that is measured before an unknown loop may go parallel
constexpr double kConfirm = 3'000;      // the same when its cost is remembered
constexpr double kHandOut = 1'000;      // what the caller spends to hand out work and to collect it
constexpr double kLeastLane = 20'000;   // work that justifies a thread
constexpr double kShortPiece = 5'000;   // pieces of a parallel loop
constexpr double kLongPiece = 250'000;  // leaves room to 1 ms for items that grow dearer
constexpr double kRecorded = 20'000;    // loops that Observe hears of
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// True for one call in eight, irregularly, so that loops that alternate are all measured.
bool is_sampled() {
    thread_local std::uint64_t state = 1;
    state = state * 6364136223846793005U + 1442695040888963407U;
    return state >> 61 == 0;
}

/// "4.1 us", "16 ms".
std::string time_text(double ns) {
    if (ns >= 1e6) return human_seconds(ns / 1e9);
    return cat(decimal_text(std::llround(ns / 100), 1), " us");
}

/// Items after `last` items that took `took_ns`, to take about `target_ns`; at most `growth` times as many as before.
std::size_t next_size(std::size_t last, double took_ns, double target_ns, double growth) {
    const double most = static_cast<double>(last) * growth;
    const double fitting = took_ns > 0 ? static_cast<double>(last) * target_ns / took_ns : most;
    return static_cast<std::size_t>(std::clamp(fitting, 1.0, std::min(most, 1e18)));
}

std::size_t items_for(double target_ns, double item_ns) {
    return next_size(1, item_ns, target_ns, 1e18);
}

/// One run of for_each_range(). It starts plainly, piece by piece, and hands the rest to lanes as soon as the rest is
/// expected to end sooner that way. Lanes, the caller's among them, claim pieces in order from one cursor; what lies
/// below a failed piece has thus been claimed and is finished, so the lowest error is always found.
class Loop {
public:
    struct Site {
        std::string_view name;
        std::size_t items = 0;
        double known_ns = 0;  // remembered cost of an item; 0: none
        unsigned threads = 1;
    };
    Loop(const Exec::Options& options, const Cancel& cancel, const Site& site,
         FunctionRef<void(std::size_t, std::size_t)> body)
        : options_(options),
          cancel_(cancel),
          site_(site),
          body_(body),
          clock_(options.clock != nullptr ? *options.clock : real_clock()) {}

    void run();

private:
    double now() const { return static_cast<double>(clock_.monotonic_ns()); }
    unsigned lanes_for(double work_ns, std::size_t items) const;
    double parallel_ns(double work_ns, unsigned lanes) const;
    bool is_worth_splitting(double work_ns, std::size_t items) const;
    std::size_t first_size(double expected_ns) const;
    void run_plainly_until_worth_splitting();
    void run_in_parallel(double item_ns);
    void run_lane();
    bool run_piece(std::size_t begin, std::size_t end);
    void record(double actual_ns) const;
    std::string reason(double actual_ns) const;
    double regret_ns(double actual_ns) const;

    const Exec::Options& options_;
    const Cancel& cancel_;
    const Site site_;
    const FunctionRef<void(std::size_t, std::size_t)> body_;
    const Clock& clock_;

    std::size_t done_ = 0;  // items that the plain part has run
    double work_ns_ = 0;    // time spent in bodies, by all threads
    double predicted_ns_ = 0;
    double item_ns_ = 0;  // cost by which the loop was split
    unsigned lanes_ = 1;

    double piece_ns_ = 0;    // time that pieces of lanes aim for
    std::size_t piece_ = 1;  // items of the first piece of a lane
    alignas(64) std::atomic<std::size_t> cursor_ = 0;
    alignas(64) std::atomic<std::size_t> lowest_failed_ = kNone;
    std::mutex mutex_;
    double lane_work_ns_ = 0;   // guarded by mutex_
    std::exception_ptr error_;  // guarded by mutex_; that of lowest_failed_
};

void Loop::run() {
    const double start = now();
    const double expected = site_.known_ns * static_cast<double>(site_.items);
    // Few dear items: measuring one first would take a good part of the loop.
    const bool is_dear = site_.known_ns >= kProbe && is_worth_splitting(expected, site_.items);
    predicted_ns_ = expected;
    if (is_dear)
        run_in_parallel(site_.known_ns);
    else
        run_plainly_until_worth_splitting();
    if (options_.costs != nullptr)
        options_.costs->learn(site_.name, site_.items, work_ns_ / static_cast<double>(site_.items));
    if (options_.observe != nullptr) record(now() - start);
}

unsigned Loop::lanes_for(double work_ns, std::size_t items) const {
    const double useful = std::max(2.0, work_ns / kLeastLane);
    const double most = std::min(static_cast<double>(site_.threads), static_cast<double>(items));
    return static_cast<unsigned>(std::min(useful, most));
}

/// Time for `work_ns` on so many threads: the caller starts at once, the others when they have come.
double Loop::parallel_ns(double work_ns, unsigned lanes) const {
    const double alone = static_cast<double>(options_.pool->helper_delay_ns());
    const double shared = std::max(0.0, work_ns - alone);
    return kHandOut + work_ns - shared * (lanes - 1) / lanes;
}

bool Loop::is_worth_splitting(double work_ns, std::size_t items) const {
    if (site_.threads < 2 || items < 2 || work_ns < 2 * kHandOut) return false;
    return parallel_ns(work_ns, lanes_for(work_ns, items)) < 0.9 * work_ns;
}

std::size_t Loop::first_size(double expected_ns) const {
    if (site_.known_ns <= 0) return 1;
    return items_for(is_worth_splitting(expected_ns, site_.items) ? kConfirm : kLongPiece, site_.known_ns);
}

void Loop::run_plainly_until_worth_splitting() {
    const double probe = site_.known_ns > 0 || site_.threads < 2 ? 0 : kProbe;
    double before = now();
    std::size_t size = first_size(predicted_ns_);
    while (done_ < site_.items) {
        size = std::min(size, site_.items - done_);
        cancel_.check();
        body_(done_, done_ + size);
        done_ += size;
        const double after = now();
        const double took = after - before;
        before = after;
        work_ns_ += took;
        if (work_ns_ < probe) {
            size = next_size(size, took, std::max(1'000.0, probe - work_ns_), 4);
            continue;
        }
        const double measured = took / static_cast<double>(size);
        const double item_ns = measured > site_.known_ns / 4 ? std::max(measured, site_.known_ns) : measured;
        const std::size_t rest = site_.items - done_;
        const double rest_ns = item_ns * static_cast<double>(rest);
        if (predicted_ns_ == 0 && probe > 0) predicted_ns_ = work_ns_ + rest_ns;
        if (is_worth_splitting(rest_ns, rest)) return run_in_parallel(item_ns);
        size = next_size(size, took, kLongPiece, 4);
    }
}

void Loop::run_in_parallel(double item_ns) {
    const std::size_t rest = site_.items - done_;
    const double rest_ns = item_ns * static_cast<double>(rest);
    item_ns_ = item_ns;
    lanes_ = lanes_for(rest_ns, rest);
    predicted_ns_ = work_ns_ + parallel_ns(rest_ns, lanes_);
    piece_ns_ = std::clamp(rest_ns / (8.0 * lanes_), kShortPiece, kLongPiece);
    piece_ = items_for(piece_ns_, item_ns);
    cursor_.store(done_, std::memory_order_relaxed);
    options_.pool->run(lanes_, lanes_ - 1, cancel_, [this](std::size_t) { run_lane(); });
    if (error_) std::rethrow_exception(error_);
    work_ns_ += lane_work_ns_;
}

/// Claims and runs pieces until none is left. Pieces keep to the time they aim for and shrink towards the end, so that
/// the threads end together.
void Loop::run_lane() {
    const double start = now();
    double before = start;
    std::size_t size = piece_;
    for (;;) {
        const std::size_t seen = std::min(cursor_.load(std::memory_order_relaxed), site_.items);
        const std::size_t share = std::max<std::size_t>((site_.items - seen) / (2 * lanes_), piece_ / 8 + 1);
        size = std::min(size, share);
        const std::size_t begin = cursor_.fetch_add(size, std::memory_order_relaxed);
        if (begin >= site_.items || begin > lowest_failed_.load(std::memory_order_relaxed)) break;
        const std::size_t end = begin + std::min(size, site_.items - begin);
        if (!run_piece(begin, end)) break;
        const double after = now();
        size = next_size(end - begin, after - before, piece_ns_, 2);
        before = after;
    }
    const std::lock_guard lock(mutex_);
    lane_work_ns_ += before - start;
}

/// Runs one piece; keeps its error and returns false if it fails.
bool Loop::run_piece(std::size_t begin, std::size_t end) {
    std::exception_ptr failure;
    try {
        cancel_.check();
        body_(begin, end);
        return true;
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    cursor_.store(site_.items, std::memory_order_relaxed);
    if (begin < lowest_failed_.load(std::memory_order_relaxed)) {
        lowest_failed_.store(begin, std::memory_order_relaxed);
        error_ = std::move(failure);
    }
    return false;
}

void Loop::record(double actual_ns) const {
    if (std::max(actual_ns, predicted_ns_) < kRecorded) return;
    Decision decision;
    decision.site = site_.name;
    decision.items = site_.items;
    decision.threads = lanes_;
    decision.reason = reason(actual_ns);
    decision.predicted_ns = std::llround(std::min(predicted_ns_, 9e18));
    decision.actual_ns = std::llround(actual_ns);
    decision.regret_ns = std::llround(regret_ns(actual_ns));
    options_.observe(options_.context, decision);
}

std::string Loop::reason(double actual_ns) const {
    const char* source = site_.known_ns > 0 ? "remembered: " : "probe: ";
    if (lanes_ > 1) return cat(source, time_text(item_ns_), " an item");
    if (site_.items == 1) return "one item";
    if (site_.threads == 1) return "one thread";
    return cat("too little work (", source, time_text(predicted_ns_ > 0 ? predicted_ns_ : actual_ns), ')');
}

double Loop::regret_ns(double actual_ns) const {
    if (lanes_ > 1) return std::max(0.0, actual_ns - work_ns_);
    if (!is_worth_splitting(actual_ns, site_.items)) return 0;
    return actual_ns - parallel_ns(actual_ns, lanes_for(actual_ns, site_.items));
}

}  // namespace

unsigned Exec::threads() const {
    if (options_.pool == nullptr) return 1;
    const unsigned all = options_.pool->threads();
    return options_.threads == 0 ? all : std::min(options_.threads, all);
}

void Exec::for_each_range(std::string_view site, std::size_t n,
                          FunctionRef<void(std::size_t, std::size_t)> body) const {
    if (n == 0) return;
    const double known_ns = options_.costs != nullptr ? options_.costs->item_ns(site, n) : 0;
    const bool is_tiny = known_ns > 0 && known_ns * static_cast<double>(n) < kTiny && !is_sampled();
    const bool is_unheard_item = n == 1 && options_.observe == nullptr;
    if (is_tiny || is_unheard_item) {
        cancel_.check();
        body(0, n);
        return;
    }
    Loop(options_, cancel_, {site, n, known_ns, threads()}, body).run();
}

}  // namespace hone
