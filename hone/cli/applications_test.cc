// The suites that every application passes: contract, golden, differential. Loops over the table of applications.
#include "hone/cli/applications.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "hone/base/text.h"
#include "hone/cli/arguments.h"
#include "hone/engine/deliver.h"
#include "hone/engine/verify.h"
#include "hone/testing/temporary_folder.h"

namespace hone::cli {
namespace {

std::string with(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// What reads documents; empty in builds that have none (sanitizers).
Path docworker() {
#ifdef HONE_DOCWORKER
    return HONE_DOCWORKER;
#else
    return {};
#endif
}

/// Examples that can be run here: without a worker those that read documents say only that.
std::vector<Example> runnable(const App& app) {
    std::vector<Example> examples;
    for (const Example& example : app.examples)
        if (!app.find(example.run.front())->reads_documents || !docworker().empty()) examples.push_back(example);
    return examples;
}

/// An example of an application with its inputs made.
class Prepared {
public:
    Prepared(const App& app, const Example& example) : app_(app), example_(example) {
        if (example.sample.empty()) return;
        Engine engine;
        const Result result = engine.run_made(app, example.sample.front(), options_of(example.sample));
        write_outputs(real_files(), data(), result, Format::Csv);
    }

    const Task& task() const { return *app_.find(example_.run.front()); }
    std::shared_ptr<const void> options() const { return options_of(example_.run); }
    const Path& folder() const { return folder_.path(); }
    Path data() const { return folder_.path() / "data"; }

    /// Every file that a plain run leaves but execution.json, with the place of the data taken out; of large ones the
    /// digest.
    std::map<std::string, std::string> plain_files() const {
        EngineOptions plain{.is_plain = true};
        plain.docworker = docworker();
        Engine engine(plain);
        const Result result = engine.run_made(app_, task().name, options());
        const Path out = folder() / "out";
        write_outputs(real_files(), out, result, Format::Csv);
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
            const std::string name = entry.path().lexically_relative(out);
            if (!entry.is_regular_file() || name == "execution.json") continue;
            std::string bytes = with(read_file(real_files(), entry.path()), data().string(), "{data}");
            if (name == "summary.json")
                files[name] = shortened(bytes);
            else if (bytes.size() > kMostKept)
                files[name + ".digest"] = cat(digest_of(bytes).hex(), ' ', bytes.size(), " bytes\n");
            else
                files[name] = bytes;
        }
        return files;
    }

private:
    static constexpr std::size_t kMostKept = std::size_t{64} << 10;

    std::shared_ptr<void> options_of(const std::vector<std::string>& line) const {
        std::vector<std::string> words;
        for (std::size_t i = 1; i < line.size(); ++i)
            words.push_back(with(line[i], "{data}", data().string()));
        Settings settings;
        bool wants_help = false;
        return parse_task(*app_.find(line.front()), words, settings, wants_help);
    }

    /// True if the place of the data stands in the files, so that their digests differ from run to run.
    bool shows_paths() const { return std::ranges::any_of(task().params.params(), &Param::is_named); }

    static Json without_digests(const Json& files) {
        Json kept = Json::array();
        for (const Json& file : files.items()) {
            Json entry = Json::object();
            for (const auto& [name, value] : file.members())
                if (name != "bytes" && name != "digest") entry.set(name, value);
            kept.push(std::move(entry));
        }
        return kept;
    }

    /// A summary with its first Issues only; the counts say how many there are.
    std::string shortened(const std::string& summary) const {
        constexpr std::size_t kMost = 20;
        Json document = Json::parse(summary);
        Json issues = Json::array();
        for (const Json& issue : document.at("issues").items())
            if (issues.items().size() < kMost) issues.push(issue);
        if (shows_paths()) document.set("files", without_digests(document.at("files")));
        return document.set("issues", std::move(issues)).dump() + "\n";
    }

    const App& app_;
    const Example& example_;
    testing::TemporaryFolder folder_;
};

TEST(Applications, KeepTheContract) {
    for (const App& app : applications()) {
        std::set<std::string> shown;
        for (const Example& example : app.examples)
            shown.insert(example.run.front());
        std::set<std::string> names;
        for (const Task& task : app.tasks) {
            EXPECT_TRUE(names.insert(task.name).second) << app.name << ' ' << task.name;
            EXPECT_FALSE(task.summary.empty() || task.summary.ends_with('.')) << task.summary;
            EXPECT_TRUE(task.mode != Task::Mode::Cached || shown.contains(task.name)) << task.name << " has no example";
            std::set<std::string> params;
            for (const Param& param : task.params.params()) {
                EXPECT_TRUE(params.insert(param.name).second) << param.name;
                EXPECT_EQ(find_setting(param.name) != nullptr, param.over_setting) << param.name << " and the settings";
                EXPECT_GT(param.help.size(), 10U) << param.name;
            }
        }
        for (const Notice& notice : app.notices) {
            EXPECT_TRUE(notice.id.starts_with(app.name + ".")) << notice.id;
            EXPECT_TRUE(notice.explanation.ends_with('.')) << notice.id;
        }
        EXPECT_NE(app.find(app.demo.run.front()), nullptr);
    }
}

/// Compares with hone/apps/<app>/golden/<example>/, or renews it with HONE_UPDATE_GOLDEN=1. What a released revision
/// gave is in caches, so other bytes need another revision.
void compare_with_golden(const App& app, const Example& example) {
    const Prepared prepared(app, example);
    const auto files = prepared.plain_files();
    const Path golden = Path(HONE_TEST_FOLDER).parent_path() / "apps" / app.name / "golden" / example.name;
    const Path revision_file = golden / "revision.txt";
    const std::string revision = cat(prepared.task().name, ' ', prepared.task().revision, '\n');
    const bool is_new = !real_files().identity(revision_file);
    const bool is_raised = !is_new && read_file(real_files(), revision_file) != revision;
    if (std::getenv("HONE_UPDATE_GOLDEN") != nullptr && (is_new || is_raised)) {
        std::filesystem::remove_all(golden);
        for (const auto& [name, bytes] : files) {
            real_files().make_folders((golden / name).parent_path());
            write_file(real_files(), golden / name, bytes);
        }
        write_file(real_files(), revision_file, revision);
    }
    std::size_t compared = 0;
    for (const auto& [name, bytes] : files) {
        ASSERT_TRUE(real_files().identity(golden / name)) << name << " has no golden file";
        EXPECT_TRUE(read_file(real_files(), golden / name) == bytes)
            << app.name << ' ' << example.name << ": " << name << " changed. If that is meant, raise the revision of "
            << prepared.task().name << " and renew with HONE_UPDATE_GOLDEN=1";
        ++compared;
    }
    EXPECT_EQ(read_file(real_files(), revision_file), revision);
    EXPECT_GE(compared, 2U);
}

TEST(Applications, GiveTheGoldenBytes) {
    for (const App& app : applications())
        for (const Example& example : runnable(app))
            compare_with_golden(app, example);
}

TEST(Applications, GiveTheSameBytesInEveryWay) {
    for (const App& app : applications()) {
        for (const Example& example : runnable(app)) {
            const Prepared prepared(app, example);
            const auto rows =
                verify(app, prepared.task().name, prepared.options(), {prepared.folder() / "verify", docworker()});
            EXPECT_GE(rows.size(), 10U);
            for (const VerifyRow& row : rows)
                EXPECT_TRUE(row.is_equal)
                    << app.name << ' ' << example.name << ", " << row.way << ": " << row.difference;
        }
    }
}

}  // namespace
}  // namespace hone::cli
