#include "hone/apps/eyemap/file_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace hone::eyemap {
namespace {

TEST(FileName, KeepsWhatIsSafe) {
    EXPECT_EQ(safe_name("Tm3"), "Tm3");
    EXPECT_EQ(safe_name("T4 (x)"), "T4_x");
    EXPECT_EQ(safe_name("a.b-c_d"), "a.b-c_d");
}

TEST(FileName, MarksWhatWasReplaced) {
    EXPECT_TRUE(safe_name("Z\xc3\xa9<7>&\"q\" 'x'/\xce\xb1").ends_with("-02682b55"));
    EXPECT_EQ(safe_name("../x").find('/'), std::string::npos);
    EXPECT_TRUE(safe_name("../x").starts_with("_._x-"));
    EXPECT_EQ(safe_name("()").size(), 9U);
    EXPECT_EQ(safe_name(std::string(1000, 'a')).size(), 159U);
}

TEST(FileName, TellsTypesApartThatDifferInCase) {
    const std::vector<std::string> types = {"Tm4", "tm4", "Mi1"};
    const auto names = safe_names(types);
    EXPECT_EQ(names.at("Tm4"), "Tm4-4da52131");
    EXPECT_EQ(names.at("tm4"), "tm4-434b73b8");
    EXPECT_EQ(names.at("Mi1"), "Mi1");
}

}  // namespace
}  // namespace hone::eyemap
