#include <gtest/gtest.h>

#include <cstdlib>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/pattern.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/files.h"
#include "hone/base/json.h"

// Questions of which golden/python_answers.py has Python's own answers.
namespace hone::invoice {
namespace {

const Json& answers() {
    static const Json all = Json::parse(read_file(real_files(), Path(HONE_TEST_FOLDER) / "golden/python_answers.json"));
    return all;
}

Json found_by(const Pattern& pattern, std::string_view text) {
    Json all = Json::array();
    for (const std::vector<Span>& spans : pattern.find_all(text).found) {
        Json one = Json::array();
        for (const Span& span : spans)
            one.push(span.took_part() ? Json(span_text(text, span)) : Json());
        all.push(one);
    }
    return all;
}

std::string whole_matches(const Json& found) {
    std::string all;
    for (const Json& one : found.items())
        all += one.items()[0].dump(0);
    return all;
}

TEST(PythonAnswers, Regexes) {
    int by_re2 = 0, other_groups = 0, limited = 0;
    for (const Json& one : answers().at("regexes").items()) {
        const std::string &source = one.items()[0].text(), &text = one.items()[1].text();
        const Pattern pattern(source);
        if (one.items()[2].is_null()) {
            EXPECT_NE(pattern.error(), "") << source;
            continue;
        }
        ASSERT_EQ(pattern.error(), "") << source;
        const Json found = found_by(pattern, text);
        EXPECT_EQ(whole_matches(found), whole_matches(one.items()[2])) << source << "\n" << text;
        const bool is_same = found == one.items()[2];
        EXPECT_TRUE(is_same || !pattern.translation().only_pcre2.empty()) << source << "\n" << text;
        other_groups += is_same ? 0 : 1;
        std::string error;
        const auto substituted = pattern.substitute(text, R"(<\g<0>>)", error);
        if (substituted) {
            EXPECT_EQ(*substituted, one.items()[3].text()) << source << "\n" << text;
        } else {  // Steps without end are cut short, and say so.
            EXPECT_NE(error, "") << source;
            ++limited;
        }
        by_re2 += pattern.translation().only_pcre2.empty() ? 1 : 0;
    }
    EXPECT_GT(by_re2, 300);
    // Groups inside of repeats of what may be empty: PCRE2 leaves the loop one round earlier or later than Python.
    EXPECT_LE(other_groups, 4);
    EXPECT_LE(limited, 2);
}

TEST(PythonAnswers, Floats) {
    for (const Json& one : answers().at("floats").items()) {
        const auto value = python_float_of(one.items()[0].text());
        ASSERT_EQ(value.has_value(), !one.items()[1].is_null()) << one.items()[0].text();
        if (value) {
            EXPECT_EQ(python_float(*value), one.items()[1].text());
        }
    }
    for (const Json& one : answers().at("prints").items()) {
        const double value = std::strtod(one.items()[0].text().c_str(), nullptr);
        EXPECT_EQ(python_float(value), one.items()[1].text());
        if (value < 1e15) {
            EXPECT_EQ(python_float(round_to_cents(value)), one.items()[2].text());
        }
    }
}

TEST(PythonAnswers, Strptime) {
    for (const Json& one : answers().at("strptimes").items()) {
        const auto found = parse_formatted_date(one.items()[0].text(), one.items()[1].text());
        const std::string expected = one.items()[2].is_null() ? "" : one.items()[2].text();
        EXPECT_EQ(found ? format_moment(*found, "%Y-%m-%d %H:%M:%S") : "", expected)
            << one.items()[0].text() << " " << one.items()[1].text();
    }
}

TEST(PythonAnswers, YamlScalars) {
    for (const Json& one : answers().at("scalars").items()) {
        const Data value = plain_scalar(one.items()[0].text());
        EXPECT_EQ(python_text(value), one.items()[2].text()) << one.items()[0].text();
        EXPECT_EQ(value.text() != nullptr, one.items()[1].text() == "str") << one.items()[0].text();
    }
}

}  // namespace
}  // namespace hone::invoice
