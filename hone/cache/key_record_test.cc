#include "hone/cache/key_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/cache/key_parts.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Key key(std::string_view name) {
    return KeyBuilder("app", "task").add("name", name).build();
}

class KeyRecordTest : public ::testing::Test {
protected:
    KeyRecordTest() { files.make_folders("/cache"); }
    std::optional<KeyNote> noted(const KeyRecord& of, std::string_view name) {
        for (KeyNote& note : of.all())
            if (note.key == key(name).digest) return std::move(note);
        return std::nullopt;
    }

    MemoryFiles files;
    FakeClock clock;
    const Path path = "/cache/asked";
    KeyRecord record{files, clock, path};
};

TEST_F(KeyRecordTest, AnotherProcessKnowsWhatWasSaved) {
    EXPECT_FALSE(record.has_news());
    record.note_asked(key("a"));
    record.note(key("b"), Miss::Invalidated, "file:/x.csv");
    EXPECT_TRUE(record.has_news());
    KeyRecord other(files, clock, path);
    EXPECT_TRUE(other.all().empty());
    record.save();
    EXPECT_FALSE(record.has_news());
    const auto a = noted(other, "a"), b = noted(other, "b");
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->miss, Miss::NeverStored);
    EXPECT_EQ(a->detail, "");
    EXPECT_EQ(a->app, "app");
    EXPECT_EQ(a->task, "task");
    EXPECT_EQ(decode_key_parts(a->parts), key("a").parts);
    EXPECT_EQ(a->wall_ns, clock.wall_ns());
    EXPECT_EQ(b->miss, Miss::Invalidated);
    EXPECT_EQ(b->detail, "file:/x.csv");
    EXPECT_EQ(files.list("/cache").size(), 1U) << "no lock stays behind";
}

TEST_F(KeyRecordTest, AskingKeepsTheReasonThatIsKnown) {
    record.note(key("a"), Miss::Evicted);
    record.save();
    clock.advance_ns(5);
    KeyRecord other(files, clock, path);
    other.note_asked(key("a"));
    EXPECT_EQ(noted(other, "a")->miss, Miss::Evicted);
    EXPECT_EQ(noted(other, "a")->wall_ns, clock.wall_ns());
    other.save();
    EXPECT_EQ(noted(record, "a")->miss, Miss::Evicted);
    other.note_stored(key("a"));
    EXPECT_EQ(noted(other, "a")->miss, Miss::Removed) << "if it is gone now, someone removed it";
}

TEST_F(KeyRecordTest, WhatOnlyADigestIsKnownOfKeepsItsWords) {
    record.note_asked(key("a"));
    record.note(key("a").digest, Miss::Evicted);
    record.note(key("b").digest, Miss::Evicted);
    EXPECT_EQ(noted(record, "a")->app, "app");
    EXPECT_EQ(noted(record, "a")->miss, Miss::Evicted);
    EXPECT_EQ(noted(record, "b")->app, "");
    record.save();
    KeyRecord other(files, clock, path);
    other.note(key("a").digest, Miss::Damaged);
    EXPECT_EQ(noted(other, "a")->app, "app");
    EXPECT_EQ(noted(other, "a")->miss, Miss::Damaged);
}

TEST_F(KeyRecordTest, StoringIsNotedOnlyOfKeysThatWereAsked) {
    record.note_stored(key("a"));
    EXPECT_FALSE(record.has_news());
}

TEST_F(KeyRecordTest, TheNewestAreKept) {
    for (int process = 0; process < 3; ++process) {
        KeyRecord one(files, clock, path);
        for (std::size_t i = 0; i < KeyRecord::kMost; ++i) {
            one.note_asked(key(cat(process, '-', i)));
            clock.advance_ns(1);
        }
        one.note_asked(key("always"));
        clock.advance_ns(1);
        one.save();
    }
    EXPECT_EQ(record.all().size(), KeyRecord::kMost);
    EXPECT_TRUE(noted(record, "always"));
    EXPECT_FALSE(noted(record, "1-999"));
    EXPECT_TRUE(noted(record, "2-999"));
    EXPECT_LT(files.identity(path)->size, 200'000U);
}

TEST_F(KeyRecordTest, ADamagedRecordIsBegunAnew) {
    record.note_asked(key("a"));
    record.save();
    const std::string whole = read_file(files, path);
    Random random(testing::test_seed());
    for (int i = 0; i < 500 * testing::test_scale(); ++i) {
        std::string bytes = whole;
        bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
        if (i % 4 == 0) bytes.resize(random.below(bytes.size()));
        write_file(files, path, bytes);
        KeyRecord other(files, clock, path);
        EXPECT_TRUE(other.all().empty());
        other.note_asked(key("b"));
        other.save();
        EXPECT_TRUE(noted(other, "b"));
    }
}

TEST_F(KeyRecordTest, TimesThatCannotBeAreDamage) {
    FakeClock impossible(INT64_MIN);
    KeyRecord other(files, impossible, path);
    other.note(key("a"), Miss::Evicted);
    other.save();
    EXPECT_TRUE(record.all().empty());
}

TEST_F(KeyRecordTest, SaysWhenTheFileSystemRefuses) {
    FailingFiles failing(files, [](std::string_view operation, const Path&) { return operation == "create" ? 30 : 0; });
    KeyRecord refused(failing, clock, path);
    refused.note_asked(key("a"));
    EXPECT_THROW(refused.save(), Error);
    EXPECT_TRUE(refused.has_news());
    EXPECT_TRUE(noted(refused, "a")) << "this process still knows";
}

TEST_F(KeyRecordTest, ManyThreadsAndObjectsNote) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            KeyRecord own(files, clock, path);
            for (int i = 0; i < 50; ++i) {
                record.note_asked(key(cat(t, '-', i)));
                own.note(key(cat("own", t, '-', i)), Miss::Refused, "too large");
                if (i % 10 == 0) own.save();
            }
        });
    threads.clear();
    record.save();
    EXPECT_GE(record.all().size(), 200U);
}

}  // namespace
}  // namespace hone
