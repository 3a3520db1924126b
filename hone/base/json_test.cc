#include "hone/base/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::string refusal(std::string_view text) {
    try {
        Json::parse(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        EXPECT_TRUE(is_utf8(error.message()));
        return error.message();
    }
    return "";
}

std::string nested(int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

Json random_json(Random& random, int depth) {
    switch (random.below(depth > 0 ? 7 : 5)) {
        case 0:
            return nullptr;
        case 1:
            return random.below(2) == 0;
        case 2:
            return static_cast<std::int64_t>(random.next());
        case 3:
            return 0.5 + static_cast<double>(random.between(-1'000'000, 1'000'000));
        case 4:
            return std::string(random.below(4), static_cast<char>(random.below(128)));
        case 5: {
            Json items = Json::array();
            for (std::uint64_t i = random.below(4); i > 0; --i)
                items.push(random_json(random, depth - 1));
            return items;
        }
        default: {
            Json members = Json::object();
            for (std::uint64_t i = random.below(4); i > 0; --i)
                members.set(cat("m", random.below(100)), random_json(random, depth - 1));
            return members;
        }
    }
}

TEST(Json, BuildsAndPrints) {
    Json json;
    json.set("name", "x").set("sizes", Json().push(1).push(2.5)).set("none", Json::array());
    json.set("empty", Json::object()).set("is_new", true).set("nothing", nullptr).set("name", "y");
    EXPECT_EQ(json.dump(0), R"({"name":"y","sizes":[1,2.5],"none":[],"empty":{},"is_new":true,"nothing":null})");
    EXPECT_EQ(Json().set("a", Json().push(1).push(Json::object())).dump(), "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST(Json, KeepsMembersInOrderAndTheLastOfEqualNames) {
    EXPECT_EQ(Json::parse(R"({"z":1,"a":2,"z":3,"b":4,"a":{"q":1,"q":2}})").dump(0), R"({"z":3,"a":{"q":2},"b":4})");
}

TEST(Json, IntegersAreExact) {
    EXPECT_EQ(Json::parse("9223372036854775807").integer(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(Json::parse("-9223372036854775808").integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(Json::parse("9223372036854775808").number(), 9223372036854775808.0);
    EXPECT_TRUE(Json::parse("9223372036854775808").is_double());
    EXPECT_TRUE(Json::parse("99999999999999999999999").is_double());
    EXPECT_TRUE(Json::parse("1.0").is_double());
    EXPECT_EQ(Json::parse("3").number(), 3.0);
    EXPECT_EQ(Json::parse("1e-400").number(), 0.0);
}

TEST(Json, DoublesReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 5000; ++i) {
        const double value = std::bit_cast<double>(random.next());
        if (!std::isfinite(value)) continue;
        EXPECT_EQ(Json::parse(Json(value).dump()).number(), value);
    }
    EXPECT_EQ(Json(std::nan("")).dump(), "null");
    EXPECT_EQ(Json(HUGE_VAL).dump(), "null");
}

TEST(Json, RandomValuesReadBack) {
    Random random(testing::test_seed());
    for (int i = 0; i < 500; ++i) {
        const Json json = random_json(random, 5);
        EXPECT_EQ(Json::parse(json.dump(0)), json);
        EXPECT_EQ(Json::parse(json.dump(3)), json);
    }
}

TEST(Json, QuotesEveryByte) {
    EXPECT_EQ(json_quote("a\"b\\c\n\r\t\b\f\x01\x1f/"), R"("a\"b\\c\n\r\t\b\f\u0001\u001f/")");
    EXPECT_EQ(json_quote("\xC3\xA4\xFFz"), "\"\xC3\xA4\xEF\xBF\xBDz\"");
    EXPECT_EQ(json_quote(""), "\"\"");
    for (int byte = 0; byte < 128; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        EXPECT_EQ(Json::parse(json_quote(text)).text(), text);
    }
}

TEST(Json, RefusesWithThePlaceOfTheMistake) {
    EXPECT_NE(refusal("{\"a\": 1,\n \"b\": nul}").find("line 2"), std::string::npos);
    for (const char* bad : {"", " ", "{", "[1,]", "{\"a\"}", "nul", "01", "1.", "+1", "'a'", "\"\\x\"", "\"\xFF\"",
                            "1 2", "[1] x", "NaN", "1e999", "\"\\ud800\"", "// c\n1", "{\"a\":1,}"})
        EXPECT_NE(refusal(bad), "") << bad;
    EXPECT_LT(refusal("\"" + std::string(100'000, 'x')).size(), 1000U);
}

TEST(Json, LimitsNesting) {
    EXPECT_NO_THROW(Json::parse(nested(200)));
    EXPECT_EQ(refusal(nested(201)), "expected JSON: nesting of at most 200 levels, found more in item 0");
    EXPECT_NE(refusal("{\"deep\":" + nested(100'000)).find("\"deep\""), std::string::npos);
}

TEST(Json, RefusesOtherTypesWithWords) {
    const Json json = Json::parse(R"({"a":"x"})");
    EXPECT_EQ(json.at("a").text(), "x");
    EXPECT_EQ(json.find("b"), nullptr);
    EXPECT_EQ(Json(3).find("b"), nullptr);
    EXPECT_THROW(json.at("b"), Error);
    EXPECT_THROW(json.items(), Error);
    EXPECT_THROW(Json(1.5).integer(), Error);
    EXPECT_THROW(Json(1).boolean(), Error);
    try {
        json.at("a").integer();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        EXPECT_EQ(error.message(), "expected an integer in JSON, found text: \"x\"");
    }
}

TEST(Json, SettingIntoAnotherTypeIsABug) {
    EXPECT_THROW(Json(1).set("a", 1), Error);
    EXPECT_THROW(Json::object().push(1), Error);
}

}  // namespace
}  // namespace hone
