#include "hone/apps/eyemap/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "hone/apps/eyemap/column_set.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::int64_t kLeastHex = -32768;
constexpr std::int32_t kUsualHex = 1000;
constexpr double kUnlayeredShare = 0.05;

bool is_not_finite(std::string_view text) {
    const std::string word = to_lower(trim(text));
    const std::string_view bare = std::string_view(word).substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
    return bare == "nan" || bare == "inf" || bare == "infinity";
}

bool is_true(std::string_view text) {
    const std::string word = to_lower(trim(text));
    return word == "true" || word == "t" || word == "1" || word == "yes";
}

/// 1 + Population of a side of a cell body; 0 for any other text.
std::uint8_t body_side(std::string_view text) {
    const std::string word = to_lower(trim(text));
    const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, word) != words.end();
    };
    if (is_one_of({"l", "left", "lhs"})) return 1 + static_cast<std::uint8_t>(Population::Left);
    if (is_one_of({"r", "right", "rhs"})) return 1 + static_cast<std::uint8_t>(Population::Right);
    if (is_one_of({"m", "middle", "center", "centre"})) return 1 + static_cast<std::uint8_t>(Population::Middle);
    return 0;
}

}  // namespace

TableRows::TableRows(Intake& intake, RowLayout layout, std::uint16_t file, CellUse use, ColumnBase base)
    : intake_(intake), layout_(std::move(layout)), file_(file), use_(use), base_(base) {
    for (const auto& [name, column] : layout_.values)
        value_names_.push_back(intake_.value_name(name));
}

void TableRows::take(const RowBatch& batch) {
    if (layout_.kind != TableKind::Synapses) return take_plainly(batch);
    open(batch);
    take_synapse_rows();
    close();
}

void TableRows::take_plainly(const RowBatch& batch) {
    open(batch);
    for (std::size_t row = 0; row < batch.rows; ++row) {
        intake_.cancel().check_every(row);
        take_row(row);
    }
    close();
}

void TableRows::open(const RowBatch& batch) {
    batch_ = &batch;
    for (std::size_t role = 0; role < kRoles; ++role) {
        const auto column = layout_.roles[role];
        texts_[role] = column ? batch.columns[*column] : nullptr;
        const bool is_number = column && layout_.wanted[*column].kind == CsvColumn::Kind::Int64;
        numbers_[role] = is_number ? NumberCells(*batch.columns[*column]) : NumberCells();
    }
}

void TableRows::close() {
    rows_ += batch_->rows;
    batch_ = nullptr;
}

void TableRows::take_row(std::size_t row) {
    errors_.clear();
    is_skipped_ = false;
    switch (layout_.kind) {
        case TableKind::Synapses:
            return take_synapses(row);
        case TableKind::Rois:
        case TableKind::Neurons:
            return take_place(row);
        case TableKind::Assigned:
            return take_assigned(row);
        case TableKind::Columns:
            return take_column(row);
        case TableKind::Layers:
            return take_layer(row);
        case TableKind::Listed:
            return take_listed(row);
    }
}

void TableRows::take_misshapen(std::uint64_t line, std::size_t fields, std::size_t expected) {
    intake_.report(found(Finding::MissingField, {file_, line}, {},
                         cat("expected ", expected, " fields as in the header, found ", fields)),
                   Intake::kNoType, std::nullopt);
}

