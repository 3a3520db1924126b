// A program of somebody else: runs a task of an installed application, and an application of its own.
#include <iostream>

#include "hone/apps/envelope/envelope.h"
#include "hone/engine/engine.h"

namespace {

struct Options {
    std::int64_t terms = 1000;
};

hone::Outputs compute(hone::Run& run, const Options& options) {
    const double sum = run.reduce<double>(
        "terms", static_cast<std::size_t>(options.terms), 256, 0.0,
        [](std::size_t begin, std::size_t end) {
            double part = 0;
            for (std::size_t i = begin; i < end; ++i)
                part += 1.0 / static_cast<double>((i + 1) * (i + 1));
            return part;
        },
        [](double a, double b) { return a + b; });
    hone::Outputs outputs;
    outputs.summary().set("sum", sum);
    return outputs;
}

hone::App basel() {
    hone::Params<Options> params;
    params(&Options::terms, "terms", "Number of terms");
    hone::App app;
    app.name = "basel";
    app.summary = "Sum of the inverse squares";
    app.tasks.push_back(hone::make_task("compute", "Adds the first terms", 1, params, &compute));
    return app;
}

}  // namespace

int main(int argc, char** argv) {
    hone::Engine engine({.threads = 2, .memory_bytes = std::uint64_t{1} << 30, .cache_folder = argv[1]});
    const hone::Result own = engine.run(basel(), "compute", Options{.terms = 100'000});
    const double sum = own.outputs->summary().at("sum").number();
    if (sum < 1.6449 || sum > 1.645) return 1;

    // Options of an installed application are set by name, as from a command line.
    const hone::App envelope = hone::envelope::app();
    const hone::Task& query = *envelope.find("query");
    const auto options = query.params.make();
    const auto set = [&](const char* name, const std::string& value) {
        const hone::Param& param = *query.params.find(name);
        param.set(param, options.get(), std::vector<std::string>{value});
    };
    if (argc < 4) return 2;
    set("production", argv[2]);
    set("harvest", argv[3]);
    set("area", "100");
    const hone::Result result = engine.run_made(envelope, "query", options);
    const hone::Table& table = *result.outputs->main_table();
    std::cout << table.rows() << ' ' << table.column("lower_kcal").int64s()[0] << '\n';
    return engine.run_made(envelope, "query", options).execution.origin == hone::Origin::Memory ? 0 : 3;
}
