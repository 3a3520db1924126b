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

/// What became of a crop's sum in one file, in tenths of a tonne or of a hectare. Whatever is not dropped and not
/// without a partner is kept: file = kept + dropped() + unmatched, exactly (kept are PlaceTotals::mass and land, added
/// up).
struct CropFlow {
    std::int64_t file = 0;        ///< usable values of all rows
    std::int64_t off_grid = 0;    ///< in rows that are not at a cell centre
    std::int64_t repeated = 0;    ///< in rows whose key came before
    std::int64_t incomplete = 0;  ///< where the other file's value of the crop is missing or negative
    std::int64_t barren = 0;      ///< in cells without any energy or without any area
    std::int64_t unmatched = 0;   ///< in rows without a partner in the other file

    std::int64_t dropped() const { return off_grid + repeated + incomplete + barren; }
    bool operator==(const CropFlow&) const = default;
};

/// Pairs of production and area of one crop, of all cells in both files.
struct CropPairs {
    std::int64_t without_area = 0;        ///< production above zero, area zero
    std::int64_t without_production = 0;  ///< area above zero, production zero
    std::int64_t above_50 = 0;            ///< yields above 50 t/ha
    std::int64_t above_1000 = 0;          ///< yields above 1000 t/ha
    std::int64_t above_20000_ha = 0;      ///< areas

    bool operator==(const CropPairs&) const = default;
};

/// Counts of one file, and what it says of itself.
struct FileCounts {
    std::int64_t rows = 0;        ///< with the right field count
    std::int64_t cells = 0;       ///< distinct ones
    std::int64_t alone = 0;       ///< cells that are not in the other file
    std::int64_t misshapen = 0;   ///< rows with another field count, dropped
    std::int64_t off_grid = 0;    ///< rows that are not at a cell centre, dropped
    std::int64_t duplicates = 0;  ///< rows whose key came before, dropped
    std::int64_t conflicts = 0;   ///< of these, with other values
    std::int64_t unmatched = 0;   ///< rows without a partner in the other file
    std::int64_t missing = 0;     ///< values of wanted crops
    std::int64_t non_finite = 0;  ///< of these, written as NaN or infinity
    std::int64_t bad = 0;         ///< that are no numbers
    std::int64_t negative = 0;
    std::int64_t rounded = 0;  ///< with more than one decimal
    std::int64_t unknown_country = 0;
    std::int64_t contradictory_country = 0;
    std::vector<CropFlow> crops;  ///< of each crop of the set
    std::string layout;           ///< "SPAM 2020" or "SPAM 2010", by its columns
    std::string year_data;        ///< as in its first row; empty if there is no such column
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
    std::vector<CropPairs> pairs;  ///< of each crop of the set
    bool is_synthetic = false;

    std::uint64_t memory_bytes() const { return base.size() * 24 + totals.size() * 400 + 4096; }
    /// The counts for summary.json.
    Json to_json() const;
};

/// What decides how cell tables become the bases of several crop sets; part of their key.
struct SetsOptions {
    std::vector<std::string> crops;   ///< parse_crop_set() of each
    std::string energy = "standard";  ///< parse_energy_table()
    std::int64_t refinement = 1;      ///< of the grid
};

/// The bases of several crop sets.
struct LoadedSets {
    std::vector<LoadedBase> sets;

    std::uint64_t memory_bytes() const;
};

/// Raised when equal files give another base; part of the key of the memo "base" and of provenance.
inline constexpr std::uint32_t kBaseRevision = 3;

/// Reads and joins production (tonnes) and harvested area (hectares) per cell: SPAM 2020 or 2010. Findings are Issues.
/// Fault::Input for files that are no such tables. Works within the budget, by dealing rows into parts in a
/// temporary file if needed. The function of the memo "base".
LoadedBase load_base(Run& run, const Input& production, const Input& harvest, const LoadOptions& options);

/// The bases of several crop sets from one reading of both files, each as load_base() gives it. Issues are those of
/// all their crops, each once. The function of the memo "bases".
LoadedSets load_bases(Run& run, const Input& production, const Input& harvest, const SetsOptions& options);

/// The same base, counts, totals and Issues as of load_base(), with the cells in a temporary file (Base::is_in_memory()
/// is false): for more cells than the budget holds. Reads each input once and deals its rows into parts that fit; needs
/// room on disk for both tables' rows (24 bytes each for one crop) and then for the cells twice (22 bytes each). Never
/// a memo: the file ends with the base.
LoadedBase load_in_file(Run& run, const Input& production, const Input& harvest, const LoadOptions& options);

/// Memory that load_base() needs: about, and from above where it is less than there is.
std::uint64_t memory_to_load(Run& run, const Input& production, const Input& harvest);

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
struct Codec<envelope::SetsOptions> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const envelope::SetsOptions& value);
};

template <>
struct Codec<envelope::LoadedSets> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const envelope::LoadedSets& value);
    static envelope::LoadedSets decode(Decoder& in, Budget& budget);
};

template <>
struct Codec<envelope::LoadedBase> {
    static constexpr std::uint32_t kVersion = 3;
    static void encode(Encoder& out, const envelope::LoadedBase& value);
    static envelope::LoadedBase decode(Decoder& in, Budget& budget);
};

}  // namespace hone
