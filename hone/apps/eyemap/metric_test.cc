#include "hone/apps/eyemap/metric.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

ColumnSet some_set() {
    ColumnSet set;
    set.hexes = {{1, 1}, {1, 2}, {1, 3}};
    set.synapses = {20, 0, kMissingCount};
    set.cells = {2, 0, 3};
    set.pre = {5, 0, kMissingCount};
    set.post = {15, 0, 1};
    set.layer_count = 2;
    set.layer_synapses = {10, 10, 0, kMissingCount, 1, 2};
    set.layer_cells = {1, 2, 0, 0, 1, 1};
    set.values = {{"coverage", {0.5, -1, std::nan("")}}};
    return set;
}

TEST(Metric, NamesReadBack) {
    for (const char* name : {"synapse_density", "cell_count", "pre", "post", "synapses_per_cell", "value:a b<c>"})
        EXPECT_EQ(metric_name(parse_metric(name)), name);
    EXPECT_EQ(parse_metric("value:pre"), (Metric{Metric::Kind::Value, "pre"}));
    for (const char* name : {"", "value:", "synapses", "Pre", "value"}) {
        try {
            parse_metric(name);
            ADD_FAILURE() << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
        }
    }
}

TEST(Metric, TextsAreThoseOfPublishedCatalogues) {
    EXPECT_EQ(metric_title(parse_metric("synapse_density"), "ME"), "ME Synapses (All Columns)");
    EXPECT_EQ(metric_title(parse_metric("cell_count"), "LO5A"), "LO5A Cell Count (All Columns)");
    EXPECT_EQ(metric_title(parse_metric("pre"), "ME"), "ME Presynapses (All Columns)");
    EXPECT_EQ(metric_title(parse_metric("value:x"), "ME"), "ME x (All Columns)");
    EXPECT_EQ(metric_legend(parse_metric("synapse_density")), "Total Synapses");
    EXPECT_EQ(metric_legend(parse_metric("value:x")), "x");
    EXPECT_EQ(metric_word(parse_metric("synapse_density")), "Synapse count");
    EXPECT_EQ(metric_word(parse_metric("synapses_per_cell")), "Synapses per cell");
}

TEST(Metric, FilePartsAreSafe) {
    EXPECT_EQ(metric_file_part(parse_metric("cell_count")), "cell_count");
    EXPECT_EQ(metric_file_part(parse_metric("value:a b")), "value_a_b");
    const std::string part = metric_file_part(parse_metric("value:../x"));
    EXPECT_EQ(part.find('/'), std::string::npos);
    EXPECT_NE(part, metric_file_part(parse_metric("value:..\\x")));
}

TEST(Metric, ValuesKeepMissingApartFromZero) {
    const ColumnSet set = some_set();
    const auto synapses = metric_values(set, parse_metric("synapse_density"));
    EXPECT_EQ(synapses[0], 20);
    EXPECT_EQ(synapses[1], 0);
    EXPECT_TRUE(std::isnan(synapses[2]));
    const auto means = metric_values(set, parse_metric("synapses_per_cell"));
    EXPECT_EQ(means[0], 10);
    EXPECT_TRUE(std::isnan(means[1]) && std::isnan(means[2]));
    EXPECT_EQ(metric_values(set, parse_metric("post")), (std::vector<double>{15, 0, 1}));
    EXPECT_EQ(metric_values(set, parse_metric("value:coverage"))[1], -1);
    EXPECT_TRUE(std::isnan(metric_values(set, parse_metric("value:other"))[0]));
}

TEST(Metric, LayersHaveZeroWhereMissing) {
    const ColumnSet set = some_set();
    EXPECT_EQ(layer_values(set, parse_metric("synapse_density")), (std::vector<std::int64_t>{10, 10, 0, 0, 1, 2}));
    EXPECT_EQ(layer_values(set, parse_metric("cell_count")), set.layer_cells);
    EXPECT_TRUE(layer_values(set, parse_metric("pre")).empty());
}

}  // namespace
}  // namespace hone::eyemap
