#include "hone/cli/arguments.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"

namespace hone::cli {
namespace {

using Words = std::vector<std::string>;

struct KnitOptions {
    Path yarn;
    std::vector<Path> patterns;
    std::string stitch = "plain";
    std::string color = "red";
    std::string note;
    std::int64_t rows = 10;
    double gauge = 2.5;
    bool loose = false;
    Words labels = {"first"};
    std::vector<std::int64_t> sizes;
    std::vector<double> weights;
};

struct CountOptions {
    std::string what;
    std::int64_t most = 1;
};

template <class Options>
Outputs nothing(Run&, const Options&) {
    return {};
}

/// A value in its canonical form: fractions of a half may be written "half".
std::string canonical_gauge(std::string_view text) {
    return text == "half" ? "0.5" : std::string(text);
}

App knits() {
    Params<KnitOptions> knit;
    knit(&KnitOptions::yarn, "yarn", "What to knit with").file().required().positional();
    knit(&KnitOptions::patterns, "patterns", "What to knit").positional();
    knit(&KnitOptions::stitch, "stitch", "How to knit").one_of({"plain", "purl", "cable"});
    knit(&KnitOptions::color, "color", "Color").suggest({"red", "blue"});
    knit(&KnitOptions::note, "note", "What to remember");
    knit(&KnitOptions::rows, "rows", "Number of rows");
    knit(&KnitOptions::gauge, "gauge", "Stitches in a centimetre").canonical(&canonical_gauge);
    knit(&KnitOptions::loose, "loose", "Knit loosely");
    knit(&KnitOptions::labels, "labels", "What to sew in");
    knit(&KnitOptions::sizes, "sizes", "Sizes");
    knit(&KnitOptions::weights, "weights", "Weights in gram");
    Params<CountOptions> count;
    count(&CountOptions::what, "what", "What to count").positional();
    count(&CountOptions::most, "most", "Where to end");
    App app;
    app.name = "knits";
    app.tasks.push_back(make_task("knit", "Knits", 1, knit, &nothing<KnitOptions>));
    app.tasks.push_back(make_task("count", "Counts", 1, count, &nothing<CountOptions>));
    return app;
}

struct ParsedTask {
    std::shared_ptr<void> options;
    Settings settings;
    bool wants_help = false;
    const KnitOptions& knit() const { return *static_cast<const KnitOptions*>(options.get()); }
    const CountOptions& count() const { return *static_cast<const CountOptions*>(options.get()); }
};

ParsedTask parse_task_words(std::string_view task, const Words& words) {
    const App app = knits();
    ParsedTask parsed;
    parsed.options = parse_task(*app.find(task), words, parsed.settings, parsed.wants_help);
    return parsed;
}

KnitOptions knit(Words words) {
    words.insert(words.begin(), "wool.csv");
    return parse_task_words("knit", words).knit();
}

struct Parsed {
    Arguments arguments;
    Settings settings;
};

Parsed parse(const Words& words) {
    const std::vector<Flag> flags = {{"app", "NAME", "One application"}, {"deep", "", "All of it"}};
    Parsed parsed;
    parsed.arguments = parse_arguments(words, flags, parsed.settings);
    return parsed;
}

/// Message and mend of the usage error that `call` ends with.
template <class Call>
std::string usage_error(Call call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage) << error.message();
        return cat(error.message(), '|', error.mend());
    }
    return "no error";
}

std::string refused(const Words& words) {
    return usage_error([&] { parse(words); });
}

std::string knit_refused(Words words) {
    return usage_error([&] { knit(words); });
}

