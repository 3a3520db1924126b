#include "hone/engine/param.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"

namespace hone {
namespace {

struct Shared {
    Path input;
    bool strict = false;
};

struct Options : Shared {
    std::string crop = "wheat";
    std::vector<std::string> tiers = {"all"};
    std::int64_t count = 5;
    double share = 0.5;
    std::vector<std::int64_t> sizes;
};

ParamSet declared() {
    Params<Options> params;
    params(&Options::input, "input", "What to read").file().required().positional();
    params(&Options::strict, "strict", "Be strict");
    params(&Options::crop, "crop", "Crop").one_of({"wheat", "maize"});
    params(&Options::tiers, "tiers", "Tiers");
    params(&Options::count, "count", "How many");
    params(&Options::share, "share", "Share").canonical([](std::string_view text) {
        if (text == "half") return std::string("0.5");
        return std::string(text);
    });
    params(&Options::sizes, "sizes", "Sizes");
    return params.build();
}

void set(const ParamSet& params, void* options, std::string_view name, std::vector<std::string> values) {
    const Param* param = params.find(name);
    ASSERT_NE(param, nullptr);
    param->set(*param, options, values);
}

std::string message_of(const ParamSet& params, std::string_view name, std::vector<std::string> values) {
    const auto options = params.make();
    try {
        set(params, options.get(), name, std::move(values));
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        return error.message() + error.mend();
    }
    return "no error";
}

TEST(Param, DefaultsAreThoseOfTheStruct) {
    const ParamSet params = declared();
    const auto options = params.make();
    EXPECT_EQ(params.find("crop")->get(options.get()), std::vector<std::string>{"wheat"});
    EXPECT_EQ(params.find("count")->get(options.get()), std::vector<std::string>{"5"});
    EXPECT_TRUE(params.find("input")->get(options.get()).empty());
    EXPECT_TRUE(params.find("strict")->is_switch);
    EXPECT_TRUE(params.find("tiers")->is_list);
}

TEST(Param, EqualValuesPrintAlike) {
    const ParamSet params = declared();
    const auto options = params.make();
    set(params, options.get(), "share", {"half"});
    EXPECT_EQ(params.find("share")->get(options.get()), std::vector<std::string>{"0.5"});
    set(params, options.get(), "share", {"0.50"});
    EXPECT_EQ(params.find("share")->get(options.get()), std::vector<std::string>{"0.5"});
    set(params, options.get(), "count", {"007"});
    EXPECT_EQ(params.find("count")->get(options.get()), std::vector<std::string>{"7"});
}

TEST(Param, ListsAreSplitAtCommasAndRepeats) {
    const ParamSet params = declared();
    const auto options = std::static_pointer_cast<Options>(params.make());
    set(params, options.get(), "tiers", {"a, b", "c"});
    EXPECT_EQ(options->tiers, (std::vector<std::string>{"a", "b", "c"}));
    set(params, options.get(), "sizes", {"1,20"});
    EXPECT_EQ(options->sizes, (std::vector<std::int64_t>{1, 20}));
}

TEST(Param, WrongValuesNameTheParameterAndSuggest) {
    const ParamSet params = declared();
    EXPECT_EQ(message_of(params, "crop", {"maiz"}),
              "--crop: expected one of wheat, maize; found 'maiz'Did you mean maize?");
    EXPECT_EQ(message_of(params, "count", {"5.5"}), "--count: expected a whole number, found '5.5'");
    EXPECT_EQ(message_of(params, "count", {"1", "2"}), "--count takes one value, found 2");
    EXPECT_EQ(message_of(params, "strict", {"maybe"}), "--strict: expected true or false, found 'maybe'");
}

TEST(Param, RequiredOnesMustBeGiven) {
    const ParamSet params = declared();
    const auto options = params.make();
    EXPECT_THROW(params.check_complete(options.get()), Error);
    set(params, options.get(), "input", {"x.csv"});
    EXPECT_NO_THROW(params.check_complete(options.get()));
}

}  // namespace
}  // namespace hone
