#include "hone/cache/value_compression.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// Bytes that cannot be compressed.
std::string noise(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random.next());
    return bytes;
}

/// Rows of numbers as in a CSV file: compressible to about a third.
std::string rows(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    std::string text;
    while (text.size() < size)
        text += cat("cell ", random.below(10000), ",wheat,", random.below(100), ".5\n");
    text.resize(size);
    return text;
}

std::string read_back(std::string_view value, const CompressedValue& packed) {
    return decompress(packed.codec, packed.codec == ValueCodec::Raw ? value : packed.bytes, value.size());
}

TEST(ValueCompression, GivesBackEveryValue) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300 * testing::test_scale(); ++i) {
        const std::size_t size = random.below(i % 10 == 0 ? 700'000 : 20'000);
        const std::string value = i % 3 == 0 ? noise(size, i) : i % 3 == 1 ? rows(size, i) : std::string(size, 'x');
        for (const std::int64_t cost_ns : {std::int64_t{0}, kSecond, 1000 * kSecond}) {
            const CompressedValue packed = compress_if_worth(value, cost_ns, 300);
            ASSERT_EQ(read_back(value, packed), value);
            if (packed.codec != ValueCodec::Raw) {
                ASSERT_LE(packed.bytes.size(), value.size() - value.size() / 10);
            }
        }
    }
}

TEST(ValueCompression, LeavesAloneWhatSavesNoBlock) {
    EXPECT_EQ(compress_if_worth(std::string(3700, 'x'), kSecond, 300).codec, ValueCodec::Raw);
    EXPECT_NE(compress_if_worth(std::string(3900, 'x'), kSecond, 300).codec, ValueCodec::Raw);
    EXPECT_EQ(compress_if_worth({}, kSecond, 300).codec, ValueCodec::Raw);
}

TEST(ValueCompression, LeavesAloneWhatHardlyGetsSmaller) {
    for (const std::size_t size : {10'000, 100'000, 1'000'000})
        EXPECT_EQ(compress_if_worth(noise(size, 1), kSecond, 300).codec, ValueCodec::Raw) << size;
}

TEST(ValueCompression, LeavesAloneWhatIsComputedAlmostAsFastAsDecoded) {
    const std::string value = rows(100'000, 1);
    EXPECT_EQ(compress_if_worth(value, 900'000, 300).codec, ValueCodec::Raw);
    EXPECT_NE(compress_if_worth(value, 1'100'000, 300).codec, ValueCodec::Raw);
    EXPECT_NE(compress_if_worth(value, 0, 300).codec, ValueCodec::Raw) << "an unknown cost may be any";
}

TEST(ValueCompression, WorksHarderForWhatCostMore) {
    const std::string value = rows(100'000, 1);
    const CompressedValue cheap = compress_if_worth(value, kSecond / 100, 300);
    const CompressedValue dear = compress_if_worth(value, 100 * kSecond, 300);
    EXPECT_EQ(cheap.codec, ValueCodec::ZstdFast);
    EXPECT_LE(dear.bytes.size(), cheap.bytes.size());
    if (dear.codec == ValueCodec::ZstdSmall) {
        EXPECT_LT(dear.bytes.size(), cheap.bytes.size());
    }
}

TEST(ValueCompression, DamageIsAnInputFaultOrAnotherValueOfTheSameSize) {
    const std::string value = rows(20'000, 2);
    const CompressedValue packed = compress_if_worth(value, 0, 300);
    ASSERT_EQ(packed.codec, ValueCodec::ZstdFast);
    Random random(testing::test_seed());
    for (int i = 0; i < 3000 * testing::test_scale(); ++i) {
        std::string bytes = packed.bytes;
        bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        if (random.below(4) == 0) bytes.resize(random.below(bytes.size()));
        try {
            EXPECT_EQ(decompress(packed.codec, bytes, value.size()).size(), value.size());
        } catch (const Error& error) {
            ASSERT_EQ(error.fault(), Fault::Input) << error.message();
        }
    }
}

TEST(ValueCompression, SizesThatAreNotThoseOfTheFrameAreRefused) {
    const std::string value = rows(20'000, 2);
    const CompressedValue packed = compress_if_worth(value, 0, 300);
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{19'999}, std::uint64_t{1} << 20, ~std::uint64_t{0}})
        EXPECT_THROW(decompress(packed.codec, packed.bytes, size), Error) << size;
    EXPECT_THROW(decompress(ValueCodec::Raw, "abc", 4), Error);
    EXPECT_THROW(decompress(ValueCodec::ZstdFast, "", 0), Error);
}

TEST(ValueCompression, ABombIsNotBelieved) {
    // A frame that truthfully says 3 GiB, of which it holds nothing: refused before memory is asked for.
    const std::string frame("\x28\xb5\x2f\xfd\xa0\x00\x00\x00\xc0\x01\x00\x00", 12);
    EXPECT_THROW(decompress(ValueCodec::ZstdFast, frame, std::uint64_t{3} << 30), Error);
    const std::string zeros(100 << 20, '\0');
    const CompressedValue packed = compress_if_worth(zeros, 0, 300);
    EXPECT_EQ(read_back(zeros, packed), zeros) << "what we would not read again is not written";
}

TEST(ValueCompression, CodecsHaveNumbersAndNames) {
    for (const ValueCodec codec : {ValueCodec::Raw, ValueCodec::ZstdFast, ValueCodec::ZstdSmall})
        EXPECT_EQ(codec_of(static_cast<std::uint8_t>(codec)), codec);
    EXPECT_EQ(codec_of(3), std::nullopt);
    EXPECT_EQ(codec_name(ValueCodec::ZstdSmall), "zstd 3");
}

}  // namespace
}  // namespace hone
