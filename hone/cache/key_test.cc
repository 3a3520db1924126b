#include "hone/cache/key.h"

#include <gtest/gtest.h>

#include <set>

namespace hone {
namespace {

TEST(Key, EqualPartsGiveEqualDigests) {
    const Key key = KeyBuilder("app", "task").add("crop", "wheat").build();
    EXPECT_EQ(key.digest, KeyBuilder("app", "task").add("crop", "wheat").build().digest);
    EXPECT_EQ(key.app, "app");
    EXPECT_EQ(key.task, "task");
    ASSERT_EQ(key.parts.size(), 1U);
    EXPECT_EQ(key.parts[0], std::make_pair(std::string("crop"), std::string("wheat")));
}

TEST(Key, NoTwoListsOfPartsAreTheSame) {
    const std::vector<Key> keys = {
        KeyBuilder("a", "t").build(),
        KeyBuilder("", "at").build(),
        KeyBuilder("at", "").build(),
        KeyBuilder("a", "t").add("", "").build(),
        KeyBuilder("a", "t").add("x", "yz").build(),
        KeyBuilder("a", "t").add("xy", "z").build(),
        KeyBuilder("a", "t").add("x", "").add("y", "z").build(),
        KeyBuilder("a", "t").add("x", "y").add("z", "").build(),
        KeyBuilder("a", "t").add("z", "").add("x", "y").build(),
        KeyBuilder("a", "t").add("x", std::string("y\0z", 3)).build(),
    };
    std::set<Digest> digests;
    for (const Key& key : keys)
        digests.insert(key.digest);
    EXPECT_EQ(digests.size(), keys.size());
}

TEST(Key, ABuilderGoesOnAfterBuilding) {
    KeyBuilder builder("a", "t");
    const Key first = builder.add("x", "1").build();
    const Key second = builder.add("y", "2").build();
    EXPECT_NE(first.digest, second.digest);
    EXPECT_EQ(second.digest, KeyBuilder("a", "t").add("x", "1").add("y", "2").build().digest);
}

}  // namespace
}  // namespace hone
