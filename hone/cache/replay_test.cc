#include "hone/cache/replay.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/cache/request_families.h"

namespace hone {
namespace {

std::vector<CacheRequest> read(std::string_view text, RequestsFormat format) {
    MemoryFiles files;
    files.make_folders("/r");
    write_file(files, "/r/requests", text);
    return read_requests(files, "/r/requests", format);
}
std::string refusal(std::string_view text, RequestsFormat format) {
    try {
        read(text, format);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        return error.message();
    }
    return "";
}
void expect_request(const CacheRequest& request, std::string_view key, std::uint64_t weight, double cost) {
    EXPECT_EQ(request.key, hash64(key));
    EXPECT_EQ(request.weight, weight);
    EXPECT_EQ(request.cost, cost);
}

TEST(ReadRequests, TakesOneKeyPerLine) {
    const auto requests = read("a\r\nb, c\n \na", RequestsFormat::Keys);
    ASSERT_EQ(requests.size(), 4U);
    expect_request(requests[0], "a", 1, 1);
    expect_request(requests[1], "b, c", 1, 1);
    expect_request(requests[2], " ", 1, 1);
    expect_request(requests[3], "a", 1, 1);
    EXPECT_TRUE(read("", RequestsFormat::Keys).empty());
    EXPECT_EQ(read("a\n", RequestsFormat::Keys).size(), 1U);
}

TEST(ReadRequests, TakesSizesAndCosts) {
    const auto requests = read("key,size,cost\r\na,10,0.5\n\"b,\"\"c\",7,2\r\na,3,0", RequestsFormat::Sized);
    ASSERT_EQ(requests.size(), 3U);
    expect_request(requests[0], "a", 10, 0.5);
    expect_request(requests[1], "b,\"c", 7, 2);
    expect_request(requests[2], "a", 3, 0);
    const auto without = read("key,size\nx,5\n", RequestsFormat::Sized);
    ASSERT_EQ(without.size(), 1U);
    expect_request(without[0], "x", 5, 1);
    EXPECT_TRUE(read("key,size", RequestsFormat::Sized).empty());
}

TEST(ReadRequests, NamesFileAndLineOfWhatIsMalformed) {
    EXPECT_EQ(refusal("a\n\nb\n", RequestsFormat::Keys), "expected a key, found \"\": /r/requests line 2");
    for (const char* line : {"a", "a,", "a,x", "a,0", "a,-1", "a,1.5", ",1", "a,1,1", "\"a,1", "\"a\"b,1", "",
                             "a,99999999999999999999", "a, 1"}) {
        const std::string message = refusal(std::string("key,size\nok,1\n") + line + "\n", RequestsFormat::Sized);
        EXPECT_NE(message.find("/r/requests line 3"), std::string::npos) << line << ": " << message;
    }
    for (const char* line : {"a,1", "a,1,", "a,1,x", "a,1,-1", "a,1,inf", "a,1,nan", "a,1,1,1"}) {
        const std::string message = refusal(std::string("key,size,cost\n") + line, RequestsFormat::Sized);
        EXPECT_NE(message.find("/r/requests line 2"), std::string::npos) << line << ": " << message;
    }
    for (const char* header : {"", "a,1\n", "key;size\n", "key,size,cost,more\n"})
        EXPECT_NE(refusal(header, RequestsFormat::Sized).find("line 1"), std::string::npos) << header;
}

const ReplayRow& row(const std::vector<ReplayRow>& rows, std::uint64_t capacity, std::string_view policy) {
    for (const ReplayRow& each : rows) {
        if (each.capacity == capacity && each.policy == policy) return each;
    }
    throw Error(Fault::Bug, "no such row");
}

TEST(Replay, GivesARowPerCapacityAndPolicy) {
    const auto requests = read("a\nb\na\nb\nc\na\n", RequestsFormat::Keys);
    const std::uint64_t capacities[] = {1, 2, 3};
    const auto rows = replay(requests, capacities);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < 7; ++i)
        names.push_back(rows.at(i).policy);
    EXPECT_EQ(names, (std::vector<std::string>{"ours", "lru", "s3fifo", "sieve", "wtinylfu", "gdsf", "belady"}));
    ASSERT_EQ(rows.size(), 21U);
    EXPECT_EQ(row(rows, 1, "lru").hit_ratio, 0);
    EXPECT_EQ(row(rows, 2, "lru").hit_ratio, 2.0 / 6);
    EXPECT_EQ(row(rows, 1, "belady").hit_ratio, 2.0 / 6);
    EXPECT_EQ(row(rows, 2, "belady").hit_ratio, 3.0 / 6);
    for (const ReplayRow& each : rows) {
        if (each.capacity == 3) {
            EXPECT_EQ(each.hit_ratio, 3.0 / 6) << each.policy;
        }
        EXPECT_EQ(each.byte_hit_ratio, each.hit_ratio);
        EXPECT_EQ(each.cost_hit_ratio, each.hit_ratio);
    }
}

TEST(Replay, CountsBytesAndCostsOfEveryRequest) {
    const auto requests = read("key,size,cost\na,4,1\nbig,11,100\na,4,3\nbig,11,100\n", RequestsFormat::Sized);
    const std::uint64_t capacities[] = {10};
    for (const ReplayRow& each : replay(requests, capacities)) {
        EXPECT_EQ(each.hit_ratio, 1.0 / 4) << each.policy;
        EXPECT_EQ(each.byte_hit_ratio, 4.0 / 30) << each.policy;
        EXPECT_EQ(each.cost_hit_ratio, 3.0 / 204) << each.policy;
    }
}

TEST(Replay, StoresAnewWhatChangedItsSize) {
    const auto requests = read("key,size\na,4\nb,4\na,8\nb,4\na,12\na,4\nb,4\n", RequestsFormat::Sized);
    const std::uint64_t capacities[] = {10};
    const auto rows = replay(requests, capacities);
    // a (hit, grows, b leaves), b (miss, a leaves), a too large: miss; a miss; b hit
    EXPECT_EQ(row(rows, 10, "lru").hit_ratio, 2.0 / 7);
}

TEST(Replay, OfNothingGivesZeros) {
    const std::uint64_t capacities[] = {0, 5};
    for (const ReplayRow& each : replay({}, capacities))
        EXPECT_EQ(each.hit_ratio + each.byte_hit_ratio + each.cost_hit_ratio, 0);
    const std::vector<CacheRequest> same(10, {7});
    const std::uint64_t none[] = {0};
    for (const ReplayRow& each : replay(same, none))
        EXPECT_EQ(each.hit_ratio, 0);
}

TEST(Replay, GivesTheSameRowsAgain) {
    const std::uint64_t capacities[] = {100, 5000};
    for (const RequestFamily& family : request_families()) {
        if (family.is_weighted && family.name.find("sigma-2") == std::string::npos) continue;
        const auto requests = family.make(200, 4000, 5);
        const auto again = family.make(200, 4000, 5);
        const auto rows = replay(requests, capacities);
        const auto rows_again = replay(again, capacities);
        ASSERT_EQ(rows.size(), rows_again.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            EXPECT_EQ(rows[i].hit_ratio, rows_again[i].hit_ratio) << family.name;
            EXPECT_EQ(rows[i].cost_hit_ratio, rows_again[i].cost_hit_ratio) << family.name;
            if (!family.is_weighted) {
                EXPECT_LE(rows[i].hit_ratio, row(rows, rows[i].capacity, "belady").hit_ratio);
            }
        }
    }
}

TEST(RequestFamilies, AreMadeAsTheyAreNamed) {
    for (const RequestFamily& family : request_families()) {
        const auto requests = family.make(100, 3000, 1);
        ASSERT_EQ(requests.size(), 3000U) << family.name;
        bool has_weights = false;
        for (const CacheRequest& request : requests) {
            ASSERT_GE(request.weight, 1U);
            ASSERT_GE(request.cost, 0);
            has_weights = has_weights || request.weight != 1;
        }
        EXPECT_EQ(has_weights, family.is_weighted) << family.name;
        if (!family.is_weighted) {
            EXPECT_EQ(capacity_for(requests, 100), 100U);
        }
        EXPECT_FALSE(family.name.starts_with("zipf") && family.make(100, 3000, 2).front().key == requests.front().key &&
                     family.make(100, 3000, 2).back().key == requests.back().key)
            << "another seed, other requests";
    }
}

}  // namespace
}  // namespace hone