void TableRows::finish() {
    const auto tell = [&](Finding finding, Severity severity, std::uint64_t line, std::string text) {
        intake_.log().add({finding, severity, {file_, line}, {}, std::move(text)});
    };
    if (unlayered_ > 0) {
        const double share = static_cast<double>(unlayered_) / static_cast<double>(rows_);
        const std::string percent = decimal_text(static_cast<std::int64_t>(std::nearbyint(share * 10000)), 2);
        tell(Finding::UnlayeredRows, share > kUnlayeredShare ? Severity::Warning : Severity::Note,
             first_unlayered_.line,
             cat(unlayered_, " of ", rows_, " rows (", percent, " %) have no layer",
                 intake_.rules().drops_unlayered ? "; they are left out" : ""));
    }
    if (other_places_ > 0)
        tell(Finding::MissingField, Severity::Note, 0,
             cat(other_places_, " rows name a place that is no column; they are left out"));
    if (placeless_ > 0)
        tell(Finding::MissingField, Severity::Note, 0,
             cat(placeless_, " rows have no place flag set; they are left out"));
    if (unassigned_ > 0)
        tell(Finding::MissingField, Severity::Note, 0, cat(unassigned_, " cells are assigned to no column"));
    if (skipped_ > 0)
        tell(Finding::UnknownRegion, Severity::Note, 0,
             cat(skipped_, " rows are of regions that are not known; they are left out"));
    if (!layout_.unknown.empty())
        tell(Finding::MissingField, Severity::Note, 0,
             cat("columns that mean nothing here are not read: ", join(layout_.unknown, ", ")));
}

void TableRows::error(Finding finding, std::string column, std::string text) {
    errors_.push_back({finding, std::move(column), std::move(text)});
}

/// True if the row cannot be used; tells its errors.
bool TableRows::reject(std::size_t row, std::uint32_t type, SetNumber set) {
    if (errors_.empty()) [[likely]]
        return is_skipped_;
    const auto known = set == kNoSet ? std::nullopt : std::optional(set);
    const std::string key = intake_.key_text(type, known);
    for (const RowError& one : errors_)
        intake_.report({one.finding, Severity::Error, place_of(row), one.column, cat(key, ": ", one.text)}, type,
                       known);
    return true;
}

std::string_view TableRows::text(Role role, std::size_t row) const {
    const CsvChunk::Values* const values = texts_[static_cast<std::size_t>(role)];
    return values == nullptr ? std::string_view() : values->texts[row];
}

std::uint32_t TableRows::type_at(std::size_t row) {
    const std::string_view name = text(Role::Type, row);
    if (last_type_number_ != Intake::kNoType && name == last_type_) [[likely]]
        return last_type_number_;
    return new_type_at(row, name);
}

std::uint32_t TableRows::new_type_at(std::size_t row, std::string_view name) {
    const auto column = layout_[Role::Type];
    if (!column) return Intake::kNoType;
    if (trim(name).empty()) {
        error(Finding::MissingField, layout_.name(Role::Type), "the type is empty");
        return Intake::kNoType;
    }
    const std::uint32_t number = intake_.type(name, place_of(row), [&] { return batch_->raw(row, *column); });
    if (use_ == CellUse::Numbers) intake_.want(number);
    last_type_ = name;
    last_type_number_ = number;
    return number;
}

SetNumber TableRows::set_at(std::size_t row) {
    const std::string_view region = text(Role::RegionName, row);
    const std::string_view side = text(Role::SideName, row);
    if (has_last_set_ && region == last_region_ && side == last_side_) [[likely]]
        return last_set_;
    if (!layout_.flags.empty() && !layout_[Role::RegionName]) return set_of_flags(row);
    const SetNumber set = set_of_texts(region, side);
    has_last_set_ = set != kNoSet;
    last_region_ = region;
    last_side_ = side;
    last_set_ = set;
    return set;
}

SetNumber TableRows::set_of_flags(std::size_t row) {
    for (const RowLayout::FlagColumn& flag : layout_.flags)
        if (is_true(batch_->columns[flag.column]->texts[row])) return known_set(flag.region, flag.side);
    ++placeless_;
    is_skipped_ = true;
    return kNoSet;
}

SetNumber TableRows::known_set(std::string_view region, Side side) {
    if (const auto index = intake_.regions().find(region)) return set_number(*index, side);
    if (intake_.rules().skips_unknown_regions) {
        ++skipped_;
        is_skipped_ = true;
    } else {
        error(Finding::UnknownRegion, layout_.name(Role::RegionName),
              cat("expected one of ", intake_.regions().names(), ", found ", region));
    }
    return kNoSet;
}

