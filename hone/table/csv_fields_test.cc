#include "hone/table/csv_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Texts = std::vector<std::string>;

/// A field with bytes behind it that must not matter, whatever they are.
class Padded {
public:
    Padded(std::string_view field, char behind) : size_(field.size()), bytes_(field) {
        bytes_.append(kCsvPadding, behind);
    }
    std::string_view field() const { return std::string_view(bytes_).substr(0, size_); }

private:
    std::size_t size_;
    std::string bytes_;
};

/// A number as text, so that one comparison tells all: state, value to the last bit, rounded.
template <class T>
std::string shown(const CsvNumber<T>& number) {
    std::string value;
    if constexpr (std::is_same_v<T, double>)
        value = cat(number.value, " bits ", std::bit_cast<std::uint64_t>(number.value));
    else
        value = cat(number.value);
    return cat("state ", static_cast<int>(number.state), " value ", value, number.rounded ? " rounded" : "");
}

/// The oracle for what numbers stand in: the text without blanks and quotes, nothing if it is "missing".
std::optional<std::string> plain_text(std::string_view field, const Texts& missing) {
    std::string text(trim(field));
    if (text.starts_with('"')) {
        text.erase(0, 1);
        if (text.ends_with('"')) text.pop_back();
        for (std::size_t at = 0; (at = text.find("\"\"", at)) != std::string::npos; ++at)
            text.erase(at, 1);
        text = std::string(trim(text));
    }
    if (text.empty() || std::ranges::find(missing, text) != missing.end()) return std::nullopt;
    return text;
}

CsvNumber<std::int64_t> plain_decimal(std::string_view field, int scale, const Texts& missing) {
    const auto text = plain_text(field, missing);
    if (!text) return {0, CellState::Missing, false};
    const auto scaled = parse_scaled(*text, scale);
    if (!scaled) return {0, CellState::Bad, false};
    return {scaled->value, CellState::Valid, scaled->rounded};
}

CsvNumber<std::int64_t> plain_int64(std::string_view field, const Texts& missing) {
    const auto number = plain_decimal(field, 0, missing);
    return number.rounded ? CsvNumber<std::int64_t>{0, CellState::Bad, false} : number;
}

CsvNumber<double> plain_double(std::string_view field, const Texts& missing) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    const auto text = plain_text(field, missing);
    if (!text) return {kNone, CellState::Missing, false};
    const auto value = parse_double(*text);
    if (!value) return {kNone, CellState::Bad, false};
    return {*value, CellState::Valid, false};
}

/// Compares all three parsers with their oracles.
void expect_as_oracle(std::string_view text, int scale, const Texts& missing_texts, char behind) {
    const CsvMissing missing(missing_texts);
    const Padded padded(text, behind);
    const std::string_view field = padded.field();
    ASSERT_EQ(shown(parse_csv_int64(field, missing)), shown(plain_int64(field, missing_texts))) << '[' << text << ']';
    ASSERT_EQ(shown(parse_csv_double(field, missing)), shown(plain_double(field, missing_texts))) << '[' << text << ']';
    ASSERT_EQ(shown(parse_csv_decimal(field, scale, missing)), shown(plain_decimal(field, scale, missing_texts)))
        << '[' << text << "] with " << scale;
}

const Texts& usual_missing() {
    static const Texts texts = CsvOptions().missing;
    return texts;
}

CsvNumber<std::int64_t> decimal(std::string_view field, int scale) {
    return parse_csv_decimal(Padded(field, '7').field(), scale, CsvMissing(usual_missing()));
}
CsvNumber<std::int64_t> int64(std::string_view field) {
    return parse_csv_int64(Padded(field, '7').field(), CsvMissing(usual_missing()));
}
CsvNumber<double> real(std::string_view field) {
    return parse_csv_double(Padded(field, '7').field(), CsvMissing(usual_missing()));
}

template <class T>
std::optional<T> value_of(const CsvNumber<T>& number) {
    if (number.state != CellState::Valid) return std::nullopt;
    return number.value;
}

/// Calls `body` with every text of exactly `size` letters of `alphabet`.
void for_each_text(std::string_view alphabet, std::size_t size, const std::function<void(std::string_view)>& body) {
    std::string text;
    const std::function<void()> extend = [&] {
        if (text.size() == size) return body(text);
        for (const char letter : alphabet) {
            text.push_back(letter);
            extend();
            text.pop_back();
        }
    };
    extend();
}

