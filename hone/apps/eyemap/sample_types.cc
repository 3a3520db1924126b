#include "hone/apps/eyemap/sample_types.h"

#include <algorithm>

#include "hone/apps/eyemap/sample_numbers.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

using Shares = std::vector<double>;

constexpr std::size_t kMe = 0;
constexpr std::size_t kLo = 1;
constexpr std::size_t kLop = 2;

SampleType columnar(std::string name, std::vector<SampleArbor> arbors, double missing, double doubled,
                    SamplePattern pattern = SamplePattern::Everywhere) {
    SampleType type;
    type.name = std::move(name);
    type.arbors = std::move(arbors);
    type.missing = missing;
    type.doubled = doubled;
    type.pattern = pattern;
    return type;
}

SampleType wide(std::string name, std::vector<SampleArbor> arbors, int fewest, int most, double overlap) {
    SampleType type;
    type.name = std::move(name);
    type.arbors = std::move(arbors);
    type.fewest = fewest;
    type.most = most;
    type.overlap = overlap;
    return type;
}

}  // namespace

std::vector<SampleType> sample_types() {
    const Shares a = {.09, .05, .05, .01, .09, .01, 0, 0, .32, .38};
    const Shares b = {0, 0, 0, 0, 0, 0, .05, .25, .30, .40};
    const Shares lo_a = {.35, .30, .20, .15, 0, 0, 0};
    const Shares lo_s = {.2, .2, .2, .1, .1, .1, .1};
    const Shares lop_a = {.4, .3, .2, .1};
    const Shares flat_me(10, 0.1);
    const Shares flat_lop(4, 0.25);
    std::vector<SampleType> types = {
        columnar("ColA", {{kMe, 2400, a, 1}, {kLo, 40, lo_s, .03}}, .007, .002),
        columnar("ColB", {{kMe, 900, b, 1}, {kLo, 500, lo_a, 1}}, 0, .006),
        columnar("ColC", {{kMe, 700, b, 1}, {kLo, 250, lo_a, 1}, {kLop, 400, lop_a, 1}}, .07, .012),
        wide("WideA", {{kMe, 60, flat_me, 1}, {kLop, 30, flat_lop, .6}}, 7, 20, 2),
        wide("WideB", {{kMe, 25, flat_me, 1}}, 30, 60, 4),
        columnar("RimA", {{kMe, 800, a, 1}}, 0, 0, SamplePattern::DorsalRim),
        columnar("GradA", {{kMe, 500, a, 1}, {kLo, 120, lo_a, .5}}, 0, .1, SamplePattern::Gradient),
        columnar("PatchA", {{kMe, 300, flat_me, 1}, {kLop, 90, flat_lop, 1}}, 0, 0, SamplePattern::Patch),
        columnar("Z\xC3\xA9<7>&\"q\" 'x'/\xCE\xB1", {{kMe, 12, flat_me, 1}}, 0, 0, SamplePattern::SmallPatch),
    };
    for (std::size_t i = 0; i < types.size(); ++i)
        types[i].number = i + 1;
    return types;
}

SampleType sample_catalogue_type(std::uint64_t key, std::int64_t rank) {
    check(rank >= 1 && rank <= kSampleCatalogueTypes, "a rank of the sample's catalogue");
    constexpr std::int64_t kCellsOfFirst = 20'000;
    constexpr std::int64_t kArchetypes = 8;
    constexpr std::uint64_t kScalePart = 50'000;
    SampleType type;
    if (rank <= kSampleCatalogueMapped) type = sample_types()[static_cast<std::size_t>((rank - 1) % kArchetypes)];
    const std::string digits = cat(rank);
    type.name = "T" + std::string(5 - digits.size(), '0') + digits;
    type.number = static_cast<std::uint64_t>(rank);
    type.loose_cells = std::max<std::int64_t>(kCellsOfFirst / rank, 1);
    const double scale = 0.25 + SampleStream(sample_sub(key, kScalePart + type.number)).unit();
    for (SampleArbor& arbor : type.arbors)
        arbor.base *= scale;
    return type;
}

SampleType sample_disc_type(int layers) {
    SampleType type = columnar("ColA", {{0, 500, Shares(static_cast<std::size_t>(layers), 1.0 / layers), 1}}, .03, 0);
    type.number = 1;
    return type;
}

double sample_chance(SamplePattern pattern, const SampleRegion& lattice, std::size_t column) {
    const Hex hex = lattice.mask[column];
    constexpr Hex kCentre = {18, 19};
    switch (pattern) {
        case SamplePattern::Everywhere:
            return 1;
        case SamplePattern::DorsalRim:
            return lattice.places[column] == SampleRegion::Place::Rim && hex.hex1 + hex.hex2 >= 50 ? 1 : 0;
        case SamplePattern::Gradient:
            return static_cast<double>(hex.hex1 + hex.hex2 - 7) / 65;
        case SamplePattern::Patch:
            return squared_distance(hex, kCentre) <= 36 ? 1 : 0;
        case SamplePattern::SmallPatch:
            return squared_distance(hex, kCentre) <= 4 ? 1 : 0;
    }
    return 0;
}

}  // namespace hone::eyemap
