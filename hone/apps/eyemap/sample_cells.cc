#include "hone/apps/eyemap/sample_cells.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/eyemap/sample_numbers.h"
#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

using Place = SampleRegion::Place;

constexpr std::uint64_t kBodiesOfType = 10'000'000;
constexpr std::uint64_t kBodiesOfSide = 5'000'000;

// Parts of a key.
constexpr std::uint64_t kTypePart = 1000;
constexpr std::uint64_t kSidePart = 100;
constexpr std::uint64_t kFieldPart = 1;
constexpr std::uint64_t kCellsPart = 2;
constexpr std::uint64_t kCells = 10;
constexpr std::uint64_t kRegions = 20;
constexpr std::uint64_t kWideCells = std::uint64_t{1} << 40;

constexpr double kOtherSomaSide = 0.01;
constexpr double kRimShare = 0.54;
constexpr double kInnerSpread = 0.12;
constexpr double kRimSpread = 0.26;
constexpr double kLayerSpread = 0.15;
constexpr double kLeast = 0.05;
constexpr double kUnlayered = 0.005;
constexpr double kWideDecline = 0.8;

std::uint64_t packed(Hex hex) {
    return static_cast<std::uint64_t>(std::int64_t{hex.hex1} * 65536 + hex.hex2);
}

}  // namespace

/// The smooth random field over columns low..high-1 of the lattice: neighbours are alike.
struct SampleCells::Field {
    Field(const SampleCells& cells, std::size_t low, std::size_t high) : first(low) {
        const auto [begin, end] = cells.lattice_.around(low, high);
        std::vector<double> noise(end - begin);
        for (std::size_t i = begin; i < end; ++i)
            noise[i - begin] = SampleStream(sample_sub(cells.column_key(i), kFieldPart)).normal();
        values.reserve(high - low);
        for (std::size_t i = low; i < high; ++i) {
            double sum = noise[i - begin];
            int terms = 1;
            for (const Hex step : kNeighbours) {  // sums depend on this order
                const std::int64_t at = cells.lattice_.number(moved(cells.lattice_.columns()[i], step));
                if (at < 0) continue;
                sum += noise[static_cast<std::size_t>(at) - begin];
                ++terms;
            }
            values.push_back(sum / std::sqrt(static_cast<double>(terms)));
        }
    }
    double at(std::size_t column) const { return values[column - first]; }

    std::size_t first;
    std::vector<double> values;
};

SampleCells::SampleCells(const SampleLattice& lattice, const SampleType& type, Side side, std::uint64_t key)
    : lattice_(lattice),
      type_(type),
      side_(side),
      key_(sample_sub(sample_sub(key, kTypePart + type.number), kSidePart + (side == Side::Left ? 1U : 0U))),
      base_(kBodiesOfType * type.number + (side == Side::Left ? kBodiesOfSide : 0)) {
    size_ = lattice.columns().size();
    if (type.arbors.empty()) size_ = 0;
    if (type.is_wide())
        size_ = static_cast<std::size_t>(
            std::ceil(type.overlap * static_cast<double>(size_) / (static_cast<double>(type.fewest + type.most) / 2)));
}

std::uint64_t SampleCells::column_key(std::size_t column) const {
    return sample_sub(key_, packed(lattice_.columns()[column]));
}

int SampleCells::cells_of(std::size_t column) const {
    SampleStream stream(sample_sub(column_key(column), kCellsPart));
    const double missing = stream.unit();
    const double doubled = stream.unit();
    const double chosen = stream.unit();
    if (missing < type_.missing) return 0;
    if (chosen >= sample_chance(type_.pattern, lattice_.regions().front(), column)) return 0;
    return doubled < type_.doubled ? 2 : 1;
}

std::uint64_t SampleCells::count_cells(std::size_t low, std::size_t high) const {
    if (type_.is_wide()) return high - low;
    std::uint64_t count = 0;
    for (std::size_t column = low; column < high; ++column)
        count += static_cast<std::uint64_t>(cells_of(column));
    return count;
}

