#include "hone/apps/envelope/loss_share.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(LossShare, ReadsPercentages) {
    EXPECT_EQ(LossShare::parse_percent("100").ppm(), 1'000'000);
    EXPECT_EQ(LossShare::parse_percent("12.5").ppm(), 125'000);
    EXPECT_EQ(LossShare::parse_percent("0").ppm(), 0);
    EXPECT_EQ(LossShare::parse_percent("0.0001").ppm(), 1);
    for (const std::string_view wrong : {"", "-1", "100.0001", "0.00001", "x", "1e99"})
        EXPECT_THROW(LossShare::parse_percent(wrong), Error) << wrong;
}

/// Every area of small random land, against the definition and against a search through all areas.
TEST(LossShare, KeepsTheIdentitiesOfTheEnvelope) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        Budget budget("test");
        std::vector<ExampleCell> list;
        for (std::uint64_t i = 1 + random.below(6); i > 0; --i)
            list.push_back(
                {static_cast<std::int64_t>(1 + random.below(50)), static_cast<std::int64_t>(1 + random.below(9))});
        const Base base(example_cells(budget, list));
        const Curve curve(base);
        const LossShare share(round % 4 == 0 ? 0 : static_cast<std::int64_t>(random.below(1'000'001)));
        const Energy all = share.of(curve.total_energy());
        const auto bounds = [&](std::int64_t u) { return share.of(curve.bounds({u}), curve.total_energy()); };
        const std::int64_t total = curve.total_area().u;
        for (std::int64_t u = 0; u <= total; ++u) {
            const Bounds here = bounds(u);
            ASSERT_EQ(here.lower.kcal, curve.lower({u}).kcal * share.ppm() / 1'000'000);
            ASSERT_EQ(here.upper + bounds(total - u).lower, all);
            ASSERT_LE(here.lower, here.upper);
            if (u > 0) {
                ASSERT_LE(bounds(u - 1).lower, here.lower);
                ASSERT_LE(bounds(u - 1).upper, here.upper);
            }
        }
        ASSERT_EQ(bounds(total).lower, all);
        for (std::int64_t kcal = 0; kcal <= all.kcal; ++kcal) {
            std::int64_t largest = 0, smallest = total;
            for (std::int64_t u = 0; u <= total; ++u) {
                if (bounds(u).lower.kcal <= kcal) largest = u;
                if (bounds(total - u).upper.kcal >= kcal) smallest = total - u;
            }
            ASSERT_EQ(share.largest_area_within(curve, {kcal}).u, largest);
            ASSERT_EQ(share.smallest_area_for(curve, {kcal}).u, smallest);
        }
    }
}

TEST(LossShare, OfEverythingChangesNothing) {
    Budget budget("test");
    const Base base(example_cells(budget, five_cells()));
    const Curve curve(base);
    EXPECT_EQ(LossShare().of(curve.bounds({3010}), curve.total_energy()), curve.bounds({3010}));
    EXPECT_EQ(LossShare().largest_area_within(curve, {1'000'000'000}).u, 1997) << "section 9.2 of the definition";
    EXPECT_EQ(LossShare().smallest_area_for(curve, {1'000'000'000}).u, 599);
}

}  // namespace
}  // namespace hone::envelope
