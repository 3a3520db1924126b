#include "hone/base/hash.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::string random_bytes(Random& random, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(random.below(256));
    return bytes;
}

// Values of the xxhash library for the empty input: digests are stored on disk and must not change.
TEST(Hash, IsXxh3) {
    EXPECT_EQ(digest_of("").hex(), "99aa06d3014798d86001c324468d497f");
    EXPECT_EQ(hash64(""), 0x2d06800538d394c2ULL);
}

TEST(Hash, PiecesEqualTheWhole) {
    Random random(testing::test_seed());
    for (int i = 0; i < 200; ++i) {
        const std::string bytes = random_bytes(random, random.below(3000));
        Hasher hasher;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = std::min<std::size_t>(bytes.size() - at, random.below(400));
            hasher.add(std::string_view(bytes).substr(at, size));
            at += size;
        }
        EXPECT_EQ(hasher.digest(), digest_of(bytes));
    }
}

TEST(Hash, MoreMayBeAddedAfterADigest) {
    Hasher hasher;
    hasher.add("ab");
    EXPECT_EQ(hasher.digest(), digest_of("ab"));
    hasher.add("c");
    EXPECT_EQ(hasher.digest(), digest_of("abc"));
    Hasher moved = std::move(hasher);
    EXPECT_EQ(moved.digest(), digest_of("abc"));
}

TEST(Hash, FieldsCannotRunIntoEachOther) {
    Hasher a;
    a.add_field("ab");
    a.add_field("c");
    Hasher b;
    b.add_field("a");
    b.add_field("bc");
    EXPECT_NE(a.digest(), b.digest());
}

TEST(Hash, HexReadsBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 200; ++i) {
        const Digest digest{random.next(), random.next()};
        EXPECT_EQ(digest.hex().size(), 32U);
        EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
    }
    EXPECT_EQ((Digest{1, 0xAB}.hex()), "000000000000000100000000000000ab");
}

TEST(Hash, HexRefusesOtherText) {
    const std::string good(32, '0');
    EXPECT_TRUE(Digest::from_hex(good));
    EXPECT_FALSE(Digest::from_hex(""));
    EXPECT_FALSE(Digest::from_hex(good + "0"));
    EXPECT_FALSE(Digest::from_hex(good.substr(1)));
    for (const char bad : {'g', 'A', ' ', '-', '\0'}) {
        std::string text = good;
        text[17] = bad;
        EXPECT_FALSE(Digest::from_hex(text));
    }
}

}  // namespace
}  // namespace hone
