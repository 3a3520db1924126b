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
constexpr double kTiny = 8'000;          // a loop remembered as shorter runs without asking the clock
constexpr double kProbe = 5'000;         // work that is measured before an unknown loop may go parallel
constexpr double kConfirm = 3'000;       // the same when its cost is remembered
constexpr double kCollect = 400;         // what the caller spends to collect the work of helpers
constexpr double kLeastStrand = 20'000;  // work that justifies a thread
constexpr double kShortPiece = 5'000;    // pieces of a parallel loop
constexpr double kLongPiece = 250'000;   // leaves room to 1 ms for items that grow dearer
constexpr double kFirstPiece = 30'000;   // of a remembered cost, which may be wrong; later pieces go by measurement
constexpr double kLeastSplit = 2'000;    // work that is never split
constexpr double kRecorded = 20'000;     // loops that Observe hears of
constexpr double kWrong = 8;             // a cost is wrong when it is measured so many times higher or lower
constexpr int kMostCorrections = 3;      // of the decision about one loop
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

/// One run of for_each_range(). It starts plainly, piece by piece, and hands the rest to strands as soon as the rest is
/// expected to end sooner that way. Strands, the caller's among them, claim pieces in order from one cursor; what lies
/// below a failed piece has thus been claimed and is finished, so the lowest error is always found. When strands find
/// that the cost by which the loop was split is far off, they stop claiming and the rest is decided anew.
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

    void run() { go_on(0, 0); }
    /// The rest of a loop whose first `done` items took `took_ns`.
    void go_on(std::size_t done, double took_ns);

private:
    double now() const { return static_cast<double>(clock_.monotonic_ns()); }
    unsigned strands_for(double work_ns, std::size_t items) const;
    double parallel_ns(double work_ns, unsigned strands) const;
    bool is_worth_splitting(double work_ns, std::size_t items) const;
    std::size_t first_size(double expected_ns) const;
    void run_plainly_until_worth_splitting();
    void run_in_parallel(double item_ns);
    bool run_strand(Pool::Turn& turn);
    bool is_decided_wrongly(double work_ns, std::size_t items) const;
    bool run_piece(std::size_t begin, std::size_t end);
    void record(double actual_ns) const;
    Decision::Kind kind() const;
    std::string reason(double actual_ns) const;
    double regret_ns(double actual_ns) const;

    const Exec::Options& options_;
    const Cancel& cancel_;
    const Site site_;
    const FunctionRef<void(std::size_t, std::size_t)> body_;
    const Clock& clock_;

    std::size_t done_ = 0;  // items that have been run
    double known_ns_ = 0;   // cost of an item, remembered or found when the decision was corrected; 0: none
    int corrections_ = 0;
    double work_ns_ = 0;  // time spent in bodies, by all threads
    double predicted_ns_ = 0;
    double item_ns_ = 0;        // cost by which the loop was split
    double first_item_ns_ = 0;  // the same, the first time
    unsigned strands_ = 1;

    double piece_ns_ = 0;    // time that pieces of strands aim for
    std::size_t piece_ = 1;  // items of the first piece of a strand
    alignas(64) std::atomic<std::size_t> cursor_ = 0;
    alignas(64) std::atomic<std::size_t> lowest_failed_ = kNone;
    std::atomic<double> corrected_ns_ = 0;  // cost of an item that a strand found; not 0: strands stop
    std::mutex mutex_;
    double strand_work_ns_ = 0;  // guarded by mutex_
    std::exception_ptr error_;   // guarded by mutex_; that of lowest_failed_
};

void Loop::go_on(std::size_t done, double took_ns) {
    const double start = now();
    done_ = done;
    work_ns_ = took_ns;
    known_ns_ = done == 0 ? site_.known_ns : 0;
    predicted_ns_ = site_.known_ns * static_cast<double>(site_.items);
    while (done_ < site_.items) {
        const std::size_t rest = site_.items - done_;
        // Few dear items: measuring one first would take a good part of the loop.
        if (known_ns_ >= kProbe && is_worth_splitting(known_ns_ * static_cast<double>(rest), rest))
            run_in_parallel(known_ns_);
        else
            run_plainly_until_worth_splitting();
    }
    if (options_.costs != nullptr)
        options_.costs->learn(site_.name, site_.items, work_ns_ / static_cast<double>(site_.items));
    if (options_.observe != nullptr) record(now() - start + took_ns);
}

unsigned Loop::strands_for(double work_ns, std::size_t items) const {
    const double useful = std::max(2.0, work_ns / kLeastStrand);
    const double most = std::min(static_cast<double>(site_.threads), static_cast<double>(items));
    return static_cast<unsigned>(std::min(useful, most));
}

