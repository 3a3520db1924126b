#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/function_ref.h"
#include "hone/parallel/cancel.h"
#include "hone/parallel/cost_model.h"
#include "hone/parallel/pool.h"

namespace hone {

/// What was decided about one loop and what it cost: the gate's record.
struct Decision {
    enum class Kind {
        Plain,      ///< nothing to decide: one item or one thread
        TooLittle,  ///< stayed plain, splitting would not pay
        Split,
        Corrected  ///< split by a cost that turned out wrong by far, and decided again on the way
    };
    std::string site;  ///< name of the loop
    std::uint64_t items = 0;
    Kind kind = Kind::Plain;
    unsigned threads = 1;           ///< 1 = stayed plain
    std::string reason;             ///< in words: "too little work (4.1 us)", "probe: 1.2 us an item"
    std::int64_t predicted_ns = 0;  ///< time expected for what was chosen
    std::int64_t actual_ns = 0;
    std::int64_t regret_ns = 0;  ///< time lost against the better choice, as far as it can be told; >= 0
};

/// "plain", "too little work", "split", "decided again".
std::string_view kind_name(Decision::Kind kind);

/// Runs loops plainly or in parallel, whichever is expected to be sooner; results never depend on which. A loop that is
/// too small to split ends at most 1 us or 5 % after a plain `for`.
/// Holds no threads itself. Copyable; thread-safe.
class Exec {
public:
    /// Receives the decision of each loop that took, or was expected to take, 20 us or more and that threw nothing.
    /// May be empty. Called on the thread of the loop's caller.
    using Observe = void (*)(void* context, const Decision& decision);

    struct Options {
        Pool* pool = nullptr;        ///< nullptr: everything plain
        unsigned threads = 0;        ///< at most so many, caller included; 0 = all of the pool
        Lane lane = Lane::Normal;    ///< which loops get helpers first; loops inside others are on the outer one's
        CostModel* costs = nullptr;  ///< remembers costs; nullptr: probe every time
        Clock* clock = nullptr;      ///< nullptr: real_clock()
        Observe observe = nullptr;
        void* context = nullptr;
    };
    /// The plain one: every loop in the caller, in order.
    Exec() = default;
    Exec(Options options, Cancel cancel) : options_(options), cancel_(std::move(cancel)) {}

    const Cancel& cancel() const { return cancel_; }
    /// Threads that one loop may use, caller included; 1 without a pool.
    unsigned threads() const;

    /// Runs body(begin, end) over pieces that cover 0..n-1 exactly once. The first items run in the caller and are
    /// measured, unless their cost is remembered; the rest goes parallel only if that is expected to be sooner. Pieces
    /// are sized by measured time to at most about 1 ms (a single item is never cut) and cancellation is looked at
    /// before each. A cost that turns out to be wrong by far is corrected on the way. Bodies must not depend on how the
    /// range is cut. The error of the lowest piece wins: for bodies that go through their items in order and stop at
    /// the first bad one, that is the error of a plain loop.
    void for_each_range(std::string_view site, std::size_t n, FunctionRef<void(std::size_t, std::size_t)> body) const;

    /// body(i) for each i, by for_each_range(). Looks at cancellation up to seven times within a piece as well, for
    /// items that suddenly grow dearer.
    template <class Body>
    void for_each(std::string_view site, std::size_t n, Body&& body) const {
        for_each_range(site, n, [this, &body](std::size_t begin, std::size_t end) {
            const std::size_t stride = (end - begin) / 8 + 1;
            while (true) {
                const std::size_t stop = end - begin > stride ? begin + stride : end;
                for (; begin < stop; ++begin)
                    body(begin);
                if (begin == end) return;
                cancel_.check();
            }
        });
    }

    /// Runs both at the same time, one of them on another thread of the pool if there is a free one, else `first`
    /// before `second`; returns when both have ended. Cancellation is looked at before each. If `first` throws, its
    /// error is thrown and `second` may not have run; otherwise that of `second`: what running them in order would
    /// throw. They must not touch the same things. Costs what handing out a loop does, some microseconds.
    void both(FunctionRef<void()> first, FunctionRef<void()> second) const;
    /// True if both() is expected to end sooner, by a tenth at least, than one after the other that take so long alone.
    bool pays_both(double first_ns, double second_ns) const;
    /// Tells whoever observes of a decision that was not made here. On the thread of the caller.
    void note(const Decision& decision) const {
        if (options_.observe != nullptr) options_.observe(options_.context, decision);
    }
    /// The clock by which loops are measured.
    const Clock& clock() const { return options_.clock != nullptr ? *options_.clock : real_clock(); }

    /// What `body` returns, which waits for something that is not the pool's: other work runs on this thread's place
    /// meanwhile (Pool::Blocking).
    template <class Body>
    decltype(auto) blocking(Body&& body) const {
        if (options_.pool == nullptr) return body();
        const Pool::Blocking scope(*options_.pool);
        return body();
    }

    /// Folds blocks of fixed size: partial(begin, end) per block, joined by combine(left, right) in block order.
    /// `block` is part of the definition of the result, never chosen at run time. Requires: block > 0.
    template <class T, class Partial, class Combine>
    T reduce(std::string_view site, std::size_t n, std::size_t block, T zero, Partial&& partial,
             Combine&& combine) const {
        static_assert(!std::is_same_v<T, bool>, "reduce into a char: neighbours in vector<bool> share a byte");
        check(block > 0, "reduce() folds blocks of at least one item");
        const std::size_t blocks = n / block + (n % block != 0 ? 1 : 0);
        std::vector<T> parts(blocks, zero);
        for_each(site, blocks,
                 [&](std::size_t b) { parts[b] = partial(b * block, b * block + std::min(block, n - b * block)); });
        T result = std::move(zero);
        for (T& part : parts)
            result = combine(std::move(result), std::move(part));
        return result;
    }

private:
    Options options_;
    Cancel cancel_;
};

}  // namespace hone
