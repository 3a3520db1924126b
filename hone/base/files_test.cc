#include "hone/base/files.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

enum class Kind { Real, Memory };

/// The same promises hold for the machine's file system and for the one in memory.
class FilesTest : public ::testing::TestWithParam<Kind> {
protected:
    FilesTest() {
        if (GetParam() == Kind::Memory) memory_.make_folders(folder_.path());
    }
    Files& files() { return GetParam() == Kind::Real ? real_files() : memory_; }
    Path at(std::string_view name) const { return folder_.path() / name; }

    void write(std::string_view name, std::string_view bytes) {
        const auto file = files().create(at(name));
        file->append(as_bytes(bytes));
        file->finish();
    }
    std::vector<std::string> names(std::string_view folder) {
        std::vector<std::string> found;
        for (const FolderEntry& entry : files().list(at(folder)))
            found.push_back(entry.name);
        return found;
    }

private:
    testing::TemporaryFolder folder_;
    MemoryFiles memory_;
};

template <class Call>
std::optional<Fault> fault_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.fault();
    }
    return std::nullopt;
}

TEST_P(FilesTest, WrittenBytesReadBack) {
    const std::string bytes("a\0b\n", 4);
    write("f", bytes);
    EXPECT_EQ(read_file(files(), at("f")), bytes);
    write("f", "");
    EXPECT_EQ(read_file(files(), at("f")), "");
}

TEST_P(FilesTest, ReadsAtAnyPlace) {
    write("f", "0123456789");
    const auto file = files().open(at("f"));
    std::array<std::byte, 4> into;
    EXPECT_EQ(file->read_at(3, into), 4U);
    EXPECT_EQ(as_text(into), "3456");
    EXPECT_EQ(file->read_at(8, into), 2U);
    EXPECT_EQ(file->read_at(10, into), 0U);
    EXPECT_EQ(file->read_at(1000, into), 0U);
    EXPECT_EQ(file->identity().size, 10U);
}

