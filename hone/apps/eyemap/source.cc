#include "hone/apps/eyemap/source.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "hone/apps/eyemap/file_name.h"
#include "hone/apps/eyemap/intake.h"
#include "hone/apps/eyemap/source_files.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr double kWholeShare = 0.95;

std::vector<std::pair<std::string, std::string>> labels_of(const std::vector<Input>& inputs) {
    std::vector<std::pair<std::string, std::string>> labels;
    labels.reserve(inputs.size());
    for (const Input& input : inputs)
        labels.emplace_back(input.label, input.path.string());
    return labels;
}

std::optional<TableKind> kind_for(const SourceOptions& options, std::size_t index, std::size_t inputs) {
    if (options.kind.empty()) return std::nullopt;
    if (options.kind.size() != 1 && options.kind.size() != inputs)
        fail(Fault::Usage, "parameter kind has one word, or one for each of the ", inputs, " inputs; found ",
             options.kind.size());
    return parse_table_kind(options.kind.size() == 1 ? options.kind.front() : options.kind[index]);
}

/// Which kinds the inputs are, and whether they go together.
struct Kinds {
    bool has_synapses = false, has_places = false, has_assigned = false, has_aggregated = false;
    bool has_body_sides = true;  ///< all tables of cells have them

    explicit Kinds(const std::vector<SourceFile>& files) {
        for (const SourceFile& file : files) {
            const TableKind kind = file.layout.kind;
            const bool is_document = file.form == SourceFile::Form::Document;
            const bool is_places = kind == TableKind::Rois || kind == TableKind::Neurons;
            const bool is_table_of_cells = is_places || kind == TableKind::Synapses || kind == TableKind::Assigned;
            if (!is_document && is_table_of_cells && !file.layout[Role::BodySide]) has_body_sides = false;
            has_synapses = has_synapses || (!is_document && kind == TableKind::Synapses);
            has_places = has_places || (!is_document && is_places);
            has_assigned = has_assigned || (!is_document && kind == TableKind::Assigned);
            has_aggregated = has_aggregated || is_document || kind == TableKind::Columns || kind == TableKind::Layers;
        }
    }

    bool has_cells() const { return has_synapses || has_places || has_assigned; }

    void check_together(const ReadRules& rules) const {
        if (has_aggregated && (has_synapses || has_assigned))
            fail(Fault::Input, "rows of columns and rows of single cells cannot be given together: which would count?");
        if (has_assigned && has_synapses)
            fail(Fault::Input, "home columns of cells and synapses cannot be given together: which would count?");
        if (rules.population == Population::All) return;
        if (!has_cells())
            fail(Fault::Usage, "parameter population needs rows of single cells; these inputs have columns");
        if (!has_body_sides)
            fail(Fault::Input, "parameter population needs the column soma_side in every table of cells");
    }

    /// Rows of places give numbers only where nothing else does.
    CellUse use_of(const SourceFile& file) const {
        const bool is_places = file.layout.kind == TableKind::Rois || file.layout.kind == TableKind::Neurons;
        const bool is_only = !has_synapses && !has_assigned && !has_aggregated;
        return file.form != SourceFile::Form::Document && is_places && !is_only ? CellUse::UniverseOnly
                                                                                : CellUse::Numbers;
    }
};

}  // namespace