TEST(CsvNumbers, ReadsPlainForms) {
    EXPECT_EQ(value_of(int64("17")), 17);
    EXPECT_EQ(value_of(int64("-17")), -17);
    EXPECT_EQ(value_of(int64("+17")), 17);
    EXPECT_EQ(value_of(int64("12.0")), 12);
    EXPECT_EQ(value_of(int64("1.5e1")), 15);
    EXPECT_EQ(value_of(int64(" 17\t")), 17);
    EXPECT_EQ(value_of(int64("\"17\"")), 17);
    EXPECT_EQ(value_of(int64(" \" 17 \" ")), 17);
    EXPECT_EQ(value_of(decimal("12.5", 1)), 125);
    EXPECT_EQ(value_of(decimal("12.5", 3)), 12500);
    EXPECT_EQ(value_of(decimal("-0.001", 3)), -1);
    EXPECT_EQ(value_of(decimal(".5", 1)), 5);
    EXPECT_EQ(value_of(decimal("5.", 1)), 50);
    EXPECT_EQ(value_of(decimal("1e-3", 3)), 1);
    EXPECT_EQ(value_of(real("0.1")), 0.1);
    EXPECT_EQ(value_of(real("-2.5e-3")), -0.0025);
    EXPECT_EQ(value_of(real("\"3\"")), 3.0);
}

TEST(CsvNumbers, KeepsTheRange) {
    constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
    constexpr auto kSmallest = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(value_of(int64("9223372036854775807")), kLargest);
    EXPECT_EQ(value_of(int64("-9223372036854775808")), kSmallest);
    EXPECT_EQ(int64("9223372036854775808").state, CellState::Bad);
    EXPECT_EQ(value_of(decimal("9.223372036854775807", 18)), kLargest);
    EXPECT_EQ(decimal("9.3", 18).state, CellState::Bad);
    EXPECT_EQ(decimal("10", 18).state, CellState::Bad);
    EXPECT_EQ(decimal("1e40", 0).state, CellState::Bad);
    EXPECT_EQ(real("1e400").state, CellState::Bad);
    EXPECT_EQ(value_of(real("9007199254740993")), 9007199254740992.0);
    EXPECT_EQ(value_of(real("9007199254740993.00000000000000000001")), 9007199254740994.0);
}

TEST(CsvNumbers, RoundsHalfToEvenAndSaysSo) {
    for (const auto& [text, value] : std::vector<std::pair<std::string, std::int64_t>>{
             {"0.25", 2}, {"0.35", 4}, {"-0.25", -2}, {"0.2500000000000000001", 3}, {"0.05", 0}, {"9.99", 100}}) {
        EXPECT_EQ(decimal(text, 1).value, value) << text;
        EXPECT_TRUE(decimal(text, 1).rounded) << text;
    }
    EXPECT_FALSE(decimal("0.2000", 1).rounded);
    EXPECT_EQ(int64("2.5").state, CellState::Bad);
}

TEST(CsvNumbers, TellsMissingFromBad) {
    for (const std::string& text : usual_missing()) {
        EXPECT_EQ(int64(text).state, CellState::Missing) << text;
        EXPECT_EQ(decimal(cat(" ", text, " "), 2).state, CellState::Missing) << text;
        EXPECT_EQ(real(cat("\"", text, "\"")).state, CellState::Missing) << text;
    }
    for (const std::string_view text : {"", " ", "\"\"", "\" \""})
        EXPECT_EQ(real(text).state, CellState::Missing) << text;
    for (const std::string_view text :
         {"x", "1x", "1,5", "--1", ".", "-", "1e", "0x1", "inf", "\"", "1\"", "1 2", "Nan", "\xE9"}) {
        const bool is_empty = text == "\"";
        EXPECT_EQ(int64(text).state, is_empty ? CellState::Missing : CellState::Bad) << text;
        EXPECT_EQ(decimal(text, 1).state, is_empty ? CellState::Missing : CellState::Bad) << text;
        EXPECT_EQ(real(text).state, is_empty ? CellState::Missing : CellState::Bad) << text;
    }
}

TEST(CsvNumbers, NumbersMayMeanMissing) {
    const Texts missing = {"-999", "0", "-9.9"};
    for (const std::string_view text :
         {"-999", " -999", "\"-999\"", "-999.0", "0", "0.0", "00", "-9.9", "-9.90", "9.9"})
        expect_as_oracle(text, 1, missing, '9');
    EXPECT_EQ(parse_csv_int64(Padded("-999", '9').field(), CsvMissing(missing)).state, CellState::Missing);
    EXPECT_EQ(parse_csv_double(Padded("0", '9').field(), CsvMissing(missing)).state, CellState::Missing);
    EXPECT_EQ(value_of(parse_csv_double(Padded("00", '9').field(), CsvMissing(missing))), 0.0);
}

