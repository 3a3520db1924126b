#include "hone/cache/disk_entry.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::string entry_file(const DiskEntryHeader& parts, std::string_view payload) {
    DiskEntryHeader header = parts;
    header.payload_bytes = payload.size();
    header.payload_hash = hash64(payload);
    return encode_disk_header(header) + std::string(payload);
}

StoredDiskEntry read(std::string_view bytes, const Digest& key) {
    MemoryFiles files;
    write_file(files, "/entry", bytes);
    const auto file = files.open("/entry");
    return read_disk_entry(*file, file->identity().size, key);
}

DiskEntryHeader example() {
    return {{1, 2}, "envelope", "compute", {-3, 4, {"app:envelope", ""}}, {5, ~std::uint64_t{0}}};
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

TEST(DiskEntry, AnotherKeyIsAnInputFault) {
    EXPECT_THROW(read(entry_file(example(), "x"), {1, 3}), Error);
}

TEST(DiskEntry, TheHeaderIsReadWithoutThePayload) {
    std::string bytes = entry_file(example(), "payload");
    bytes.back() = 'X';
    MemoryFiles files;
    write_file(files, "/entry", bytes);
    const auto file = files.open("/entry");
    EXPECT_EQ(read_disk_header(*file, bytes.size()).app, "envelope");
    EXPECT_THROW(read_disk_header(*file, bytes.size() + 1), Error);
    EXPECT_THROW(read_disk_header(*file, bytes.size() - 1), Error);
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
