#include "hone/apps/envelope/load.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <tuple>

#include "hone/apps/envelope/cell_join.h"
#include "hone/apps/envelope/cell_table.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr double kStrictGap = 0.05;

/// How the cells are divided so that the tables of a part, the joined cells and their order fit the budget.
struct Division {
    std::size_t production_rows = 0, harvest_rows = 0;  ///< expected
    std::size_t parts = 1;

    Division(Run& run, const Input& production, const Input& harvest, std::size_t crops)
        : production_rows(expected_rows(run, production)), harvest_rows(expected_rows(run, harvest)) {
        // Pieces of a file in work, with their rows.
        const std::uint64_t windows =
            std::min(std::uint64_t{16} << 20, 3 * std::max(production.size_bytes(), harvest.size_bytes()));
        constexpr std::uint64_t kCellBytes = 22;  // of Cells
        const std::uint64_t cells = std::min(production_rows, harvest_rows);
        const std::uint64_t rows = production_rows + harvest_rows;
        parts = run.pieces_for(rows * CellTable::row_bytes(crops), cells * kCellBytes + windows);
    }
};

void check_rows(const Input& input, const FileCounts& counts) {
    if (counts.misshapen * 100 > counts.rows + counts.misshapen)
        throw Error(Fault::Input, cat("more than 1 % of the rows have another field count than the header (",
                                      counts.misshapen, " of ", counts.rows + counts.misshapen, "): ", input.path))
            .with_id("envelope.field-count");
    if (counts.rows == 0) throw Error(Fault::Input, cat("no data rows in ", input.path));
}

/// Reports an unusually large share of rows without a partner.
void check_gap(Run& run, const Input& input, const FileCounts& counts) {
    const double share = static_cast<double>(counts.unmatched) / static_cast<double>(counts.rows);
    if (share > kStrictGap)
        run.issues().add(
            {.id = "envelope.join-gap",
             .file = input.label,
             .severity = Severity::Warning,
             .message = cat(counts.unmatched, " of ", counts.rows, " rows have no partner (more than 5 %)")});
}

void require_matches(const Input& production, const Input& harvest, const LoadedBase& loaded) {
    if (loaded.cells.matched > 0) return;
    throw Error(Fault::Input, cat("no cell is in both files: ", production.path, " and ", harvest.path))
        .with_id("envelope.mismatched-grids")
        .with_mend("Give the production and the harvested-area file of one edition and one grid.");
}

/// Memory that the places take with their totals.
std::uint64_t place_bytes(const PlaceIndex& index, const CropSet& set) {
    constexpr std::uint64_t kPlaceBytes = 400;  // names, index and totals
    return index.size() * (kPlaceBytes + 16 * set.crops().size());
}

/// The places in their final order, and for each number given while reading the final one.
struct Renumbering {
    std::shared_ptr<const Places> places;
    std::vector<Place> final_number;

    explicit Renumbering(const PlaceIndex& index) { std::tie(places, final_number) = index.finish(); }

    void apply(Cells& cells) const {
        for (Place& place : cells.place)
            place = final_number[place];
        cells.places = places;
    }
    void apply(std::vector<PlaceTotals>& totals) const {
        std::vector<PlaceTotals> sorted(places->size());
        for (std::size_t number = 0; number < totals.size(); ++number)
            sorted[final_number[number]] = std::move(totals[number]);
        totals = std::move(sorted);
    }
};

/// Memory that stays free: for shares of rows and blocks of cells, and for what no budget counts, because with little
/// memory the pieces of a file and the parts would take all there is.
std::uint64_t spared(Run& run) {
    constexpr std::uint64_t kBlocks = std::uint64_t{2} << 20;
    return kBlocks + run.budget().attainable() / 8;
}

/// Reads one of the tables and deals its rows.
DealtRows deal(Run& run, const Input& input, const CellTable::What& what, std::size_t parts, FileCounts& counts) {
    const Reservation held = run.budget().reserve(spared(run) / 2);
    return CellTable::deal(run, input, what, parts, counts);
}

}  // namespace

