#include "hone/cache/disk_entry.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "hone/base/codec.h"
#include "hone/base/compress.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::string entry_file(const DiskEntryHeader& parts, std::string_view payload) {
    DiskEntryHeader header = parts;
    header.payload_bytes = payload.size();
    header.payload_hash = hash64(payload);
    if (header.codec == ValueCodec::Raw) header.raw_bytes = payload.size();
    return encode_disk_header(header) + std::string(payload);
}

/// The same file with another format version, sealed as that version would.
std::string of_version(std::string bytes, std::uint32_t version) {
    constexpr std::size_t kVersionAt = 8, kSizeAt = 12;
    Encoder number;
    number.u32(version);
    bytes.replace(kVersionAt, number.bytes().size(), number.bytes());
    const std::size_t hashed = Decoder(std::string_view(bytes).substr(kSizeAt)).u32() - sizeof(std::uint64_t);
    Encoder hash;
    hash.u64(hash64(std::string_view(bytes).substr(0, hashed)));
    return bytes.replace(hashed, hash.bytes().size(), hash.bytes());
}

std::optional<StoredDiskEntry> read_any(std::string_view bytes, const Digest& key, Budget* budget = nullptr) {
    MemoryFiles files;
    write_file(files, "/entry", bytes);
    const auto file = files.open("/entry");
    return read_disk_entry(*file, file->identity().size, key, budget);
}

StoredDiskEntry read(std::string_view bytes, const Digest& key) {
    return read_any(bytes, key).value();
}

DiskEntryHeader example() {
    return {.key = {1, 2},
            .app = "envelope",
            .task = "compute",
            .facts = {-3, 4, {"app:envelope", ""}, 6, 7},
            .generations = {5, ~std::uint64_t{0}},
            .stored = {8, 9, 10},
            .key_parts = "parts"};
}

TEST(DiskEntry, ReadsBackWhatWasWritten) {
    for (const std::size_t size : {0, 1, 4000, 4096, 5000, 300000}) {
        const std::string payload(size, 'x');
        const StoredDiskEntry stored = read(entry_file(example(), payload), {1, 2});
        EXPECT_EQ(stored.entry.bytes, payload);
        EXPECT_EQ(stored.entry.app, "envelope");
        EXPECT_EQ(stored.entry.task, "compute");
        EXPECT_EQ(stored.entry.facts.created_wall_ns, -3);
        EXPECT_EQ(stored.entry.facts.cost_ns, 4);
        EXPECT_EQ(stored.entry.facts.tags, example().facts.tags);
        EXPECT_EQ(stored.entry.facts.expires_wall_ns, 6);
        EXPECT_EQ(stored.entry.facts.fence, 7U);
        EXPECT_EQ(stored.stored.wall_ns, 8);
        EXPECT_EQ(stored.stored.monotonic_ns, 9);
        EXPECT_EQ(stored.stored.boot, 10U);
        EXPECT_EQ(stored.generations, example().generations);
    }
}

TEST(DiskEntry, AHeaderMayBeLongerThanTheFirstRead) {
    DiskEntryHeader header = example();
    header.app = std::string(100000, 'a');
    const StoredDiskEntry stored = read(entry_file(header, "payload"), {1, 2});
    EXPECT_EQ(stored.entry.app, header.app);
    EXPECT_EQ(stored.entry.bytes, "payload");
}

TEST(DiskEntry, TimesThatCannotBeAreDamage) {
    DiskEntryHeader header = example();
    for (std::int64_t* field : {&header.facts.created_wall_ns, &header.facts.cost_ns, &header.facts.expires_wall_ns,
                                &header.stored.wall_ns, &header.stored.monotonic_ns}) {
        const std::int64_t before = *field;
        for (const std::int64_t ns : {INT64_MIN, INT64_MAX, -(std::int64_t{1} << 62), std::int64_t{1} << 62}) {
            *field = ns;
            EXPECT_THROW(read(entry_file(header, "x"), {1, 2}), Error) << ns;
        }
        *field = (std::int64_t{1} << 62) - 1;
        EXPECT_EQ(read(entry_file(header, "x"), {1, 2}).entry.bytes, "x");
        *field = before;
    }
}

TEST(DiskEntry, AnotherKeyIsAnInputFault) {
    EXPECT_THROW(read(entry_file(example(), "x"), {1, 3}), Error);
}

TEST(DiskEntry, TheHeaderIsReadWithoutThePayload) {
    std::string bytes = entry_file(example(), "payload");
    bytes.back() = 'X';
    MemoryFiles files;
    write_file(files, "/entry", bytes);
    const auto file = files.open("/entry");
    EXPECT_EQ(read_disk_header(*file, bytes.size()).value().app, "envelope");
    EXPECT_EQ(read_disk_header(*file, bytes.size()).value().key_parts, "parts");
    EXPECT_THROW(read_disk_header(*file, bytes.size() + 1), Error);
    EXPECT_THROW(read_disk_header(*file, bytes.size() - 1), Error);
}

