// What saying something in the log costs.
#include <cmath>
#include <functional>

#include "hone/base/error.h"
#include "hone/base/log.h"
#include "hone/base/log_file.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

/// Nanoseconds of one of the `calls` calls that `body` makes; `body` runs eight times.
double ns(int calls, const std::function<void()>& body) {
    return std::round(best_ns(7, 1, body) / calls * 100) / 100;
}

void say(const Logger& logger, int calls) {
    for (int i = 0; i < calls; ++i)
        logger.info("document read", {{"file", "papers/A-7.pdf"}, {"status", "ok"}, {"seconds", 0.0125}, {"pages", i}});
}

}  // namespace

void bench_log(Bench& bench) {
    constexpr int kCalls = 100'000, kLines = 10'000;
    Logger none;
    keep(none);
    bench.report.at_most("log", "a record of four fields when no log is asked for",
                         ns(kCalls, [&] { say(none, kCalls); }), "ns", 5);
    const Path file = bench.folder / "log";
    Log log(open_log_file(file));
    const Logger logger = Logger(&log, CorrelationId::create(), "bench").with("document", 1);
    bench.report.at_most("log", "a record below the level",
                         ns(kCalls,
                            [&] {
                                for (int i = 0; i < kCalls; ++i)
                                    logger.debug("page read", {{"page", i}});
                            }),
                         "ns", 5);
    check(real_files().identity(file)->size == 0, "what is below the level is not written");
    bench.report.figure("log", "a record of four fields, written to a file", ns(kLines, [&] { say(logger, kLines); }),
                        "ns");
    log.close();
    check(log.counts().written == 8ULL * kLines, "every record is written");
}

}  // namespace hone
