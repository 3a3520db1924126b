#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::envelope {

/// A crop is its index in crops(), the order of SPAM 2020.
using Crop = std::uint8_t;
inline constexpr std::size_t kCropCount = 46;

struct CropInfo {
    std::string_view code;       ///< SPAM 2020: "WHEA"
    std::string_view code_2010;  ///< SPAM 2010 where it differs ("sese"), else empty
    std::string_view name;       ///< "wheat"
};

/// The 46 crops of SPAM 2020 in its column order.
std::span<const CropInfo> crops();
/// Code of a crop: "WHEA".
std::string_view crop_code(Crop crop);
/// Crop of a code ("WHEA", "whea", 2010 synonyms); nothing if unknown. Any case.
std::optional<Crop> find_crop(std::string_view code);
/// Crop of a column with all technologies: a code, bare or with the suffix `_A`; nothing for other columns and layers.
std::optional<Crop> crop_of_column(std::string_view column);
/// Column name in SPAM 2020: "WHEA_A".
std::string crop_column(Crop crop);

/// Crops whose energies and areas are added up.
struct CropSet {
    std::string name;        ///< "wheat", "rice", "maize", "allgrain", else codes in crop order: "WHEA+BARL"
    std::uint64_t bits = 0;  ///< bit c set: crop c is in

    bool has(Crop crop) const { return (bits >> crop & 1U) != 0; }
    /// In the order of crops().
    std::vector<Crop> crops() const;
    bool operator==(const CropSet&) const = default;
};

/// Reads a named set or codes with plus signs, any case: "allgrain", "WHEA+barl". Fault::Usage names what is known and
/// suggests the nearest.
CropSet parse_crop_set(std::string_view text);
/// Names of the named sets, in order.
std::vector<std::string> crop_set_names();

/// Energy contents of crops; exact.
struct EnergyTable {
    std::string name;
    /// kcal per 0.1 t = kcal/g times 10^5; 0 = the table has no value for this crop.
    std::array<std::int64_t, kCropCount> kcal_per_tenth_tonne{};

    bool operator==(const EnergyTable&) const = default;
};

/// Most that a crop may have: 10 kcal/g, above pure fat.
inline constexpr std::int64_t kMostContent = 1'000'000;

/// Tables `standard` (default), `paddy` (rice as paddy) and `fao`.
std::span<const EnergyTable> energy_tables();
/// A table by name, or one with other contents of some crops in kcal/g with at most five decimals:
/// "standard+RICE=2.8+POTA=0.7". Its name is the canonical text: crops in the order of crops(). Fault::Usage with
/// suggestions for anything else.
EnergyTable parse_energy_table(std::string_view text);
/// True if the contents `text` have the value of milled rice for SPAM's rice, which is paddy.
bool counts_rice_as_milled(std::string_view text);
/// Fault::Usage, naming the crops, unless `table` has a value for each crop of `set`.
void require_energy(const EnergyTable& table, const CropSet& set);
/// Content of a stock-balance commodity in kcal per g times 10^5 under `standard`: "Wheat", "Corn", "Rice, Milled",
/// "Barley", "Sorghum", "Millet", "Oats", "Rye", "Mixed Grain", "Allgrain" (mixed total 3.45); nothing for others.
std::optional<std::int64_t> commodity_content(std::string_view commodity);

}  // namespace hone::envelope
