#include "hone/base/thread_number.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace hone {
namespace {

TEST(ThreadNumber, IsAnotherForEachThreadAndStays) {
    std::vector<std::uint64_t> numbers(4);
    std::vector<std::thread> threads;
    for (std::uint64_t& number : numbers) {
        threads.emplace_back([&number] {
            number = thread_number();
            EXPECT_EQ(number, thread_number());
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    numbers.push_back(thread_number());
    const std::set<std::uint64_t> different(numbers.begin(), numbers.end());
    EXPECT_EQ(different.size(), 5U);
    EXPECT_FALSE(different.contains(0));
}

}  // namespace
}  // namespace hone
