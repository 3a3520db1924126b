#include "hone/apps/envelope/sample_crops.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kFullSize = 981'508;
constexpr std::int64_t kLargestArea = 160'000;
constexpr std::uint32_t kPresenceField = 100;
constexpr std::uint32_t kYieldField = 200;
constexpr std::uint32_t kCommonField = 10;
constexpr std::uint32_t kSizeStream = 300;

struct Cereal {
    std::string_view code;
    std::int64_t share = 0;  ///< of the cells, per mille
    std::int64_t area_kha = 0;
    std::array<std::int32_t, 7> suitability{};
    std::array<std::int32_t, 5> tilt{};
    std::array<std::int32_t, 13> yield{};  ///< kg/ha
};

constexpr std::array<std::int32_t, 7> kLatitudes = {0, 150, 250, 350, 550, 650, 900};
constexpr std::array<std::int32_t, 5> kTiltRanks = {0, 250'000, 500'000, 750'000, 1'000'000};
constexpr std::array<std::int32_t, 13> kYieldRanks = {0,       500,     5'000,   20'000,  100'000, 300'000,  500'000,
                                                      700'000, 900'000, 980'000, 995'000, 999'500, 1'000'000};
// clang-format off
constexpr std::array<Cereal, SampleCrops::kCereals> kCereal = {{
    {"WHEA", 440, 218000, {0, 100, 700, 1000, 1000, 300, 0}, {550, 900, 1150, 1200, 800},
     {5, 15, 130, 320, 800, 1800, 2900, 4000, 5900, 7800, 9000, 10500, 30000}},
    {"MAIZ", 550, 200000, {800, 900, 900, 1000, 700, 0, 0}, {550, 800, 1050, 1200, 1150},
     {5, 10, 50, 260, 700, 1700, 3700, 6200, 10000, 15000, 18000, 25000, 45000}},
    {"RICE", 270, 163000, {1000, 1000, 900, 500, 0, 0, 0}, {350, 700, 950, 1250, 1250},
     {5, 15, 80, 280, 700, 1500, 2700, 4400, 7200, 10000, 12000, 16000, 32000}},
    {"BARL", 300, 50000, {0, 50, 400, 900, 1000, 700, 0}, {700, 1000, 1100, 1100, 800},
     {5, 15, 120, 300, 800, 1500, 2500, 3600, 5900, 7600, 8800, 11000, 25000}},
    {"SORG", 220, 40000, {1000, 1000, 800, 500, 100, 0, 0}, {900, 1000, 1000, 1000, 900},
     {5, 10, 70, 150, 350, 700, 1100, 1700, 3400, 5300, 6800, 9000, 20000}},
    {"MILL", 120, 12000, {800, 1000, 900, 600, 300, 0, 0}, {900, 1000, 1000, 1000, 900},
     {5, 10, 60, 120, 300, 550, 850, 1200, 1900, 2900, 3700, 5000, 12000}},
    {"PMIL", 120, 18000, {900, 1000, 900, 200, 0, 0, 0}, {900, 1000, 1000, 1000, 900},
     {5, 10, 50, 100, 250, 500, 800, 1200, 1700, 2500, 3200, 4500, 12000}},
    {"OCER", 200, 22000, {50, 50, 200, 600, 1000, 900, 0}, {800, 1000, 1100, 1000, 800},
     {5, 15, 120, 300, 700, 1400, 2300, 3300, 5200, 6800, 8000, 10000, 25000}},
}};
// clang-format on
constexpr std::array<std::int32_t, 10> kSizeDraws = {0, 6554, 16384, 32768, 49152, 58982, 63570, 64881, 65405, 65536};
constexpr std::array<std::int32_t, 10> kSizes = {1, 14, 45, 160, 590, 1900, 5900, 14000, 24000, 29000};
constexpr std::array<std::int64_t, 10> kAreaClasses = {0, 20, 35, 50, 70, 100, 140, 200, 300, 600};

std::int64_t size_of(const SampleStream& stream, std::uint32_t id) {
    return piecewise_linear(stream.at16(id), kSizeDraws, kSizes);
}

/// floor((A x yield + 500) / 1000): 0.1 ha times kg/ha in 0.1 t.
std::int32_t production_of(std::int64_t area_u, std::int64_t yield) {
    return static_cast<std::int32_t>((area_u * yield + 500) / 1000);
}

/// Everything that the eight cereals share.
struct Ground {
    const SampleCells& cells;
    const Grid& grid;
    std::uint64_t key = 0;
    const Registry& registry;
    Budget& budget;
    const Exec& exec;
    BudgetVector<std::int32_t> common_field;
};

std::int64_t field_at(SampleField& field, const Grid& grid, std::uint32_t id) {
    return field.at(grid.row(id), grid.column(id));
}

/// The n = floor(N share / 1000) most suitable cells by ascending index.
BudgetVector<std::uint32_t> present_cells(const Ground& ground, const Cereal& cereal, std::uint64_t k) {
    constexpr std::int64_t kAboveAnyScore = std::int64_t{1} << 24;
    const std::size_t all = ground.cells.size();
    BudgetVector<std::uint64_t> keys(ground.budget);
    keys.resize(all);
    ground.exec.for_each_range("envelope.sample.presence", all, [&](std::size_t begin, std::size_t end) {
        SampleField field(ground.key, kPresenceField + 10 * k, ground.grid.refinement());
        const std::int64_t parts = 24 * ground.grid.refinement();
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t id = ground.cells.id[i];
            const std::int64_t latitude = std::abs(900 - 10 * (2 * ground.grid.row(id) + 1) / parts);
            const std::int64_t score =
                900 * piecewise_linear(latitude, kLatitudes, cereal.suitability) + field_at(field, ground.grid, id);
            keys[i] = static_cast<std::uint64_t>(kAboveAnyScore - score) << 32 | i;
        }
    });
    const std::size_t count = all * static_cast<std::size_t>(cereal.share) / 1000;
    if (count < all) std::nth_element(keys.begin(), keys.begin() + count, keys.end());
    BudgetVector<std::uint32_t> present(ground.budget);
    present.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        present.push_back(static_cast<std::uint32_t>(keys[i]));
    std::sort(present.begin(), present.end());
    return present;
}

/// Cells of `present` by rising fertility: (G, id), the index in the low half.
BudgetVector<std::uint64_t> by_fertility(const Ground& ground, const BudgetVector<std::uint32_t>& present,
                                         std::uint64_t k) {
    constexpr std::int64_t kAboveLeast = std::int64_t{1} << 22;
    BudgetVector<std::uint64_t> keys(ground.budget);
    keys.resize(present.size());
    ground.exec.for_each_range("envelope.sample.fertility", keys.size(), [&](std::size_t begin, std::size_t end) {
        SampleField field(ground.key, kYieldField + 10 * k, ground.grid.refinement());
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t index = present[i];
            const std::int64_t own = field_at(field, ground.grid, ground.cells.id[index]);
            const int yield_class = ground.registry.country(ground.cells.country[index]).sample.yield_class;
            const std::int64_t fertility = (11 * std::int64_t{ground.common_field[index]} + 9 * own) / 14 +
                                           (yield_class - 5) * std::int64_t{90'000};
            keys[i] = static_cast<std::uint64_t>(fertility + kAboveLeast) << 32 | index;
        }
    });
    std::sort(keys.begin(), keys.end());
    return keys;
}

/// Shares out `left` u by weight in three rounds; cells that would exceed the largest area leave with it.
void share_out(std::int64_t left, std::span<const std::int64_t> weights, std::span<std::int64_t> areas) {
    std::vector<bool> is_full(weights.size());
    for (int round = 1; round <= 3; ++round) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sum += is_full[i] ? 0 : weights[i];
        const std::int64_t ration = left;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (is_full[i]) continue;
            areas[i] = std::max<std::int64_t>(1, mul_div_floor(ration, weights[i], sum));
            if (areas[i] <= kLargestArea) continue;
            areas[i] = kLargestArea;
            if (round == 3) continue;
            is_full[i] = true;
            left -= kLargestArea;
        }
    }
}