/// Time for `work_ns` on so many threads: the caller starts at once, the others when they have come.
double Loop::parallel_ns(double work_ns, unsigned strands) const {
    const double alone = static_cast<double>(options_.pool->helper_delay_ns());
    const double shared = std::max(0.0, work_ns - alone);
    return static_cast<double>(options_.pool->hand_out_ns()) + kCollect + work_ns - shared * (strands - 1) / strands;
}

bool Loop::is_worth_splitting(double work_ns, std::size_t items) const {
    if (site_.threads < 2 || items < 2 || work_ns < kLeastSplit) return false;
    return parallel_ns(work_ns, strands_for(work_ns, items)) < 0.9 * work_ns;
}

std::size_t Loop::first_size(double expected_ns) const {
    if (known_ns_ <= 0) return 1;
    const std::size_t rest = site_.items - done_;
    const bool is_to_confirm = is_worth_splitting(expected_ns, rest);
    return std::min(items_for(is_to_confirm ? kConfirm : kFirstPiece, known_ns_), rest / 8 + 1);
}

void Loop::run_plainly_until_worth_splitting() {
    const double probe = known_ns_ > 0 || site_.threads < 2 ? 0 : kProbe;
    double before = now();
    std::size_t size = first_size(known_ns_ * static_cast<double>(site_.items - done_));
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
        const double item_ns = measured > known_ns_ / 4 ? std::max(measured, known_ns_) : measured;
        const std::size_t rest = site_.items - done_;
        const double rest_ns = item_ns * static_cast<double>(rest);
        if (predicted_ns_ == 0 && probe > 0) predicted_ns_ = work_ns_ + rest_ns;
        if (is_worth_splitting(rest_ns, rest)) return run_in_parallel(item_ns);
        size = next_size(size, took, kLongPiece, 4);
    }
}

/// Runs the rest in strands; leaves some of it if the decision turns out to be wrong.
void Loop::run_in_parallel(double item_ns) {
    const std::size_t rest = site_.items - done_;
    const double rest_ns = item_ns * static_cast<double>(rest);
    item_ns_ = item_ns;
    if (corrections_ == 0) first_item_ns_ = item_ns;
    strands_ = strands_for(rest_ns, rest);
    if (corrections_ == 0) predicted_ns_ = work_ns_ + parallel_ns(rest_ns, strands_);
    piece_ns_ = std::clamp(rest_ns / (8.0 * strands_), kShortPiece, kLongPiece);
    piece_ = items_for(std::min(piece_ns_, kFirstPiece), item_ns);
    cursor_.store(done_, std::memory_order_relaxed);
    corrected_ns_.store(0, std::memory_order_relaxed);
    options_.pool->share(strands_ - 1, options_.lane, [this](Pool::Turn& turn) { return run_strand(turn); });
    if (error_) std::rethrow_exception(error_);
    work_ns_ += std::exchange(strand_work_ns_, 0);
    done_ = std::min(cursor_.load(std::memory_order_relaxed), site_.items);
    if (done_ == site_.items) return;
    known_ns_ = corrected_ns_.load(std::memory_order_relaxed);
    ++corrections_;
}

/// True if, at the cost of these items, the rest should be on fewer or more threads than it is.
bool Loop::is_decided_wrongly(double work_ns, std::size_t items) const {
    const double item_ns = work_ns / static_cast<double>(items);
    if (item_ns < kWrong * item_ns_ && kWrong * item_ns > item_ns_) return false;
    const std::size_t seen = std::min(cursor_.load(std::memory_order_relaxed), site_.items);
    const std::size_t rest = site_.items - seen;
    if (corrections_ >= kMostCorrections || rest < 2) return false;
    const double rest_ns = item_ns * static_cast<double>(rest);
    return item_ns > item_ns_ ? strands_for(rest_ns, rest) > strands_ : !is_worth_splitting(rest_ns, rest);
}

/// Claims and runs pieces until none is left (true) or the turn is over. Pieces keep to the time they aim for and
/// shrink towards the end, so that the threads end together.
bool Loop::run_strand(Pool::Turn& turn) {
    const double start = now();
    double before = start;
    std::size_t size = piece_;
    std::size_t items = 0;
    bool is_done = false;
    while (!is_done) {
        const std::size_t seen = std::min(cursor_.load(std::memory_order_relaxed), site_.items);
        const std::size_t share = std::max<std::size_t>((site_.items - seen) / (2 * strands_), piece_ / 8 + 1);
        size = std::min(size, share);
        is_done = corrected_ns_.load(std::memory_order_relaxed) > 0;
        if (is_done) break;
        const std::size_t begin = cursor_.fetch_add(size, std::memory_order_relaxed);
        is_done = begin >= site_.items || begin > lowest_failed_.load(std::memory_order_relaxed);
        if (is_done) break;
        const std::size_t end = begin + std::min(size, site_.items - begin);
        if (end == site_.items) turn.close();
        is_done = !run_piece(begin, end);
        if (is_done) break;
        const double after = now();
        size = next_size(end - begin, after - before, piece_ns_, 4);
        before = after;
        items += end - begin;
        if (is_decided_wrongly(after - start, items))
            corrected_ns_.store((after - start) / static_cast<double>(items), std::memory_order_relaxed);
        if (turn.is_over()) break;
    }
    const std::lock_guard lock(mutex_);
    strand_work_ns_ += before - start;
    return is_done;
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
    decision.threads = strands_;
    decision.reason = reason(actual_ns);
    decision.kind = kind();
    decision.predicted_ns = std::llround(std::min(predicted_ns_, 9e18));
    decision.actual_ns = std::llround(actual_ns);
    decision.regret_ns = std::llround(regret_ns(actual_ns));
    options_.observe(options_.context, decision);
}

