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
        : run(the_run),
          rules(read_rules(options)),
          log(the_run.issues(), labels_of(inputs), rules.is_strict),
          held_by_universe(the_run.budget(), 0) {
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
        has_aggregated = kinds.has_aggregated;
        read_files(inputs, files, kinds);
        intake->end_reading();
        find_universe();
        sort_types();
        is_told.resize(intake->types());
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
        Universe listed = intake->listed().masks();
        Universe seen = seen_in_places.empty() ? intake->seen().masks() : std::move(seen_in_places);
        const auto take_mask = [](Universe& of, std::pair<std::size_t, Side> key) {
            const auto at = of.find(key);
            return at == of.end() ? Mask() : std::exchange(at->second, {});
        };
        for (std::size_t region = 0; region < intake->regions().size(); ++region) {
            const Mask& builtin = builtin_mask(intake->regions()[region].name);
            for (const Side side : kSides) {
                Mask mask = take_mask(listed, {region, side});
                const bool is_listed = !mask.empty();
                if (mask.empty() && by_data) mask = take_mask(seen, {region, side});
                if (by_data && !is_listed) tell_small(region, side, mask.size(), builtin.size());
                if (mask.empty() && !by_data) mask = builtin;
                if (mask.empty() && builtin.empty()) mask = data_mask(region, side, take_mask(seen, {region, side}));
                universe_columns += mask.size();
                held_by_universe.resize(universe_columns * sizeof(Hex));
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

    AggregateRules aggregate_rules() {
        return {&rules, &intake->regions(), &universe, &intake->value_names(), counts_every_cell, &run.budget()};
    }

    std::uint32_t type_number(std::string_view name) const {
        const auto at = std::ranges::lower_bound(
            order, name, {}, [&](std::uint32_t type) -> std::string_view { return intake->type_name(type); });
        check(at != order.end() && intake->type_name(*at) == name, "a type of the data set is asked for");
        return *at;
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
    std::uint64_t universe_columns = 0;
    Reservation held_by_universe;
    std::vector<std::uint32_t> order;  ///< types by name
    bool counts_every_cell = false;
    std::vector<bool> is_told;    ///< by type: its findings are
    bool has_aggregated = false;  ///< rows of columns, not of cells
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

std::vector<Side> Source::sides_with_rows() const {
    std::vector<Side> sides;
    for (const Side side : kSides)
        if (state_->intake->has_rows_on(side)) sides.push_back(side);
    return sides;
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
    const AggregateRules rules = state_->aggregate_rules();
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
        state_->is_told[type] = true;
        batch.push_back(type);
        bytes += intake.streams().bytes(type);
        if (bytes >= kBatchBytes || batch.size() == kBatchTypes) flush();
    }
    if (!batch.empty()) flush();
}

std::uint64_t Source::drawing_bytes(std::string_view type, std::size_t maps) const {
    // Measured: what rows and columns take when they are added up, and what columns take in a model.
    constexpr std::uint64_t kLeastRow = 4;
    constexpr std::uint64_t kRawByte = 3, kAggregatedByte = 16;
    constexpr std::uint64_t kColumn = 650, kMapColumn = 120;
    const Intake& intake = *state_->intake;
    const std::uint64_t packed = intake.streams().bytes(state_->type_number(type));
    const std::uint64_t all = state_->universe_columns + intake.seen().size();
    const std::uint64_t columns = std::min(packed / kLeastRow + 1, all);
    return packed * (state_->has_aggregated ? kAggregatedByte : kRawByte) + columns * kColumn +
           (state_->universe_columns + columns) * kMapColumn * maps;
}

std::unique_ptr<TypeParts> Source::cut(std::string_view type, std::size_t parts) {
    state_->is_told[state_->type_number(type)] = true;
    state_->intake->give_up_memory();
    return std::make_unique<TypeParts>(std::string(type), state_->intake->streams(), state_->type_number(type),
                                       state_->aggregate_rules(), parts, state_->run.spill(), state_->run.cancel(),
                                       [log = &state_->log](const Found& found) { log->add(found); });
}

void Source::tell_rest() {
    const auto is_left = [&](std::string_view name) { return !state_->is_told[state_->type_number(name)]; };
    for (const std::string& name : type_names()) {
        if (!is_left(name)) continue;
        const std::size_t pieces = state_->run.pieces_for(drawing_bytes(name, 0));
        if (pieces > 1) cut(name, 2 * pieces)->for_each([](CellType&&, HexLines) {});
    }
    for_each_type(is_left, [](CellType&&) {});
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
