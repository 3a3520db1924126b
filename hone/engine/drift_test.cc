#include "hone/engine/drift.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

std::vector<std::string> one_run(DriftHistory& history, std::uint64_t documents, std::uint64_t failures,
                                 double seconds = 0.01) {
    const Observation run{"vendor Acme", documents, documents * 10, failures};
    return history.learn("invoice/extract", {&run, 1}, seconds);
}

TEST(Drift, ChecksThatBeginToFailAreTold) {
    DriftHistory history;
    for (int i = 0; i < 30; ++i)
        EXPECT_TRUE(one_run(history, 10, i % 10 == 0 ? 1 : 0).empty()) << "a few failures are how it is";
    std::vector<std::string> alerts;
    int runs = 0;
    while (alerts.empty() && runs < 20) {
        alerts = one_run(history, 10, 30);
        ++runs;
    }
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_TRUE(alerts[0].starts_with("vendor Acme: ")) << alerts[0];
    EXPECT_GE(runs, 3) << "30 of 1,000 checks are no ten points";
    EXPECT_LE(runs, 5);
}

TEST(Drift, SlowerRunsAreTold) {
    DriftHistory history;
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(one_run(history, 1, 0, 0.010 + 0.0001 * (i % 7)).empty());
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(one_run(history, 1, 0, 0.030).empty()) << "most of the last eight are still fast";
    std::vector<std::string> alerts;
    for (int i = 0; i < 4 && alerts.empty(); ++i)
        alerts = one_run(history, 1, 0, 0.030);
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_NE(alerts[0].find("took 30 ms"), std::string::npos) << alerts[0];
}

TEST(Drift, SmallDifferencesAndMixedRunsAreNot) {
    DriftHistory history;
    for (int i = 0; i < 20; ++i)
        one_run(history, 1, 0, 0.002);
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(one_run(history, 1, 0, 0.006).empty()) << "3 times as slow, but 4 ms";
    for (int i = 0; i < 40; ++i) {
        const Observation both[] = {{"vendor Acme", 1, 10, 0}, {"vendor Other", 1, 10, 0}};
        EXPECT_TRUE(history.learn("invoice/extract", both, 5.0).empty()) << "whose time it was is not known";
    }
}

TEST(Drift, IsRememberedAndDamageIsForgotten) {
    DriftHistory history;
    for (int i = 0; i < 30; ++i)
        one_run(history, 10, 0);
    const std::string bytes = history.save();
    DriftHistory again;
    again.load(bytes);
    EXPECT_EQ(again.save(), bytes);
    EXPECT_FALSE(one_run(again, 100, 300).empty());
    DriftHistory damaged;
    damaged.load(std::string_view(bytes).substr(0, bytes.size() - 5));
    EXPECT_TRUE(one_run(damaged, 100, 300).empty()) << "nothing to compare with";
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::string odd = bytes;
        odd[i] = static_cast<char>(odd[i] ^ 0x41);
        DriftHistory any;
        any.load(odd);  // whatever it holds, it does not crash
        one_run(any, 1, 0);
    }
}

}  // namespace
}  // namespace hone
