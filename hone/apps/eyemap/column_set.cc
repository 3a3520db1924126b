#include "hone/apps/eyemap/column_set.h"

#include <algorithm>
#include <cstring>

#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone::eyemap {
namespace {

using Counts = std::vector<std::int64_t>;

/// A region index or layer count beyond this is damage.
constexpr std::uint64_t kMostParts = 1'000'000;

template <class T>
std::uint64_t held(const std::vector<T>& values) {
    return values.capacity() * sizeof(T);
}

void require(bool holds, std::string_view what) {
    if (!holds) fail(Fault::Input, "stored columns are damaged: ", what);
}

void encode_hexes(Encoder& out, const std::vector<Hex>& hexes) {
    static_assert(sizeof(Hex) == 8 && std::is_trivially_copyable_v<Hex>);
    out.u64(hexes.size());
    out.align(8);
    out.raw(hexes.data(), hexes.size() * sizeof(Hex));
}

/// Refuses columns out of order, so that searching them is safe.
std::vector<Hex> decode_hexes(Decoder& in) {
    std::vector<Hex> hexes(in.count(sizeof(Hex)));
    in.align(8);
    const auto bytes = in.raw(hexes.size() * sizeof(Hex));
    if (!hexes.empty()) std::memcpy(hexes.data(), bytes.data(), bytes.size());
    const auto is_out_of_order = [](Hex a, Hex b) { return !(a < b); };
    require(std::adjacent_find(hexes.begin(), hexes.end(), is_out_of_order) == hexes.end(), "the order of columns");
    const auto is_near = [](std::int32_t at) { return at >= -kMostHex - 1 && at <= kMostHex; };
    require(std::all_of(hexes.begin(), hexes.end(), [&](Hex hex) { return is_near(hex.hex1) && is_near(hex.hex2); }),
            "a coordinate");
    return hexes;
}

Counts decode_counts(Decoder& in, std::size_t size) {
    Counts counts = Codec<Counts>::decode(in);
    require(counts.size() == size, "a number of counts");
    require(std::all_of(counts.begin(), counts.end(), [](std::int64_t count) { return count >= kMissingCount; }),
            "a count");
    return counts;
}

std::size_t decode_part(Decoder& in) {
    const std::uint64_t part = in.u64();
    require(part < kMostParts, "a number of regions or layers");
    return static_cast<std::size_t>(part);
}

Side decode_side(Decoder& in) {
    return in.flag() ? Side::Right : Side::Left;
}

void encode_set(Encoder& out, const ColumnSet& set) {
    out.u64(set.region);
    out.u8(set.side == Side::Right ? 1 : 0);
    encode_hexes(out, set.hexes);
    for (const Counts* counts : {&set.synapses, &set.cells, &set.pre, &set.post})
        Codec<Counts>::encode(out, *counts);
    out.u64(set.layer_count);
    Codec<Counts>::encode(out, set.layer_synapses);
    Codec<Counts>::encode(out, set.layer_cells);
    Codec<decltype(set.values)>::encode(out, set.values);
    out.text(set.failure);
}

ColumnSet decode_set(Decoder& in) {
    ColumnSet set;
    set.region = decode_part(in);
    set.side = decode_side(in);
    set.hexes = decode_hexes(in);
    for (Counts* counts : {&set.synapses, &set.cells, &set.pre, &set.post})
        *counts = decode_counts(in, set.size());
    set.layer_count = decode_part(in);
    set.layer_synapses = decode_counts(in, set.size() * set.layer_count);
    set.layer_cells = decode_counts(in, set.size() * set.layer_count);
    set.values = Codec<decltype(set.values)>::decode(in);
    for (const auto& [name, numbers] : set.values)
        require(numbers.size() == set.size(), "a number of values");
    set.failure = in.text();
    return set;
}

/// Sets are found by walking, but two of one region and side would be two maps of one name.
void require_order(const std::vector<ColumnSet>& sets) {
    const auto is_out_of_order = [](const ColumnSet& a, const ColumnSet& b) {
        return std::pair(a.region, a.side) >= std::pair(b.region, b.side);
    };
    require(std::adjacent_find(sets.begin(), sets.end(), is_out_of_order) == sets.end(), "the order of regions");
}

void encode_universe(Encoder& out, const Universe& universe) {
    out.u64(universe.size());
    for (const auto& [place, mask] : universe) {
        out.u64(place.first);
        out.u8(place.second == Side::Right ? 1 : 0);
        encode_hexes(out, mask);
    }
}

Universe decode_universe(Decoder& in, std::size_t regions) {
    Universe universe;
    for (std::size_t left = in.count(17); left > 0; --left) {
        const std::size_t region = decode_part(in);
        const Side side = decode_side(in);
        require(region < regions, "a region");
        require(universe.emplace(std::pair(region, side), decode_hexes(in)).second, "a universe that comes twice");
    }
    return universe;
}

}  // namespace

