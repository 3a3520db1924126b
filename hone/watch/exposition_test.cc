#include "hone/watch/exposition.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(PrometheusText, WritesEachKind) {
    Metrics metrics;
    metrics.counter("hone_runs_total", "Runs", {{"task", "a"}}).add(3);
    metrics.counter("hone_runs_total", "Runs", {{"task", "b"}}).add();
    metrics.gauge("hone_entries", "Entries").set(-2);
    for (int i = 1; i <= 4; ++i)
        metrics.histogram("hone_wait_ns", "Waits").record(8);
    EXPECT_EQ(prometheus_text(metrics.snapshot()),
              "# HELP hone_entries Entries\n# TYPE hone_entries gauge\nhone_entries -2\n"
              "# HELP hone_runs_total Runs\n# TYPE hone_runs_total counter\n"
              "hone_runs_total{task=\"a\"} 3\nhone_runs_total{task=\"b\"} 1\n"
              "# HELP hone_wait_seconds Waits\n# TYPE hone_wait_seconds summary\n"
              "hone_wait_seconds{quantile=\"0.5\"} 8e-9\nhone_wait_seconds{quantile=\"0.9\"} 8e-9\n"
              "hone_wait_seconds{quantile=\"0.99\"} 8e-9\nhone_wait_seconds_sum 3.2e-8\nhone_wait_seconds_count 4\n");
}

TEST(PrometheusText, EscapesLabelsAndHelp) {
    Metrics metrics;
    metrics.counter("hone_regret_ns_total", "a\\b\nc \"d\"", {{"site", "x\"y\\z\n"}}).add(1'500'000'000);
    EXPECT_EQ(prometheus_text(metrics.snapshot()),
              "# HELP hone_regret_seconds_total a\\\\b\\nc \"d\"\n# TYPE hone_regret_seconds_total counter\n"
              "hone_regret_seconds_total{site=\"x\\\"y\\\\z\\n\"} 1.5\n");
    EXPECT_EQ(prometheus_text({}), "");
}

}  // namespace
}  // namespace hone
