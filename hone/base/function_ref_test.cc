#include "hone/base/function_ref.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hone {
namespace {

int twice(FunctionRef<int(int)> call, int value) {
    return call(call(value));
}

TEST(FunctionRef, CallsLambdasWithTheirState) {
    int calls = 0;
    const int result = twice(
        [&](int value) {
            ++calls;
            return value * 3;
        },
        2);
    EXPECT_EQ(result, 18);
    EXPECT_EQ(calls, 2);
}

TEST(FunctionRef, CallsConstCallables) {
    const auto add = [](int value) { return value + 5; };
    EXPECT_EQ(twice(add, 0), 10);
}

TEST(FunctionRef, PassesValuesThatOnlyMove) {
    const auto length = [](std::unique_ptr<std::string> text) { return text->size(); };
    const FunctionRef<std::size_t(std::unique_ptr<std::string>)> call = length;
    EXPECT_EQ(call(std::make_unique<std::string>("abc")), 3U);
}

}  // namespace
}  // namespace hone
