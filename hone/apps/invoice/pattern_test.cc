#include "hone/apps/invoice/pattern.h"

#include <gtest/gtest.h>

#include <random>

#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

std::string found(std::string_view pattern, std::string_view text) {
    const Pattern compiled(pattern);
    if (!compiled.error().empty()) return cat("error ", compiled.error());
    std::string all;
    for (const auto& spans : compiled.find_all(text).found)
        all += cat("<", span_text(text, spans.back()), ">");
    return all;
}

TEST(TemplatePattern, WorkedExamples) {
    const Pattern end("abc$");
    const Matches matches = end.search("abc\n");
    ASSERT_EQ(matches.found.size(), 1U);
    EXPECT_EQ(matches.found[0][0], (Span{0, 3}));
    EXPECT_TRUE(end.translation().only_pcre2.empty());
    EXPECT_EQ(found("(.*)$", "abc\n"), "<abc><><>");
}

TEST(TemplatePattern, MeansWhatPythonMeans) {
    EXPECT_EQ(found(R"(\d+)", "a١٢ 3"), "<١٢><3>");
    EXPECT_EQ(found(R"((?a)\d+)", "a١٢ 3"), "<3>");
    EXPECT_EQ(found(R"(\w+)", "Größe_1 x"), "<Größe_1><x>");
    EXPECT_EQ(found(R"(a\sb)",
                    "a\u00A0b a\x1F"
                    "b"),
              "<a\u00A0b><a\x1F"
              "b>");
    EXPECT_EQ(found(R"([\W]+)", "ab--é"), "<-->");
    EXPECT_EQ(found(R"([\Wa]+)", "ba-aé"), "<a-a>");
    EXPECT_EQ(found(R"([^\S,]+)", "a ,b"), "< >");
    EXPECT_EQ(found(R"([\D]+)", "1ab2"), "<ab>");
    EXPECT_EQ(found(R"(a{,2}b)", "aaab"), "<aab>");
    EXPECT_EQ(found(R"(a{x})", "a{x}"), "<a{x}>");
    EXPECT_EQ(found(R"(x\Z)", "x\n"), "");
    EXPECT_EQ(found(R"([]a]+)", "]a["), "<]a>");
    EXPECT_EQ(found(R"([[a]+)", "[a"), "<[a>");
    EXPECT_EQ(found(R"(\x41\u00e9\101)", "AéA"), "<AéA>");
    EXPECT_EQ(found(R"(\/\-\ \€)", "/- €"), "</- €>");
    EXPECT_EQ(found(R"(a(?#comment)*b)", "aab"), "<aab>");
    EXPECT_EQ(found("(?x) a \\  b # end\n c", "a bc"), "<a bc>");
    EXPECT_EQ(found(R"(x(?i)Y)", "XY"), "<XY>");
    EXPECT_EQ(found(R"((?i:x)Y)", "XY Xy"), "<XY>");
    EXPECT_EQ(found(R"((?m)^a$)", "a\na\n"), "<a><a>");
    EXPECT_EQ(found(R"((?m)^)", "a\n"), "<><>");
    EXPECT_EQ(found(R"((?s)a.b)", "a\nb"), "<a\nb>");
    EXPECT_EQ(found(R"(a.b)", "a\nb a\rb"), "<a\rb>");
    EXPECT_EQ(found(R"((?P<n>a)(?P=n))", "aa"), "<a>");
    EXPECT_EQ(found(R"((a)\1)", "aa"), "<a>");
    EXPECT_EQ(found(R"(a(?=b))", "ab ac"), "<a>");
    EXPECT_EQ(found(R"((?<!x)a)", "xa a"), "<a>");
    EXPECT_EQ(found(R"(\bé\w+)", "aé été"), "<été>");
    EXPECT_EQ(found(R"((a)?b)", "b"), "<>");
    EXPECT_EQ(found(R"((?:a|b$))", "ab\n"), "<a><b>");
    EXPECT_EQ(found(R"(a*)", "baac"), "<><aa><><>");
}

