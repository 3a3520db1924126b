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

    Division(Run& run, const Input& production, const Input& harvest, std::size_t crops, std::size_t sets)
        : production_rows(expected_rows(run, production)), harvest_rows(expected_rows(run, harvest)) {
        // Pieces of a file in work, with their rows.
        const std::uint64_t windows =
            std::min(std::uint64_t{16} << 20, 3 * std::max(production.size_bytes(), harvest.size_bytes()));
        constexpr std::uint64_t kCellBytes = 22;  // of Cells
        const std::uint64_t cells = std::min(production_rows, harvest_rows);
        const std::uint64_t rows = production_rows + harvest_rows;
        parts = run.pieces_for(rows * CellTable::row_bytes(crops), sets * cells * kCellBytes + windows);
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

/// Memory that the places take with their totals, of as many crops in all sets.
std::uint64_t place_bytes(const PlaceIndex& index, std::size_t crops) {
    constexpr std::uint64_t kPlaceBytes = 400;  // names, index and totals
    return index.size() * (kPlaceBytes + 16 * crops);
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
DealtRows deal(Run& run, const Input& input, const CellTable::What& what, std::size_t parts,
               std::span<const SetCounts> counts) {
    const Reservation held = run.budget().reserve(spared(run) / 2);
    return CellTable::deal(run, input, what, parts, counts);
}

/// Reads both files once and joins them for each crop set.
class Loader {
public:
    Loader(Run& run, const Input& production, const Input& harvest, const SetsOptions& options)
        : run_(run), production_(production), harvest_(harvest), refinement_(narrow<int>(options.refinement)) {
        const EnergyTable energy = parse_energy_table(options.energy);
        std::vector<CropSet> sets;
        std::size_t crops = 0;
        for (const std::string& text : options.crops) {
            sets.push_back(parse_crop_set(text));
            require_energy(energy, sets.back());
            read_.bits |= sets.back().bits;
            crops += sets.back().crops().size();
            loaded_.sets.emplace_back(Base(run.budget()));
            cells_.emplace_back(run.budget());
        }
        read_.name = join(options.crops, ", ");
        crops_in_all_ = crops;
        for (std::size_t i = 0; i < sets.size(); ++i) {
            joined_.emplace_back(energy, sets[i], read_, loaded_.sets[i], cells_[i]);
            p_counts_.push_back(joined_.back().production);
            h_counts_.push_back(joined_.back().harvest);
        }
    }

    void read_and_join();
    LoadedSets finish();

private:
    void join_part(const CellTable& p, const CellTable& h, std::size_t index, std::size_t parts);

    Run& run_;
    const Input& production_;
    const Input& harvest_;
    int refinement_;
    CropSet read_;  ///< the crops of all sets
    std::size_t crops_in_all_ = 0;
    LoadedSets loaded_;
    std::vector<Cells> cells_;
    std::vector<JoinedSet> joined_;
    std::vector<SetCounts> p_counts_, h_counts_;
    PlaceIndex places_;
};

void Loader::read_and_join() {
    const Division division(run_, production_, harvest_, read_.crops().size(), joined_.size());
    Reservation held_by_places(run_.budget(), 0);
    const CellTable::What p_what{'P', read_, refinement_, &places_};
    const CellTable::What h_what{'H', read_, refinement_, nullptr};
    std::optional<DealtRows> p_rows, h_rows;  // rather than reading the files once for each part
    if (division.parts > 1) {
        p_rows = deal(run_, production_, p_what, division.parts, p_counts_);
        h_rows = deal(run_, harvest_, h_what, division.parts, h_counts_);
    }
    for (std::size_t index = 0; index < division.parts; ++index) {
        const CellTable p = p_rows ? CellTable(run_, production_, p_what, *p_rows, index, p_counts_)
                                   : CellTable(run_, production_, p_what, {0, 1, division.production_rows}, p_counts_);
        const CellTable h = h_rows ? CellTable(run_, harvest_, h_what, *h_rows, index, h_counts_)
                                   : CellTable(run_, harvest_, h_what, {0, 1, division.harvest_rows}, h_counts_);
        held_by_places.resize(place_bytes(places_, crops_in_all_));
        join_part(p, h, index, division.parts);
    }
}

void Loader::join_part(const CellTable& p, const CellTable& h, std::size_t index, std::size_t parts) {
    const auto stage = run_.span("join");
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        loaded_.sets[i].is_synthetic = p.is_synthetic() || h.is_synthetic();
        if (index == 0) cells_[i].reserve(std::min(p.order().size(), h.order().size()));
    }
    CellJoin(run_, joined_).join(p, h);
    // Parts are of nearly equal size, so the first tells how many cells there will be.
    if (index > 0 || parts == 1) return;
    for (Cells& cells : cells_)
        cells.reserve(cells.size() * parts * 51 / 50 + 1000);
}

LoadedSets Loader::finish() {
    const LoadedBase& any = loaded_.sets.front();  // rows are the same for all
    check_rows(production_, any.production);
    check_rows(harvest_, any.harvest);
    require_matches(production_, harvest_, any);
    check_gap(run_, production_, any.production);
    check_gap(run_, harvest_, any.harvest);
    const auto stage = run_.span("order");
    const Renumbering renumbering(places_);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        renumbering.apply(cells_[i]);
        renumbering.apply(loaded_.sets[i].totals);
        loaded_.sets[i].base = Base(std::move(cells_[i]), run_.exec());
    }
    return std::move(loaded_);
}

}  // namespace

LoadedSets load_bases(Run& run, const Input& production, const Input& harvest, const SetsOptions& options) {
    Loader loader(run, production, harvest, options);
    loader.read_and_join();
    return loader.finish();
}

LoadedBase load_base(Run& run, const Input& production, const Input& harvest, const LoadOptions& options) {
    return std::move(
        load_bases(run, production, harvest, {{options.crops}, options.energy, options.refinement}).sets.front());
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
    const SetCounts p_counts(loaded.production, sources.set, sources.set);
    const SetCounts h_counts(loaded.harvest, sources.set, sources.set);
    const DealtRows p_rows = deal(run, sources.production, p_what, count, {&p_counts, 1});
    const DealtRows h_rows = deal(run, sources.harvest, h_what, count, {&h_counts, 1});
    loaded.is_synthetic = p_rows.is_synthetic || h_rows.is_synthetic;
    const Reservation held_by_places = run.budget().reserve(place_bytes(index_of_places, sources.set.crops().size()));
    const Renumbering renumbering(index_of_places);

    const auto store = std::make_shared<CellStore>(run.spill());
    std::vector<Base> parts;
    for (std::size_t part = 0; part < count; ++part) {
        run.progress("join", part, count);
        Cells cells(run.budget());
        {
            const CellTable p(run, sources.production, p_what, p_rows, part, {&p_counts, 1});
            const CellTable h(run, sources.harvest, h_what, h_rows, part, {&h_counts, 1});
            const auto stage = run.span("join");
            cells.reserve(std::min(p.order().size(), h.order().size()));
            const JoinedSet joined(sources.energy, sources.set, sources.set, loaded, cells);
            CellJoin(run, {&joined, 1}).join(p, h);
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