Decision::Kind Loop::kind() const {
    if (corrections_ > 0) return Decision::Kind::Corrected;
    if (strands_ > 1) return Decision::Kind::Split;
    return site_.items == 1 || site_.threads == 1 ? Decision::Kind::Plain : Decision::Kind::TooLittle;
}

std::string Loop::reason(double actual_ns) const {
    const char* source = site_.known_ns > 0 ? "remembered: " : "probe: ";
    if (corrections_ > 0)
        return cat("decided again: ", time_text(known_ns_), " an item, not ", time_text(first_item_ns_),
                   " as expected");
    if (strands_ > 1) return cat(source, time_text(item_ns_), " an item");
    if (site_.items == 1) return "one item";
    if (site_.threads == 1) return "one thread";
    return cat("too little work (", source, time_text(predicted_ns_ > 0 ? predicted_ns_ : actual_ns), ')');
}

double Loop::regret_ns(double actual_ns) const {
    const bool is_worth = is_worth_splitting(work_ns_, site_.items);
    const double best = is_worth ? parallel_ns(work_ns_, strands_for(work_ns_, site_.items)) : work_ns_;
    if (corrections_ > 0) return std::max(0.0, actual_ns - best);
    if (strands_ > 1) return std::max(0.0, actual_ns - work_ns_);
    return is_worth ? std::max(0.0, actual_ns - best) : 0;
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
    cancel_.check();
    if (is_unheard_item || (is_tiny && n == 1)) return body(0, n);
    if (!is_tiny) return Loop(options_, cancel_, {site, n, known_ns, threads()}, body).run();
    // Remembered as too small to be worth a measurement: unless a first part shows that this was wrong.
    const Clock& clock = options_.clock != nullptr ? *options_.clock : real_clock();
    const std::size_t part = (n + 7) / 8;
    const std::int64_t start = clock.monotonic_ns();
    body(0, part);
    const auto took = static_cast<double>(clock.monotonic_ns() - start);
    if (took < kTiny) return part < n ? body(part, n) : void();
    Loop(options_, cancel_, {site, n, known_ns, threads()}, body).go_on(part, took);
}

void Exec::both(FunctionRef<void()> first, FunctionRef<void()> second) const {
    std::atomic<int> next = 0;
    std::atomic<bool> has_first_failed = false;
    std::exception_ptr errors[2];  // each written by who runs the part, read when all have ended
    const auto take_part = [&](Pool::Turn& turn) {
        for (int at = next.fetch_add(1, std::memory_order_relaxed); at < 2;
             at = next.fetch_add(1, std::memory_order_relaxed)) {
            if (at == 1) turn.close();
            if (at == 1 && has_first_failed.load(std::memory_order_relaxed)) break;
            try {
                cancel_.check();
                at == 0 ? first() : second();
            } catch (...) {
                errors[at] = std::current_exception();
                if (at == 0) has_first_failed.store(true, std::memory_order_relaxed);
            }
        }
        return true;
    };
    if (threads() < 2) {
        cancel_.check();
        first();
        cancel_.check();
        return second();
    }
    options_.pool->share(1, options_.lane, take_part);
    for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
}

bool Exec::pays_both(double first_ns, double second_ns) const {
    if (threads() < 2) return false;
    const double late_ns = second_ns + static_cast<double>(options_.pool->helper_delay_ns());
    const double together_ns =
        static_cast<double>(options_.pool->hand_out_ns()) + kCollect + std::max(first_ns, late_ns);
    return together_ns < 0.9 * (first_ns + second_ns);
}

std::string_view kind_name(Decision::Kind kind) {
    switch (kind) {
        case Decision::Kind::Plain:
            return "plain";
        case Decision::Kind::TooLittle:
            return "too little work";
        case Decision::Kind::Split:
            return "split";
        case Decision::Kind::Corrected:
            return "decided again";
    }
    return "plain";
}

}  // namespace hone
