#include "hone/apps/invoice/yaml_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

void expect_same(const Data& value) {
    const std::string written = write_yaml(value);
    const ReadData read = read_yaml(written);
    ASSERT_TRUE(read.value.has_value()) << read.error << "\n" << written;
    EXPECT_EQ(*read.value, value) << written;
}

TEST(YamlWriter, QuotesWhatMustBeQuoted) {
    EXPECT_EQ(yaml_text("Acme Ltd."), "Acme Ltd.");
    EXPECT_EQ(yaml_text("Süd & Söhne (Köln)"), "Süd & Söhne (Köln)");
    EXPECT_EQ(yaml_text("yes"), "'yes'");
    EXPECT_EQ(yaml_text("012"), "'012'");
    EXPECT_EQ(yaml_text("1:30"), "'1:30'");
    EXPECT_EQ(yaml_text("2024-01-02"), "'2024-01-02'");
    EXPECT_EQ(yaml_text("~"), "'~'");
    EXPECT_EQ(yaml_text(""), "''");
    EXPECT_EQ(yaml_text("- a"), "'- a'");
    EXPECT_EQ(yaml_text("a: b"), "'a: b'");
    EXPECT_EQ(yaml_text("a #b"), "'a #b'");
    EXPECT_EQ(yaml_text("it's"), "'it''s'");
    EXPECT_EQ(yaml_text(R"(Total\s*[:.#=\-]?\s*(\d+))"), R"('Total\s*[:.#=\-]?\s*(\d+)')");
    EXPECT_EQ(yaml_text("a\nb\x01"), R"("a\nb\x01")");
    EXPECT_EQ(yaml_text("a\xE2\x80\xA8"), R"("a\u2028")");
    EXPECT_EQ(yaml_text(" a"), "' a'");
    EXPECT_EQ(yaml_text("a "), "'a '");
    EXPECT_EQ(yaml_text("null"), "'null'");
    EXPECT_EQ(yaml_text("---"), "'---'");
}

TEST(YamlWriter, WritesBlocksInOrder) {
    Data fields;
    fields.set("b", Data(Data::Array{Data("x"), Data(Data::Array{Data(1), Data(2.5)})}));
    fields.set("a", Data(Data::Object{}));
    Data all;
    all.set("fields", fields);
    all.set("list", Data(Data::Array{}));
    EXPECT_EQ(write_yaml(all), "fields:\n  b:\n    - x\n    - [1, 2.5]\n  a: {}\nlist: []\n");
    expect_same(all);
}

TEST(YamlWriter, ScalarsComeBack) {
    expect_same(Data());
    expect_same(Data(true));
    expect_same(Data(std::numeric_limits<std::int64_t>::min() + 1));
    for (const double number : {0.0, -0.5, 1e16, 1e-7, 1.7976931348623157e308, 5e-324, 1939.0, 0.1,
                                std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()})
        expect_same(Data(number));
    expect_same(Data(Moment{{2024, 2, 29}, 0, 0, 0, 0}));
    expect_same(Data(Moment{{2024, 2, 29}, 13, 5, 9, 250'000}));
}

/// A text of characters that are awkward for YAML.
std::string awkward_text(Random& random) {
    static constexpr std::array kPieces = std::to_array<std::string_view>({"a",
                                                                           "Z",
                                                                           "0",
                                                                           "12",
                                                                           ".",
                                                                           " ",
                                                                           "  ",
                                                                           "-",
                                                                           ":",
                                                                           ": ",
                                                                           " #",
                                                                           "'",
                                                                           "\"",
                                                                           "\\",
                                                                           "\n",
                                                                           "\r",
                                                                           "\t",
                                                                           "\x01",
                                                                           "\x7F",
                                                                           "é",
                                                                           "ß",
                                                                           "漢",
                                                                           "😀",
                                                                           "\xC2\x85",
                                                                           "\xC2\xA0",
                                                                           "\xE2\x80\xA8",
                                                                           "\xEF\xBB\xBF",
                                                                           "{",
                                                                           "}",
                                                                           "[",
                                                                           "]",
                                                                           ",",
                                                                           "&",
                                                                           "*",
                                                                           "!",
                                                                           "|",
                                                                           ">",
                                                                           "%",
                                                                           "@",
                                                                           "`",
                                                                           "yes",
                                                                           "null",
                                                                           "~",
                                                                           "<<",
                                                                           "---",
                                                                           "...",
                                                                           "?",
                                                                           "=",
                                                                           "0x1F",
                                                                           "1e3",
                                                                           "2024-01-02"});
    std::string text;
    for (std::uint64_t i = random.below(8); i > 0; --i)
        text += kPieces.at(random.below(kPieces.size()));
    if (random.below(4) == 0) append_code(text, static_cast<char32_t>(random.below(0xD800)));
    return text;
}

Data awkward_data(Random& random, int depth) {
    const std::uint64_t kind = random.below(depth > 0 ? 8 : 5);
    if (kind == 0) return Data(static_cast<std::int64_t>(random.next()));
    if (kind == 1) return Data(static_cast<double>(random.between(-1'000'000, 1'000'000)) / 1024);
    if (kind < 5) return Data(awkward_text(random));
    if (kind == 5) {
        Data::Array items;
        for (std::uint64_t i = random.below(4); i > 0; --i)
            items.push_back(awkward_data(random, depth - 1));
        return Data(std::move(items));
    }
    Data object(Data::Object{});
    for (std::uint64_t i = random.below(4); i > 0; --i)
        object.set(awkward_text(random), awkward_data(random, depth - 1));
    return object;
}

TEST(YamlWriter, RandomDataComesBack) {
    Random random(testing::test_seed());
    for (int round = 0; round < 2000 * testing::test_scale(); ++round) {
        SCOPED_TRACE(round);
        expect_same(awkward_data(random, 4));
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace hone::invoice
