#include "hone/cache/digest_store.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kBlock = FileDigest::kBlockBytes;

std::string random_bytes(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random.next());
    return bytes;
}
FileDigest digest_in_memory(std::string_view bytes) {
    FileDigest digest;
    digest.size = bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += kBlock)
        digest.blocks.push_back(digest_of(bytes.substr(at, kBlock)));
    digest.digest = FileDigest::combine(digest.size, digest.blocks);
    return digest;
}

/// A store over files in memory; /data/f is 10 seconds old.
class DigestStoreTest : public ::testing::Test {
protected:
    DigestStoreTest() {
        files.make_folders("/data");
        write("some bytes");
        clock.advance_ns(10 * kSecond);
    }
    DigestStore store() {
        return DigestStore({.folder = "/digests", .files = &files, .clock = &clock, .trace = &trace});
    }
    void write(std::string_view bytes) {
        const auto file = files.create("/data/f");
        file->append(as_bytes(bytes));
        file->finish();
    }
    void set_mtime(std::int64_t mtime_ns) { files.touch("/data/f", mtime_ns); }
    DigestStore::Answer digest() { return store().digest("/data/f", Exec()); }

    MemoryFiles files;
    FakeClock clock;
    Trace trace;
};

TEST_F(DigestStoreTest, RemembersAnUnchangedFile) {
    const DigestStore::Answer first = digest();
    EXPECT_FALSE(first.remembered);
    EXPECT_EQ(first.digest.digest, digest_in_memory("some bytes").digest);
    EXPECT_EQ(first.digest.size, 10U);
    const DigestStore::Answer second = digest();
    EXPECT_TRUE(second.remembered);
    EXPECT_EQ(second.digest.digest, first.digest.digest);
    EXPECT_EQ(second.digest.blocks, first.digest.blocks);
    EXPECT_EQ(second.digest.size, 10U);
    EXPECT_EQ(second.identity, first.identity);
    EXPECT_EQ(second.identity, files.identity("/data/f"));
    EXPECT_TRUE(store().digest("/data/../data/./f", Exec()).remembered);
    EXPECT_TRUE(trace.events().empty());
}

TEST_F(DigestStoreTest, ReadsAFileThatChanged) {
    digest();
    const std::int64_t mtime_ns = files.identity("/data/f")->mtime_ns;
    files.create("/data/f")->append(as_bytes("some bytes more"));
    EXPECT_FALSE(digest().remembered);
    EXPECT_EQ(digest().digest.digest, digest_in_memory("some bytes more").digest);
    write("same bytes");
    set_mtime(mtime_ns);
    EXPECT_EQ(digest().digest.digest, digest_in_memory("same bytes").digest);
    digest();
    write("Same bytes");
    set_mtime(mtime_ns);
    const DigestStore::Answer answer = digest();
    EXPECT_FALSE(answer.remembered) << "same size and mtime, but ctime tells";
    EXPECT_EQ(answer.digest.digest, digest_in_memory("Same bytes").digest);
}

TEST_F(DigestStoreTest, ReadsAFileTouchedWithinTwoSeconds) {
    set_mtime(clock.wall_ns() - 1 * kSecond);
    EXPECT_FALSE(digest().remembered);
    EXPECT_FALSE(digest().remembered);
    clock.advance_ns(1 * kSecond);
    EXPECT_FALSE(digest().remembered) << "what was read when the file was young is not trusted later";
    EXPECT_TRUE(digest().remembered);
    clock.step_wall_ns(-5 * kSecond);
    EXPECT_FALSE(digest().remembered) << "young again by a clock that was set back";
}

TEST_F(DigestStoreTest, TrustsNothingWhenToldSo) {
    digest();
    DigestStore careful({.folder = "/digests", .trust_nothing = true, .files = &files, .clock = &clock});
    EXPECT_FALSE(careful.digest("/data/f", Exec()).remembered);
    EXPECT_FALSE(careful.digest("/data/f", Exec()).remembered);
}

TEST_F(DigestStoreTest, WithoutAFolderNothingIsRemembered) {
    DigestStore forgetful({.files = &files, .clock = &clock});
    EXPECT_FALSE(forgetful.digest("/data/f", Exec()).remembered);
    EXPECT_FALSE(forgetful.digest("/data/f", Exec()).remembered);
    EXPECT_EQ(files.list("/").size(), 1U);
}

TEST_F(DigestStoreTest, ADamagedRecordOnlyCostsTime) {
    digest();
    const Path record = Path("/digests") / files.list("/digests").front().name;
    const std::string whole = read_file(files, record);
    for (std::size_t bit = 0; bit < 8 * whole.size(); bit += 3) {
        std::string bytes = whole;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        write_file(files, record, bytes);
        const DigestStore::Answer answer = digest();
        ASSERT_FALSE(answer.remembered) << "bit " << bit;
        ASSERT_EQ(answer.digest.digest, digest_in_memory("some bytes").digest);
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write_file(files, record, whole.substr(0, size));
        ASSERT_FALSE(digest().remembered) << "size " << size;
    }
    EXPECT_TRUE(digest().remembered);
    EXPECT_FALSE(trace.events().empty());
}

