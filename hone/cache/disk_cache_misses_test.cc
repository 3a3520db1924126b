// Entries that are there and are not given out: of other versions, over, late, invalidated.
#include <gtest/gtest.h>

#include <memory>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/cache/disk_cache.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86400 * kSecond;

Key key(std::string_view name) {
    return KeyBuilder("app", "task").add("name", name).build();
}
/// A key whose entry lies in the folder of this number.
Key key_in(std::uint64_t folder, std::uint64_t number) {
    Key key;
    key.digest = {folder << 56 | number, number};
    key.app = "app";
    return key;
}
Path path_of(const Key& key) {
    const std::string hex = key.digest.hex();
    return Path("/cache/v1") / hex.substr(0, 2) / hex.substr(2);
}
EntryFacts facts(std::vector<std::string> tags = {}, std::int64_t cost_ns = 1000) {
    return {17, cost_ns, std::move(tags)};
}

/// Caches in a file system in memory.
class DiskCacheMisses : public ::testing::Test {
protected:
    std::unique_ptr<DiskCache> open(std::uint64_t limit = 1 << 30) {
        return std::make_unique<DiskCache>(DiskCache::Options{"/cache", limit, &files, &clock, &trace});
    }
    static std::optional<std::string> find(DiskCache& cache, const Key& key) {
        const auto entry = cache.find(key);
        if (!entry) return std::nullopt;
        return entry->bytes;
    }
    std::size_t fallbacks() { return trace.events().size(); }

    MemoryFiles files;
    FakeClock clock;
    Trace trace;
};

/// The file of an entry as another format version would have written it.
std::string of_version(std::string bytes, std::uint32_t version) {
    constexpr std::size_t kVersionAt = 8, kSizeAt = 12;
    Encoder number, hash;
    number.u32(version);
    bytes.replace(kVersionAt, sizeof version, number.bytes());
    const std::size_t hashed = Decoder(std::string_view(bytes).substr(kSizeAt)).u32() - sizeof(std::uint64_t);
    hash.u64(hash64(std::string_view(bytes).substr(0, hashed)));
    return bytes.replace(hashed, sizeof(std::uint64_t), hash.bytes());
}

TEST_F(DiskCacheMisses, EntriesOfOlderAndNewerVersionsArePlainMisses) {
    for (const std::uint32_t version : {DiskEntryHeader::kVersion - 1, DiskEntryHeader::kVersion + 1}) {
        const auto cache = open();
        EXPECT_TRUE(cache->put(key("a"), "bytes", facts()));
        write_file(files, path_of(key("a")), of_version(read_file(files, path_of(key("a"))), version));
        EXPECT_EQ(cache->walk().damaged, 0U);
        EXPECT_EQ(cache->explain(key("a").digest.hex()).miss, Miss::OtherVersion);
        const auto answer = cache->look_up(key("a"));
        EXPECT_FALSE(answer.entry);
        EXPECT_EQ(answer.miss, Miss::OtherVersion);
        EXPECT_EQ(cache->stats().damaged, 0U);
        EXPECT_FALSE(files.identity(path_of(key("a")))) << "removed";
        EXPECT_TRUE(cache->put(key("a"), "bytes", facts()));
        write_file(files, path_of(key("a")), of_version(read_file(files, path_of(key("a"))), version));
        EXPECT_TRUE(cache->put(key("a"), "bytes", facts())) << "or overwritten";
        EXPECT_EQ(find(*cache, key("a")), "bytes");
    }
    EXPECT_EQ(fallbacks(), 0U);
}

TEST_F(DiskCacheMisses, OtherVersionsLeaveFirst) {
    const auto cache = open(16 * 1024);
    const std::string value(3000, 'x');
    for (int i = 0; i < 5; ++i)
        cache->put(key_in(1, i), value, facts({}, i == 3 ? 1'000'000 : 1000));
    const Path path = path_of(key_in(1, 3));
    write_file(files, path, of_version(read_file(files, path), 1));
    cache->put(key_in(1, 5), value, facts());
    EXPECT_FALSE(files.identity(path));
    EXPECT_EQ(find(*cache, key_in(1, 0)), value);
}

