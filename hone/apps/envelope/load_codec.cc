// How loaded bases are kept on disk.
#include <algorithm>
#include <array>

#include "hone/apps/envelope/load.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

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

std::uint64_t LoadedSets::memory_bytes() const {
    std::uint64_t bytes = 0;
    for (const LoadedBase& set : sets)
        bytes += set.memory_bytes();
    return bytes;
}

}  // namespace hone::envelope

namespace hone {

void Codec<envelope::SetsOptions>::encode(Encoder& out, const envelope::SetsOptions& value) {
    out.u64(value.crops.size());
    for (const std::string& crops : value.crops)
        out.text(crops);
    out.text(value.energy);
    out.i64(value.refinement);
}

void Codec<envelope::LoadedSets>::encode(Encoder& out, const envelope::LoadedSets& value) {
    out.u64(value.sets.size());
    for (const envelope::LoadedBase& set : value.sets)
        Codec<envelope::LoadedBase>::encode(out, set);
}

envelope::LoadedSets Codec<envelope::LoadedSets>::decode(Decoder& in, Budget& budget) {
    constexpr std::size_t kLeastBytes = 256;  // of an encoded base
    envelope::LoadedSets value;
    for (std::size_t left = in.count(kLeastBytes); left > 0; --left)
        value.sets.push_back(Codec<envelope::LoadedBase>::decode(in, budget));
    return value;
}

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