TEST(Arguments, TakeValuesBehindTheNameOrBehindAnEqualsSign) {
    EXPECT_EQ(parse({"--app", "x"}).arguments.value("app"), "x");
    EXPECT_EQ(parse({"--app=x"}).arguments.value("app"), "x");
    EXPECT_EQ(parse({"--app=a=b"}).arguments.value("app"), "a=b");
    EXPECT_EQ(parse({"--app="}).arguments.value("app", "otherwise"), "");
    EXPECT_TRUE(parse({"--app="}).arguments.has("app"));
    EXPECT_EQ(parse({"--app", "--deep"}).arguments.value("app"), "--deep");
    EXPECT_FALSE(parse({"--app", "--deep"}).arguments.has("deep"));
    EXPECT_EQ(parse({"--app", ""}).arguments.value("app", "otherwise"), "");
}

TEST(Arguments, ValueIsTheLastOneOrTheOtherwise) {
    EXPECT_EQ(parse({"--app", "x", "--app=y"}).arguments.value("app"), "y");
    EXPECT_EQ(parse({"--app", "x", "--app=y"}).arguments.flags.at("app"), (Words{"x", "y"}));
    EXPECT_EQ(parse({}).arguments.value("app", "otherwise"), "otherwise");
    EXPECT_EQ(parse({}).arguments.value("app"), "");
    EXPECT_FALSE(parse({}).arguments.has("app"));
}

TEST(Arguments, SwitchesTakeNoWord) {
    const Parsed parsed = parse({"--deep", "word"});
    EXPECT_EQ(parsed.arguments.value("deep"), "true");
    EXPECT_EQ(parsed.arguments.words, Words{"word"});
    EXPECT_EQ(parse({"--deep=false"}).arguments.value("deep"), "false");
}

TEST(Arguments, WordsKeepTheirOrderBetweenFlags) {
    const Parsed parsed = parse({"one", "--app", "x", "two", "--deep", "-", "-5", ""});
    EXPECT_EQ(parsed.arguments.words, (Words{"one", "two", "-", "-5", ""}));
}

TEST(Arguments, TwoDashesEndTheFlags) {
    const Parsed parsed = parse({"--deep", "--", "--app", "-x", "--", "--help"});
    EXPECT_EQ(parsed.arguments.words, (Words{"--app", "-x", "--", "--help"}));
    EXPECT_FALSE(parsed.arguments.has("app"));
    EXPECT_FALSE(parsed.arguments.wants_help);
    EXPECT_TRUE(parse({"--"}).arguments.words.empty());
}

TEST(Arguments, HelpIsAskedForInTwoWays) {
    EXPECT_TRUE(parse({"--help"}).arguments.wants_help);
    EXPECT_TRUE(parse({"word", "-h"}).arguments.wants_help);
    EXPECT_FALSE(parse({"help"}).arguments.wants_help);
}

TEST(Arguments, SettingsGoToTheSettingsAsFlags) {
    const Parsed parsed = parse({"--threads", "3", "--plain", "--memory=1GiB", "word"});
    EXPECT_EQ(parsed.settings.value("threads"), "3");
    EXPECT_EQ(parsed.settings.origin("threads"), "flag");
    EXPECT_EQ(parsed.settings.value("memory"), "1GiB");
    EXPECT_TRUE(parsed.settings.is_on("plain"));
    EXPECT_TRUE(parsed.arguments.flags.empty());
    EXPECT_EQ(parsed.arguments.words, Words{"word"});
    EXPECT_FALSE(parse({"--plain=false"}).settings.is_on("plain"));
}

TEST(Arguments, OwnFlagsGoBeforeSettingsOfTheSameName) {
    const std::vector<Flag> flags = {{"threads", "LIST", "Threads of yarn"}};
    Settings settings;
    const Arguments arguments = parse_arguments(Words{"--threads", "red"}, flags, settings);
    EXPECT_EQ(arguments.value("threads"), "red");
    EXPECT_EQ(settings.origin("threads"), "default");
}

TEST(Arguments, UnknownFlagsGetASuggestion) {
    EXPECT_EQ(refused({"--ap", "x"}), "unknown option --ap|Did you mean --app?");
    EXPECT_EQ(refused({"--thread=3"}), "unknown option --thread|Did you mean --threads?");
    EXPECT_EQ(refused({"--xylophone"}), "unknown option --xylophone|");
    EXPECT_EQ(refused({"--=3"}), "unknown option --|");
    EXPECT_EQ(refused({"--App", "x"}), "unknown option --App|Did you mean --app?");
}

