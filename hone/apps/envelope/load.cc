#include "hone/apps/envelope/load.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "hone/apps/envelope/cell_table.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr double kStrictGap = 0.05;
constexpr std::uint64_t kPlaceBytes = 400;  // names, index and totals of a place

/// One pass over both files for the cells of one part, joined and added to `cells`.
class Join {
public:
    Join(Run& run, const EnergyTable& energy, const CropSet& set, LoadedBase& report, Cells& cells)
        : run_(run), crops_(set.crops()), report_(report), cells_(cells) {
        for (const Crop crop : crops_)
            content_.push_back(energy.kcal_per_tenth_tonne[crop]);
        report_.pairs.resize(crops_.size());
    }

    void join(const CellTable& production, const CellTable& harvest) {
        auto p = production.order().begin();
        auto h = harvest.order().begin();
        const auto p_end = production.order().end();
        const auto h_end = harvest.order().end();
        for (std::size_t cells = 0; p != p_end || h != h_end; ++cells) {
            run_.cancel().check_every(cells);
            const std::uint32_t p_cell = p == p_end ? kNoCell : production.cell(*p);
            const std::uint32_t h_cell = h == h_end ? kNoCell : harvest.cell(*h);
            const std::uint32_t cell = std::min(p_cell, h_cell);
            const auto p_next = std::find_if(p, p_end, [&](std::uint32_t row) { return production.cell(row) != cell; });
            const auto h_next = std::find_if(h, h_end, [&](std::uint32_t row) { return harvest.cell(row) != cell; });
            count_cell(report_.production, p != p_next, h == h_next);
            count_cell(report_.harvest, h != h_next, p == p_next);
            join_cell(production, {p, p_next}, harvest, {h, h_next});
            p = p_next;
            h = h_next;
        }
    }

private:
    static constexpr std::uint32_t kNoCell = std::numeric_limits<std::uint32_t>::max();
    using Rows = std::span<const std::uint32_t>;
    struct Row {
        const CellTable& table;
        std::uint32_t row;
        std::int64_t value(std::size_t crop) const { return table.value(crop, row); }
    };

    static void count_cell(FileCounts& counts, bool is_here, bool is_not_there) {
        counts.cells += is_here ? 1 : 0;
        counts.alone += is_here && is_not_there ? 1 : 0;
    }

    /// Rows of one cell: a single row on each side belongs together; otherwise the country decides.
    void join_cell(const CellTable& production, Rows p, const CellTable& harvest, Rows h) {
        if (p.size() == 1 && h.size() == 1) return add(production, p[0], harvest, h[0]);
        std::size_t used = 0;
        for (const std::uint32_t row : p) {
            const auto partner = std::ranges::find(h, production.country(row),
                                                   [&](std::uint32_t other) { return harvest.country(other); });
            if (partner == h.end()) {
                unmatched(production, row, report_.production, "no harvested area");
                continue;
            }
            ++used;
            add(production, row, harvest, *partner);
        }
        if (used == h.size()) return;
        for (const std::uint32_t row : h) {
            const bool has_partner = std::ranges::find(p, harvest.country(row), [&](std::uint32_t other) {
                                         return production.country(other);
                                     }) != p.end();
            if (!has_partner) unmatched(harvest, row, report_.harvest, "no production");
        }
    }

    void unmatched(const CellTable& table, std::uint32_t row, FileCounts& counts, std::string_view what) {
        ++counts.unmatched;
        if (!table.is_of_interest(row)) return;
        table.report(run_.issues(), row, "unmatched-row", cat("cell ", table.cell(row), " has ", what, " row"));
        for (std::size_t c = 0; c < crops_.size(); ++c)
            add_usable(counts.crops[c].unmatched, table.value(c, row));
    }

    static void add_usable(std::int64_t& sum, std::int64_t value) {
        if (value > 0) sum = checked_add(sum, value);
    }

    /// Counts what is odd about a crop's production and area in a cell. Requires: one of them above zero.
    static void judge(CropPairs& pairs, std::int64_t mass, std::int64_t land) {
        constexpr std::int64_t kLargeLand = 200'000;  // u: 20,000 ha
        if (land > kLargeLand) ++pairs.above_20000_ha;
        if (land == 0) {
            ++pairs.without_area;
        } else if (mass == 0) {
            ++pairs.without_production;
        } else if ((mass - 1) / 50 >= land) {  // mass > 50 land, without overflow
            ++pairs.above_50;
            if ((mass - 1) / 1000 >= land) ++pairs.above_1000;
        }
    }

    /// A cell that is left out with all that its crops still have.
    void drop(const Row& production, const Row& harvest) {
        for (std::size_t c = 0; c < crops_.size(); ++c) {
            const std::int64_t mass = production.value(c);
            const std::int64_t land = harvest.value(c);
            if (mass < 0 || land < 0) continue;
            add_usable(report_.production.crops[c].barren, mass);
            add_usable(report_.harvest.crops[c].barren, land);
        }
    }