TEST_F(DiskCacheMisses, ExpiresByTheWallClock) {
    const auto cache = open();
    EntryFacts until = facts();
    until.expires_wall_ns = clock.wall_ns() + 100 * kSecond;
    cache->put(key("a"), "bytes", until);
    clock.advance_ns(99 * kSecond);
    EXPECT_EQ(find(*cache, key("a")), "bytes");
    EXPECT_EQ(cache->find(key("a"))->facts.expires_wall_ns, until.expires_wall_ns);
    clock.advance_ns(kSecond);
    EXPECT_EQ(cache->explain(key("a").digest.hex()).miss, Miss::Expired);
    EXPECT_EQ(cache->look_up(key("a")).miss, Miss::Expired);
    EXPECT_FALSE(files.identity(path_of(key("a"))));
}

TEST_F(DiskCacheMisses, StepsOfTheClockAndNewStartsOfTheMachineEndLifetimes) {
    const auto with_boot = [&](std::uint64_t boot) {
        return std::make_unique<DiskCache>(DiskCache::Options{"/cache", 1 << 30, &files, &clock, &trace, boot});
    };
    EntryFacts until = facts();
    until.expires_wall_ns = clock.wall_ns() + 100 * kSecond;
    with_boot(1)->put(key("a"), "bytes", until);
    EXPECT_TRUE(with_boot(1)->find(key("a")));
    EXPECT_EQ(with_boot(2)->look_up(key("a")).miss, Miss::Expired) << "nobody knows how long the machine was off";

    with_boot(2)->put(key("a"), "bytes", until);
    clock.advance_ns(200 * kSecond);
    clock.step_wall_ns(-150 * kSecond);  // the wall clock says 50 s
    EXPECT_FALSE(with_boot(2)->find(key("a")));
    with_boot(2)->put(key("b"), "bytes", facts());
    clock.step_wall_ns(-1000 * kDay);
    EXPECT_TRUE(with_boot(3)->find(key("b"))) << "without an end, the clock does not matter";
}

TEST_F(DiskCacheMisses, ALateWriterWithAnOldNumberIsIgnored) {
    const auto cache = open();
    const auto under = [](std::uint64_t fence) {
        EntryFacts its = facts({"t"});
        its.fence = fence;
        return its;
    };
    EXPECT_TRUE(cache->put(key("a"), "second", under(8)));
    EXPECT_TRUE(cache->put(key("a"), "first", under(7))) << "the key has an entry, and that is what was wanted";
    EXPECT_EQ(find(*cache, key("a")), "second");
    EXPECT_TRUE(cache->put(key("a"), "third", under(9)));
    EXPECT_EQ(find(*cache, key("a")), "third");
    EXPECT_TRUE(cache->put(key("a"), "no lease", facts()));
    EXPECT_EQ(find(*cache, key("a")), "no lease");
    EXPECT_TRUE(cache->put(key("a"), "fourth", under(10)));
    cache->invalidate("t");
    EXPECT_TRUE(cache->put(key("a"), "after", under(3))) << "an entry that is of no use is no reason";
    EXPECT_EQ(find(*cache, key("a")), "after");
    std::string damaged = read_file(files, path_of(key("a")));
    damaged.back() ^= 1;
    write_file(files, path_of(key("a")), damaged);
    EXPECT_TRUE(cache->put(key("a"), "mended", under(1)));
    EXPECT_EQ(find(*cache, key("a")), "mended");
}

TEST_F(DiskCacheMisses, SaysWhyAKeyWasMissed) {
    const auto cache = open(64 * 1024);
    EXPECT_EQ(cache->look_up(key("a")).miss, std::nullopt);
    cache->put(key("a"), "x", facts({"one", "two"}));
    EXPECT_EQ(cache->look_up(key("a")).miss, std::nullopt);
    cache->invalidate("two");
    const auto invalidated = cache->look_up(key("a"));
    EXPECT_EQ(invalidated.miss, Miss::Invalidated);
    EXPECT_EQ(invalidated.detail, "two");
    cache->put(key("a"), "x", facts());
    write_file(files, path_of(key("a")), "damaged");
    EXPECT_EQ(cache->look_up(key("a")).miss, Miss::Damaged);
    cache->note_refused(key("c"), "computing is as fast as loading");
    const auto other = open();
    EXPECT_THROW(other->explain(key("c").digest.hex()), Error) << "this process has not saved its notes yet";
    EXPECT_EQ(cache->explain(key("c").digest.hex()).miss, Miss::Refused);
}

}  // namespace
}  // namespace hone
