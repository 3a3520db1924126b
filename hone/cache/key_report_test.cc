#include "hone/cache/key_report.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/cache/disk_cache.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Key key(std::string_view crop, std::string_view input, std::string_view task = "compute") {
    return KeyBuilder("envelope", std::string(task)).add("crop", crop).add("input harvest", input).build();
}

class KeyReportTest : public ::testing::Test {
protected:
    /// Each call is another process.
    std::unique_ptr<DiskCache> open(std::uint64_t limit = 1 << 30) {
        return std::make_unique<DiskCache>(DiskCache::Options{"/cache", limit, &files, &clock, nullptr, 1});
    }
    KeyReport explain(const Key& key) { return open()->explain(key.digest.hex()); }
    Fault fault_of(std::string_view prefix) {
        try {
            open()->explain(prefix);
        } catch (const Error& error) {
            return error.fault();
        }
        return Fault::Bug;
    }
    EntryFacts facts() { return {clock.wall_ns(), 5 * kSecond, {"app:envelope"}}; }

    MemoryFiles files;
    FakeClock clock;
};

TEST_F(KeyReportTest, TellsWhatIsStored) {
    const std::string value(50'000, 'x');
    open()->put(key("wheat", "3f"), value, facts());
    clock.advance_ns(70 * kSecond);
    open()->find(key("wheat", "3f"));
    const KeyReport report = explain(key("wheat", "3f"));
    EXPECT_EQ(report.miss, std::nullopt);
    EXPECT_EQ(report.app, "envelope");
    EXPECT_EQ(report.task, "compute");
    EXPECT_EQ(report.parts, key("wheat", "3f").parts);
    ASSERT_TRUE(report.entry);
    EXPECT_EQ(report.entry->raw_bytes, value.size());
    EXPECT_LT(report.entry->stored_bytes, 1000U);
    EXPECT_NE(report.entry->codec, ValueCodec::Raw);
    EXPECT_EQ(report.entry->uses, 2U);
    EXPECT_EQ(report.entry->facts.cost_ns, 5 * kSecond);
    EXPECT_EQ(report.entry->facts.tags, std::vector<std::string>{"app:envelope"});
    EXPECT_FALSE(report.nearest);
}

TEST_F(KeyReportTest, AKeyThatWasOnlyAskedForIsExplainedToOthers) {
    open()->put(key("rice", "3f"), "x", facts());
    open()->put(key("wheat", "91", "other task"), "x", facts());
    open()->put(key("wheat", "91"), "x", facts());
    open()->find(key("wheat", "3f"));
    const KeyReport report = explain(key("wheat", "3f"));
    EXPECT_EQ(report.miss, Miss::NeverStored);
    EXPECT_FALSE(report.entry);
    EXPECT_EQ(report.parts, key("wheat", "3f").parts);
    EXPECT_EQ(report.noted_wall_ns, clock.wall_ns());
    ASSERT_TRUE(report.nearest);
    ASSERT_EQ(report.nearest->differences.size(), 1U);
}

TEST_F(KeyReportTest, TheNearestEntryDiffersLeast) {
    open()->put(key("rice", "91"), "x", facts());
    open()->put(key("wheat", "91"), "x", facts());
    open()->find(key("wheat", "3f"));
    const auto nearest = explain(key("wheat", "3f")).nearest;
    ASSERT_TRUE(nearest);
    EXPECT_EQ(nearest->key, key("wheat", "91").digest);
    ASSERT_EQ(nearest->differences.size(), 1U);
    EXPECT_EQ(nearest->differences[0].name, "input harvest");
    EXPECT_EQ(nearest->differences[0].here, "3f");
    EXPECT_EQ(nearest->differences[0].there, "91");
}

TEST_F(KeyReportTest, EachReasonIsKeptForOtherProcesses) {
    const Key wheat = key("wheat", "3f");
    const auto put = [&](const EntryFacts& its) { ASSERT_TRUE(open()->put(wheat, "x", its)); };
    open()->find(wheat);
    put(facts());
    open()->invalidate("app:envelope");
    EXPECT_EQ(explain(wheat).miss, Miss::Invalidated) << "before anybody looked";
    EXPECT_EQ(explain(wheat).detail, "app:envelope");
    open()->find(wheat);
    EXPECT_EQ(explain(wheat).miss, Miss::Invalidated) << "and after it was removed for that";
    EXPECT_EQ(explain(wheat).detail, "app:envelope");
    open()->find(wheat);
    EXPECT_EQ(explain(wheat).miss, Miss::Invalidated) << "asking again changes nothing";

    put(facts());
    const std::string hex = wheat.digest.hex();
    write_file(files, Path("/cache/v1") / hex.substr(0, 2) / hex.substr(2), "damaged");
    EXPECT_EQ(explain(wheat).miss, Miss::Damaged);
    open()->find(wheat);
    EXPECT_EQ(explain(wheat).miss, Miss::Damaged);

    EntryFacts short_lived = facts();
    short_lived.expires_wall_ns = clock.wall_ns() + kSecond;
    put(short_lived);
    clock.advance_ns(2 * kSecond);
    EXPECT_EQ(explain(wheat).miss, Miss::Expired);
    open()->find(wheat);
    EXPECT_EQ(explain(wheat).miss, Miss::Expired);

    put(facts());
    open()->clear();
    EXPECT_EQ(explain(wheat).miss, Miss::Removed);
    open()->note_refused(wheat, "computing is as fast as loading");
    EXPECT_EQ(explain(wheat).miss, Miss::Refused);
    EXPECT_EQ(explain(wheat).detail, "computing is as fast as loading");
}

TEST_F(KeyReportTest, EvictedAndRefusedKeysAreKnown) {
    const auto cache = open(16 * 1024);
    cache->find(key("0", "3f"));
    for (int i = 0; i < 40; ++i) {
        cache->put(key(cat(i), "3f"), std::string(900, 'x'), {clock.wall_ns(), 1000 + i, {}});
        clock.advance_ns(kSecond);
    }
    EXPECT_EQ(cache->explain(key("0", "3f").digest.hex()).miss, Miss::Evicted);
    EXPECT_EQ(cache->explain(key("0", "3f").digest.hex()).app, "envelope");
    EXPECT_EQ(cache->explain(key("1", "3f").digest.hex()).miss, Miss::Evicted);
    EXPECT_EQ(cache->explain(key("1", "3f").digest.hex()).app, "") << "nobody had asked for it";
    std::string large(8000, '\0');
    for (std::size_t i = 0; i < large.size(); ++i)
        large[i] = static_cast<char>(hash64(cat(i)));
    cache->put(key("large", "3f"), large, facts());
    EXPECT_EQ(cache->explain(key("large", "3f").digest.hex()).miss, Miss::Refused);
}

TEST_F(KeyReportTest, AFolderThatCannotBeReadIsAReason) {
    open()->put(key("wheat", "3f"), "x", facts());
    FailingFiles failing(files, [](std::string_view operation, const Path& path) {
        return operation == "open" && path.string().find("/v1/") != std::string::npos ? 5 : 0;
    });
    { DiskCache({"/cache", 1 << 30, &failing, &clock, nullptr, 1}).find(key("wheat", "3f")); }
    { DiskCache({"/cache", 1 << 30, &failing, &clock, nullptr, 1}).find(key("rice", "3f")); }
    EXPECT_EQ(explain(key("wheat", "3f")).miss, std::nullopt) << "it can be read now";
    EXPECT_EQ(explain(key("rice", "3f")).miss, Miss::Unusable);
}

TEST_F(KeyReportTest, APrefixMustFitOneKey) {
    open()->put(key("wheat", "3f"), "x", facts());
    const std::string hex = key("wheat", "3f").digest.hex();
    EXPECT_EQ(open()->explain(hex.substr(0, 6)).key.hex(), hex);
    std::string upper = hex.substr(0, 10);
    for (char& letter : upper)
        letter = static_cast<char>(std::toupper(letter));
    EXPECT_EQ(open()->explain(upper).key.hex(), hex);
    EXPECT_EQ(fault_of(hex.substr(0, 5)), Fault::Usage);
    EXPECT_EQ(fault_of(hex + "0"), Fault::Usage);
    EXPECT_EQ(fault_of("../../etc/passwd"), Fault::Usage);
    EXPECT_EQ(fault_of(""), Fault::Usage);
    EXPECT_EQ(fault_of("0123456789abcdef"), Fault::NotFound);
    Key near = key("wheat", "3f");
    ++near.digest.low;
    open()->put(near, "x", facts());
    EXPECT_EQ(fault_of(hex.substr(0, 20)), Fault::Usage) << "two keys";
    EXPECT_EQ(open()->explain(hex).key.hex(), hex);
}

TEST_F(KeyReportTest, LookingWhereNothingWasStoredLeavesNoTrace) {
    open()->find(key("wheat", "3f"));
    EXPECT_FALSE(files.is_folder("/cache"));
    EXPECT_EQ(fault_of(key("wheat", "3f").digest.hex()), Fault::NotFound);
}

}  // namespace
}  // namespace hone