TEST(CsvMissing, KnowsItsTextsAndTheirFirstLetters) {
    const CsvMissing missing({"NA", "-", ""});
    EXPECT_TRUE(missing.holds("NA"));
    EXPECT_TRUE(missing.holds(""));
    EXPECT_FALSE(missing.holds("N"));
    EXPECT_TRUE(missing.may_start_with('N'));
    EXPECT_TRUE(missing.may_start_with('-'));
    EXPECT_FALSE(missing.may_start_with('A'));
    EXPECT_FALSE(CsvMissing({}).may_start_with('\xFF'));
}

// The neighbours of the digits in ASCII are among the letters, and so is what stands around numbers.
TEST(CsvNumbers, EveryShortTextReadsAsByTheOracle) {
    for (std::size_t size = 0; size <= 5; ++size)
        for_each_text("09.-e\" ", size, [&](std::string_view text) {
            expect_as_oracle(text, static_cast<int>(text.size() % 3), usual_missing(), '5');
        });
}

TEST(CsvNumbers, EveryTextOfEightBytesReadsAsByTheOracle) {
    for_each_text("18./", 8, [&](std::string_view text) {
        const std::size_t dot = text.find('.');
        const int scale = dot == std::string_view::npos ? 1 : static_cast<int>(text.size() - 1 - dot);
        const CsvMissing missing({});
        const Padded padded(text, '.');
        ASSERT_EQ(shown(parse_csv_decimal(padded.field(), scale, missing)), shown(plain_decimal(text, scale, {})))
            << text;
    });
    for_each_text("0:.", 7, [&](std::string_view text) { expect_as_oracle(text, 2, {}, '0'); });
}

std::string random_digits(Random& random, std::uint64_t most) {
    std::string digits(random.below(most + 1), '0');
    const bool is_round = random.below(4) == 0;
    for (char& digit : digits)
        if (!is_round || random.below(4) == 0) digit = static_cast<char>('0' + random.below(10));
    return digits;
}

/// Mostly numbers, in all forms, some of them damaged.
std::string random_number(Random& random) {
    constexpr std::string_view kSigns[] = {"", "", "", "-", "-", "+", "--"};
    constexpr std::string_view kBlanks[] = {"", "", "", " ", "\t ", "\r"};
    std::string text(kSigns[random.below(7)]);
    text += random_digits(random, random.below(6) == 0 ? 25 : 9);
    if (random.below(3) > 0) text += cat('.', random_digits(random, random.below(6) == 0 ? 25 : 5));
    if (random.below(6) == 0) text += cat(random.below(2) == 0 ? 'e' : 'E', random.between(-30, 30));
    if (random.below(20) == 0) text.insert(random.below(text.size() + 1), 1, static_cast<char>(random.below(256)));
    if (random.below(20) == 0) text = usual_missing()[random.below(usual_missing().size())];
    if (random.below(6) == 0) text = cat('"', kBlanks[random.below(6)], text, kBlanks[random.below(6)], '"');
    return cat(kBlanks[random.below(6)], text, kBlanks[random.below(6)]);
}

TEST(CsvNumbers, RandomTextsReadAsByTheOracle) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300'000 * testing::test_scale(); ++i) {
        const std::string text = random_number(random);
        expect_as_oracle(text, static_cast<int>(random.below(19)), usual_missing(),
                         static_cast<char>(random.below(256)));
        if (HasFatalFailure()) return;
    }
}

TEST(CsvText, UnquotesWhatStartsWithAQuote) {
    for (const auto& [field, text] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                      {"a", "a"},
                                                                                      {" \"a\"", " \"a\""},
                                                                                      {"a\"b\"\"", "a\"b\"\""},
                                                                                      {"\"\"", ""},
                                                                                      {"\"", ""},
                                                                                      {"\"a\"", "a"},
                                                                                      {"\"a", "a"},
                                                                                      {"\"a,\n\"\"b\"", "a,\n\"b"},
                                                                                      {"\"\"\"\"", "\""},
                                                                                      {"\"\"\"\"\"\"", "\"\""},
                                                                                      {"\"a\"b\"", "a\"b"},
                                                                                      {"\"a\" ", "a\" "}}) {
        Budget budget("test");
        CsvTexts texts(budget);
        EXPECT_EQ(csv_unquoted(field), text) << field;
        EXPECT_EQ(parse_csv_text(Padded(field, '"').field(), texts), text) << field;
    }
}

/// A field as RFC 4180 wants it.
std::string in_quotes(std::string_view text) {
    std::string field = "\"";
    for (const char letter : text)
        field += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return field + '"';
}