struct Source::State {
    State(Run& the_run, const SourceOptions& options, const std::vector<Input>& inputs)
        : run(the_run), rules(read_rules(options)), log(the_run.issues(), labels_of(inputs), rules.is_strict) {
        if (inputs.empty()) fail(Fault::Usage, "no input is given");
        if (inputs.size() > kMostInputs) fail(Fault::Usage, "more than ", kMostInputs, " inputs");
        Regions regions = declared_regions(options);
        std::vector<SourceFile> files;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            files.push_back(open_source_file(run, inputs[i], kind_for(options, i, inputs.size()), rules));
            take_head(files.back().head, regions);
        }
        const Kinds kinds(files);
        kinds.check_together(rules);
        counts_every_cell = kinds.has_assigned;
        intake.emplace(run, rules, std::move(regions), log, most_held(inputs));
        read_files(inputs, files, kinds);
        find_universe();
        sort_types();
        tell_collisions();
    }

    /// No limit of its own, unless the engine is told to work in pieces.
    std::uint64_t most_held(const std::vector<Input>& inputs) const {
        constexpr std::uint64_t kPackedShare = 8;
        const std::size_t pieces = run.pieces_for(1);
        std::uint64_t bytes = 0;
        for (const Input& input : inputs)
            bytes += input.size_bytes();
        return pieces > 1 ? bytes / kPackedShare / pieces : Budget::kUnlimited;
    }

    void take_head(const DocumentHead& head, Regions& regions) {
        for (const Region& region : head.regions)
            regions.add(region.name, region.layers.size(), region.layers);
        rules.is_complete = rules.is_complete || head.is_complete;
        const auto take = [](std::string& to, const std::string& from) {
            if (to.empty()) to = from;
        };
        take(provenance.name, head.provenance.name);
        take(provenance.version, head.provenance.version);
        take(provenance.licence, head.provenance.licence);
    }

    void read_files(const std::vector<Input>& inputs, const std::vector<SourceFile>& files, const Kinds& kinds) {
        // Where places of cells are given, they say which columns exist, and are read first.
        for (const bool is_first : {true, false}) {
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                const bool is_listed_only = kinds.use_of(files[i]) == CellUse::UniverseOnly;
                if (is_listed_only != is_first) continue;
                read_source_file(run, inputs[i], files[i], static_cast<std::uint16_t>(i), kinds.use_of(files[i]),
                                 *intake);
            }
            if (is_first && kinds.has_places) seen_in_places = intake->seen().masks();
        }
        if (const std::uint64_t bytes = intake->streams().spilled_bytes(); bytes > 0)
            run.fallback(cat(human_bytes(bytes), " of packed rows went to disk: they did not fit half of the memory"));
    }

    /// Precedence for each region and side: lists in the inputs, columns with data if they are all, built-in lists.
    void find_universe() {
        const bool by_data =
            rules.universe == UniverseRule::Data || (rules.universe == UniverseRule::Auto && rules.is_complete);
        const Universe listed = intake->listed().masks();
        const Universe seen = seen_in_places.empty() ? intake->seen().masks() : seen_in_places;
        const auto mask_in = [](const Universe& of, std::pair<std::size_t, Side> key) {
            const auto at = of.find(key);
            return at == of.end() ? Mask() : at->second;
        };
        for (std::size_t region = 0; region < intake->regions().size(); ++region) {
            const Mask& builtin = builtin_mask(intake->regions()[region].name);
            for (const Side side : kSides) {
                Mask mask = mask_in(listed, {region, side});
                const bool is_listed = !mask.empty();
                if (mask.empty() && by_data) mask = mask_in(seen, {region, side});
                if (by_data && !is_listed) tell_small(region, side, mask.size(), builtin.size());
                if (mask.empty() && !by_data) mask = builtin;
                if (mask.empty() && builtin.empty()) mask = data_mask(region, side, mask_in(seen, {region, side}));
                if (!mask.empty()) universe[{region, side}] = std::move(mask);
            }
        }
    }

    /// Of a region for which there is no list at all.
    Mask data_mask(std::size_t region, Side side, Mask seen) {
        if (!seen.empty())
            log.add({Finding::SmallUniverse,
                     Severity::Note,
                     {},
                     {},
                     cat("nothing lists the columns of ", intake->regions()[region].name, " (", side_letter(side),
                         "): the ", seen.size(), " with data are taken")});
        return seen;
    }

    void tell_small(std::size_t region, Side side, std::size_t found_columns, std::size_t builtin) {
        const bool is_small = static_cast<double>(found_columns) < kWholeShare * static_cast<double>(builtin);
        if (found_columns == 0 || !is_small) return;
        log.add(found(Finding::SmallUniverse, {}, {},
                      cat(intake->regions()[region].name, " (", side_letter(side), "): the data have ", found_columns,
                          " columns, the built-in list ", builtin)));
    }

    void sort_types() {
        for (std::uint32_t type = 0; type < intake->types(); ++type)
            if (intake->is_wanted(type)) order.push_back(type);
        std::ranges::sort(order, {}, [&](std::uint32_t type) -> const std::string& { return intake->type_name(type); });
    }

    void tell_collisions() {
        std::vector<std::string> names;
        for (const std::uint32_t type : order)
            names.push_back(intake->type_name(type));
        for (const auto& [name, file] : safe_names(names))
            if (file != safe_name(name))
                log.add(found(
                    Finding::NameCollision, {}, {},
                    cat("the file name of ", name, " is that of another type, or differs in case only; it is ", file)));
    }

    static constexpr std::size_t kMostInputs = 1000;
    Run& run;
    ReadRules rules;
    FindingLog log;
    Provenance provenance;
    std::optional<Intake> intake;
    Universe seen_in_places, universe;
    std::vector<std::uint32_t> order;  ///< types by name
    bool counts_every_cell = false;
};