LoadedBase load_base(Run& run, const Input& production, const Input& harvest, const LoadOptions& options) {
    const CropSet set = parse_crop_set(options.crops);
    const EnergyTable energy = parse_energy_table(options.energy);
    require_energy(energy, set);
    const Division division(run, production, harvest, set.crops().size());

    LoadedBase loaded{Base(run.budget())};
    Cells cells(run.budget());
    PlaceIndex index_of_places;
    Reservation held_by_places(run.budget(), 0);
    const int refinement = narrow<int>(options.refinement);
    const CellTable::What p_what{'P', set, refinement, &index_of_places};
    const CellTable::What h_what{'H', set, refinement, nullptr};
    std::optional<DealtRows> p_rows, h_rows;  // rather than reading the files once for each part
    if (division.parts > 1) {
        p_rows = deal(run, production, p_what, division.parts, loaded.production);
        h_rows = deal(run, harvest, h_what, division.parts, loaded.harvest);
    }
    for (std::size_t index = 0; index < division.parts; ++index) {
        const CellTable p =
            p_rows ? CellTable(run, production, p_what, *p_rows, index, loaded.production)
                   : CellTable(run, production, p_what, {0, 1, division.production_rows}, loaded.production);
        const CellTable h = h_rows ? CellTable(run, harvest, h_what, *h_rows, index, loaded.harvest)
                                   : CellTable(run, harvest, h_what, {0, 1, division.harvest_rows}, loaded.harvest);
        held_by_places.resize(place_bytes(index_of_places, set));
        loaded.is_synthetic = p.is_synthetic() || h.is_synthetic();
        const auto stage = run.span("join");
        if (index == 0) cells.reserve(std::min(p.order().size(), h.order().size()));
        CellJoin(run, energy, set, loaded, cells).join(p, h);
        // Parts are of nearly equal size, so the first tells how many cells there will be.
        if (index == 0 && division.parts > 1) cells.reserve(cells.size() * division.parts * 51 / 50 + 1000);
    }
    check_rows(production, loaded.production);
    check_rows(harvest, loaded.harvest);
    require_matches(production, harvest, loaded);
    check_gap(run, production, loaded.production);
    check_gap(run, harvest, loaded.harvest);
    const auto stage = run.span("order");
    const Renumbering renumbering(index_of_places);
    renumbering.apply(cells);
    renumbering.apply(loaded.totals);
    loaded.base = Base(std::move(cells), run.exec());
    return loaded;
}

std::uint64_t memory_to_load(Run& run, const Input& production, const Input& harvest) {
    // 46 bytes while cells are ordered, and what is held besides.
    constexpr std::uint64_t kCellBytes = 52;
    constexpr std::uint64_t kLeastRowBytes = 8;  // "0,0,,1,\n"
    const std::uint64_t most = std::min(production.size_bytes(), harvest.size_bytes()) / kLeastRowBytes * kCellBytes;
    if (!run.spills(most)) return most;
    return std::min(expected_rows(run, production), expected_rows(run, harvest)) * kCellBytes;
}

namespace {

/// Both tables and what is wanted of them.
struct Sources {
    const Input& production;
    const Input& harvest;
    const CropSet& set;
    const EnergyTable& energy;
    int refinement = 1;
};

/// Into how many parts rows are dealt so that both tables of a part and its cells, or their order, fit the budget.
std::size_t parts_to_deal(Run& run, const Sources& sources) {
    constexpr std::uint64_t kSortBytes = 4;    // a row, while one of the tables is sorted
    constexpr std::uint64_t kCellBytes = 22;   // of Cells
    constexpr std::uint64_t kOrderBytes = 46;  // a cell, while they are ordered
    const std::uint64_t p = expected_rows(run, sources.production);
    const std::uint64_t h = expected_rows(run, sources.harvest);
    const std::uint64_t cells = std::min(p, h);
    const std::uint64_t tables =
        (p + h) * CellTable::row_bytes(sources.set.crops().size()) + std::max(p, h) * kSortBytes;
    return run.pieces_for(std::max(tables + cells * kCellBytes, cells * kOrderBytes), spared(run));
}

/// The cells of the dealt parts, each part in order in a file.
std::vector<Base> ordered_parts(Run& run, const Sources& sources, LoadedBase& loaded) {
    PlaceIndex index_of_places;
    const CellTable::What p_what{'P', sources.set, sources.refinement, &index_of_places};
    const CellTable::What h_what{'H', sources.set, sources.refinement, nullptr};
    const std::size_t count = parts_to_deal(run, sources);
    const DealtRows p_rows = deal(run, sources.production, p_what, count, loaded.production);
    const DealtRows h_rows = deal(run, sources.harvest, h_what, count, loaded.harvest);
    loaded.is_synthetic = p_rows.is_synthetic || h_rows.is_synthetic;
    const Reservation held_by_places = run.budget().reserve(place_bytes(index_of_places, sources.set));
    const Renumbering renumbering(index_of_places);

    const auto store = std::make_shared<CellStore>(run.spill());
    std::vector<Base> parts;
    for (std::size_t part = 0; part < count; ++part) {
        run.progress("join", part, count);
        Cells cells(run.budget());
        {
            const CellTable p(run, sources.production, p_what, p_rows, part, loaded.production);
            const CellTable h(run, sources.harvest, h_what, h_rows, part, loaded.harvest);
            const auto stage = run.span("join");
            cells.reserve(std::min(p.order().size(), h.order().size()));
            CellJoin(run, sources.energy, sources.set, loaded, cells).join(p, h);
        }
        const auto stage = run.span("order");
        renumbering.apply(cells);
        if (cells.size() > 0) parts.push_back(Base(std::move(cells), run.exec()).in_file(store));
    }
    renumbering.apply(loaded.totals);
    return parts;
}

}  // namespace