TEST_F(DigestStoreTest, AnUnusableFolderOnlyCostsTime) {
    for (const std::string_view failing : {"create", "append", "rename", "make_folders"}) {
        FailingFiles refusing(
            files, [&](std::string_view operation, const Path&) { return operation == failing ? ENOSPC : 0; });
        Trace marks;
        DigestStore broken({.folder = "/broken", .files = &refusing, .clock = &clock, .trace = &marks});
        for (int i = 0; i < 2; ++i)
            EXPECT_EQ(broken.digest("/data/f", Exec()).digest.digest, digest_in_memory("some bytes").digest);
        EXPECT_EQ(marks.events().size(), 1U) << failing;
        files.remove("/broken");
    }
}

TEST_F(DigestStoreTest, AMissingFileIsNotFound) {
    try {
        store().digest("/data/none", Exec());
        ADD_FAILURE() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::NotFound);
    }
}

TEST_F(DigestStoreTest, AFileThatChangesWhileReadIsAnInputFault) {
    const auto change = [&](auto how) {
        write("some bytes");
        bool is_first = true;
        FailingFiles changing(files, [&](std::string_view operation, const Path& path) {
            if (operation == "read" && path == "/data/f" && std::exchange(is_first, false)) how();
            return 0;
        });
        DigestStore store({.folder = "/digests", .files = &changing, .clock = &clock});
        try {
            store.digest("/data/f", Exec());
            ADD_FAILURE() << "expected an error";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
            EXPECT_NE(error.message().find("changed while read"), std::string::npos);
        }
        EXPECT_TRUE(files.list("/digests").empty());
    };
    change([&] { write("other size"); });
    change([&] { write("SAME SIZE!"); });
    change([&] { write(""); });
    change([&] { write_file(files, "/data/f", "another file under the name"); });
    change([&] { files.remove("/data/f"); });
}

TEST(FileDigest, DependsOnEveryBlockAndTheSize) {
    const std::vector<Digest> blocks = {{1, 2}, {3, 4}};
    const Digest digest = FileDigest::combine(5, blocks);
    EXPECT_NE(digest, FileDigest::combine(6, blocks));
    EXPECT_NE(digest, FileDigest::combine(5, {{3, 4}, {1, 2}}));
    EXPECT_NE(digest, FileDigest::combine(5, {{1, 2}}));
    EXPECT_NE(FileDigest::combine(0, {}), Digest());
}

TEST(DigestStore, BlocksAreTheSameForAnyBufferAndAnyThreads) {
    const testing::TemporaryFolder folder;
    const std::string bytes = random_bytes(3 * kBlock + 12345, testing::test_seed());
    Pool pool(4);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{kBlock}, bytes.size()}) {
        const std::string part = bytes.substr(0, size);
        const Path file = folder.write("f", part);
        const FileDigest expected = digest_in_memory(part);
        for (const std::size_t buffer : {std::size_t{4096}, std::size_t{1} << 20, std::size_t{kBlock}}) {
            for (const Exec& exec : {Exec(), Exec({.pool = &pool}, Cancel())}) {
                DigestStore store(DigestStore::Options{});
                const DigestStore::Answer answer = store.digest(file, exec, buffer);
                EXPECT_EQ(answer.digest.digest, expected.digest);
                EXPECT_EQ(answer.digest.blocks, expected.blocks);
                EXPECT_EQ(answer.digest.size, size);
            }
        }
    }
}

TEST(DigestStore, StopsWhenCancelled) {
    const testing::TemporaryFolder folder;
    const Path file = folder.write("f", "bytes");
    const Cancel cancel;
    cancel.request();
    DigestStore store(DigestStore::Options{});
    EXPECT_THROW(store.digest(file, Exec({}, cancel)), Error);
}

TEST(DigestStore, RemembersRealFiles) {
    const testing::TemporaryFolder folder;
    const Path file = folder.write("f", "bytes");
    FakeClock later(real_clock().wall_ns() + 10 * kSecond);
    DigestStore store({.folder = folder.path() / "digests", .clock = &later});
    EXPECT_FALSE(store.digest(file, Exec()).remembered);
    EXPECT_TRUE(store.digest(file, Exec()).remembered);
    const std::int64_t mtime_ns = real_files().identity(file)->mtime_ns;
    folder.write("f", "BYTES");
    EXPECT_TRUE(real_files().touch(file, mtime_ns));
    EXPECT_FALSE(store.digest(file, Exec()).remembered) << "another inode and ctime";
}

}  // namespace
}  // namespace hone
