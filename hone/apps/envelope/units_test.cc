#include "hone/apps/envelope/units.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

TEST(Units, MagnitudesOfTheWorkedExample) {
    EXPECT_EQ(magnitude(Area{10'000'000}), 4.0);
    EXPECT_EQ(magnitude(Area{100'000}), 2.0);
    EXPECT_EQ(magnitude(Area{10}), -2.0);
    EXPECT_EQ(magnitude(Area{0}), std::nullopt);
    EXPECT_EQ(magnitude(Area{-1}), std::nullopt);
}

TEST(Units, AreaOfMagnitudeInverts) {
    EXPECT_EQ(area_of_magnitude(4.0).u, 10'000'000);
    EXPECT_EQ(area_of_magnitude(-2.0).u, 10);
    EXPECT_EQ(area_of_magnitude(5.5).u, 316'227'766);
    for (std::int64_t u = 1; u < 8'000'000'000; u = u * 3 + 1)
        EXPECT_EQ(area_of_magnitude(*magnitude(Area{u})).u, u);
}

TEST(Units, RoundsKm2ToTenthsOfHectaresHalfToEven) {
    EXPECT_EQ(area_from_km2("12.345")->u, 12345);
    EXPECT_EQ(area_from_km2("0.0005")->u, 0);
    EXPECT_EQ(area_from_km2("0.0015")->u, 2);
    EXPECT_EQ(area_from_km2("0.0025")->u, 2);
    EXPECT_EQ(area_from_km2("1e3")->u, 1'000'000);
    EXPECT_EQ(area_from_km2("wide"), std::nullopt);
    EXPECT_EQ(area_from_km2(0.0625).u, 62);
    EXPECT_EQ(area_from_km2(1234.5678).u, 1'234'568);
    EXPECT_THROW(area_from_km2(1e30), Error);
}

TEST(Units, PrintsExactly) {
    EXPECT_EQ(km2_text(Area{12345}), "12.345");
    EXPECT_EQ(km2_text(Area{12000}), "12");
    EXPECT_EQ(ha_text(Area{12345}), "1234.5");
    EXPECT_EQ(km2(Area{1500}), 1.5);
}

}  // namespace
}  // namespace hone::envelope
