#include "hone/base/log_file.h"

#include <gtest/gtest.h>

#include <span>

#include "hone/base/error.h"
#include "hone/base/log.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

void append(OutputFile& file, std::string_view text) {
    file.append(std::as_bytes(std::span(text)));
}

std::string failure_of(const Path& path, Fault fault) {
    try {
        open_log_file(path);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), fault);
        return error.message();
    }
    return "opened";
}

TEST(LogFile, GrowsAtItsEndWhoeverElseAdds) {
    const testing::TemporaryFolder folder;
    const Path path = folder.write("log", "before|");
    const auto one = open_log_file(path);
    append(*one, "a");
    const auto two = open_log_file(path);
    append(*two, "bb");
    append(*one, "c");
    one->finish();
    append(*two, "d");
    two->finish();
    EXPECT_EQ(read_file(real_files(), path), "before|abbcd");
    EXPECT_THROW(append(*one, "x"), Error);
    EXPECT_THROW(one->finish(), Error);
}

TEST(LogFile, SaysWhyItCannotBeOpenedOrWritten) {
    const testing::TemporaryFolder folder;
    EXPECT_NE(failure_of(folder.path() / "none" / "log", Fault::NotFound).find("none/log"), std::string::npos);
    EXPECT_NE(failure_of(folder.path(), Fault::System).find("directory"), std::string::npos);
    const auto full = open_log_file("/dev/full");
    try {
        append(*full, "x");
        ADD_FAILURE() << "expected no room";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::System);
    }
    full->finish();
}

TEST(LogFile, LogsOfSeveralRunsStandInOneFile) {
    const testing::TemporaryFolder folder;
    const Path path = folder.path() / "log";
    Log one(open_log_file(path)), two(open_log_file(path));
    for (int i = 0; i < 3; ++i)
        for (Log* log : {&one, &two})
            Logger(log, {1, 1}, "a").info("m");
    EXPECT_EQ(split(read_file(real_files(), path), '\n').size(), 7U) << "lines are there as soon as they are said";
}

TEST(StandardError, StaysOpen) {
    for (int i = 0; i < 2; ++i)
        standard_error()->finish();
}

}  // namespace
}  // namespace hone