TEST(DiskEntry, OtherVersionsAreTold) {
    const std::string ours = entry_file(example(), "payload");
    for (const std::uint32_t version : {0U, 1U, DiskEntryHeader::kVersion + 1, ~0U}) {
        const std::string other = of_version(ours, version);
        EXPECT_FALSE(read_any(other, {1, 2})) << version;
        EXPECT_THROW(decode_disk_header(other.substr(0, other.size() - 7)), Error);
        std::string damaged = other;
        damaged[40] ^= 1;
        EXPECT_THROW(read_any(damaged, {1, 2}), Error) << "damage is not another version";
    }
    EXPECT_TRUE(read_any(of_version(ours, DiskEntryHeader::kVersion), {1, 2}));
}

TEST(DiskEntry, CompressedPayloadsComeBackWhole) {
    for (const std::size_t size : {5000, 60'000, 500'000}) {
        std::string value(size, 'x');
        for (std::size_t i = 0; i < size; i += 7)
            value[i] = static_cast<char>('a' + i % 11);
        const CompressedValue packed = compress_if_worth(value, 0, 300);
        ASSERT_NE(packed.codec, ValueCodec::Raw);
        DiskEntryHeader header = example();
        header.codec = packed.codec;
        header.raw_bytes = value.size();
        EXPECT_EQ(read(entry_file(header, packed.bytes), {1, 2}).entry.bytes, value);
        for (const std::uint64_t wrong : {value.size() - 1, value.size() + 1, std::size_t{1} << 20}) {
            header.raw_bytes = wrong;
            EXPECT_THROW(read(entry_file(header, packed.bytes), {1, 2}), Error);
        }
    }
}

TEST(DiskEntry, HostileSizesAskForNoMemory) {
    DiskEntryHeader header = example();
    header.codec = ValueCodec::ZstdFast;
    for (const std::uint64_t size : {~std::uint64_t{0}, std::uint64_t{1} << 40, std::uint64_t{1} << 31}) {
        header.raw_bytes = size;
        EXPECT_THROW(read(entry_file(header, "small"), {1, 2}), Error) << size;
    }
}

TEST(DiskEntry, WhatAnEntryTakesIsChargedBeforeItIsAllocated) {
    // A bomb in proper form: a frame that says truly what it holds, as much as is ever believed.
    const std::string value(std::size_t{1} << 20, 'x');
    DiskEntryHeader header = example();
    header.codec = ValueCodec::ZstdFast;
    header.raw_bytes = value.size();
    const std::string payload = compress_bytes(value, 1).value();
    const std::string bytes = entry_file(header, payload);
    for (const std::uint64_t limit : {std::uint64_t{1000}, std::uint64_t{value.size()}}) {
        Budget budget("test", limit);
        try {
            read_any(bytes, {1, 2}, &budget);
            ADD_FAILURE() << "there is no room";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Limit);
        }
        EXPECT_EQ(budget.used(), 0U);
        EXPECT_EQ(budget.peak(), 0U) << "refused before anything was taken";
    }
    Budget budget("test", value.size() + payload.size());
    {
        const auto stored = read_any(bytes, {1, 2}, &budget);
        ASSERT_TRUE(stored);
        EXPECT_EQ(stored->entry.bytes, value);
        EXPECT_EQ(budget.used(), value.size()) << "the payload is gone";
        EXPECT_EQ(budget.peak(), value.size() + payload.size());
    }
    EXPECT_EQ(budget.used(), 0U);
    header.codec = ValueCodec::Raw;
    const auto raw = read_any(entry_file(header, "payload"), {1, 2}, &budget);
    EXPECT_EQ(budget.used(), 7U);
    std::string damaged = bytes;
    damaged.back() = static_cast<char>(damaged.back() ^ 1);
    EXPECT_THROW(read_any(damaged, {1, 2}, &budget), Error);
    EXPECT_EQ(budget.used(), 7U) << "damage gives back what was charged";
}

TEST(DiskEntry, EveryFlippedBitAndEveryTruncationIsSeen) {
    const std::string whole = entry_file(example(), "a payload of some bytes");
    EXPECT_NO_THROW(read(whole, {1, 2}));
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        std::string bytes = whole;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        EXPECT_THROW(read(bytes, {1, 2}), Error) << "bit " << bit;
    }
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(read(whole.substr(0, size), {1, 2}), Error) << "size " << size;
    EXPECT_THROW(read(whole + '\0', {1, 2}), Error);
}

TEST(DiskEntry, DamageIsAlwaysAnInputFault) {
    Random random(testing::test_seed());
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        std::string bytes = entry_file(example(), "payload");
        for (std::uint64_t changes = random.between(1, 8); changes > 0; --changes)
            bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        if (bytes == entry_file(example(), "payload")) continue;
        try {
            read(bytes, {1, 2});
            ADD_FAILURE() << "damage " << i << " was not seen";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
}

}  // namespace
}  // namespace hone
