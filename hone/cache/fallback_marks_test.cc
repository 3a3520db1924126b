#include "hone/cache/fallback_marks.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hone {
namespace {

Error system_error(int number, std::string_view path) {
    try {
        fail_system(number, "write", path);
    } catch (const Error& error) {
        return error;
    }
}

TEST(FallbackMarks, MarksEachKindOfReasonOnce) {
    Trace trace;
    FallbackMarks marks(&trace, "disk cache");
    marks.failed("put", system_error(ENOSPC, "/a"));
    marks.failed("put", system_error(ENOSPC, "/b"));
    marks.failed("put", system_error(EIO, "/b"));
    marks.failed("find", system_error(EIO, "/b"));
    const auto events = trace.events();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].category, "fallback");
    EXPECT_EQ(events[0].name, "disk cache");
    EXPECT_NE(events[0].note.find("/a"), std::string::npos);
}

TEST(FallbackMarks, DoesNotFallBackFromBugsAndCancellation) {
    FallbackMarks marks(nullptr, "disk cache");
    EXPECT_THROW(marks.failed("put", Error(Fault::Bug, "x")), Error);
    EXPECT_THROW(marks.failed("put", Error(Fault::Cancelled, "x")), Error);
    EXPECT_NO_THROW(marks.failed("put", Error(Fault::System, "x")));
}

TEST(FallbackMarks, TellsTheCause) {
    EXPECT_TRUE(is_caused_by(system_error(EROFS, "/a"), EROFS));
    EXPECT_FALSE(is_caused_by(system_error(EROFS, "/a"), ENOSPC));
    EXPECT_FALSE(is_caused_by(Error(Fault::Input, "x"), EROFS));
}

}  // namespace
}  // namespace hone
