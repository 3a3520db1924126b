#include "hone/cache/tag_generations.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone {
namespace {

class TagGenerationsTest : public ::testing::Test {
protected:
    std::uint64_t of(const std::string& tag) { return TagGenerations(files, clock, "/tags").of({tag}).front(); }

    MemoryFiles files;
    FakeClock clock;
    TagGenerations tags{files, clock, "/tags"};
};

TEST_F(TagGenerationsTest, StartAtZeroWithoutAFolder) {
    EXPECT_EQ(tags.of({"a", "b"}), (std::vector<std::uint64_t>{0, 0}));
    EXPECT_FALSE(files.is_folder("/tags"));
    EXPECT_TRUE(tags.of({}).empty());
}

TEST_F(TagGenerationsTest, ChangeForOneTagAndForAllObjects) {
    const std::uint64_t first = tags.advance("a");
    EXPECT_GT(first, 0U);
    EXPECT_EQ(of("a"), first);
    EXPECT_EQ(of("b"), 0U);
    EXPECT_EQ(of(""), 0U);
}

TEST_F(TagGenerationsTest, AreNeverUsedTwiceWhateverTheClockDoes) {
    std::uint64_t last = 0;
    for (const std::int64_t step : {0LL, -1'000'000'000'000LL, 5LL, -100'000'000'000'000'000LL, 1LL}) {
        clock.step_wall_ns(step);
        const std::uint64_t next = tags.advance("a");
        EXPECT_GT(next, last);
        last = next;
    }
}

TEST_F(TagGenerationsTest, ADamagedFileCountsAsAnInvalidation) {
    const std::uint64_t before = tags.advance("a");
    const std::string name = files.list("/tags").front().name;
    for (const char* bytes : {"", "0123456789abcdef", "longer than a generation can be"}) {
        clock.advance_ns(10);
        write_file(files, Path("/tags") / name, bytes);
        const std::uint64_t after = of("a");
        EXPECT_NE(after, before);
        EXPECT_NE(after, 0U);
        EXPECT_EQ(of("a"), after);
    }
}

TEST_F(TagGenerationsTest, HostileTagsAreOnlyNames) {
    for (const char* tag : {"../../etc/passwd", "a/b", "", "\xff\xfe"}) {
        const std::uint64_t generation = tags.advance(tag);
        EXPECT_EQ(of(tag), generation);
    }
}

}  // namespace
}  // namespace hone
