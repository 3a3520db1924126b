#include "hone/cli/progress.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "hone/base/clock.h"

namespace hone::cli {
namespace {

using How = ProgressLine::How;

/// What `call` writes to stderr.
template <class Call>
std::string said_by(Call call) {
    ::testing::internal::CaptureStderr();
    call();
    return ::testing::internal::GetCapturedStderr();
}

TEST(Progress, HowIsReadFromWords) {
    EXPECT_EQ(ProgressLine::parse("plain"), How::Plain);
    EXPECT_EQ(ProgressLine::parse("off"), How::Off);
    const How usual = ::isatty(STDERR_FILENO) != 0 ? How::Terminal : How::Plain;
    EXPECT_EQ(ProgressLine::parse("auto"), usual);
    EXPECT_EQ(ProgressLine::parse(""), usual);
    for (const char* text : {"loud", "Off", "plain ", "on"}) {
        try {
            (void)ProgressLine::parse(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
            EXPECT_NE(error.message().find("--progress"), std::string::npos);
            EXPECT_NE(error.message().find(text), std::string::npos);
        }
    }
}

TEST(Progress, ShortWorkShowsNothing) {
    EXPECT_EQ(said_by([] {
                  for (const How how : {How::Terminal, How::Plain, How::Off}) {
                      ProgressLine line(how);
                      line.show({"reading", 1, 2});
                      line.clear();
                  }
              }),
              "");
}

// The line reads the machine's clock, so this waits for the half second in which it shows nothing.
TEST(Progress, TerminalLineIsDrawnAndRemovedAndOffWritesNothing) {
    ProgressLine terminal(How::Terminal), off(How::Off);
    EXPECT_EQ(said_by([&] { terminal.show({"reading", 0, 200}); }), "");
    const std::int64_t end = real_clock().monotonic_ns() + 510'000'000;
    while (real_clock().monotonic_ns() < end)
        ::usleep(1000);

    EXPECT_EQ(said_by([&] {
                  off.show({"reading", 50, 200});
                  off.clear();
              }),
              "");
    const std::string line = said_by([&] { terminal.show({"reading", 50, 200}); });
    EXPECT_TRUE(line.starts_with("\r\x1b[Kreading: 25 %, ")) << line;
    EXPECT_NE(line.find("/s, "), std::string::npos) << line;
    EXPECT_TRUE(line.ends_with(" left")) << line;
    EXPECT_EQ(said_by([&] { terminal.show({"reading", 51, 200}); }), "") << "drawn again within a tenth of a second";
    EXPECT_EQ(said_by([&] { terminal.clear(); }), "\r\x1b[K");
    EXPECT_EQ(said_by([&] { terminal.clear(); }), "") << "there is no line any more";
}

}  // namespace
}  // namespace hone::cli
