#include "hone/base/correlation_id.h"

#include <gtest/gtest.h>

#include <set>

namespace hone {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

TEST(CorrelationId, ReadsItsDigitsBack) {
    const CorrelationId id = {0x0123456789ABCDEF, 0xFEDCBA9876543210};
    EXPECT_EQ(id.hex(), "0123456789abcdeffedcba9876543210");
    EXPECT_EQ(CorrelationId::parse(id.hex()), id);
    EXPECT_EQ(CorrelationId::parse("0123456789ABCDEFfedcba9876543210"), id);
    EXPECT_EQ((CorrelationId{0, 1}).hex(), "00000000000000000000000000000001");
    EXPECT_TRUE(CorrelationId().is_none());
    EXPECT_FALSE((CorrelationId{1, 0}).is_none());
}

TEST(CorrelationId, TakesTheTraceIdOfATraceparent) {
    const auto id = CorrelationId::parse(kTrace);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->hex(), kTrace);
    for (const char* text : {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                             "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later"})
        EXPECT_EQ(CorrelationId::parse(text), id) << text;
}

TEST(CorrelationId, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "0",
                             "4bf92f3577b34da6a3ce929d0e0e473",
                             "4bf92f3577b34da6a3ce929d0e0e47360",
                             "4bf92f3577b34da6a3ce929d0e0e473g",
                             "4bf92f3577b34da6-a3ce929d0e0e473",
                             "00000000000000000000000000000000",
                             " 4bf92f3577b34da6a3ce929d0e0e473",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",  // version 00 ends here
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",  //
                             "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",  // more without a dash
                             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",   // no version
                             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",   // capitals
                             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",   // zeros
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",   //
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",   //
                             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bx-01",   //
                             "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",   //
                             "00-4bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b7--01-0000"})
        EXPECT_FALSE(CorrelationId::parse(text)) << text;
}

TEST(CorrelationId, CreatedOnesDiffer) {
    std::set<CorrelationId> seen;
    for (int i = 0; i < 1000; ++i)
        EXPECT_TRUE(seen.insert(CorrelationId::create()).second);
    EXPECT_FALSE(seen.contains({}));
}

}  // namespace
}  // namespace hone