SetNumber TableRows::set_of_texts(std::string_view region, std::string_view side) {
    region = trim(region);
    side = trim(side);
    const bool is_assigned = layout_.kind == TableKind::Assigned;
    if (is_assigned && region.empty()) region = "ME";
    const auto carried = split_region_of_side(region);
    if (is_assigned && side.empty() && !carried) side = "R";
    if (region.empty()) {
        error(Finding::MissingField, layout_.name(Role::RegionName), "the region is empty");
        return kNoSet;
    }
    const auto given = parse_column_side(side);
    if (side.empty() && !carried) {
        error(Finding::MissingField, layout_.name(Role::SideName), "the side is empty");
    } else if (!side.empty() && !given) {
        error(Finding::BadSide, layout_.name(Role::SideName), cat("expected L or R, found ", side));
    } else if (given && carried && *given != carried->side) {
        error(Finding::BadSide, layout_.name(Role::SideName), cat("side ", side, " contradicts the region ", region));
    } else {
        return known_set(carried ? carried->region : region, given ? *given : carried->side);
    }
    return kNoSet;
}

std::uint32_t TableRows::body_at(std::size_t row) {
    const std::string_view field = text(Role::Body, row);
    if (last_body_number_ != Bodies::kUnknown && field == last_body_) [[likely]]
        return last_body_number_;
    std::uint64_t id = 0;
    const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), id);
    if (problem != std::errc() || end != field.data() + field.size()) {
        const std::string_view bare = trim(field);
        const auto scaled = parse_scaled(bare, 0);
        if (bare.empty()) {
            error(Finding::MissingField, layout_.name(Role::Body), "the body id is empty");
        } else if (!scaled || scaled->rounded || scaled->value < 0) {
            error(Finding::BadNumber, layout_.name(Role::Body), cat("expected a body id, found ", bare));
        } else {
            id = static_cast<std::uint64_t>(scaled->value);
        }
        if (bare.empty() || !scaled) return Bodies::kUnknown;
    }
    last_body_ = field;
    last_body_number_ = intake_.bodies().number(id);
    return last_body_number_;
}

std::uint8_t TableRows::body_side_at(std::size_t row) {
    const CsvChunk::Values* const sides = texts_[static_cast<std::size_t>(Role::BodySide)];
    if (sides == nullptr) return 0;
    const std::string_view field = sides->texts[row];
    if (field == "R") return 1 + static_cast<std::uint8_t>(Population::Right);
    if (field == "L") return 1 + static_cast<std::uint8_t>(Population::Left);
    return body_side(field);
}

Hex TableRows::hex_at(std::size_t row) {
    const std::int64_t hex1 = needed(Role::Hex1, row, kLeastHex, kMostHex, Finding::CoordinateRange);
    const std::int64_t hex2 = needed(Role::Hex2, row, kLeastHex, kMostHex, Finding::CoordinateRange);
    return {static_cast<std::int32_t>(hex1), static_cast<std::int32_t>(hex2)};
}

std::int32_t TableRows::layer_at(std::size_t row) {
    const NumberCells& cells = numbers_[static_cast<std::size_t>(Role::Layer)];
    if (cells.state(row) == CellState::Missing) return 0;
    const std::int32_t first = intake_.rules().legacy.layers_from_zero ? 0 : 1;
    const std::int64_t layer = needed(Role::Layer, row, first, kMostLayers - 1 + first, Finding::UnknownLayer);
    return static_cast<std::int32_t>(layer) + 1 - first;
}

std::int64_t TableRows::count_or_zero(Role role, std::size_t row) {
    if (numbers_[static_cast<std::size_t>(role)].state(row) == CellState::Missing) return 0;
    return needed(role, row, 0, kMostCount, Finding::NegativeCount);
}

