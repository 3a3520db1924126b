#include "hone/cli/profile.h"

#include <gtest/gtest.h>

namespace hone::cli {
namespace {

TEST(Profile, NamesWhatWasSlowAndWhatFellBack) {
    Execution execution;
    execution.wall_seconds = 12.5;
    execution.cpu_seconds = 25;
    execution.stages = {{"join", 11'000'000'000, 2}, {"read", 1'000'000'000, 1}};
    execution.slow = {{.site = "envelope/join",
                       .note = "two passes",
                       .level = SlowLevel::VerySlow,
                       .took_ns = 11'000'000'000,
                       .threshold_ns = 10'000'000'000}};
    execution.fallbacks = {"the cache folder is full"};
    const std::string text = profile_text(execution);
    EXPECT_EQ(text.find("profile: computed now in 12.5 s; 25.0 s CPU, 2 cores busy"), 0u) << text;
    EXPECT_NE(text.find("  88 %  join            11.0 s in 2 parts\n"), std::string::npos) << text;
    EXPECT_NE(text.find("slow: envelope/join took 11.0 s (very slow: above 10.0 s): two passes\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("fallback: the cache folder is full\n"), std::string::npos) << text;
}

TEST(Profile, SaysNothingOfSlownessWhenThereWasNone) {
    EXPECT_EQ(profile_text(Execution{}).find("slow"), std::string::npos);
}

}  // namespace
}  // namespace hone::cli