TEST(Arguments, FlagsHaveTwoDashes) {
    EXPECT_EQ(refused({"-app", "x"}), "unknown option -app; options have two dashes|");
    EXPECT_EQ(refused({"-x"}), "unknown option -x; options have two dashes|");
}

TEST(Arguments, MissingValuesAreNamed) {
    EXPECT_EQ(refused({"--app"}), "--app needs a value|");
    EXPECT_EQ(refused({"word", "--threads"}), "--threads needs a value|");
}

TEST(TaskArguments, DefaultsAreThoseOfTheStruct) {
    const KnitOptions options = knit({});
    EXPECT_EQ(options.yarn, "wool.csv");
    EXPECT_TRUE(options.patterns.empty());
    EXPECT_EQ(options.stitch, "plain");
    EXPECT_EQ(options.rows, 10);
    EXPECT_EQ(options.gauge, 2.5);
    EXPECT_FALSE(options.loose);
    EXPECT_EQ(options.labels, Words{"first"});
}

TEST(TaskArguments, EveryKindOfParameterIsSet) {
    const KnitOptions options =
        knit({"--stitch", "purl", "--color=moss green", "--note", "--rows", "--rows", "-007", "--gauge", "1e-3",
              "--loose", "--labels=a", "--sizes", "40,-2", "--weights", "0.5,1e3"});
    EXPECT_EQ(options.stitch, "purl");
    EXPECT_EQ(options.color, "moss green");
    EXPECT_EQ(options.note, "--rows");
    EXPECT_EQ(options.rows, -7);
    EXPECT_EQ(options.gauge, 0.001);
    EXPECT_TRUE(options.loose);
    EXPECT_EQ(options.labels, Words{"a"});
    EXPECT_EQ(options.sizes, (std::vector<std::int64_t>{40, -2}));
    EXPECT_EQ(options.weights, (std::vector<double>{0.5, 1000}));
    EXPECT_EQ(knit({"--gauge", "half"}).gauge, 0.5);
}

TEST(TaskArguments, SwitchesCanBeSwitchedOff) {
    for (const char* text : {"true", "yes", "on", "1"})
        EXPECT_TRUE(knit({cat("--loose=", text)}).loose) << text;
    for (const char* text : {"false", "no", "off", "0"})
        EXPECT_FALSE(knit({cat("--loose=", text)}).loose) << text;
}

