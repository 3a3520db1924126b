#include "hone/base/codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hone/base/json.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Nested = std::vector<std::pair<std::string, std::optional<std::vector<double>>>>;

template <class T>
void expect_round_trip(const T& value) {
    EXPECT_EQ(decode_value<T>(encode_value(value)), value);
}

/// Every shortened text and every text with more behind it must be refused as Input.
template <class T>
void expect_damage_found(const T& value) {
    const std::string bytes = encode_value(value);
    const auto expect_refused = [](const std::string& damaged) {
        try {
            decode_value<T>(damaged);
            ADD_FAILURE() << "damage was not found";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    };
    for (std::size_t size = 0; size < bytes.size(); ++size)
        expect_refused(bytes.substr(0, size));
    expect_refused(bytes + '\0');
}

IssueList some_issues() {
    IssueList list;
    for (int row = 0; row < 3; ++row)
        list.add({.id = "app.a", .file = "f", .row = row, .column = "c", .severity = Severity::Error, .message = "m"});
    list.add_count("app.a", Severity::Warning, 7);
    list.add_count("app.b", Severity::Note, 1);
    return list;
}

TEST(Codec, BytesAreLittleEndianWithLengthsFirst) {
    Encoder out;
    out.u32(0x01020304);
    out.text("ab");
    out.align(8);
    EXPECT_EQ(out.bytes(), std::string("\4\3\2\1\2\0\0\0\0\0\0\0ab\0\0", 16));
}

TEST(Codec, ValuesReadBack) {
    expect_round_trip(std::int64_t{-5});
    expect_round_trip(std::numeric_limits<std::uint64_t>::max());
    expect_round_trip(-0.5);
    expect_round_trip(true);
    expect_round_trip(std::string("a\0b", 3));
    expect_round_trip(std::string());
    expect_round_trip(Digest{1, 2});
    expect_round_trip(std::optional<int>());
    expect_round_trip(std::optional<int>(3));
    expect_round_trip(std::vector<double>{});
    expect_round_trip(std::vector<bool>{true, false, true});
    expect_round_trip(std::vector<std::uint8_t>{1, 2, 3});
    expect_round_trip(std::vector<std::string>{"", "a", "bc"});
    expect_round_trip(Nested{{"a", std::nullopt}, {"b", std::vector<double>{1, 2.5}}, {"", std::vector<double>{}}});
}

TEST(Codec, IssuesReadBackWithCountsOfThoseNotKept) {
    IssueList many = some_issues();
    for (int row = 0; row < 1500; ++row)
        many.add({.id = "app.z", .row = row, .message = "m"});
    const IssueList back = decode_value<IssueList>(encode_value(many));
    EXPECT_EQ(back.kept(), many.kept());
    EXPECT_EQ(back.counts(), many.counts());
    for (const Severity severity : {Severity::Note, Severity::Warning, Severity::Error})
        EXPECT_EQ(back.count(severity), many.count(severity));
    EXPECT_EQ(encode_value(back), encode_value(many));
}

TEST(Codec, JsonReadsBack) {
    Json json;
    json.set("a", Json().push(1).push(2.5).push("x")).set("b", nullptr);
    expect_round_trip(json);
}

TEST(Codec, DamageIsFoundAtEveryLength) {
    expect_damage_found(std::uint64_t{7});
    expect_damage_found(std::string("hello"));
    expect_damage_found(std::vector<double>{1, 2, 3});
    expect_damage_found(Nested{{"a", std::nullopt}, {"b", std::vector<double>{1, 2.5}}});
    expect_damage_found(some_issues());
    expect_damage_found(Digest{1, 2});
}

TEST(Codec, HugeLengthsAllocateNothing) {
    Encoder out;
    out.u64(std::numeric_limits<std::uint64_t>::max());
    EXPECT_THROW(decode_value<std::string>(out.bytes()), Error);
    EXPECT_THROW(decode_value<std::vector<double>>(out.bytes()), Error);
    EXPECT_THROW(decode_value<std::vector<std::string>>(out.bytes()), Error);
    EXPECT_THROW(decode_value<IssueList>(out.bytes()), Error);
}

TEST(Codec, RefusesFlagsSeveritiesAndPaddingThatNobodyWrites) {
    EXPECT_THROW(decode_value<bool>("\2"), Error);
    EXPECT_THROW(decode_value<std::optional<bool>>("\2"), Error);
    std::string padded = encode_value(std::pair<bool, std::vector<double>>(true, {1.0}));
    padded[10] = 'x';
    EXPECT_THROW((decode_value<std::pair<bool, std::vector<double>>>(padded)), Error);
}

TEST(Codec, RandomDamageNeverCrashes) {
    Random random(testing::test_seed());
    const std::string nested = encode_value(Nested{{"a", std::nullopt}, {"b", std::vector<double>{1, 2.5}}});
    const std::string issues = encode_value(some_issues());
    for (int i = 0; i < 20'000; ++i) {
        std::string damaged = i % 2 == 0 ? nested : issues;
        for (std::uint64_t k = 1 + random.below(3); k > 0; --k)
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        try {
            if (i % 2 == 0)
                decode_value<Nested>(damaged);
            else
                decode_value<IssueList>(damaged);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
}

TEST(Codec, DecoderAliasesItsSource) {
    Encoder out;
    out.text("abc");
    Decoder in(out.bytes());
    EXPECT_EQ(in.text().data(), out.bytes().data() + 8);
    EXPECT_EQ(in.left(), 0U);
    EXPECT_NO_THROW(in.finish());
}

}  // namespace
}  // namespace hone