std::size_t ColumnSet::find(Hex hex) const {
    const auto place = std::lower_bound(hexes.begin(), hexes.end(), hex);
    return place != hexes.end() && *place == hex ? static_cast<std::size_t>(place - hexes.begin()) : hexes.size();
}

std::uint64_t ColumnSet::memory_bytes() const {
    std::uint64_t bytes = sizeof(*this) + held(hexes) + held(synapses) + held(cells) + held(pre) + held(post) +
                          held(layer_synapses) + held(layer_cells) + held(values) + failure.capacity();
    for (const auto& [name, numbers] : values)
        bytes += name.capacity() + held(numbers);
    return bytes;
}

const ColumnSet* CellType::find(std::size_t region, Side side) const {
    for (const ColumnSet& set : sets)
        if (set.region == region && set.side == side) return &set;
    return nullptr;
}

std::uint64_t CellType::memory_bytes() const {
    std::uint64_t bytes = sizeof(*this) + name.capacity();
    for (const ColumnSet& set : sets)
        bytes += set.memory_bytes();
    return bytes;
}

const CellType* DataSet::find(std::string_view type) const {
    const auto place = std::lower_bound(types.begin(), types.end(), type,
                                        [](const CellType& one, std::string_view name) { return one.name < name; });
    return place != types.end() && place->name == type ? &*place : nullptr;
}

std::vector<Side> DataSet::sides_with_rows() const {
    std::vector<Side> sides;
    for (const Side side : kSides)
        if (std::ranges::any_of(types, [side](const CellType& type) {
                return std::ranges::any_of(type.sets, [side](const ColumnSet& set) { return set.side == side; });
            }))
            sides.push_back(side);
    return sides;
}

std::uint64_t DataSet::memory_bytes() const {
    std::uint64_t bytes = sizeof(*this);
    for (const auto& [place, mask] : universe)
        bytes += sizeof(place) + held(mask) + 64;  // a node of the map
    for (const CellType& type : types)
        bytes += type.memory_bytes();
    return bytes;
}

}  // namespace hone::eyemap

namespace hone {

void Codec<eyemap::CellType>::encode(Encoder& out, const eyemap::CellType& value) {
    out.text(value.name);
    out.u64(value.sets.size());
    for (const eyemap::ColumnSet& set : value.sets)
        eyemap::encode_set(out, set);
}

eyemap::CellType Codec<eyemap::CellType>::decode(Decoder& in) {
    eyemap::CellType type;
    type.name = in.text();
    for (std::size_t left = in.count(80); left > 0; --left)
        type.sets.push_back(eyemap::decode_set(in));
    eyemap::require_order(type.sets);
    return type;
}

void Codec<eyemap::DataSet>::encode(Encoder& out, const eyemap::DataSet& value) {
    for (const std::string* text : {&value.provenance.name, &value.provenance.version, &value.provenance.licence})
        out.text(*text);
    Codec<eyemap::Regions>::encode(out, value.regions);
    eyemap::encode_universe(out, value.universe);
    Codec<std::vector<eyemap::CellType>>::encode(out, value.types);
}

eyemap::DataSet Codec<eyemap::DataSet>::decode(Decoder& in) {
    eyemap::DataSet data;
    for (std::string* text : {&data.provenance.name, &data.provenance.version, &data.provenance.licence})
        *text = in.text();
    data.regions = Codec<eyemap::Regions>::decode(in);
    data.universe = eyemap::decode_universe(in, data.regions.size());
    data.types = Codec<std::vector<eyemap::CellType>>::decode(in);
    for (std::size_t i = 0; i < data.types.size(); ++i) {
        eyemap::require(i == 0 || data.types[i - 1].name < data.types[i].name, "the order of types");
        for (const eyemap::ColumnSet& set : data.types[i].sets)
            eyemap::require(set.region < data.regions.size(), "a region");
    }
    return data;
}

}  // namespace hone
