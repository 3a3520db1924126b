#include "hone/apps/eyemap/sample_task.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "hone/apps/eyemap/sample.h"
#include "hone/apps/eyemap/sample_faults.h"

namespace hone::eyemap {
namespace {

struct SampleTaskOptions {
    std::int64_t key = 1;
    std::vector<std::string> types;
    std::int64_t disc = 0;
    std::int64_t layers = 4;
    bool catalogue = false;
    std::vector<std::string> faults;
    std::vector<std::string> kinds;
};

Outputs sample(Run& run, const SampleTaskOptions& options) {
    SampleOptions what;
    what.key = static_cast<std::uint64_t>(options.key);
    what.disc = options.disc;
    what.layers = static_cast<int>(options.layers);
    what.is_catalogue = options.catalogue;
    what.types = options.types;
    what.faults = options.faults;
    what.kinds = options.kinds;
    std::vector<std::unique_ptr<ArtifactSink>> sinks;
    const SampleOpen open = [&](const std::string& file) -> SampleFile::Sink {
        const std::size_t dot = file.rfind('.');
        sinks.push_back(std::make_unique<ArtifactSink>(
            run.artifact(file.substr(0, dot), file.ends_with(".json") ? "application/json" : "text/csv")));
        return [sink = sinks.back().get()](std::string_view bytes) { sink->write(bytes); };
    };
    Outputs outputs;
    const Json manifest = write_sample(what, open, run.budget(), run.exec());
    for (const auto& sink : sinks)
        sink->finish();
    outputs.bytes("manifest", "application/json", manifest.dump() + "\n");
    outputs.summary() = manifest;
    return outputs;
}

}  // namespace

Task sample_task() {
    Params<SampleTaskOptions> params;
    params(&SampleTaskOptions::key, "key", "Key of the generator: equal keys give equal bytes")
        .in_range(0, std::numeric_limits<std::int64_t>::max());
    params(&SampleTaskOptions::types, "types", "Only these types of the sample, by name").value("NAME,...");
    params(&SampleTaskOptions::disc, "disc", "One region GRID of this many columns instead of the fly's; 0 = none")
        .in_range(0, 20'000'000);
    params(&SampleTaskOptions::layers, "layers", "Layers of the region GRID").in_range(1, 999);
    params(&SampleTaskOptions::catalogue, "catalogue", "11732 types as a catalogue has them, 425 of them with columns");
    params(&SampleTaskOptions::faults, "fault", "Mistakes to put in, each listed in the manifest with its row")
        .one_of(sample_fault_names());
    params(&SampleTaskOptions::kinds, "kind", "Files to write; without it all").one_of(sample_kinds());
    return make_task("sample", "Write synthetic data in every format that is read, from a key", 1, params, &sample)
        .uncached();
}

}  // namespace hone::eyemap
