#include "hone/base/write_through.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>

#include "hone/base/error.h"

namespace hone {
namespace {

namespace fs = std::filesystem;

class WriteThrough : public ::testing::Test {
protected:
    WriteThrough() {
        std::string name = (fs::temp_directory_path() / "hone-write-through-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~WriteThrough() override { fs::remove_all(folder_); }
    std::string text(const Path& path) { return read_file(real_files(), path); }
    std::size_t entries() {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    Path folder_;
};

TEST_F(WriteThrough, MakesAndReplacesFiles) {
    write_through(folder_ / "a", "one, long");
    EXPECT_EQ(text(folder_ / "a"), "one, long");
    write_through(folder_ / "a", "two");
    EXPECT_EQ(text(folder_ / "a"), "two");
    EXPECT_EQ(entries(), 1U) << "nothing is left beside it";
}

TEST_F(WriteThrough, KeepsLinksAndReplacesWhatTheyStandFor) {
    fs::create_directory(folder_ / "deep");
    write_through(folder_ / "deep/file", "before");
    fs::create_symlink("deep/file", folder_ / "one");
    fs::create_symlink("one", folder_ / "two");
    write_through(folder_ / "two", "after");
    EXPECT_TRUE(fs::is_symlink(folder_ / "one"));
    EXPECT_TRUE(fs::is_symlink(folder_ / "two"));
    EXPECT_EQ(text(folder_ / "deep/file"), "after");
    fs::create_symlink("deep/new", folder_ / "dangling");
    write_through(folder_ / "dangling", "made");
    EXPECT_EQ(text(folder_ / "deep/new"), "made");
    EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
}

TEST_F(WriteThrough, ALoopOfLinksIsAnError) {
    fs::create_symlink("b", folder_ / "a");
    fs::create_symlink("a", folder_ / "b");
    EXPECT_THROW(write_through(folder_ / "a", "x"), Error);
}

TEST_F(WriteThrough, APipeTakesTheBytesIfSomebodyReads) {
    const Path pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    try {
        write_through(pipe, "lost");
        FAIL() << "it must not wait for a reader";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::System);
        EXPECT_NE(error.message().find("nobody reads"), std::string::npos) << error.message();
    }
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    write_through(pipe, "heard");
    std::string got(16, '\0');
    got.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(reader, got.data(), got.size()), 0)));
    ::close(reader);
    EXPECT_EQ(got, "heard");
    EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(WriteThrough, AFullDeviceIsAnErrorAndStaysADevice) {
    if (!fs::is_character_file("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    try {
        write_through("/dev/full", "x");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::System);
        EXPECT_NE(error.message().find("/dev/full"), std::string::npos) << error.message();
    }
    fs::create_symlink("/dev/full", folder_ / "link");
    EXPECT_THROW(write_through(folder_ / "link", "x"), Error);
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
    EXPECT_NO_THROW(write_through("/dev/null", "x"));
}

TEST_F(WriteThrough, WhatIsOpenIsAddedTo) {
    const Path file = folder_ / "open";
    const int number = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_EQ(::write(number, "result ", 7), 7);
    write_through(Path("/dev/fd") / std::to_string(number), "counts");
    ::close(number);
    EXPECT_EQ(text(file), "result counts");
}

TEST_F(WriteThrough, AFolderIsNoFile) {
    EXPECT_THROW(write_through(folder_, "x"), Error);
}

}  // namespace
}  // namespace hone
