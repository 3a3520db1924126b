#include "hone/table/packed_bits.h"

#include <gtest/gtest.h>

#include <vector>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

/// Plain oracle: bit by bit.
std::string plain_bits(const std::vector<std::uint64_t>& values, unsigned width) {
    std::string out((values.size() * width + 7) / 8, '\0');
    for (std::size_t i = 0; i < values.size(); ++i)
        for (unsigned bit = 0; bit < width; ++bit)
            if ((values[i] >> bit & 1) != 0) {
                const std::size_t at = i * width + bit;
                out[at / 8] = static_cast<char>(out[at / 8] | 1 << at % 8);
            }
    return out;
}

TEST(PackedBits, AreThoseOfThePlainOracleForAllWidths) {
    Random random(testing::test_seed());
    for (unsigned width = 0; width <= 64; ++width) {
        for (const std::size_t count : {0, 1, 2, 7, 8, 63, 64, 65, 127, 128, 1000, 1023, 1024}) {
            std::vector<std::uint64_t> values(count);
            for (std::uint64_t& value : values)
                value = width == 0 ? 0 : random.next() >> (64 - width);
            if (count > 0 && width > 0) values.back() = ~std::uint64_t{0} >> (64 - width);
            std::string out = "x";
            append_bits(out, values, width);
            ASSERT_EQ(out, "x" + plain_bits(values, width)) << width << ' ' << count;
            const std::uint64_t reference = random.next();
            std::vector<std::uint64_t> again(count);
            unpack_bits(as_bytes(std::string_view(out).substr(1)), width, reference, again);
            for (std::size_t i = 0; i < count; ++i)
                ASSERT_EQ(again[i], values[i] + reference) << width << ' ' << count << ' ' << i;
        }
    }
}

TEST(PackedBits, RefuseBytesOfAnotherLength) {
    std::vector<std::uint64_t> out(10);
    const std::string bytes(3, '\0');
    EXPECT_THROW(unpack_bits(as_bytes(bytes), 3, 0, out), Error);
    EXPECT_THROW(unpack_bits(as_bytes(bytes), 65, 0, out), Error);
}

TEST(PackedBits, CountBits) {
    EXPECT_EQ(bits_of(0), 0u);
    EXPECT_EQ(bits_of(1), 1u);
    EXPECT_EQ(bits_of(255), 8u);
    EXPECT_EQ(bits_of(~std::uint64_t{0}), 64u);
    EXPECT_EQ(bytes_of_bits(3, 3), 2u);
}

}  // namespace
}  // namespace hone
