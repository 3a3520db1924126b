#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/order.h"
#include "hone/base/codec.h"
#include "hone/base/json.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// What decides how cell tables become a base; part of its key.
struct LoadOptions {
    std::string crops = "wheat";      ///< parse_crop_set()
    std::string energy = "standard";  ///< parse_energy_table()
    std::int64_t refinement = 1;      ///< of the grid
};

/// Counts of one file.
struct FileCounts {
    std::int64_t rows = 0;        ///< with the right field count
    std::int64_t misshapen = 0;   ///< rows with another field count, dropped
    std::int64_t off_grid = 0;    ///< rows that are not at a cell centre, dropped
    std::int64_t duplicates = 0;  ///< rows whose key came before, dropped
    std::int64_t unmatched = 0;   ///< rows without a partner in the other file
    std::int64_t missing = 0;     ///< values of wanted crops
    std::int64_t bad = 0;         ///< that are no numbers
    std::int64_t negative = 0;
    std::int64_t rounded = 0;  ///< with more than one decimal
    std::int64_t unknown_country = 0;
    std::int64_t contradictory_country = 0;
};

/// What became of the cells. Reasons may overlap; a cell is dropped once.
struct CellCounts {
    std::int64_t matched = 0;
    std::int64_t kept = 0;
    std::int64_t no_production = 0;  ///< energy zero
    std::int64_t no_area = 0;        ///< area zero
    std::int64_t incomplete = 0;     ///< a missing or negative value of a crop took part
};

/// Sums over the kept cells of a place.
struct PlaceTotals {
    std::int64_t matched = 0;  ///< cells in both files, kept or not
    std::int64_t cells = 0;
    std::int64_t area_u = 0;
    std::int64_t energy_kcal = 0;
    std::vector<std::int64_t> mass;  ///< tenths of a tonne, of each crop of the set
    std::vector<std::int64_t> land;  ///< u, of each crop of the set

    bool operator==(const PlaceTotals&) const = default;
};

/// Ordered cells of a crop set, with what was found on the way.
struct LoadedBase {
    explicit LoadedBase(Base given) : base(std::move(given)) {}

    Base base;
    std::vector<PlaceTotals> totals;  ///< of each place of base.places()
    FileCounts production, harvest;
    CellCounts cells;
    bool is_synthetic = false;

    std::uint64_t memory_bytes() const { return base.size() * 24 + totals.size() * 400 + 4096; }
    /// The counts for summary.json.
    Json to_json() const;
};

/// Reads and joins production (tonnes) and harvested area (hectares) per cell: SPAM 2020 or 2010. Findings are Issues.
/// Fault::Input for files that are no such tables. Works within the budget, by reading the files several times if
/// needed. The function of the memo "base".
LoadedBase load_base(Run& run, const Input& production, const Input& harvest, const LoadOptions& options);

/// Ids of the Issues that --strict turns into errors.
std::vector<std::string> strict_ids();

/// A cell table of the kind ("P" or "H") that `given` names: the file itself, or the one *_P_TA.csv (*_H_TA.csv) in the
/// folder or up to two levels below. Fault::NotFound if there is none, Fault::Usage if there are several.
std::string find_cell_table(std::string_view given, char kind);

}  // namespace hone::envelope

namespace hone {

template <>
struct Codec<envelope::LoadOptions> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const envelope::LoadOptions& value) {
        out.text(value.crops);
        out.text(value.energy);
        out.i64(value.refinement);
    }
    static envelope::LoadOptions decode(Decoder& in) {
        std::string crops(in.text());
        std::string energy(in.text());
        return {std::move(crops), std::move(energy), in.i64()};
    }
};

template <>
struct Codec<envelope::LoadedBase> {
    static constexpr std::uint32_t kVersion = 2;
    static void encode(Encoder& out, const envelope::LoadedBase& value);
    static envelope::LoadedBase decode(Decoder& in, Budget& budget);
};

}  // namespace hone