/// Areas and productions of one cereal, written to amounts[index][k].
void grow(const Ground& ground, const Cereal& cereal, std::size_t k,
          std::span<std::array<SampleAmount, SampleCrops::kCereals>> amounts) {
    const BudgetVector<std::uint64_t> ranked = by_fertility(ground, present_cells(ground, cereal, k), k);
    const auto n = static_cast<std::int64_t>(ranked.size());
    BudgetVector<std::int64_t> weights(ground.budget);
    BudgetVector<std::int64_t> areas(ground.budget);
    weights.resize(ranked.size());
    areas.resize(ranked.size());
    const auto rank_share = [&](std::size_t p) { return (2 * static_cast<std::int64_t>(p) + 1) * 500'000 / n; };
    const SampleStream sizes(ground.key, kSizeStream + k);
    ground.exec.for_each("envelope.sample.weight", ranked.size(), [&](std::size_t p) {
        const auto index = static_cast<std::uint32_t>(ranked[p]);
        const SampleTraits& traits = ground.registry.country(ground.cells.country[index]).sample;
        weights[p] = size_of(sizes, ground.cells.id[index]) * piecewise_linear(rank_share(p), kTiltRanks, cereal.tilt) *
                     kAreaClasses[static_cast<std::size_t>(traits.area_class)];
    });
    const auto cells = std::min(static_cast<std::int64_t>(ground.cells.size()), kFullSize);
    share_out(mul_div_floor(cereal.area_kha * 10'000, cells, kFullSize), weights, {areas.data(), areas.size()});
    for (std::size_t p = 0; p < ranked.size(); ++p) {
        const std::int64_t yield = piecewise_linear(rank_share(p), kYieldRanks, cereal.yield);
        amounts[static_cast<std::uint32_t>(ranked[p])][k] = {static_cast<std::int32_t>(areas[p]),
                                                             production_of(areas[p], yield)};
    }
}

/// kg/ha around which the yields of the other crops lie.
std::int64_t base_yield(std::string_view code) {
    constexpr std::array<std::string_view, 12> kHeavy = {"BANA", "CASS", "CITR", "ONIO", "ORTS", "PLNT",
                                                         "POTA", "SWPO", "TEMF", "TOMA", "TROF", "VEGE"};
    if (code == "SUGC") return 70'000;
    if (code == "SUGB") return 50'000;
    if (code == "OILP") return 14'000;
    if (code == "YAMS" || std::find(kHeavy.begin(), kHeavy.end(), code) != kHeavy.end()) return 15'000;
    return 2'000;
}

const std::array<std::int64_t, kCropCount>& base_yields() {
    static const std::array<std::int64_t, kCropCount> yields = [] {
        std::array<std::int64_t, kCropCount> all{};
        for (std::size_t crop = 0; crop < kCropCount; ++crop)
            all[crop] = base_yield(crop_code(static_cast<Crop>(crop)));
        return all;
    }();
    return yields;
}

}  // namespace

SampleCrops::SampleCrops(const SampleCells& cells, const Grid& grid, std::uint64_t key, const Registry& registry,
                         Budget& budget, const Exec& exec)
    : cereals_(budget) {
    cereal_of_.fill(kCereals);
    for (std::size_t k = 0; k < kCereals; ++k)
        cereal_of_[find_crop(kCereal[k].code).value()] = static_cast<std::uint8_t>(k);
    for (std::size_t crop = 0; crop < kCropCount; ++crop) {
        presence_[crop] = SampleStream(key, 400 + crop);
        size_[crop] = SampleStream(key, 450 + crop);
        yield_[crop] = SampleStream(key, 500 + crop);
    }
    cereals_.resize(cells.size());
    Ground ground{cells, grid, key, registry, budget, exec, BudgetVector<std::int32_t>(budget)};
    ground.common_field.resize(cells.size());
    exec.for_each_range("envelope.sample.field", cells.size(), [&](std::size_t begin, std::size_t end) {
        SampleField field(key, kCommonField, grid.refinement());
        for (std::size_t i = begin; i < end; ++i)
            ground.common_field[i] = static_cast<std::int32_t>(field_at(field, grid, cells.id[i]));
    });
    for (std::size_t k = 0; k < kCereals; ++k) {
        exec.cancel().check();
        if (cells.size() * static_cast<std::size_t>(kCereal[k].share) >= 1000)
            grow(ground, kCereal[k], k, {cereals_.data(), cereals_.size()});
    }
}

SampleAmount SampleCrops::other(Crop crop, std::uint32_t id) const {
    const std::int64_t index = crop;
    if (presence_[crop].at16(id) % 100 >= 10 + 7 * index % 31) return {};
    const std::int64_t area = 1 + 400 * size_of(size_[crop], id) / 1000;
    const std::int64_t yield = base_yields()[crop] * (500 + yield_[crop].at16(id) % 1000) / 1000;
    return {static_cast<std::int32_t>(area), production_of(area, yield)};
}

}  // namespace hone::envelope
