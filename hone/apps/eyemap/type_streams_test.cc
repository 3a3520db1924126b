#include "hone/apps/eyemap/type_streams.h"

#include <gtest/gtest.h>

#include <string>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

/// Fills streams and strings alike.
void fill(Random& random, TypeStreams& streams, std::vector<std::string>& expected, std::size_t bytes) {
    for (std::size_t done = 0; done < bytes;) {
        if (expected.empty() || random.below(2000) == 0) {
            streams.add();
            expected.emplace_back();
        }
        const std::size_t stream = random.below(expected.size());
        std::string piece(1 + random.below(40), static_cast<char>('a' + random.below(26)));
        streams.append(stream, {reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
        expected[stream] += piece;
        done += piece.size();
    }
}

void expect_equal(const TypeStreams& streams, const std::vector<std::string>& expected) {
    ASSERT_EQ(streams.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const Buffer bytes = streams.read(i);
        ASSERT_EQ(as_text(bytes.bytes()), expected[i]) << i;
        ASSERT_EQ(streams.bytes(i), expected[i].size());
        std::string blocks;
        streams.for_each_block(i, [&](std::span<const std::uint8_t> block) {
            blocks.append(reinterpret_cast<const char*>(block.data()), block.size());
        });
        ASSERT_TRUE(blocks == expected[i]) << i;
    }
}

TEST(TypeStreams, ComeBackFromMemoryAndFromDisk) {
    Random random(testing::test_seed());
    for (const std::uint64_t limit : {std::uint64_t{64} << 20, std::uint64_t{3} << 20}) {
        MemoryFiles files;
        Budget budget("test", limit);
        {
            TypeStreams streams({&budget, &files, "/work"});
            std::vector<std::string> expected;
            fill(random, streams, expected, std::size_t{6} << 20);
            expect_equal(streams, expected);
            EXPECT_EQ(streams.spilled_bytes() > 0, limit < std::uint64_t{6} << 20);
            EXPECT_EQ(files.list("/work").empty(), streams.spilled_bytes() == 0);
        }
        EXPECT_TRUE(files.list("/work").empty()) << "temporary files go with the streams";
        EXPECT_EQ(budget.used(), 0U);
        EXPECT_LE(budget.peak(), limit);
    }
}

TEST(TypeStreams, GiveUpTheirMemoryAndGoOn) {
    Random random(testing::test_seed());
    MemoryFiles files;
    Budget budget("test");
    TypeStreams streams({&budget, &files, "/work"});
    std::vector<std::string> expected;
    fill(random, streams, expected, 100'000);
    EXPECT_GT(budget.used(), 100'000U);
    streams.give_up_memory();
    EXPECT_EQ(budget.used(), 0U);
    expect_equal(streams, expected);
    fill(random, streams, expected, 100'000);
    expect_equal(streams, expected);
}

TEST(TypeStreams, WithoutAFolderWhatDoesNotFitIsALimit) {
    Random random(1);
    Budget budget("test", std::uint64_t{2} << 20);
    TypeStreams streams({&budget, nullptr, {}});
    std::vector<std::string> expected;
    try {
        fill(random, streams, expected, std::size_t{6} << 20);
        FAIL() << "6 MB do not fit 2 MiB";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
    }
}

TEST(TypeStreams, DamageOnDiskIsFound) {
    Random random(1);
    MemoryFiles files;
    Budget budget("test", std::uint64_t{2} << 20);
    TypeStreams streams({&budget, &files, "/work"});
    std::vector<std::string> expected;
    fill(random, streams, expected, std::size_t{3} << 20);
    ASSERT_GT(streams.spilled_bytes(), 0U);
    const Path path = Path("/work") / files.list("/work").front().name;
    std::string bytes = read_file(files, path);
    bytes[0] ^= 1;
    // The open file keeps its content when another takes its name, so the damage is done in place.
    files.create(path)->append(as_bytes(bytes));
    EXPECT_THROW(expect_equal(streams, expected), Error);
}

TEST(TypeStreams, AFullDiskIsAnErrorAndLeavesNothing) {
    Random random(1);
    MemoryFiles inner;
    FailingFiles files(inner, [](std::string_view operation, const Path&) { return operation == "append" ? 28 : 0; });
    Budget budget("test", std::uint64_t{2} << 20);
    {
        TypeStreams streams({&budget, &files, "/work"});
        std::vector<std::string> expected;
        EXPECT_THROW(fill(random, streams, expected, std::size_t{3} << 20), Error);
    }
    EXPECT_TRUE(inner.list("/work").empty());
}

}  // namespace
}  // namespace hone::eyemap