std::int64_t TableRows::count(const NumberCells& cells, const std::string& name, std::size_t column, std::size_t row) {
    const CellState state = cells.state(row);
    if (state == CellState::Missing) return kMissingCount;
    if (state == CellState::Valid && cells.values[row] >= 0 && cells.values[row] <= kMostCount)
        return cells.values[row];
    if (state == CellState::Valid && cells.values[row] < 0)
        error(Finding::NegativeCount, name, cat("expected a count, found ", cells.values[row]));
    else
        note_number(name, column, row, "a whole number from 0 to 2^53");
    return 0;
}

std::int64_t TableRows::count(Role role, std::size_t row) {
    const auto column = layout_[role];
    if (!column) return kAbsent;
    return count(numbers_[static_cast<std::size_t>(role)], layout_.wanted[*column].name, *column, row);
}

std::int64_t TableRows::odd_number(const NumberCells& cells, Role role, std::size_t row, std::int64_t low,
                                   std::int64_t high, Finding outside) {
    const std::string name = layout_.name(role);
    const std::string range = cat("a whole number from ", low, " to ", high);
    if (cells.state(row) == CellState::Missing) {
        error(Finding::MissingField, name, cat(name, " is empty"));
    } else if (cells.state(row) == CellState::Bad) {
        note_number(name, *layout_[role], row, range);
    } else {
        const bool is_too_large = outside == Finding::NegativeCount && cells.values[row] > high;
        error(is_too_large ? Finding::BadNumber : outside, name,
              cat("expected ", range, ", found ", cells.values[row]));
    }
    return low;
}

void TableRows::note_number(const std::string& name, std::size_t column, std::size_t row, std::string_view expected) {
    const std::string written = batch_->raw(row, column);
    error(is_not_finite(written) ? Finding::NotFinite : Finding::BadNumber, name,
          cat("expected ", expected, ", found ", valid_utf8(written)));
}

void TableRows::check_layer(std::uint32_t type, ColumnKey column, std::int32_t layer, RowPlace place) {
    const Region& region = intake_.regions()[region_of(eyemap::set_of(column))];
    if (layer <= static_cast<std::int32_t>(region.layers.size())) return;
    const Hex hex = hex_of(column);
    intake_.report(found(Finding::UnknownLayer, place, layout_.name(Role::Layer),
                         cat(intake_.key_text(type, eyemap::set_of(column)), ", column ", hex.hex1, ",", hex.hex2,
                             ": layer ", layer, " is beyond the ", region.layers.size(), " of the region")),
                   type, eyemap::set_of(column));
}

void TableRows::check_size(std::uint32_t type, SetNumber set, Hex hex, RowPlace place) {
    if (std::abs(hex.hex1) <= kUsualHex && std::abs(hex.hex2) <= kUsualHex) [[likely]]
        return;
    intake_.report(
        {Finding::CoordinateRange, Severity::Warning, place,
         layout_.name(std::abs(hex.hex1) > kUsualHex ? Role::Hex1 : Role::Hex2),
         cat(intake_.key_text(type, set), ": column ", hex.hex1, ",", hex.hex2, " is far outside of an eye")},
        type, set);
}

