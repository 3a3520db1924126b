#include "hone/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hone {
namespace {

TEST(Error, PutsPiecesTogether) {
    try {
        fail(Fault::Input, "row ", 7, " has ", 1.5, " of ", std::string("x"));
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        EXPECT_EQ(error.message(), "row 7 has 1.5 of x");
        EXPECT_STREQ(error.what(), "row 7 has 1.5 of x");
    }
}

TEST(Error, CarriesIdMendAndContext) {
    const Error plain(Fault::Usage, "no such option: --x");
    const Error full = plain.with_id("hone.option").with_mend("Say --y.").within("plan");
    EXPECT_EQ(full.message(), "plan: no such option: --x");
    EXPECT_EQ(full.id(), "hone.option");
    EXPECT_EQ(full.mend(), "Say --y.");
    EXPECT_EQ(full.fault(), Fault::Usage);
    EXPECT_EQ(plain.id(), "");
}

TEST(Error, SystemFailureNamesPathAndReason) {
    try {
        fail_system(EACCES, "open", "/x/y");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::System);
        EXPECT_EQ(error.message(), "cannot open /x/y: Permission denied");
    }
    try {
        fail_system(ENOENT, "open", "/x/y");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::NotFound);
    }
}

TEST(Error, FailedCheckIsABug) {
    EXPECT_NO_THROW(check(true, "it holds"));
    try {
        check(false, "it holds");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Bug);
        EXPECT_NE(error.message().find("it holds"), std::string::npos);
    }
}

TEST(Error, FaultsHaveNamesAndExitCodes) {
    EXPECT_EQ(fault_name(Fault::NotFound), "not-found");
    EXPECT_EQ(fault_name(Fault::Bug), "bug");
    EXPECT_EQ(exit_code(Fault::Usage), 2);
    EXPECT_EQ(exit_code(Fault::Input), 3);
    EXPECT_EQ(exit_code(Fault::NotFound), 3);
    EXPECT_EQ(exit_code(Fault::Limit), 4);
    EXPECT_EQ(exit_code(Fault::System), 4);
    EXPECT_EQ(exit_code(Fault::Cancelled), 130);
    EXPECT_EQ(exit_code(Fault::Bug), 70);
}

}  // namespace
}  // namespace hone
