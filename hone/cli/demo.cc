// `hone demo`: every application at full scale, cold and warm, and a page with the figures.
#include <algorithm>

#include "hone/base/text.h"
#include "hone/cli/command.h"
#include "hone/cli/present.h"
#include "hone/cli/sample_data.h"
#include "hone/engine/engine.h"
#include "hone/formats/html_report.h"
#include "hone/table/encodings.h"

namespace hone::cli {
namespace {

class Demo {
public:
    Demo(Session& session, Path folder)
        : session_(session),
          folder_(std::move(folder)),
          log_(folder_ / "demo.log"),
          data_(folder_ / "data", log_, session.cancel) {}

    int run(bool is_small) {
        real_files().make_folders(folder_);
        real_files().remove(log_);
        for (const App& app : session_.apps) {
            const Example& example = is_small ? app.examples.front() : app.demo;
            data_.make(app, example);
            measure(app, example);
        }
        print(to_terminal(cost_table(), {.width = terminal_width()}));
        print("\n");
        print(to_terminal(decision_table(), {.width = terminal_width()}));
        write_page();
        print(cat("figures: ", folder_ / "index.html", '\n'));
        return 0;
    }

private:
    struct Decided {
        std::string what, reason, took;
    };
    struct Row {
        std::string app;
        std::vector<Decided> decisions;
        std::int64_t rows = 0;
        std::int64_t bytes = 0;
        ChildCost cold, warm;
        Path out;
    };

    void measure(const App& app, const Example& example) {
        Row row;
        row.app = app.name;
        row.out = folder_ / app.name;
        const Path cache = folder_ / "cache";
        std::error_code ignored;
        std::filesystem::remove_all(cache, ignored);
        std::vector<std::string> words = data_.command(app, example);
        words.insert(words.end(), {"--out", row.out.string(), "--cache", cache.string(), "--progress", "off"});
        row.cold = run_self_or_fail(words, log_, session_.cancel);
        const Json cold = Json::parse(read_file(real_files(), row.out / "execution.json"));
        // Inputs younger than two seconds are read again, so the first run after the sample was made is not the rule.
        for (int i = 0; i < 3; ++i) {
            const ChildCost warm = run_self_or_fail(words, log_, session_.cancel);
            if (i == 0 || warm.wall_seconds < row.warm.wall_seconds) row.warm = warm;
        }
        row.bytes = cold.at("input_bytes").integer();
        row.rows = cold.at("rows_read").integer();
        row.decisions = decisions(cold);
        rows_.push_back(std::move(row));
    }

    /// The gate's decisions, those that took longest first.
    static std::vector<Decided> decisions(const Json& execution) {
        constexpr std::size_t kMost = 5;
        std::vector<Json> made = execution.at("decisions").items();
        std::ranges::stable_sort(made, std::greater<>(), [](const Json& one) { return one.at("actual_s").number(); });
        made.resize(std::min(made.size(), kMost));
        std::vector<Decided> list;
        for (const Json& one : made) {
            const std::int64_t threads = one.at("threads").integer();
            std::string what = cat(one.at("verb").text(), ' ', one.at("site").text());
            if (threads > 1) what += cat(" on ", threads, " threads");
            list.push_back({std::move(what), one.at("reason").text(), human_seconds(one.at("actual_s").number())});
        }
        return list;
    }

    Table cost_table() const {
        std::vector<std::string> apps, rows, bytes, cold, cold_cpu, warm, warm_cpu, peak;
        for (const Row& row : rows_) {
            apps.push_back(row.app);
            rows.push_back(human_count(row.rows));
            bytes.push_back(human_bytes(static_cast<std::uint64_t>(row.bytes)));
            cold.push_back(human_seconds(row.cold.wall_seconds));
            cold_cpu.push_back(human_seconds(row.cold.cpu_seconds));
            warm.push_back(human_seconds(row.warm.wall_seconds));
            warm_cpu.push_back(human_seconds(row.warm.cpu_seconds));
            peak.push_back(human_bytes(row.cold.peak_bytes));
        }
        return Table({Column::text("application", apps), Column::text("input rows", rows), Column::text("bytes", bytes),
                      Column::text("cold", cold), Column::text("CPU", cold_cpu), Column::text("warm", warm),
                      Column::text("warm CPU", warm_cpu), Column::text("peak memory", peak)});
    }

    Table decision_table() const {
        std::vector<std::string> apps, decisions, reasons, took;
        for (const Row& row : rows_) {
            for (const Decided& decided : row.decisions) {
                apps.push_back(row.app);
                decisions.push_back(decided.what);
                reasons.push_back(decided.reason);
                took.push_back(decided.took);
            }
        }
        return Table({Column::text("application", apps), Column::text("decision", decisions),
                      Column::text("why", reasons), Column::text("took", took)});
    }

    void write_page() const {
        HtmlReport page("hone demo",
                        "Every application on sample data of real format and full size, computed cold and then from "
                        "the cache. The data are synthetic: figures show the method, not the world.");
        page.table(cost_table(), "Cost of each run as a whole process, one after another on this machine");
        page.table(decision_table(), "What the engine decided in the cold run, and why: what took longest");
        for (const Row& row : rows_) {
            page.heading(row.app);
            const Json summary = Json::parse(read_file(real_files(), row.out / "summary.json"));
            for (const Json& entry : summary.at("files").items())
                if (entry.at("media").text() == "image/svg+xml")
                    page.figure(read_file(real_files(), row.out / entry.at("file").text()), entry.at("name").text());
        }
        write_file(real_files(), folder_ / "index.html", page.finish());
    }

    Session& session_;
    Path folder_;
    Path log_;
    SampleData data_;
    std::vector<Row> rows_;
};

}  // namespace

int demo_command(Session& session, const Arguments& arguments) {
    const std::string scale = arguments.value("scale", "full");
    if (scale != "full" && scale != "small") fail(Fault::Usage, "--scale: expected full or small, found '", scale, "'");
    const std::string out = session.settings.value("out");
    return Demo(session, out.empty() ? Path("out/demo") : Path(out)).run(scale == "small");
}

}  // namespace hone::cli