    void add(const CellTable& production, std::uint32_t p, const CellTable& harvest, std::uint32_t h) {
        ++report_.cells.matched;
        std::int64_t energy = 0;
        std::int64_t area = 0;
        bool is_complete = true;
        for (std::size_t c = 0; c < crops_.size(); ++c) {
            const std::int64_t mass = production.value(c, p);
            const std::int64_t land = harvest.value(c, h);
            if (mass < 0 || land < 0) {
                is_complete = false;
                add_usable(report_.production.crops[c].incomplete, mass);
                add_usable(report_.harvest.crops[c].incomplete, land);
                continue;
            }
            if ((mass | land) == 0) continue;
            judge(report_.pairs[c], mass, land);
            energy = checked_add(energy, checked_mul(content_[c], mass));
            area = checked_add(area, land);
        }
        const Place place = production.place(p);
        if (report_.totals.size() <= place) report_.totals.resize(place + std::size_t{1});
        ++report_.totals[place].matched;
        if (!is_complete) ++report_.cells.incomplete;
        if (energy == 0) ++report_.cells.no_production;
        if (area == 0) ++report_.cells.no_area;
        if (energy == 0 || area == 0) {
            if ((energy | area) != 0) drop({production, p}, {harvest, h});
            return;
        }
        ++report_.cells.kept;
        cells_.add(production.cell(p), place, {area}, {energy});
        add_to_totals(place, {area}, {energy}, {production, p}, {harvest, h});
    }

    void add_to_totals(Place place, Area area, Energy energy, const Row& production, const Row& harvest) {
        PlaceTotals& totals = report_.totals[place];
        totals.mass.resize(crops_.size());
        totals.land.resize(crops_.size());
        ++totals.cells;
        totals.area_u = checked_add(totals.area_u, area.u);
        totals.energy_kcal = checked_add(totals.energy_kcal, energy.kcal);
        for (std::size_t c = 0; c < crops_.size(); ++c) {
            const std::int64_t mass = production.value(c);
            const std::int64_t land = harvest.value(c);
            if (mass < 0 || land < 0) continue;
            totals.mass[c] = checked_add(totals.mass[c], mass);
            totals.land[c] = checked_add(totals.land[c], land);
        }
    }

    Run& run_;
    std::vector<Crop> crops_;
    std::vector<std::int64_t> content_;
    LoadedBase& report_;
    Cells& cells_;
};

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
    CellTable::Part part(std::size_t index, std::size_t rows) const {
        return {index, parts, rows / parts + (parts == 1 ? 0 : rows / parts / 20)};
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

/// Gives the places their final numbers.
void renumber(const PlaceIndex& index, Cells& cells, std::vector<PlaceTotals>& totals) {
    auto [places, renumbered] = index.finish();
    for (Place& place : cells.place)
        place = renumbered[place];
    std::vector<PlaceTotals> sorted(places->size());
    for (std::size_t number = 0; number < totals.size(); ++number)
        sorted[renumbered[number]] = std::move(totals[number]);
    totals = std::move(sorted);
    cells.places = std::move(places);
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
    for (std::size_t index = 0; index < division.parts; ++index) {
        const CellTable p(run, production, {'P', set, refinement, &index_of_places},
                          division.part(index, division.production_rows), loaded.production);
        const CellTable h(run, harvest, {'H', set, refinement, nullptr}, division.part(index, division.harvest_rows),
                          loaded.harvest);
        held_by_places.resize(index_of_places.size() * (kPlaceBytes + 16 * set.crops().size()));
        loaded.is_synthetic = p.is_synthetic() || h.is_synthetic();
        const auto stage = run.span("join");
        if (index == 0) cells.reserve(std::min(p.order().size(), h.order().size()));
        Join(run, energy, set, loaded, cells).join(p, h);
        // Parts are of nearly equal size, so the first tells how many cells there will be.
        if (index == 0 && division.parts > 1) cells.reserve(cells.size() * division.parts * 51 / 50 + 1000);
    }
    check_rows(production, loaded.production);
    check_rows(harvest, loaded.harvest);
    if (loaded.cells.matched == 0)
        throw Error(Fault::Input, cat("no cell is in both files: ", production.path, " and ", harvest.path))
            .with_id("envelope.mismatched-grids")
            .with_mend("Give the production and the harvested-area file of one edition and one grid.");
    check_gap(run, production, loaded.production);
    check_gap(run, harvest, loaded.harvest);
    const auto stage = run.span("order");
    renumber(index_of_places, cells, loaded.totals);
    loaded.base = Base(std::move(cells), run.exec());
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
