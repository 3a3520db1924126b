#include "hone/table/packed_frame.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

/// Packs, reads back and steps over; gives the frame chosen.
Frame round_trip(const std::vector<std::int64_t>& values) {
    const Frame frame = plan_frame(values);
    std::string bytes;
    append_frame(bytes, frame, values);
    EXPECT_EQ(bytes.size(), frame.bytes);
    std::vector<std::int64_t> again(values.size());
    Decoder in(bytes);
    read_frame(in, again);
    in.finish();
    EXPECT_EQ(again, values);
    Decoder skipped(bytes);
    const Frame seen = skip_frame(skipped, values.size());
    skipped.finish();
    EXPECT_EQ(seen.width, frame.width);
    EXPECT_EQ(seen.outliers, frame.outliers);
    EXPECT_EQ(seen.reference, frame.reference);
    return frame;
}

std::vector<std::int64_t> uniform(Random& random, std::size_t count, std::int64_t low, std::int64_t high) {
    std::vector<std::int64_t> values(count);
    for (std::int64_t& value : values)
        value = random.between(low, high);
    return values;
}

TEST(PackedFrame, VarintsReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t value = random.next() >> random.below(64);
        std::string bytes;
        append_varint(bytes, value);
        Decoder in(bytes);
        ASSERT_EQ(read_varint(in), value);
        in.finish();
        const auto either = static_cast<std::int64_t>(value);
        ASSERT_EQ(unzigzag(zigzag(either)), either);
        ASSERT_EQ(unzigzag(zigzag(-(either >> 1))), -(either >> 1));
    }
    EXPECT_EQ(zigzag(-1), 1u);
    EXPECT_EQ(zigzag(1), 2u);
    EXPECT_EQ(unzigzag(zigzag(kMin)), kMin);
    EXPECT_EQ(unzigzag(zigzag(kMax)), kMax);
    for (const std::string& bad : {std::string(10, '\xFF'), std::string(9, '\xFF') + '\x02', std::string(3, '\x80')}) {
        Decoder in(bad);
        EXPECT_THROW(read_varint(in), Error);
    }
}

TEST(PackedFrame, PositionsReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 400; ++i) {
        const std::size_t rows = 1 + random.below(kPackedBlock);
        std::vector<std::uint16_t> positions;
        const std::uint64_t rarity = 1 + random.below(40);
        for (std::size_t row = 0; row < rows; ++row)
            if (random.below(rarity) == 0) positions.push_back(static_cast<std::uint16_t>(row));
        if (positions.empty()) continue;
        std::string bytes;
        append_positions(bytes, positions, rows);
        ASSERT_LE(bytes.size(), 1 + (rows + 7) / 8);
        std::vector<std::uint16_t> again(positions.size());
        Decoder in(bytes);
        read_positions(in, rows, again);
        in.finish();
        ASSERT_EQ(again, positions);
        Decoder skipped(bytes);
        skip_positions(skipped, rows, positions.size());
        skipped.finish();
    }
}

TEST(PackedFrame, TakesTheBitsOfTheRange) {
    Random random(testing::test_seed());
    for (unsigned width = 0; width <= 64; ++width) {
        const std::uint64_t most = width == 0 ? 0 : ~std::uint64_t{0} >> (64 - width);
        const std::int64_t low = width == 64 ? kMin : random.between(kMin, kMax - static_cast<std::int64_t>(most));
        auto values =
            uniform(random, kPackedBlock, low, static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + most));
        values[5] = low;
        values[7] = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + most);
        const Frame frame = round_trip(values);
        EXPECT_LE(frame.width, width);
        EXPECT_LE(frame.bytes, kPackedBlock * width / 8 + 11);
    }
}

TEST(PackedFrame, KeepsFewLargeValuesBeside) {
    Random random(testing::test_seed());
    for (const std::int64_t outlier : {std::int64_t{1'000'000'000}, std::int64_t{-1'000'000'000}, kMin, kMax}) {
        auto values = uniform(random, kPackedBlock, 500, 600);
        values[3] = outlier;
        values[1023] = outlier;
        const Frame frame = round_trip(values);
        EXPECT_LE(frame.width, 8u);
        EXPECT_GE(frame.outliers, 2u);
        EXPECT_LT(frame.bytes, 1024u);
    }
    auto both = uniform(random, kPackedBlock, 500, 600);
    both[0] = kMin;
    both[500] = kMax;
    EXPECT_LT(round_trip(both).bytes, 1024u);
}

TEST(PackedFrame, KeepsTheRareValuesOfASparseColumnBeside) {
    Random random(testing::test_seed());
    std::vector<std::int64_t> values(kPackedBlock);
    for (std::int64_t& value : values)
        value = random.below(100) < 92 ? 0 : random.between(-5000, 5000);
    const Frame frame = round_trip(values);
    EXPECT_EQ(frame.width, 0u);
    EXPECT_LT(frame.bytes, 400u);
}

TEST(PackedFrame, HoldsAnyValues) {
    Random random(testing::test_seed());
    for (int i = 0; i < 500 * testing::test_scale(); ++i) {
        std::vector<std::int64_t> values(1 + random.below(kPackedBlock));
        const std::uint64_t shift = random.below(64);
        const std::uint64_t wild = random.below(64);
        const std::uint64_t rarity = 1 + random.below(50);
        for (std::int64_t& value : values)
            value = static_cast<std::int64_t>(random.next() >> (random.below(rarity) == 0 ? wild : shift));
        round_trip(values);
        if (HasFailure()) return;
    }
    for (const std::int64_t value : {kMin, std::int64_t{-1}, std::int64_t{0}, kMax})
        EXPECT_LE(round_trip({value}).bytes, 11u);
    round_trip({kMin, kMax});
    round_trip({kMax, kMin, 0});
}

}  // namespace
}  // namespace hone
