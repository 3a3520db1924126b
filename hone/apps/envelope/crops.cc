#include "hone/apps/envelope/crops.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct CropRow {
    CropInfo info;
    int standard = 0;  ///< kcal per 100 g; 0 = none
    int fao = 0;
};

// clang-format off
constexpr std::array<CropRow, kCropCount> kRows = {{
    {{"BANA", "", "banana"}, 0, 60},
    {{"BARL", "", "barley"}, 332, 332},
    {{"BEAN", "", "beans"}, 0, 341},
    {{"CASS", "", "cassava"}, 0, 109},
    {{"CHIC", "", "chickpea"}, 0, 358},
    {{"CITR", "", "citrus"}, 0, 48},
    {{"CNUT", "", "coconut"}, 0, 184},
    {{"COCO", "", "cocoa"}, 0, 414},
    {{"COFF", "acof", "arabica coffee"}, 0, 47},
    {{"COTT", "", "cotton"}, 0, 159},
    {{"COWP", "", "cowpea"}, 0, 342},
    {{"GROU", "", "groundnut"}, 0, 414},
    {{"LENT", "", "lentil"}, 0, 346},
    {{"MAIZ", "", "maize"}, 356, 356},
    {{"MILL", "smil", "small millet"}, 340, 340},
    {{"OCER", "", "other cereals"}, 340, 347},
    {{"OFIB", "", "other fibre crops"}, 0, 0},
    {{"OILP", "", "oil palm"}, 0, 158},
    {{"ONIO", "", "onion"}, 0, 30},
    {{"OOIL", "", "other oil crops"}, 0, 419},
    {{"OPUL", "", "other pulses"}, 0, 352},
    {{"ORTS", "", "other roots"}, 0, 95},
    {{"PIGE", "", "pigeon pea"}, 0, 343},
    {{"PLNT", "", "plantain"}, 0, 75},
    {{"PMIL", "", "pearl millet"}, 340, 340},
    {{"POTA", "", "potato"}, 0, 67},
    {{"RAPE", "", "rapeseed"}, 0, 482},
    {{"RCOF", "", "robusta coffee"}, 0, 47},
    {{"REST", "", "rest of crops"}, 0, 293},
    {{"RICE", "", "rice"}, 360, 280},
    {{"RUBB", "", "rubber"}, 0, 0},
    {{"SESA", "sese", "sesame"}, 0, 573},
    {{"SORG", "", "sorghum"}, 343, 343},
    {{"SOYB", "", "soybean"}, 0, 335},
    {{"SUGB", "", "sugar beet"}, 0, 70},
    {{"SUGC", "", "sugar cane"}, 0, 30},
    {{"SUNF", "", "sunflower"}, 0, 308},
    {{"SWPO", "", "sweet potato"}, 0, 92},
    {{"TEAS", "", "tea"}, 0, 40},
    {{"TEMF", "", "temperate fruit"}, 0, 51},
    {{"TOBA", "", "tobacco"}, 0, 0},
    {{"TOMA", "", "tomato"}, 0, 30},
    {{"TROF", "", "tropical fruit"}, 0, 48},
    {{"VEGE", "", "other vegetables"}, 0, 30},
    {{"WHEA", "", "wheat"}, 334, 334},
    {{"YAMS", "", "yams"}, 0, 101}}};
// clang-format on

constexpr int kPaddyRice = 280;

constexpr std::array<CropInfo, kCropCount> kCrops = [] {
    std::array<CropInfo, kCropCount> all{};
    for (std::size_t i = 0; i < kCropCount; ++i)
        all[i] = kRows[i].info;
    return all;
}();

struct NamedSet {
    std::string_view name;
    std::string_view codes;
};
constexpr std::array<NamedSet, 4> kSets = {
    {{"wheat", "WHEA"}, {"rice", "RICE"}, {"maize", "MAIZ"}, {"allgrain", "WHEA+RICE+MAIZ+BARL+MILL+PMIL+SORG+OCER"}}};

std::uint64_t bit(Crop crop) {
    return std::uint64_t{1} << crop;
}

std::string codes_text(std::uint64_t bits) {
    std::vector<std::string> codes;
    for (const Crop crop : CropSet{{}, bits}.crops())
        codes.emplace_back(crop_code(crop));
    return join(codes, "+");
}

std::uint64_t named_bits(std::string_view codes) {
    std::uint64_t bits = 0;
    for (const std::string& code : split(codes, '+'))
        bits |= bit(find_crop(code).value());
    return bits;
}

[[noreturn]] void fail_unknown_set(std::string_view text, std::string_view part) {
    std::vector<std::string> known = crop_set_names();
    for (const CropInfo& info : kCrops)
        known.emplace_back(to_lower(info.code));
    std::string suggestion;
    if (const std::optional<std::string> near = nearest_word(to_lower(part), known))
        suggestion = cat("; did you mean ", find_crop(*near) ? to_upper(*near) : *near, "?");
    fail(Fault::Usage, "crop set is none of wheat, rice, maize, allgrain, nor crop codes joined by + (",
         codes_text((std::uint64_t{1} << kCropCount) - 1), "): ", text, suggestion);
}

std::array<EnergyTable, 3> make_tables() {
    std::array<EnergyTable, 3> tables;
    tables[0].name = "standard";
    tables[1].name = "paddy";
    tables[2].name = "fao";
    // kcal per 100 g x 1000 = kcal per 100 kg = kcal per 0.1 t.
    for (std::size_t i = 0; i < kCropCount; ++i) {
        tables[0].kcal_per_tenth_tonne[i] = kRows[i].standard * std::int64_t{1000};
        tables[2].kcal_per_tenth_tonne[i] = kRows[i].fao * std::int64_t{1000};
    }
    tables[1].kcal_per_tenth_tonne = tables[0].kcal_per_tenth_tonne;
    tables[1].kcal_per_tenth_tonne[find_crop("RICE").value()] = kPaddyRice * std::int64_t{1000};
    return tables;
}

}  // namespace

