#include "hone/cli/arguments.h"

#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "hone/base/text.h"
#include "hone/cli/progress.h"
#include "hone/engine/deliver.h"

namespace {

using namespace hone;

struct Options {
    Path yarn;
    std::vector<Path> patterns;
    std::string stitch = "plain";
    std::string color = "red";
    std::string note;
    std::int64_t rows = 10;
    double gauge = 2.5;
    bool loose = false;
    std::vector<std::string> labels = {"first"};
    std::vector<std::int64_t> sizes;
    std::vector<double> weights;
};

Outputs nothing(Run&, const Options&) {
    return {};
}

App make_app() {
    Params<Options> params;
    params(&Options::yarn, "yarn", "What to knit with").file().required().positional();
    params(&Options::patterns, "patterns", "What to knit").positional();
    params(&Options::stitch, "stitch", "How to knit").one_of({"plain", "purl", "cable"});
    params(&Options::color, "color", "Color").suggest({"red", "blue"});
    params(&Options::note, "note", "What to remember");
    params(&Options::rows, "rows", "Number of rows");
    params(&Options::gauge, "gauge", "Stitches in a centimetre").canonical([](std::string_view text) {
        return text == "half" ? std::string("0.5") : std::string(text);
    });
    params(&Options::loose, "loose", "Knit loosely");
    params(&Options::labels, "labels", "What to sew in");
    params(&Options::sizes, "sizes", "Sizes");
    params(&Options::weights, "weights", "Weights in gram");
    App app;
    app.name = "knits";
    app.tasks.push_back(make_task("knit", "Knits", 1, params, &nothing));
    return app;
}

void require(bool holds, std::string_view what) {
    if (holds) return;
    std::cerr << "does not hold: " << what << '\n';
    std::abort();
}

/// True if `call` ends well; any error but a wrong usage ends the program.
template <class Call>
bool is_accepted(Call call) {
    try {
        call();
        return true;
    } catch (const Error& error) {
        require(error.fault() == Fault::Usage, cat("a wrong word is Fault::Usage: ", error.message()));
        require(!error.message().empty(), "an error says something");
        return false;
    }
}

std::shared_ptr<void> parse(const Task& task, const std::vector<std::string>& words) {
    cli::Settings settings;
    bool wants_help = false;
    return cli::parse_task(task, words, settings, wants_help);
}

/// Values as a command line of flags.
std::vector<std::string> printed(const Task& task, const void* options) {
    std::vector<std::string> words;
    for (const Param& param : task.params.params()) {
        const std::string value = join(param.get(options), ",");
        // An empty list is written as a comma, an empty text not at all.
        if (!value.empty() || param.is_list) words.push_back(cat("--", param.name, '=', value.empty() ? "," : value));
    }
    return words;
}

/// What is printed must be read as the same values, by each parameter alone and by the whole command line.
void check_canonical(const Task& task, const void* options) {
    const auto again = task.params.make();
    for (const Param& param : task.params.params()) {
        std::vector<std::string> values = param.get(options);
        const std::vector<std::string> first = values;
        if (values.empty() && !param.is_list) values.emplace_back();
        param.set(param, again.get(), values);
        require(param.get(again.get()) == first, cat("printed values read back as the same: ", param.name));
    }
    const auto words = printed(task, options);
    require(printed(task, parse(task, words).get()) == words, "a printed command line reads back as the same");
}

}  // namespace

/// The lines are the words of a command line: each gives options or Fault::Usage, and options print canonically.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const App app = make_app();
    static const std::vector<cli::Flag> flags = {{"app", "NAME", "One application"}, {"deep", "", "All of it"}};
    const Task& task = app.tasks.front();
    const std::vector<std::string> words = split({reinterpret_cast<const char*>(data), size}, '\n');

    cli::Settings settings;
    is_accepted([&] {
        const cli::Arguments arguments = cli::parse_arguments(words, flags, settings);
        require(arguments.words.size() <= words.size(), "no word is made up");
    });
    is_accepted([&] { (void)settings.engine_options(); });
    is_accepted([&] { (void)parse_format(settings.value("format")); });
    is_accepted([&] { (void)cli::ProgressLine::parse(settings.value("progress")); });

    std::shared_ptr<void> options;
    bool wants_help = false;
    const bool is_whole = is_accepted([&] { options = cli::parse_task(task, words, settings, wants_help); });
    if (is_whole && !wants_help) check_canonical(task, options.get());
    return 0;
}