/// Adds a row of one cell, if it is of the population. Its body must not come with two types or sides.
void TableRows::add_cell(std::uint32_t type, const RawRow& cell, std::uint8_t side) {
    Bodies::Body& body = intake_.bodies()[cell.body];
    const bool has_other_type = body.type != type && body.type != Bodies::kUnknown && type != Intake::kNoType;
    const bool has_other_side = body.side != side && body.side != 0 && side != 0;
    if ((has_other_type || has_other_side) && !body.is_reported) [[unlikely]] {
        body.is_reported = true;
        const std::string what = has_other_type
                                     ? cat("the types ", intake_.type_name(body.type), " and ", intake_.type_name(type))
                                     : std::string("two sides");
        intake_.report(found(Finding::BodyConflict, cell.place, layout_.name(Role::Body),
                             cat("body ", body.id, " comes with ", what)),
                       type, eyemap::set_of(cell.column));
    }
    if (type != Intake::kNoType) body.type = type;
    if (side != 0) body.side = side;
    added_type_ = type;
    added_body_ = cell.body;
    added_side_ = side;
    if (use_ == CellUse::UniverseOnly || type == Intake::kNoType) return;
    const Population population = intake_.rules().population;
    const bool is_in = population == Population::All || side == 1 + static_cast<std::uint8_t>(population);
    if (is_in) return intake_.add(type, cell);
    if (!intake_.rules().legacy.split_population) return;
    RawRow uncounted = cell;
    uncounted.is_counted = false;
    intake_.add(type, uncounted);
}

void TableRows::take_synapses(std::size_t row) {
    const std::uint32_t type = type_at(row);
    const SetNumber set = set_at(row);
    const Hex hex = hex_at(row);
    RawRow cell;
    cell.layer = layer_at(row);
    cell.synapses = needed(Role::Synapses, row, 0, kMostCount, Finding::NegativeCount);
    cell.pre = count_or_zero(Role::Pre, row);
    cell.post = count_or_zero(Role::Post, row);
    cell.body = body_at(row);
    cell.place = place_of(row);
    if (reject(row, type, set)) return;
    cell.column = column_key(set, hex);
    check_size(type, set, hex, cell.place);
    check_layer(type, cell.column, cell.layer, cell.place);
    if ((cell.synapses | cell.pre | cell.post) > 0) intake_.see(cell.column);
    if (cell.layer == 0) {
        if (unlayered_++ == 0) first_unlayered_ = cell.place;
        if (intake_.rules().drops_unlayered) return;
    }
    add_cell(type, cell, body_side_at(row));
}

void TableRows::take_place(std::size_t row) {
    const std::string_view name = trim(text(Role::Place, row));
    if (name.empty()) {
        error(Finding::MissingField, layout_.name(Role::Place), "the place is empty");
        reject(row, Intake::kNoType, kNoSet);
        return;
    }
    const auto place = split_place_name(name);
    if (!place) {
        ++other_places_;
        return;
    }
    const std::uint32_t type = type_at(row);
    const SetNumber set = known_set(place->region, place->side);
    const auto hex1 = place_number(place->hex1, base_);
    const auto hex2 = place_number(place->hex2, base_);
    if (!hex1 || !hex2)
        error(Finding::HexLetter, layout_.name(Role::Place), cat("expected decimal numbers in ", name));
    else if (*hex1 > kMostHex || *hex2 > kMostHex)
        error(Finding::CoordinateRange, layout_.name(Role::Place),
              cat("expected numbers up to ", kMostHex, " in ", name));
    RawRow cell;
    cell.pre = count_or_zero(Role::Pre, row);
    cell.post = count_or_zero(Role::Post, row);
    cell.body = body_at(row);
    cell.place = place_of(row);
    if (reject(row, type, set)) return;
    cell.synapses = cell.pre + cell.post;
    if (cell.synapses == 0) return;  // the place does not exist
    cell.column = column_key(set, {*hex1, *hex2});
    check_size(type, set, {*hex1, *hex2}, cell.place);
    intake_.see(cell.column);
    add_cell(type, cell, body_side_at(row));
}

void TableRows::take_assigned(std::size_t row) {
    const auto is_empty = [&](Role role) {
        return numbers_[static_cast<std::size_t>(role)].state(row) == CellState::Missing;
    };
    const std::uint32_t type = type_at(row);
    const SetNumber set = set_at(row);
    const bool is_unassigned = is_empty(Role::Hex1) && is_empty(Role::Hex2);
    const Hex hex = is_unassigned ? Hex{} : hex_at(row);
    RawRow cell;
    cell.body = body_at(row);
    cell.place = place_of(row);
    if (reject(row, type, set)) return;
    if (is_unassigned) {
        ++unassigned_;
        return;
    }
    cell.column = column_key(set, hex);
    check_size(type, set, hex, cell.place);
    intake_.see(cell.column);
    add_cell(type, cell, body_side_at(row));
}

