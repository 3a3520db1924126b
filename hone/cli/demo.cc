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
    Demo(Session& session, Path folder) : session_(session), folder_(std::move(folder)), log_(folder_ / "demo.log"), data_(folder_ / "data", log_, session.cancel) {}

    int run(bool is_small) {
        real_files().make_folders(folder_);
        real_files().remove(log_);
        for (const App& app : session_.apps) {
            const Example& example = is_small ? app.examples.front() : app.demo;
            data_.make(app, example);
            measure(app, example);
        }
        const Table table = cost_table();
        print(to_terminal(table, {.width = terminal_width()}));
        write_page(table);
        print(cat("figures: ", folder_ / "index.html", '\n'));
        return 0;
    }

private:
    struct Row {
        std::string app, decisions;
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
        row.warm = run_self_or_fail(words, log_, session_.cancel);
        const Json summary = Json::parse(read_file(real_files(), row.out / "summary.json"));
        row.bytes = cold.at("input_bytes").integer();
        if (const Json* rows = summary.find("input_rows")) row.rows = rows->integer();
        row.decisions = decisions(cold);
        rows_.push_back(std::move(row));
    }

    /// The gate's decisions in words, those that took longest first.
    static std::string decisions(const Json& execution) {
        std::vector<Json> made = execution.at("decisions").items();
        std::ranges::stable_sort(made, std::greater<>(), [](const Json& one) { return one.at("actual_s").number(); });
        std::string text;
        for (std::size_t i = 0; i < std::min<std::size_t>(made.size(), 4); ++i)
            text += cat(i == 0 ? "" : "; ", made[i].at("verb").text(), ' ', made[i].at("site").text(), ": ", made[i].at("reason").text());
        return text;
    }

    Table cost_table() const {
        std::vector<std::string> apps, rows, bytes, cold, warm, peak, why;
        for (const Row& row : rows_) {
            apps.push_back(row.app);
            rows.push_back(human_count(row.rows));
            bytes.push_back(human_bytes(static_cast<std::uint64_t>(row.bytes)));
            const auto time = [](const ChildCost& cost) {
                return cat(human_seconds(cost.wall_seconds), " (", human_seconds(cost.cpu_seconds), " CPU)");
            };
            cold.push_back(time(row.cold));
            warm.push_back(time(row.warm));
            peak.push_back(human_bytes(row.cold.peak_bytes));
            why.push_back(row.decisions);
        }
        return Table({Column::text("application", apps), Column::text("input rows", rows), Column::text("bytes", bytes),
                      Column::text("cold", cold), Column::text("warm", warm), Column::text("peak memory", peak),
                      Column::text("decisions", why)});
    }

    void write_page(const Table& table) const {
        HtmlReport page("hone demo", "Every application on sample data of real format and full size, computed cold and then from "
                                     "the cache. The data are synthetic: figures show the method, not the world.");
        page.table(table, "Cost of each run as a whole process");
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