TEST_P(FilesTest, LargeFilesReadBack) {
    std::string bytes;
    for (int i = 0; i < 200'000; ++i)
        bytes += cat(i, ',');
    write_file(files(), at("large"), bytes);
    EXPECT_EQ(read_file(files(), at("large")), bytes);
}

TEST_P(FilesTest, AbsenceIsNotFound) {
    EXPECT_EQ(fault_of([&] { files().open(at("none")); }), Fault::NotFound);
    EXPECT_EQ(fault_of([&] { files().create(at("none/f")); }), Fault::NotFound);
    EXPECT_EQ(fault_of([&] { files().rename(at("none"), at("f")); }), Fault::NotFound);
    EXPECT_EQ(fault_of([&] { files().free_bytes(at("none")); }), Fault::NotFound);
    EXPECT_EQ(files().identity(at("none")), std::nullopt);
    EXPECT_FALSE(files().is_folder(at("none")));
    EXPECT_FALSE(files().remove(at("none")));
    EXPECT_FALSE(files().touch(at("none"), 1));
    EXPECT_TRUE(files().list(at("none")).empty());
    try {
        files().open(at("none"));
    } catch (const Error& error) {
        EXPECT_NE(error.message().find(at("none").string()), std::string::npos);
    }
}

TEST_P(FilesTest, FilesAreNoFolders) {
    write("f", "x");
    EXPECT_FALSE(files().is_folder(at("f")));
    EXPECT_EQ(files().identity(at("f/g")), std::nullopt);
    EXPECT_EQ(fault_of([&] { files().open(at("f/g")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().create(at("f/g")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().list(at("f")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().make_folders(at("f")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().make_folders(at("f/g/h")); }), Fault::System);
}

TEST_P(FilesTest, FoldersAreNoFiles) {
    files().make_folders(at("d"));
    EXPECT_EQ(fault_of([&] { files().open(at("d")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().create(at("d")); }), Fault::System);
    write("f", "x");
    EXPECT_EQ(fault_of([&] { files().rename(at("f"), at("d")); }), Fault::System);
    EXPECT_EQ(fault_of([&] { files().rename(at("d"), at("f")); }), Fault::System);
    EXPECT_TRUE(files().is_folder(at("d")));
    EXPECT_TRUE(files().identity(at("d")).has_value());
}

TEST_P(FilesTest, ExclusiveCreationHappensOnce) {
    EXPECT_NO_THROW(files().create(at("f"), true)->finish());
    try {
        files().create(at("f"), true);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::System);
        EXPECT_NE(error.message().find("File exists"), std::string::npos);
    }
}

TEST_P(FilesTest, IdentityTellsStatesApart) {
    write("f", "one");
    const auto first = files().identity(at("f"));
    EXPECT_EQ(files().identity(at("f")), first);
    EXPECT_EQ(files().open(at("f"))->identity(), first);
    write("f", "three");
    EXPECT_NE(files().identity(at("f")), first);
    write("g", "three");
    EXPECT_NE(files().identity(at("f"))->inode, files().identity(at("g"))->inode);
}

TEST_P(FilesTest, RenameReplacesAndReadersKeepWhatTheyOpened) {
    write("old", "old");
    write("new", "new");
    const auto reader = files().open(at("old"));
    files().rename(at("new"), at("old"));
    EXPECT_EQ(read_file(files(), at("old")), "new");
    EXPECT_EQ(files().identity(at("new")), std::nullopt);
    std::array<std::byte, 3> into;
    EXPECT_EQ(reader->read_at(0, into), 3U);
    EXPECT_EQ(as_text(into), "old");
    files().rename(at("old"), at("old"));
    EXPECT_EQ(read_file(files(), at("old")), "new");
}

TEST_P(FilesTest, FoldersMoveWithTheirContent) {
    files().make_folders(at("a/b"));
    write("a/b/f", "x");
    files().rename(at("a"), at("c"));
    EXPECT_EQ(read_file(files(), at("c/b/f")), "x");
    EXPECT_FALSE(files().is_folder(at("a")));
    EXPECT_EQ(fault_of([&] { files().rename(at("c"), at("c/b/d")); }), Fault::System);
}

TEST_P(FilesTest, RemovesFilesAndEmptyFolders) {
    files().make_folders(at("a/b"));
    write("a/f", "x");
    EXPECT_EQ(fault_of([&] { files().remove(at("a")); }), Fault::System);
    EXPECT_TRUE(files().remove(at("a/f")));
    EXPECT_TRUE(files().remove(at("a/b")));
    EXPECT_TRUE(files().remove(at("a")));
    EXPECT_FALSE(files().remove(at("a")));
}

TEST_P(FilesTest, ListsSortedWithSizes) {
    files().make_folders(at("d/sub/deep"));
    write("d/b", "12");
    write("d/a", "1");
    write("d/sub/c", "123");
    write("d-other", "");
    EXPECT_EQ(names("d"), (std::vector<std::string>{"a", "b", "sub"}));
    const auto entries = files().list(at("d"));
    EXPECT_EQ(entries[1].size, 2U);
    EXPECT_FALSE(entries[1].is_folder);
    EXPECT_TRUE(entries[2].is_folder);
    EXPECT_EQ(entries[1].mtime_ns, files().identity(at("d/b"))->mtime_ns);
}

TEST_P(FilesTest, MakingFoldersTwiceIsFine) {
    files().make_folders(at("a/b/c"), true);
    files().make_folders(at("a/b/c"));
    files().make_folders(at("a/b/c/"));
    EXPECT_TRUE(files().is_folder(at("a/b")));
    EXPECT_TRUE(files().is_folder(at("a/./b/../b/c/")));
}

TEST_P(FilesTest, TouchSetsTheTime) {
    write("f", "x");
    for (const std::int64_t wall_ns : {1'600'000'000'123'456'789, 0L, -1'500'000'000L}) {
        EXPECT_TRUE(files().touch(at("f"), wall_ns));
        EXPECT_EQ(files().identity(at("f"))->mtime_ns, wall_ns);
    }
}

TEST_P(FilesTest, FreeBytesAreKnown) {
    EXPECT_GT(files().free_bytes(at(".")), 0U);
}

TEST_P(FilesTest, FinishedFilesTakeNoMore) {
    const auto file = files().create(at("f"));
    file->finish();
    EXPECT_EQ(fault_of([&] { file->append(as_bytes("x")); }), Fault::Bug);
    EXPECT_EQ(fault_of([&] { file->finish(); }), Fault::Bug);
}

TEST_P(FilesTest, WriteFileLeavesNothingBeside) {
    write_file(files(), at("f"), "one");
    write_file(files(), at("f"), "two");
    EXPECT_EQ(read_file(files(), at("f")), "two");
    EXPECT_EQ(names(""), std::vector<std::string>{"f"});
}

TEST_P(FilesTest, FailedWriteLeavesTheOldContent) {
    write_file(files(), at("f"), "old");
    for (const std::string_view failing : {"create", "append", "finish", "rename"}) {
        FailingFiles fragile(
            files(), [&](std::string_view operation, const Path&) { return operation == failing ? ENOSPC : 0; });
        EXPECT_EQ(fault_of([&] { write_file(fragile, at("f"), "new"); }), Fault::System) << failing;
        EXPECT_EQ(read_file(files(), at("f")), "old");
        EXPECT_EQ(names(""), std::vector<std::string>{"f"}) << failing;
    }
}

TEST_P(FilesTest, FailedCleaningDoesNotHideTheFailure) {
    FailingFiles fragile(files(), [&](std::string_view operation, const Path&) {
        return operation == "append" ? ENOSPC : operation == "remove" ? EACCES : 0;
    });
    try {
        write_file(fragile, at("f"), "new");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.message().find("No space left"), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, FilesTest, ::testing::Values(Kind::Real, Kind::Memory),
                         [](const auto& one) { return one.param == Kind::Real ? "Real" : "Memory"; });

TEST(RealFiles, PrivateFoldersAreClosedToOthers) {
    const testing::TemporaryFolder folder;
    real_files().make_folders(folder.path() / "a" / "b", true);
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "a").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(RealFiles, ReadsFilesThatSayTheyAreEmpty) {
    EXPECT_NE(read_file(real_files(), "/proc/self/status").find("VmRSS"), std::string::npos);
}

TEST(MemoryFiles, KnowsTheWorkingFolderAndTheRoot) {
    MemoryFiles files;
    EXPECT_TRUE(files.is_folder("."));
    EXPECT_TRUE(files.is_folder("/"));
    write_file(files, "a", "1");
    write_file(files, "/b", "2");
    EXPECT_EQ(files.list(".").size(), 1U);
    EXPECT_EQ(files.list("/").size(), 1U);
    EXPECT_EQ(read_file(files, "./a"), "1");
}

TEST(FailingFiles, FailsWhatWasPicked) {
    MemoryFiles memory;
    write_file(memory, "f", "x");
    std::string failing;
    FailingFiles files(memory, [&](std::string_view operation, const Path&) { return operation == failing ? EIO : 0; });
    const auto expect_failure = [&](std::string operation, auto call) {
        failing = std::move(operation);
        EXPECT_EQ(fault_of(call), Fault::System) << failing;
        failing.clear();
    };
    expect_failure("open", [&] { files.open("f"); });
    expect_failure("read", [&] { read_file(files, "f"); });
    expect_failure("create", [&] { files.create("g"); });
    expect_failure("rename", [&] { files.rename("f", "g"); });
    expect_failure("remove", [&] { files.remove("f"); });
    expect_failure("make_folders", [&] { files.make_folders("d"); });
    expect_failure("list", [&] { files.list("."); });
    failing = "touch";
    EXPECT_FALSE(files.touch("f", 1));
    failing.clear();
    EXPECT_TRUE(files.touch("f", 1));
    EXPECT_EQ(read_file(files, "f"), "x");
    EXPECT_TRUE(files.identity("f").has_value());
    EXPECT_FALSE(files.is_folder("f"));
    EXPECT_GT(files.free_bytes("."), 0U);
}

TEST(TemporaryBeside, IsUniqueAndInTheSameFolder) {
    std::set<Path> seen;
    for (int i = 0; i < 100; ++i) {
        const Path path = temporary_beside("/a/b.csv");
        EXPECT_EQ(path.parent_path(), "/a");
        EXPECT_TRUE(matches_glob(".b.csv.*.*.tmp", path.filename().string()));
        EXPECT_TRUE(seen.insert(path).second);
    }
    EXPECT_EQ(temporary_beside("b").parent_path(), "");
    EXPECT_EQ(temporary_beside("/a/b/").parent_path(), "/a");
}

TEST(RemoveLeftovers, TakesOnlyThoseOfProcessesThatEnded) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ASSERT_GT(child, 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_FALSE(is_process_alive(child));
    EXPECT_TRUE(is_process_alive(::getpid()));

    MemoryFiles files;
    files.make_folders("/d");
    const std::vector<std::string> kept = {"a.csv",
                                           ".a.csv.tmp",
                                           "b.1.1.tmp",
                                           temporary_beside("a").string(),
                                           ".a.0.1.tmp",
                                           ".a.99999999999999.1.tmp",
                                           cat(".a.", child, ".x.tmp")};
    for (const std::string& name : kept)
        write_file(files, Path("/d") / name, "x");
    write_file(files, cat("/d/.a.csv.", child, ".7.tmp"), "x");
    write_file(files, cat("/d/.a.", child, ".8.tmp"), "x");
    write_file(files, cat("/d/.a.", ::getpid(), ".1.tmp"), "x");  // of an earlier process of our number
    remove_leftovers(files, "/d");
    EXPECT_EQ(files.list("/d").size(), kept.size());
    for (const std::string& name : kept)
        EXPECT_TRUE(files.identity(Path("/d") / name)) << name;
    remove_leftovers(files, "/absent");
}

}  // namespace
}  // namespace hone