void SampleCells::append_rows(std::size_t low, std::size_t high, std::uint64_t first,
                              std::vector<SampleRow>& rows) const {
    check(low <= high && high <= size_, "rows of things that exist");
    if (!type_.is_wide()) return append_columnar(low, high, first, rows);
    const Field field(*this, 0, lattice_.columns().size());
    for (std::size_t cell = low; cell < high; ++cell)
        append_wide(cell, field, rows);
}

void SampleCells::append_columnar(std::size_t low, std::size_t high, std::uint64_t first,
                                  std::vector<SampleRow>& rows) const {
    const Field field(*this, low, high);
    for (std::size_t column = low; column < high; ++column) {
        const int cells = cells_of(column);
        for (int j = 0; j < cells; ++j) {
            const std::uint64_t key = sample_sub(column_key(column), kCells + static_cast<std::uint64_t>(j));
            const double weight = cells == 1 ? 1 : (j == 0 ? 0.6 : 0.4);
            const Cell cell{base_ + first++, soma_side(SampleStream(key).unit())};
            emit(column, key, weight, cell, field.at(column), rows);
        }
    }
}

void SampleCells::append_wide(std::size_t cell, const Field& field, std::vector<SampleRow>& rows) const {
    const std::uint64_t key = sample_sub(key_, kWideCells + cell);
    SampleStream stream(key);
    const Mask& columns = lattice_.columns();
    const auto centre = static_cast<std::size_t>(std::floor(static_cast<double>(columns.size()) * stream.unit()));
    const auto more = static_cast<std::size_t>(std::floor(stream.unit() * (type_.most - type_.fewest + 1)));
    const std::size_t covered = static_cast<std::size_t>(type_.fewest) + more;
    const Cell body{base_ + cell, soma_side(stream.unit())};
    std::vector<std::pair<std::int64_t, std::size_t>> members;  // columns are sorted, so ties go by coordinates
    members.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        members.emplace_back(squared_distance(columns[i], columns[centre]), i);
    const std::size_t size = std::min(covered, members.size());
    std::partial_sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(size), members.end());
    for (std::size_t rank = 0; rank < size; ++rank) {
        const std::size_t column = members[rank].second;
        const double weight = 1 - kWideDecline * static_cast<double>(rank) / static_cast<double>(covered);
        emit(column, sample_sub(key, packed(columns[column])), weight, body, field.at(column), rows);
    }
}

void SampleCells::emit(std::size_t column, std::uint64_t key, double weight, Cell cell, double field,
                       std::vector<SampleRow>& rows) const {
    constexpr std::size_t kMostLayers = 999;
    std::array<double, kMostLayers> amounts;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    SampleRow row{cell.body, cell.soma, side_, 0, 0, lattice_.columns()[column], 0};
    for (const SampleArbor& arbor : type_.arbors) {
        const Place place = lattice_.regions()[arbor.region].places[column];
        if (place == Place::Outside) continue;
        SampleStream stream(sample_sub(key, kRegions + arbor.region));
        if (stream.unit() >= arbor.chance) continue;
        const bool is_rim = place == Place::Rim;
        const double mean = arbor.base * (is_rim ? kRimShare : 1.0) *
                            std::max(kLeast, 1 + (is_rim ? kRimSpread : kInnerSpread) * field) * weight;
        double sum = 0;
        for (std::size_t k = 0; k < arbor.shares.size(); ++k) {
            amounts[k] = arbor.shares[k] * std::max(kLeast, 1 + kLayerSpread * stream.normal());
            sum += amounts[k];
        }
        row.region = static_cast<std::uint8_t>(arbor.region);
        for (std::size_t k = 0; k < arbor.shares.size(); ++k) {
            row.layer = static_cast<std::uint16_t>(k + 1);
            row.synapses = stream.poisson(mean * amounts[k] / sum);
            if (row.synapses > 0) rows.push_back(row);
        }
        if (stream.unit() >= kUnlayered) continue;
        row.layer = 0;
        row.synapses = 1 + static_cast<std::int64_t>(std::floor(3 * stream.unit()));
        rows.push_back(row);
    }
}

Side SampleCells::soma_side(double chance) const {
    if (chance >= kOtherSomaSide) return side_;
    return side_ == Side::Left ? Side::Right : Side::Left;
}

}  // namespace hone::eyemap
