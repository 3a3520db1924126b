#include "hone/apps/eyemap/sample_plan.h"

#include <algorithm>
#include <set>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kRowsOfJob = 20'000;

std::string csv_text(std::string_view text) {
    if (text.find_first_of(",\";\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char letter : text)
        quoted.append(letter == '"' ? 2 : 1, letter);
    return quoted + '"';
}

std::vector<SampleType> all_types(const SampleOptions& options) {
    if (options.disc > 0) return {sample_disc_type(options.layers)};
    if (!options.is_catalogue) return sample_types();
    std::vector<SampleType> types;
    types.reserve(kSampleCatalogueTypes);
    for (std::int64_t rank = 1; rank <= kSampleCatalogueTypes; ++rank)
        types.push_back(sample_catalogue_type(options.key, rank));
    return types;
}

std::vector<SampleType> wanted_types(const SampleOptions& options) {
    std::vector<SampleType> types = all_types(options);
    if (options.types.empty()) return types;
    std::set<std::string> names(options.types.begin(), options.types.end());
    std::vector<SampleType> kept;
    for (SampleType& type : types)
        if (names.erase(type.name) > 0) kept.push_back(std::move(type));
    if (!names.empty()) fail(Fault::Usage, "the sample has no type '", *names.begin(), "'");
    return kept;
}

void rename_types(SamplePlan& plan) {
    if (plan.faults.has("case-collision")) {
        if (plan.types.size() < 2) fail(Fault::Usage, "case-collision needs two types");
        plan.types[0].name = "Tm4";
        plan.types[1].name = "tm4";
    }
    if (plan.faults.has("traversal-name")) plan.types.back().name = "../x";
}

/// Cuts the cells of one type and side; the cells before each piece are counted in parallel if there are several.
void add_jobs(SamplePlan& plan, std::size_t number, Side side, const Exec& exec) {
    const SampleType& type = plan.types[number];
    const SampleCells cells(plan.lattice, type, side, plan.key);
    if (cells.size() == 0) return;
    std::size_t layers = 0;
    for (const SampleArbor& arbor : type.arbors)
        layers += arbor.shares.size();
    const std::size_t size = type.is_wide() ? cells.size() : std::max<std::size_t>(1, kRowsOfJob / layers);
    const std::size_t begin = plan.jobs.size();
    for (std::size_t low = 0; low < cells.size(); low += size)
        plan.jobs.push_back({number, side, low, std::min(low + size, cells.size()), 0});
    const std::size_t count = plan.jobs.size() - begin;
    if (count == 1) return;
    std::vector<std::uint64_t> counts(count);
    exec.for_each("count cells", count, [&](std::size_t i) {
        const SampleJob& job = plan.jobs[begin + i];
        counts[i] = cells.count_cells(job.low, job.high);
    });
    for (std::size_t i = 1; i < count; ++i)
        plan.jobs[begin + i].first = plan.jobs[begin + i - 1].first + counts[i - 1];
}

void check_options(const SampleOptions& options) {
    if (options.disc > 0 && options.is_catalogue) fail(Fault::Usage, "a sample is a disc or a catalogue, not both");
    if (options.disc < 0 || options.disc > 20'000'000)
        fail(Fault::Usage, "a disc has 1 to 20000000 columns; found ", options.disc);
    if (options.layers < 1 || options.layers > 999)
        fail(Fault::Usage, "a disc has 1 to 999 layers; found ", options.layers);
    for (const std::string& kind : options.kinds)
        if (std::ranges::find(sample_kinds(), kind) == sample_kinds().end())
            fail(Fault::Usage, "expected a file from ", join(sample_kinds(), ", "), "; found '", kind, "'");
}

}  // namespace

SamplePlan make_sample_plan(const SampleOptions& options, const Exec& exec) {
    check_options(options);
    const bool is_disc = options.disc > 0;
    SamplePlan plan{is_disc ? SampleLattice::disc(options.disc, options.layers) : SampleLattice::fly(),
                    SampleFaults(options.faults, options.key),
                    is_disc ? std::vector<Side>{Side::Right} : std::vector<Side>{Side::Right, Side::Left},
                    wanted_types(options),
                    {},
                    {},
                    false,
                    std::nullopt,
                    options.key};
    rename_types(plan);
    plan.is_constant = plan.faults.has("constant");
    if (plan.faults.has("one-column")) {
        const std::size_t last = plan.lattice.regions().size() - 1;
        const Mask& mask = plan.lattice.regions()[last].mask;
        plan.only.emplace(last, mask[plan.faults.pick("one-column", mask.size())]);
    }
    for (std::size_t type = 0; type < plan.types.size(); ++type) {
        plan.csv_names.push_back(csv_text(plan.types[type].name));
        for (const Side side : plan.sides)
            add_jobs(plan, type, side, exec);
    }
    return plan;
}

}  // namespace hone::eyemap