TEST(TaskArguments, ListsAreGivenWithCommasOrSeveralTimes) {
    EXPECT_EQ(knit({"--labels", "a, b", "--rows", "3", "--labels=c"}).labels, (Words{"a", "b", "c"}));
    EXPECT_EQ(knit_refused({"--labels="}), "--labels: the value is empty|");
    EXPECT_TRUE(knit({"--labels", " ,,"}).labels.empty());
    EXPECT_EQ(knit({"--sizes", "1", "--sizes", "2,3"}).sizes, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST(TaskArguments, WordsFillPositionalParametersInOrder) {
    const ParsedTask parsed = parse_task_words("knit", {"wool.csv", "hat", "--rows", "3", "glove,mitten"});
    EXPECT_EQ(parsed.knit().yarn, "wool.csv");
    EXPECT_EQ(parsed.knit().patterns, (std::vector<Path>{"hat", "glove", "mitten"}));
    EXPECT_EQ(parsed.knit().rows, 3);
    EXPECT_EQ(parse_task_words("knit", {"--", "--wool.csv", "-h"}).knit().yarn, "--wool.csv");
}

TEST(TaskArguments, WordsSkipPositionalParametersThatHaveAFlag) {
    const ParsedTask parsed = parse_task_words("knit", {"hat", "--yarn=silk.csv", "glove"});
    EXPECT_EQ(parsed.knit().yarn, "silk.csv");
    EXPECT_EQ(parsed.knit().patterns, (std::vector<Path>{"hat", "glove"}));
    EXPECT_EQ(parse_task_words("count", {"sheep"}).count().what, "sheep");
}

TEST(TaskArguments, WordsTooManyAreUnexpected) {
    EXPECT_EQ(usage_error([] {
                  parse_task_words("count", {"sheep", "goats"});
              }),
              "unexpected 'goats'|Options of this task start with --; see its --help.");
    EXPECT_EQ(usage_error([] {
                  parse_task_words("count", {"sheep", "--what", "goats"});
              }),
              "unexpected 'sheep'|Options of this task start with --; see its --help.");
}

TEST(TaskArguments, SettingsMayStandAmongThem) {
    const ParsedTask parsed = parse_task_words("knit", {"--threads", "2", "wool.csv", "--out=result"});
    EXPECT_EQ(parsed.settings.value("threads"), "2");
    EXPECT_EQ(parsed.settings.value("out"), "result");
    EXPECT_EQ(parsed.knit().yarn, "wool.csv");
}

TEST(TaskArguments, RequiredParametersMustBeGiven) {
    try {
        parse_task_words("knit", {"--rows", "3"});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_EQ(error.message(), "missing --yarn FILE: What to knit with");
        EXPECT_EQ(error.id(), "missing-parameter");
    }
    EXPECT_EQ(usage_error([] { parse_task_words("knit", {"--yarn="}); }), "--yarn: the value is empty|");
}

TEST(TaskArguments, HelpNeedsNoOtherParameterAndChecksNone) {
    EXPECT_TRUE(parse_task_words("knit", {"--help"}).wants_help);
    EXPECT_TRUE(parse_task_words("knit", {"--rows", "many", "-h"}).wants_help);
    EXPECT_FALSE(parse_task_words("knit", {"wool.csv"}).wants_help);
}

TEST(TaskArguments, WrongValuesNameTheirParameter) {
    EXPECT_EQ(knit_refused({"--stitch", "pur"}),
              "--stitch: expected one of plain, purl, cable; found 'pur'|Did you mean purl?");
    EXPECT_EQ(knit_refused({"--rows", "ten"}), "--rows: expected a whole number, found 'ten'|");
    EXPECT_EQ(knit_refused({"--rows", "1.5"}), "--rows: expected a whole number, found '1.5'|");
    EXPECT_EQ(knit_refused({"--rows", "9223372036854775808"}),
              "--rows: expected a whole number, found '9223372036854775808'|");
    EXPECT_EQ(knit_refused({"--rows="}), "--rows: the value is empty|");
    EXPECT_EQ(knit_refused({"--gauge", "1,5"}), "--gauge: expected a number, found '1,5'|");
    EXPECT_EQ(knit_refused({"--loose=perhaps"}), "--loose: expected true or false, found 'perhaps'|");
    EXPECT_EQ(knit_refused({"--sizes", "1,x,3"}), "--sizes: expected a whole number, found 'x'|");
    EXPECT_EQ(knit_refused({"--weights", "1", "--weights", "heavy"}), "--weights: expected a number, found 'heavy'|");
}

TEST(TaskArguments, SingleValuesAreGivenOnce) {
    EXPECT_EQ(knit_refused({"--rows", "1", "--rows", "2"}), "--rows takes one value, found 2|");
    EXPECT_EQ(knit_refused({"--stitch=purl", "--stitch=purl"}), "--stitch takes one value, found 2|");
}

TEST(TaskArguments, UnknownParametersGetASuggestion) {
    EXPECT_EQ(knit_refused({"--row", "3"}), "unknown option --row|Did you mean --rows?");
    EXPECT_EQ(knit_refused({"--memry", "3"}), "unknown option --memry|Did you mean --memory?");
    EXPECT_EQ(knit_refused({"--rows"}), "--rows needs a value|");
}

}  // namespace
}  // namespace hone::cli
