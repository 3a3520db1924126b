#include "hone/apps/invoice/annotate.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += piece;
    return text;
}

TEST(ArtifactNames, AreThoseOfTheFiles) {
    const std::vector<Path> paths = {"in/A-7.pdf", "B 8.PDF", "other/A-7.txt", "über.pdf"};
    EXPECT_EQ(artifact_names(paths), (std::vector<std::string>{"A-7", "B 8", "A-7-2", "über"}));
}

TEST(ArtifactNames, LongOnesAreCutAndStayApart) {
    const std::string long_name = repeated("L", 250);
    const std::vector<Path> paths = {long_name + ".pdf", long_name + "M.pdf", repeated("ü", 120) + ".pdf",
                                     repeated("あ", 83) + ".pdf"};
    std::set<std::string> names;
    for (const std::string& name : artifact_names(paths)) {
        EXPECT_LE(name.size(), 169U);
        EXPECT_EQ(valid_utf8(name), name) << "no letter is cut in two";
        EXPECT_TRUE(names.insert(name).second);
    }
    EXPECT_EQ(artifact_stem(Path("x") / (long_name + ".pdf")), artifact_stem(long_name + ".txt"))
        << "neither folder nor run shows in it";
}

TEST(ArtifactNames, HoldNothingThatFilesMayNotBeCalled) {
    EXPECT_EQ(artifact_stem("a<b>:c|d?e*f\"g\\h.pdf"), "a_b__c_d_e_f_g_h");
    EXPECT_EQ(artifact_stem("a..b.pdf"), "document");
    EXPECT_EQ(artifact_stem(".hidden.pdf"), "_hidden");
    EXPECT_EQ(artifact_stem("bad\xff\xfe.pdf"), "bad\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(artifact_stem("line\nend.pdf"), "line_end");
}

TEST(ArtifactNames, AreNotThoseOfParts) {
    EXPECT_EQ(artifact_stem("A-part-2.pdf"), "A-part-2_");
    EXPECT_EQ(artifact_stem("A-part-two.pdf"), "A-part-two");
}

}  // namespace
}  // namespace hone::invoice
