#include "hone/cache/tag_marks.h"

#include <gtest/gtest.h>

#include <optional>

#include "hone/base/text.h"

namespace hone {
namespace {

std::vector<std::string> tags(std::initializer_list<const char*> names) {
    return {names.begin(), names.end()};
}

TEST(TagMarks, StrikingATagStrikesThoseThatCarryIt) {
    TagMarks marks;
    const auto a = marks.hold(tags({"app", "file", "app"}));
    const auto b = marks.hold(tags({"app"}));
    const auto none = marks.hold({});
    EXPECT_EQ(marks.strike("file"), 1U);
    EXPECT_TRUE(a.is_struck());
    EXPECT_FALSE(b.is_struck());
    EXPECT_EQ(marks.strike("app"), 2U);
    EXPECT_TRUE(b.is_struck());
    EXPECT_FALSE(none.is_struck());
}

TEST(TagMarks, LaterEntriesOfAStruckTagAreValid) {
    TagMarks marks;
    const auto before = marks.hold(tags({"app"}));
    EXPECT_EQ(marks.strikes(), 0U);
    marks.strike("app");
    EXPECT_EQ(marks.strikes(), 1U);
    const auto after = marks.hold(tags({"app"}));
    EXPECT_TRUE(before.is_struck());
    EXPECT_FALSE(after.is_struck());
    EXPECT_EQ(marks.strike("app"), 1U) << "only the one of this generation";
}

TEST(TagMarks, AllThatIsOlderThanADoubtCountsAsStruck) {
    TagMarks marks;
    const std::uint64_t before = marks.moment();
    marks.doubt_all();
    EXPECT_TRUE(marks.was_struck_since(before, tags({"app"})));
    EXPECT_FALSE(marks.was_struck_since(marks.moment(), tags({"app"})));
}

TEST(TagMarks, UnknownTagsStrikeNothing) {
    TagMarks marks;
    EXPECT_EQ(marks.strike("never"), 0U);
    EXPECT_EQ(marks.strikes(), 0U);
}

TEST(TagMarks, KnowsWhatWasStruckSinceAMoment) {
    TagMarks marks;
    const std::vector<std::string> both = tags({"app", "file"});
    marks.strike("file");
    const std::uint64_t moment = marks.moment();
    EXPECT_FALSE(marks.was_struck_since(moment, both));
    marks.strike("other");
    EXPECT_FALSE(marks.was_struck_since(moment, both));
    marks.strike("app");
    EXPECT_TRUE(marks.was_struck_since(moment, both)) << "though nothing in memory carries it";
    EXPECT_FALSE(marks.was_struck_since(moment, tags({"file"})));
    EXPECT_FALSE(marks.was_struck_since(marks.moment(), both));
    for (std::size_t i = 0; i <= TagMarks::kRemembered; ++i)
        marks.strike("other");
    EXPECT_TRUE(marks.was_struck_since(moment, tags({"file"}))) << "unknown by now";
    EXPECT_FALSE(marks.was_struck_since(moment, {}));
}

TEST(TagMarks, EntriesThatWentAreNotCounted) {
    TagMarks marks;
    std::optional<TagMarks::Held> held = marks.hold(tags({"app"}));
    std::optional<TagMarks::Held> moved = std::move(*held);
    held.reset();
    EXPECT_FALSE(moved->is_struck());
    const auto other = marks.hold(tags({"app"}));
    moved.reset();
    EXPECT_EQ(marks.strike("app"), 1U);
}

TEST(TagMarks, ForgetsTagsThatNoEntryCarries) {
    TagMarks marks;
    const auto stays = marks.hold(tags({"stays"}));
    for (int i = 0; i < 5000; ++i) {
        const std::vector<std::string> one = {cat("tag", i)};
        marks.hold(one);
    }
    EXPECT_LE(marks.known(), 1025U);
    EXPECT_EQ(marks.strike("stays"), 1U);
}

}  // namespace
}  // namespace hone
