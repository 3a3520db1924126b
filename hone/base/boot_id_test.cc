#include "hone/base/boot_id.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(BootId, IsAUuidOrEmptyAndStays) {
    const std::string& id = boot_id();
    if (id.empty()) GTEST_SKIP() << "a system without an id of its start";
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef-"), std::string::npos) << id;
    EXPECT_EQ(&boot_id(), &id);
}

}  // namespace
}  // namespace hone