std::span<const CropInfo> crops() {
    return kCrops;
}

std::string_view crop_code(Crop crop) {
    check(crop < kCropCount, "a crop is one of the 46");
    return kCrops[crop].code;
}

std::optional<Crop> find_crop(std::string_view code) {
    for (std::size_t i = 0; i < kCropCount; ++i) {
        const CropInfo& info = kCrops[i];
        if (equal_ignoring_case(info.code, code) ||
            (!info.code_2010.empty() && equal_ignoring_case(info.code_2010, code)))
            return static_cast<Crop>(i);
    }
    return std::nullopt;
}

std::optional<Crop> crop_of_column(std::string_view column) {
    if (column.size() == 6 && equal_ignoring_case(column.substr(4), "_a")) column = column.substr(0, 4);
    return find_crop(column);
}

std::string crop_column(Crop crop) {
    return cat(crop_code(crop), "_A");
}

std::vector<Crop> CropSet::crops() const {
    std::vector<Crop> all;
    for (std::size_t i = 0; i < kCropCount; ++i)
        if (has(static_cast<Crop>(i))) all.push_back(static_cast<Crop>(i));
    return all;
}

CropSet parse_crop_set(std::string_view text) {
    CropSet set;
    for (const NamedSet& named : kSets)
        if (equal_ignoring_case(named.name, trim(text))) set.bits = named_bits(named.codes);
    if (set.bits == 0) {
        for (const std::string& part : split(text, '+')) {
            const std::optional<Crop> crop = find_crop(trim(part));
            if (!crop) fail_unknown_set(text, trim(part));
            set.bits |= bit(*crop);
        }
    }
    set.name = codes_text(set.bits);
    for (const NamedSet& named : kSets)
        if (named_bits(named.codes) == set.bits) set.name = named.name;
    return set;
}

std::vector<std::string> crop_set_names() {
    std::vector<std::string> names;
    names.reserve(std::size(kSets));
    for (const NamedSet& named : kSets)
        names.emplace_back(named.name);
    return names;
}

std::span<const EnergyTable> energy_tables() {
    static const std::array<EnergyTable, 3> tables = make_tables();
    return tables;
}

namespace {

const EnergyTable& named_table(std::string_view name) {
    std::vector<std::string> names;
    for (const EnergyTable& table : energy_tables()) {
        if (equal_ignoring_case(table.name, trim(name))) return table;
        names.push_back(table.name);
    }
    const std::optional<std::string> near = nearest_word(to_lower(name), names);
    fail(Fault::Usage, "energy table is none of ", join(names, ", "), ": ", name,
         near ? cat("; did you mean ", *near, "?") : std::string());
}

}  // namespace

EnergyTable parse_energy_table(std::string_view text) {
    constexpr int kDecimals = 5;
    const std::vector<std::string> parts = split(text, '+');
    EnergyTable table = named_table(parts.front());
    std::uint64_t changed = 0;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t equals = parts[i].find('=');
        const std::string_view code = trim(std::string_view(parts[i]).substr(0, equals));
        const auto crop = find_crop(code);
        if (!crop) fail(Fault::Usage, "energy contents: no crop has the code '", code, "'");
        if ((changed & bit(*crop)) != 0) fail(Fault::Usage, "energy contents: ", code, " comes twice");
        const std::string_view value =
            equals == std::string::npos ? "" : trim(std::string_view(parts[i]).substr(equals + 1));
        const auto content = parse_scaled(value, kDecimals);
        if (!content || content->rounded || content->value <= 0 || content->value > kMostContent)
            fail(Fault::Usage, "energy contents: expected 0.00001 to 10 kcal/g with at most five decimals for ", code,
                 ", found '", value, "'");
        table.kcal_per_tenth_tonne[*crop] = content->value;
        changed |= bit(*crop);
    }
    for (Crop crop = 0; crop < kCropCount; ++crop)
        if ((changed & bit(crop)) != 0)
            table.name += cat('+', crop_code(crop), '=', decimal_text(table.kcal_per_tenth_tonne[crop], kDecimals));
    return table;
}

bool counts_rice_as_milled(std::string_view text) {
    const Crop rice = find_crop("RICE").value();
    return parse_energy_table(text).kcal_per_tenth_tonne[rice] == named_table("standard").kcal_per_tenth_tonne[rice];
}

void require_energy(const EnergyTable& table, const CropSet& set) {
    std::uint64_t without = 0;
    for (const Crop crop : set.crops())
        if (table.kcal_per_tenth_tonne[crop] <= 0) without |= bit(crop);
    if (without != 0)
        fail(Fault::Usage, "energy table ", table.name, " has no value for ", codes_text(without),
             table.name == "fao" ? std::string_view() : std::string_view("; the table fao has more crops"));
}

std::optional<std::int64_t> commodity_content(std::string_view commodity) {
    constexpr std::array<std::pair<std::string_view, int>, 10> kContents = {{{"Wheat", 334},
                                                                             {"Corn", 356},
                                                                             {"Rice, Milled", 360},
                                                                             {"Barley", 332},
                                                                             {"Sorghum", 343},
                                                                             {"Millet", 340},
                                                                             {"Oats", 385},
                                                                             {"Rye", 319},
                                                                             {"Mixed Grain", 340},
                                                                             {"Allgrain", 345}}};
    for (const auto& [name, content] : kContents)
        if (name == commodity) return content * std::int64_t{1000};
    return std::nullopt;
}

}  // namespace hone::envelope
