#include "hone/cli/sample_data.h"

#include "hone/base/hash.h"
#include "hone/base/text.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

std::string recipe(const App& app, const Example& example) {
    return cat(join(example.sample, " "), " revision ", app.find(example.sample.front())->revision, '\n');
}

}  // namespace

ChildCost run_self_or_fail(const std::vector<std::string>& words, const Path& log, const Cancel& cancel, int code) {
    const ChildCost cost = run_self(words, log, cancel);
    if (cost.exit_code != code)
        fail(Fault::Bug, "hone ", join(words, " "), " ended with code ", cost.exit_code, "; see ", log);
    return cost;
}

Path SampleData::folder_of(const App& app, const Example& example) const {
    if (example.sample.empty()) return folder_ / app.name;
    return folder_ / app.name / digest_of(recipe(app, example)).hex().substr(0, 12);
}

std::vector<std::string> SampleData::resolved(const App& app, const Example& example,
                                              const std::vector<std::string>& words) const {
    const std::string data = folder_of(app, example).string();
    std::vector<std::string> out;
    for (std::string word : words) {
        for (auto at = word.find("{data}"); at != std::string::npos; at = word.find("{data}"))
            word.replace(at, 6, data);
        out.push_back(std::move(word));
    }
    return out;
}

void SampleData::make(const App& app, const Example& example) const {
    if (example.sample.empty()) return;
    const Path data = folder_of(app, example);
    const Path mark = data / "sample.txt";  // written last
    if (real_files().identity(mark)) return;
    say(cat("making the sample of ", app.name, " (kept for the next time)...\n"));
    std::vector<std::string> words = {app.name};
    for (const std::string& word : resolved(app, example, example.sample))
        words.push_back(word);
    words.insert(words.end(), {"--out", data.string(), "--cache", "off"});
    run_self_or_fail(words, log_, cancel_);
    write_file(real_files(), mark, recipe(app, example));
}

std::vector<std::string> SampleData::command(const App& app, const Example& example) const {
    std::vector<std::string> words = {app.name};
    for (const std::string& word : resolved(app, example, example.run))
        words.push_back(word);
    return words;
}

}  // namespace hone::cli