Source::Source(Run& run, const SourceOptions& options, const std::vector<Input>& inputs)
    : state_(std::make_unique<State>(run, options, inputs)) {}

Source::~Source() = default;

const Provenance& Source::provenance() const {
    return state_->provenance;
}

const Regions& Source::regions() const {
    return state_->intake->regions();
}

const Universe& Source::universe() const {
    return state_->universe;
}

std::vector<std::string> Source::type_names() const {
    std::vector<std::string> names;
    for (const std::uint32_t type : state_->order)
        names.push_back(state_->intake->type_name(type));
    return names;
}

void Source::for_each_type(FunctionRef<bool(std::string_view)> is_wanted, FunctionRef<void(CellType&&)> take) {
    constexpr std::uint64_t kBatchBytes = std::uint64_t{2} << 20;
    constexpr std::size_t kBatchTypes = 256;
    const Intake& intake = *state_->intake;
    const AggregateRules rules{&state_->rules,        &intake.regions(),         &state_->universe,
                               &intake.value_names(), state_->counts_every_cell, &state_->run.budget()};
    std::vector<std::uint32_t> batch;
    std::uint64_t bytes = 0;
    const auto flush = [&] {
        auto types = state_->run.map<AggregatedType>("aggregate", batch.size(), [&](Run& run, std::size_t i) {
            const Buffer rows = intake.streams().read(batch[i]);
            const std::span<const std::uint8_t> packed(reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size());
            return aggregate(intake.type_name(batch[i]), packed, rules, run.cancel());
        });
        Reservation held(state_->run.budget(), 0);
        std::uint64_t size = 0;
        for (const AggregatedType& type : types)
            size += type.type.memory_bytes();
        held.resize(size);
        for (AggregatedType& type : types) {
            for (const Found& found : type.findings)
                state_->log.add(found);
            take(std::move(type.type));
        }
        batch.clear();
        bytes = 0;
    };
    for (const std::uint32_t type : state_->order) {
        if (!is_wanted(intake.type_name(type))) continue;
        batch.push_back(type);
        bytes += intake.streams().bytes(type);
        if (bytes >= kBatchBytes || batch.size() == kBatchTypes) flush();
    }
    if (!batch.empty()) flush();
}

namespace {

/// What a data set depends on.
struct SourceKey {
    SourceOptions options;
    std::vector<Input> inputs;
};

DataSet read_all(Run& run, const SourceKey& key) {
    Source source(run, key.options, key.inputs);
    DataSet set{
        .provenance = source.provenance(), .regions = source.regions(), .universe = source.universe(), .types = {}};
    Reservation held(run.budget(), 0);
    std::uint64_t bytes = 0;
    source.for_each_type([](std::string_view) { return true; },
                         [&](CellType&& type) {
                             bytes += type.memory_bytes();
                             held.resize(bytes);
                             set.types.push_back(std::move(type));
                         });
    return set;
}

}  // namespace

std::vector<Input> source_inputs(const Run& run, const SourceOptions& options) {
    std::vector<Input> inputs;
    for (std::size_t i = 0; i < options.input.size(); ++i)
        inputs.push_back(run.input("input", i));
    return inputs;
}

}  // namespace hone::eyemap

namespace hone {

/// Only encoded: an argument of a memo.
template <>
struct Codec<eyemap::SourceKey> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::SourceKey& key) {
        for (const Input& input : key.inputs)
            encode_memo_argument(out, input);
        const eyemap::SourceOptions& options = key.options;
        for (const auto& list : {options.kind, options.add_region, options.legacy})
            Codec<std::vector<std::string>>::encode(out, list);
        for (const std::string& text : {options.population, options.duplicates, options.outside, options.universe,
                                        options.column_base, options.unlayered, options.unknown_region})
            out.text(text);
        out.u8(options.complete ? 1 : 0);
        out.u8(options.strict ? 1 : 0);
    }
};

}  // namespace hone

namespace hone::eyemap {

std::shared_ptr<const DataSet> read_data_set(Run& run, const SourceOptions& options) {
    return run.memo<DataSet>("data set", 1, &read_all, SourceKey{options, source_inputs(run, options)});
}

void for_each_type(Run& run, const SourceOptions& options, FunctionRef<void(const CellType&)> take) {
    Source source(run, options, source_inputs(run, options));
    source.for_each_type([](std::string_view) { return true; }, [&](CellType&& type) { take(type); });
}

}  // namespace hone::eyemap