LoadedBase load_in_file(Run& run, const Input& production, const Input& harvest, const LoadOptions& options) {
    const CropSet set = parse_crop_set(options.crops);
    const EnergyTable& energy = parse_energy_table(options.energy);
    require_energy(energy, set);
    LoadedBase loaded{Base(run.budget())};
    const std::vector<Base> parts =
        ordered_parts(run, {production, harvest, set, energy, narrow<int>(options.refinement)}, loaded);
    check_rows(production, loaded.production);
    check_rows(harvest, loaded.harvest);
    require_matches(production, harvest, loaded);
    check_gap(run, production, loaded.production);
    check_gap(run, harvest, loaded.harvest);
    const auto stage = run.span("merge");
    if (!parts.empty()) loaded.base = Base::merged(parts, std::make_shared<CellStore>(run.spill()), run.cancel());
    return loaded;
}

std::vector<std::string> strict_ids() {
    return {"envelope.duplicate-identical", "envelope.duplicate-conflict", "envelope.off-grid",
            "envelope.negative-value",      "envelope.join-gap",           "envelope.field-count",
            "envelope.event-no-match"};
}

std::string find_cell_table(std::string_view given, char kind) {
    constexpr int kDepth = 3;  // published archives unpack to a folder within a folder
    const Path path(given);
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return std::string(given);
    const std::string pattern = cat("*_", kind, "_TA.csv");
    std::vector<std::string> found;
    std::vector<Path> level = {path};
    for (int depth = 0; depth < kDepth && found.empty() && !level.empty(); ++depth) {
        std::vector<Path> below;
        for (const Path& folder : level) {
            for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
                if (entry.is_directory(ignored))
                    below.push_back(entry.path());
                else if (matches_glob(pattern, entry.path().filename().string()))
                    found.push_back(entry.path().string());
            }
        }
        level = std::move(below);
    }
    if (found.empty()) fail(Fault::NotFound, "no file ", pattern, " in folder ", path);
    std::ranges::sort(found);
    if (found.size() > 1) fail(Fault::Usage, "several files ", pattern, " in folder ", path, ": ", join(found, ", "));
    return found.front();
}

namespace {

Json counts_json(const FileCounts& counts) {
    Json json = Json::object();
    json.set("rows", counts.rows).set("misshapen", counts.misshapen).set("off_grid", counts.off_grid);
    json.set("duplicates", counts.duplicates).set("unmatched", counts.unmatched).set("missing", counts.missing);
    json.set("bad", counts.bad).set("negative", counts.negative).set("rounded", counts.rounded);
    json.set("unknown_country", counts.unknown_country).set("contradictory_country", counts.contradictory_country);
    return json;
}

template <class Counts>
constexpr auto kFields = std::array<std::int64_t Counts::*, 0>{};
template <>
constexpr auto kFields<FileCounts> = std::array{&FileCounts::rows,
                                                &FileCounts::cells,
                                                &FileCounts::alone,
                                                &FileCounts::conflicts,
                                                &FileCounts::non_finite,
                                                &FileCounts::misshapen,
                                                &FileCounts::off_grid,
                                                &FileCounts::duplicates,
                                                &FileCounts::unmatched,
                                                &FileCounts::missing,
                                                &FileCounts::bad,
                                                &FileCounts::negative,
                                                &FileCounts::rounded,
                                                &FileCounts::unknown_country,
                                                &FileCounts::contradictory_country};
template <>
constexpr auto kFields<CellCounts> = std::array{&CellCounts::matched, &CellCounts::kept, &CellCounts::no_production,
                                                &CellCounts::no_area, &CellCounts::incomplete};

template <>
constexpr auto kFields<CropFlow> = std::array{&CropFlow::file,       &CropFlow::off_grid, &CropFlow::repeated,
                                              &CropFlow::incomplete, &CropFlow::barren,   &CropFlow::unmatched};
template <>
constexpr auto kFields<CropPairs> =
    std::array{&CropPairs::without_area, &CropPairs::without_production, &CropPairs::above_50, &CropPairs::above_1000,
               &CropPairs::above_20000_ha};

template <class Counts>
void encode_counts(Encoder& out, const Counts& counts) {
    for (const auto field : kFields<Counts>)
        out.i64(counts.*field);
}

template <class Counts>
void decode_counts(Decoder& in, Counts& counts) {
    for (const auto field : kFields<Counts>)
        counts.*field = in.i64();
}

template <class Counts>
void encode_list(Encoder& out, const std::vector<Counts>& list) {
    out.u64(list.size());
    for (const Counts& counts : list)
        encode_counts(out, counts);
}

template <class Counts>
void decode_list(Decoder& in, std::vector<Counts>& list) {
    list.resize(in.count(kFields<Counts>.size() * 8));
    for (Counts& counts : list)
        decode_counts(in, counts);
}

void encode_file(Encoder& out, const FileCounts& file) {
    encode_counts(out, file);
    encode_list(out, file.crops);
    out.text(file.layout);
    out.text(file.year_data);
}

void decode_file(Decoder& in, FileCounts& file) {
    decode_counts(in, file);
    decode_list(in, file.crops);
    file.layout = in.text();
    file.year_data = in.text();
}

void encode_places(Encoder& out, const Places& places, std::span<const PlaceTotals> totals) {
    out.u64(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const PlaceInfo& place = places[static_cast<Place>(i)];
        out.u32(place.country);
        out.text(place.key);
        out.text(place.state);
        out.text(place.code);
        for (const std::int64_t sum : {totals[i].matched, totals[i].cells, totals[i].area_u, totals[i].energy_kcal})
            out.i64(sum);
        for (const auto* sums : {&totals[i].mass, &totals[i].land}) {
            out.u64(sums->size());
            for (const std::int64_t sum : *sums)
                out.i64(sum);
        }
    }
}

std::shared_ptr<const Places> decode_places(Decoder& in, std::vector<PlaceTotals>& totals) {
    std::vector<PlaceInfo> places(in.count(64));
    totals.resize(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i].country = static_cast<Country>(std::min<std::uint32_t>(in.u32(), 0xFFFF));
        for (std::string* text : {&places[i].key, &places[i].state, &places[i].code})
            *text = in.text();
        for (std::int64_t* sum : {&totals[i].matched, &totals[i].cells, &totals[i].area_u, &totals[i].energy_kcal})
            *sum = in.i64();
        for (auto* sums : {&totals[i].mass, &totals[i].land}) {
            sums->resize(in.count(8));
            for (std::int64_t& sum : *sums)
                sum = in.i64();
        }
    }
    return std::make_shared<const Places>(std::move(places));
}