std::string random_text(Random& random) {
    constexpr std::string_view kLetters[] = {"a",  "b", "\"",       "\"",   ",",
                                             "\n", " ", "\xC3\xA9", "\xE9", "\xF0\x9F\x98\x80"};
    std::string text;
    const std::size_t kinds = random.below(2) == 0 ? 10 : 7;
    for (std::uint64_t i = random.below(20); i > 0; --i)
        text += kLetters[random.below(kinds)];
    return text;
}

TEST(CsvText, QuotedTextsReadBack) {
    Random random(testing::test_seed());
    Budget budget("test");
    CsvTexts texts(budget);
    for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
        const std::string text = random_text(random);
        const std::string utf8 = is_utf8(text) ? text : latin1_to_utf8(text);
        const Padded field(in_quotes(text), '"');
        ASSERT_EQ(csv_unquoted(field.field()), text);
        ASSERT_EQ(parse_csv_text(field.field(), texts), utf8);
        if (text.starts_with('"')) continue;
        const Padded bare(text, '"');
        ASSERT_EQ(parse_csv_text(bare.field(), texts), utf8);
    }
}

TEST(CsvText, CopiesOnlyWhatDiffersFromTheFile) {
    Budget budget("test");
    CsvTexts texts(budget);
    const std::string file = "plain\"simple\"\"dou\"\"bled\"\xC3\xA9";
    const std::string_view all = file;
    EXPECT_EQ(parse_csv_text(all.substr(0, 5), texts).data(), file.data());
    EXPECT_EQ(parse_csv_text(all.substr(5, 8), texts).data(), file.data() + 6);
    EXPECT_EQ(parse_csv_text(all.substr(24), texts).data(), file.data() + 24);
    EXPECT_EQ(budget.used(), 0u);
    EXPECT_EQ(parse_csv_text(all.substr(13, 11), texts), "dou\"bled");
    EXPECT_GT(budget.used(), 0u);
}

TEST(CsvText, LatinOneBecomesUtf8AsAWhole) {
    Budget budget("test");
    CsvTexts texts(budget);
    EXPECT_EQ(parse_csv_text("Caf\xE9", texts), "Caf\xC3\xA9");
    EXPECT_EQ(parse_csv_text("\"Caf\xE9 \"\"\xC3\xA9\"\"\"", texts), "Caf\xC3\xA9 \"\xC3\x83\xC2\xA9\"");
    EXPECT_EQ(parse_csv_text("Caf\xC3\xA9", texts), "Caf\xC3\xA9");
    EXPECT_EQ(parse_csv_text("eight byte\x80", texts), "eight byte\xC2\x80");
}

TEST(CsvTexts, KeepsTextsInPlace) {
    Budget budget("test");
    {
        CsvTexts texts(budget);
        std::vector<std::pair<std::string, std::string_view>> kept;
        Random random(testing::test_seed());
        for (int i = 0; i < 5'000; ++i) {
            std::string text(random.below(i % 1000 == 0 ? 200'000 : 100), static_cast<char>('a' + i % 26));
            const std::string_view copy = texts.keep(text);
            text.push_back('.');
            kept.emplace_back(std::move(text), copy);
        }
        std::size_t bytes = 0;
        for (const auto& [text, copy] : kept) {
            ASSERT_EQ(cat(copy, '.'), text);
            bytes += copy.size();
        }
        EXPECT_GE(budget.used(), bytes);
        EXPECT_FALSE(texts.is_starved());
    }
    EXPECT_EQ(budget.used(), 0u);
}

TEST(CsvTexts, StarvesWithoutRoomAndRecovers) {
    constexpr std::size_t kLimit = 100'000;
    Budget budget("test", kLimit);
    CsvTexts texts(budget);
    const std::string_view first = texts.keep("first");
    EXPECT_FALSE(texts.is_starved());
    texts.keep(std::string(kLimit, 'x'));
    EXPECT_TRUE(texts.is_starved());
    EXPECT_EQ(first, "first");
    EXPECT_LE(budget.used(), kLimit);
    texts.keep("");
    EXPECT_TRUE(texts.is_starved());
    texts.clear();
    EXPECT_EQ(budget.used(), 0u);
    EXPECT_FALSE(texts.is_starved());
    EXPECT_EQ(texts.keep("again"), "again");

    Budget none("none", 10);
    CsvTexts starved(none);
    EXPECT_EQ(starved.keep(""), "");
    EXPECT_FALSE(starved.is_starved());
    starved.keep("x");
    EXPECT_TRUE(starved.is_starved());
    EXPECT_EQ(none.used(), 0u);
}

}  // namespace
}  // namespace hone
