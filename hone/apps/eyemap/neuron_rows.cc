#include "hone/apps/eyemap/neuron_rows.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/json_slices.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Columns that the rows of places get besides place, pre and post: those that the neurons have.
constexpr std::array<Role, 3> kCarried = {Role::Type, Role::Body, Role::BodySide};

RowLayout place_layout(const RowLayout& neurons) {
    std::vector<std::string> names = {"roi", "pre", "post"};
    for (const Role role : kCarried)
        if (neurons[role]) names.push_back(neurons.name(role));
    return layout_rows(names, TableKind::Rois, 1, "roiInfo");
}

struct Counts {
    std::string_view pre, post;
};

Counts counts_of(std::string_view place) {
    Counts counts;
    for_each_member(place, [&](std::string_view name, std::string_view value) {
        if (name == "pre") counts.pre = value;
        if (name == "post") counts.post = value;
    });
    return counts;
}

void push_count(CsvChunk::Values& to, std::string_view text) {
    const auto scaled = parse_scaled(text, 0);
    const bool is_valid = scaled && !scaled->rounded;
    to.int64s.push_back(is_valid ? scaled->value : 0);
    const bool is_missing = text.empty() || text == "null";
    to.states.push_back(is_missing ? CellState::Missing : is_valid ? CellState::Valid : CellState::Bad);
}

}  // namespace

NeuronRows::NeuronRows(Intake& intake, RowLayout layout, std::uint16_t file, CellUse use, ColumnBase base)
    : intake_(intake),
      layout_(std::move(layout)),
      file_(file),
      places_(intake, place_layout(layout_), file, use, base) {}

void NeuronRows::take(const RowBatch& batch) {
    for (std::size_t row = 0; row < batch.rows; ++row)
        take_row(batch, row);
}

void NeuronRows::take_row(const RowBatch& batch, std::size_t row) {
    const std::size_t info = *layout_[Role::PlaceInfo];
    const std::string_view text = batch.columns[info]->texts[row];
    if (trim(text).empty()) return;
    std::array<CsvChunk::Values, 3> places;  // place, pre, post
    try {
        for_each_member(text, [&](std::string_view name, std::string_view value) {
            const Counts counts = value.starts_with('{') ? counts_of(value) : Counts{};
            places[0].texts.push_back(name);
            push_count(places[1], counts.pre);
            push_count(places[2], counts.post);
        });
    } catch (const Error& error) {
        intake_.report(found(Finding::BadText, {file_, batch.lines[row]}, layout_.name(Role::PlaceInfo),
                             cat("expected an object of places: ", error.message())),
                       Intake::kNoType, std::nullopt);
        return;
    }
    const std::size_t count = places[0].texts.size();
    const std::vector<std::uint64_t> lines(count, batch.lines[row]);
    std::vector<CsvChunk::Values> carried;
    std::vector<std::size_t> sources;
    for (const Role role : kCarried) {
        if (!layout_[role]) continue;
        sources.push_back(*layout_[role]);
        carried.push_back({.int64s = {},
                           .reals = {},
                           .texts = std::vector(count, batch.columns[sources.back()]->texts[row]),
                           .states = {}});
    }
    const auto raw = [&](std::size_t place, std::size_t column) -> std::string {
        if (column >= places.size()) return batch.raw(row, sources[column - places.size()]);
        if (column == 0) return std::string(places[0].texts[place]);
        return std::string(text);
    };
    RowBatch rows{.rows = count, .lines = lines, .columns = {&places[0], &places[1], &places[2]}, .raw = raw};
    for (const CsvChunk::Values& values : carried)
        rows.columns.push_back(&values);
    places_.take(rows);
}

bool has_letter_in_place_info(std::string_view info) {
    bool has_letter = false;
    try {
        for_each_member(info, [&](std::string_view name, std::string_view) {
            const auto place = split_place_name(name);
            has_letter = has_letter || (place && place->has_letter());
        });
    } catch (const Error&) {
        return false;  // told when the row is read
    }
    return has_letter;
}

}  // namespace hone::eyemap