template <class T>
void encode_run(Encoder& out, std::span<const T> values) {
    out.u64(values.size());
    out.align(8);
    out.raw(values.data(), values.size_bytes());
}

/// Values that alias the decoder's bytes.
template <class T>
std::span<const T> decode_run(Decoder& in) {
    const std::size_t size = in.count(sizeof(T));
    in.align(8);
    const auto bytes = in.raw(size * sizeof(T));
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) != 0)
        fail(Fault::Input, "encoded cells are not aligned");
    return {reinterpret_cast<const T*>(bytes.data()), size};
}

}  // namespace

Json LoadedBase::to_json() const {
    Json json = Json::object();
    json.set("production", counts_json(production)).set("harvest", counts_json(harvest));
    Json kinds = Json::object();
    kinds.set("matched", cells.matched).set("kept", cells.kept).set("dropped", cells.matched - cells.kept);
    kinds.set("no_production", cells.no_production).set("no_area", cells.no_area).set("incomplete", cells.incomplete);
    json.set("cells", std::move(kinds));
    return json;
}

}  // namespace hone::envelope

namespace hone {

void Codec<envelope::LoadedBase>::encode(Encoder& out, const envelope::LoadedBase& value) {
    envelope::encode_file(out, value.production);
    envelope::encode_file(out, value.harvest);
    envelope::encode_counts(out, value.cells);
    envelope::encode_list(out, value.pairs);
    out.u8(value.is_synthetic ? 1 : 0);
    envelope::encode_places(out, *value.base.places(), value.totals);
    const envelope::Base::Parts parts = value.base.parts();
    envelope::encode_run(out, parts.ids);
    envelope::encode_run(out, parts.places);
    envelope::encode_run(out, parts.area_sums);
    envelope::encode_run(out, parts.energy_sums);
}

envelope::LoadedBase Codec<envelope::LoadedBase>::decode(Decoder& in, Budget& budget) {
    envelope::LoadedBase value{envelope::Base(budget)};
    envelope::decode_file(in, value.production);
    envelope::decode_file(in, value.harvest);
    envelope::decode_counts(in, value.cells);
    envelope::decode_list(in, value.pairs);
    value.is_synthetic = in.u8() != 0;
    auto places = envelope::decode_places(in, value.totals);
    envelope::Base::Parts parts;
    parts.ids = envelope::decode_run<std::uint32_t>(in);
    parts.places = envelope::decode_run<envelope::Place>(in);
    parts.area_sums = envelope::decode_run<std::int64_t>(in);
    parts.energy_sums = envelope::decode_run<std::int64_t>(in);
    value.base = envelope::Base::restore(budget, parts, std::move(places));
    return value;
}

}  // namespace hone
