#include "hone/base/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

// The examples of FIPS 180-4 and of NIST's test vectors.
TEST(Sha256, GivesThePublishedDigests) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesEqualTheWhole) {
    Random random(testing::test_seed());
    for (int i = 0; i < 100; ++i) {
        std::string bytes;
        for (std::uint64_t left = random.below(700); left > 0; --left)
            bytes += static_cast<char>(random.below(256));
        Sha256 hash;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = std::min<std::size_t>(bytes.size() - at, random.below(130));
            hash.add(std::string_view(bytes).substr(at, size));
            at += size;
        }
        EXPECT_EQ(hash.hex(), sha256_hex(bytes));
    }
}

TEST(Sha256, MoreMayBeAddedAfterADigest) {
    Sha256 hash;
    hash.add("ab");
    EXPECT_EQ(hash.hex(), sha256_hex("ab"));
    hash.add("c");
    EXPECT_EQ(hash.hex(), sha256_hex("abc"));
    Sha256 moved = std::move(hash);
    EXPECT_EQ(moved.digest().front(), std::byte{0xba});
}

}  // namespace
}  // namespace hone
