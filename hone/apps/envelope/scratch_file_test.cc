#include "hone/apps/envelope/scratch_file.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

std::string text_at(const ScratchFile& file, std::uint64_t offset, std::size_t size) {
    std::string text(size, ' ');
    file.read(offset, std::as_writable_bytes(std::span(text)));
    return text;
}

TEST(ScratchFile, IsReadAnywhereAndHasNoName) {
    Budget budget("test");
    const testing::TemporaryFolder folder;
    MemoryFiles in_memory;
    in_memory.make_folders("/work");
    const std::vector<std::pair<Files*, Path>> places = {{&in_memory, "/work/spill"},
                                                         {&real_files(), folder.path() / "a" / "spill"}};
    for (const auto& [files, where] : places) {
        ScratchFile file({&budget, files, where}, "things");
        EXPECT_TRUE(files->is_folder(where));
        EXPECT_TRUE(files->list(where).empty());
        EXPECT_EQ(file.append(as_bytes("first")), 0U);
        EXPECT_EQ(text_at(file, 1, 4), "irst") << "while it is being written";
        EXPECT_EQ(file.append(as_bytes("second")), 5U);
        EXPECT_EQ(text_at(file, 5, 6), "second");
        EXPECT_EQ(text_at(file, 0, 11), "firstsecond");
        EXPECT_EQ(file.size(), 11U);
        EXPECT_THROW(text_at(file, 6, 6), Error);
        EXPECT_TRUE(files->list(where).empty());
    }
}

TEST(ScratchFile, LeavesNothingWhereItFails) {
    Budget budget("test");
    MemoryFiles memory;
    memory.make_folders("/work");
    std::string failing;
    FailingFiles files(memory,
                       [&](std::string_view operation, const Path&) { return operation == failing ? ENOSPC : 0; });
    const Spill spill{&budget, &files, "/work"};
    for (const std::string operation : {"create", "open", "append", "read"}) {
        failing = operation;
        EXPECT_THROW(
            {
                ScratchFile file(spill, "things");
                file.append(as_bytes("x"));
                text_at(file, 0, 1);
            },
            Error)
            << operation;
        EXPECT_TRUE(memory.list("/work").empty()) << operation;
    }
}

TEST(ScratchFile, NeedsAFolder) {
    Budget budget("test");
    try {
        const ScratchFile file({&budget, nullptr, {}}, "things");
        FAIL() << "there is no place to spill to";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
    }
}

}  // namespace
}  // namespace hone::envelope