void TableRows::take_column(std::size_t row) {
    const std::uint32_t type = type_at(row);
    const SetNumber set = set_at(row);
    const Hex hex = hex_at(row);
    ColumnRow column;
    column.synapses = count(Role::Synapses, row);
    column.cells = count(Role::Cells, row);
    column.pre = count(Role::Pre, row);
    column.post = count(Role::Post, row);
    column.place = place_of(row);
    add_values(row, column);
    std::vector<std::int64_t> layers;
    for (const RowLayout::LayerColumn& layer : layout_.layers)
        layers.push_back(
            count(NumberCells(*batch_->columns[layer.column]), layout_.wanted[layer.column].name, layer.column, row));
    if (reject(row, type, set)) return;
    column.column = column_key(set, hex);
    check_size(type, set, hex, column.place);
    const bool has_synapses = std::ranges::any_of(layers, [](std::int64_t n) { return n > 0; }) || column.synapses > 0;
    if (has_synapses || column.pre > 0 || column.post > 0 || column.cells > 0) intake_.see(column.column);
    intake_.add(type, column);
    for (std::size_t i = 0; i < layers.size();) {
        LayerRow layer{
            .column = column.column, .layer = layout_.layers[i].layer, .is_inline = true, .place = column.place};
        for (; i < layers.size() && layout_.layers[i].layer == layer.layer; ++i)
            (layout_.layers[i].is_cells ? layer.cells : layer.synapses) = layers[i];
        const bool is_known = layer.layer <= static_cast<std::int32_t>(intake_.regions()[region_of(set)].layers.size());
        // A table of all regions has columns for the layers of the largest.
        if (!is_known && std::max(layer.synapses, layer.cells) <= 0) continue;
        check_layer(type, layer.column, layer.layer, layer.place);
        intake_.add(type, layer);
    }
}

void TableRows::add_values(std::size_t row, ColumnRow& to) {
    for (std::size_t i = 0; i < layout_.values.size(); ++i) {
        const std::size_t at = layout_.values[i].second;
        const CsvChunk::Values& column = *batch_->columns[at];
        const CellState state = row < column.states.size() ? column.states[row] : CellState::Valid;
        if (state == CellState::Missing) continue;
        if (state == CellState::Bad || !std::isfinite(column.reals[row]))
            note_number(layout_.wanted[at].name, at, row, "a number");
        else
            to.values.emplace_back(value_names_[i], column.reals[row]);
    }
}

void TableRows::take_layer(std::size_t row) {
    const std::uint32_t type = type_at(row);
    const SetNumber set = set_at(row);
    const Hex hex = hex_at(row);
    LayerRow layer;
    layer.layer = layer_at(row);
    if (layer.layer == 0 && errors_.empty())
        error(Finding::MissingField, layout_.name(Role::Layer), "the layer is empty");
    layer.synapses = count(Role::Synapses, row);
    layer.cells = count(Role::Cells, row);
    layer.place = place_of(row);
    if (reject(row, type, set)) return;
    layer.column = column_key(set, hex);
    check_size(type, set, hex, layer.place);
    check_layer(type, layer.column, layer.layer, layer.place);
    if (layer.synapses > 0 || layer.cells > 0) intake_.see(layer.column);
    intake_.add(type, layer);
}

void TableRows::take_listed(std::size_t row) {
    const SetNumber set = set_at(row);
    const Hex hex = hex_at(row);
    if (reject(row, Intake::kNoType, set)) return;
    check_size(Intake::kNoType, set, hex, place_of(row));
    intake_.list(column_key(set, hex));
}

}  // namespace hone::eyemap