TEST(TemplatePattern, RefusesWhatPythonRefuses) {
    for (const char* wrong :
         {"(",    ")",       "a)",   "[a",    "[]",     "*",      "a**", "^*",      "(?P<1>a)", "(?P<n>a)(?P<n>b)",
          "\\q",  "a{2,1}",  "(?z)", "[b-a]", "\\2(a)", "(?P=x)", "\\",  "[\\d-z]", "(?P<n",    "(?#",
          "\\x1", "a{1}{2}", "|*"})
        EXPECT_FALSE(Pattern(wrong).error().empty()) << wrong;
}

TEST(TemplatePattern, Substitutes) {
    const auto sub = [](std::string_view pattern, std::string_view replacement, std::string_view text) {
        std::string error;
        return Pattern(pattern).substitute(text, replacement, error).value_or(cat("error ", error));
    };
    EXPECT_EQ(sub("(a)(b)?", R"([\1\g<2>\n])", "ab a"), "[ab\n] [a\n]");
    EXPECT_EQ(sub("(?P<x>a)", R"(\g<x>\g<0>)", "a"), "aa");
    EXPECT_EQ(sub("x*", "-", "abxd"), "-a-b--d-");
    EXPECT_TRUE(sub("a", R"(\1)", "a").starts_with("error"));
    EXPECT_TRUE(sub("a", R"(\q)", "a").starts_with("error"));
    EXPECT_EQ(sub("a", R"(\.)", "a"), "\\.");
}

TEST(TemplatePattern, ExpensiveMatchingEnds) {
    const Pattern pattern(R"((?:a|a)*(?=b)c|(a+)+\1$)");
    ASSERT_EQ(pattern.error(), "");
    EXPECT_TRUE(Pattern(R"((?=a)(a+)+$)").find_all(std::string(60, 'a') + "b").hit_limit);
}

// A pattern of the common subset, made at random.
std::string random_pattern(std::mt19937_64& random, int depth) {
    static const char* const kAtoms[] = {"a",   "b",    "é",       ".",      "\\d", "\\w", "\\s",
                                         "\\S", "[ab]", "[^a\\d]", "[\\W1]", "x",   "1"};
    static const char* const kRepeats[] = {"", "", "", "*", "+", "?", "+?", "{1,2}", "{2}", "*?"};
    std::string made;
    const std::size_t parts = 1 + random() % 3;
    for (std::size_t i = 0; i < parts; ++i) {
        std::string atom = kAtoms[random() % std::size(kAtoms)];
        if (depth > 0 && random() % 3 == 0) {
            atom = random_pattern(random, depth - 1);
            if (random() % 2 == 0) atom += "|" + random_pattern(random, depth - 1);
            atom = (random() % 2 == 0 ? "(" : "(?:") + atom + ")";
        }
        made += atom + kRepeats[random() % std::size(kRepeats)];
    }
    if (random() % 12 == 0) made = "^" + made;
    if (random() % 8 == 0) made += "$";
    if (random() % 20 == 0) made = "(?i)" + made;
    if (random() % 20 == 0) made = "(?m)" + made;
    return made;
}

TEST(TemplatePattern, BothEnginesFindTheSame) {
    static const char* const kPieces[] = {"a", "b", "é", "1", " ", "\n", "x", "٣", "A", "\u00A0", "-"};
    std::mt19937_64 random(testing::test_seed());
    int compared = 0;
    for (int i = 0; i < 3'000 * testing::test_scale(); ++i) {
        const std::string source = random_pattern(random, 2);
        const Pattern re2(source, Pattern::Engine::Re2), pcre2(source, Pattern::Engine::Pcre2);
        if (!re2.error().empty() || !pcre2.error().empty()) continue;
        for (int k = 0; k < 4; ++k) {
            std::string text;
            for (std::size_t n = random() % 12; n > 0; --n)
                text += kPieces[random() % std::size(kPieces)];
            const bool finds_all = !re2.translation().can_be_empty;
            const Matches a = finds_all ? re2.find_all(text) : re2.search(text);
            const Matches b = finds_all ? pcre2.find_all(text) : pcre2.search(text);
            if (b.hit_limit) continue;
            ASSERT_EQ(a.found, b.found) << "pattern " << source << "\ntext " << text << "\nre2 "
                                        << re2.translation().re2 << "\npcre2 " << re2.translation().pcre2;
            ++compared;
        }
    }
    EXPECT_GT(compared, 4'000);
}

}  // namespace
}  // namespace hone::invoice
