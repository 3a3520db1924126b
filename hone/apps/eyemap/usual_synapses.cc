// Rows of synapses as nearly all are: every number there and within bounds. They take the way of take_synapses()
// without its questions, and come out the same.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/table_rows.h"

namespace hone::eyemap {
namespace {

constexpr std::int64_t kUsualHex = 1000;  // beyond, check_size() has something to say
constexpr std::int64_t kMostLayer = kMostLayers - 1;

template <class Word>
Word word_at(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// True if the first and the last bytes are equal, as many as a word has; they may overlap.
template <class Word>
bool ends_equal(const char* a, const char* b, std::size_t size) {
    const std::size_t last = size - sizeof(Word);
    return ((word_at<Word>(a) ^ word_at<Word>(b)) | (word_at<Word>(a + last) ^ word_at<Word>(b + last))) == 0;
}

/// a == b, without a call for up to 16 bytes.
bool is_same(std::string_view a, std::string_view b) {
    const std::size_t size = a.size();
    if (size != b.size()) return false;
    if (size > 16) return a == b;
    if (size >= 8) return ends_equal<std::uint64_t>(a.data(), b.data(), size);
    if (size >= 4) return ends_equal<std::uint32_t>(a.data(), b.data(), size);
    if (size >= 2) return ends_equal<std::uint16_t>(a.data(), b.data(), size);
    return size == 0 || a.front() == b.front();
}

bool is_within(std::int64_t value, std::int64_t low, std::int64_t high) {
    return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(low) <=
           static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
}

}  // namespace

/// The columns of a batch of synapses; nullptr for those that the table does not have.
struct TableRows::SynapseColumns {
    const std::string_view *type, *body, *region, *side, *body_side;
    const std::int64_t *hex1, *hex2, *layer, *synapses, *pre, *post;
    std::vector<std::span<const CellState>> states;  ///< of columns in which not all cells are valid
    std::vector<std::int32_t> layers;                ///< of each region
    std::int64_t first_layer;
    bool takes_all;  ///< bodies of any side

    SynapseColumns(const std::array<const CsvChunk::Values*, kRoles>& texts,
                   const std::array<NumberCells, kRoles>& numbers, const Intake& intake)
        : first_layer(intake.rules().legacy.layers_from_zero ? 0 : 1),
          takes_all(intake.rules().population == Population::All) {
        const auto text = [&](Role role) {
            const CsvChunk::Values* const values = texts[static_cast<std::size_t>(role)];
            return values == nullptr ? nullptr : values->texts.data();
        };
        const auto number = [&](Role role) {
            const NumberCells& cells = numbers[static_cast<std::size_t>(role)];
            if (!cells.states.empty()) states.push_back(cells.states);
            return cells.values;
        };
        type = text(Role::Type);
        body = text(Role::Body);
        region = text(Role::RegionName);
        side = text(Role::SideName);
        body_side = text(Role::BodySide);
        hex1 = number(Role::Hex1);
        hex2 = number(Role::Hex2);
        layer = number(Role::Layer);
        synapses = number(Role::Synapses);
        pre = number(Role::Pre);
        post = number(Role::Post);
        for (std::size_t i = 0; i < intake.regions().size(); ++i)
            layers.push_back(static_cast<std::int32_t>(intake.regions()[i].layers.size()));
    }

    /// True if all numbers of a row are there.
    bool are_valid(std::size_t row) const {
        return std::ranges::all_of(states,
                                   [&](const auto& of) { return row >= of.size() || of[row] == CellState::Valid; });
    }
};

void TableRows::take_synapse_rows() {
    const SynapseColumns columns(texts_, numbers_, intake_);
    for (std::size_t row = 0; row < batch_->rows; ++row) {
        intake_.cancel().check_every(row);
        if (is_usual(columns, row)) [[likely]]
            take_usual_synapses(columns, row);
        else
            take_row(row);
    }
}

/// True if no number of the row gives an error or a finding.
bool TableRows::is_usual(const SynapseColumns& columns, std::size_t row) const {
    const auto is_count = [&](const std::int64_t* counts) {
        return counts == nullptr || is_within(counts[row], 0, kMostCount);
    };
    const std::int64_t first = columns.first_layer;
    return columns.are_valid(row) && is_within(columns.hex1[row], -kUsualHex, kUsualHex) &&
           is_within(columns.hex2[row], -kUsualHex, kUsualHex) &&
           is_within(columns.layer[row], first, kMostLayer + first) && is_count(columns.synapses) &&
           is_count(columns.pre) && is_count(columns.post);
}

void TableRows::take_usual_synapses(const SynapseColumns& columns, std::size_t row) {
    const auto text = [row](const std::string_view* texts) {
        return texts == nullptr ? std::string_view() : texts[row];
    };
    errors_.clear();
    is_skipped_ = false;
    const bool has_type = last_type_number_ != Intake::kNoType && is_same(columns.type[row], last_type_);
    const std::uint32_t type = has_type ? last_type_number_ : type_at(row);
    const bool has_set =
        has_last_set_ && is_same(text(columns.region), last_region_) && is_same(text(columns.side), last_side_);
    const SetNumber set = has_set ? last_set_ : set_at(row);
    const bool has_body = last_body_number_ != Bodies::kUnknown && is_same(columns.body[row], last_body_);
    RawRow cell;
    cell.body = has_body ? last_body_number_ : body_at(row);
    cell.place = {file_, batch_->lines[row]};
    if (reject(row, type, set)) return;
    cell.layer = static_cast<std::int32_t>(columns.layer[row] + 1 - columns.first_layer);
    cell.synapses = columns.synapses[row];
    cell.pre = columns.pre == nullptr ? 0 : columns.pre[row];
    cell.post = columns.post == nullptr ? 0 : columns.post[row];
    cell.column =
        column_key(set, {static_cast<std::int32_t>(columns.hex1[row]), static_cast<std::int32_t>(columns.hex2[row])});
    if (cell.layer > columns.layers[region_of(set)]) check_layer(type, cell.column, cell.layer, cell.place);
    if ((cell.synapses | cell.pre | cell.post) > 0) intake_.see(cell.column);
    const std::uint8_t body_side = columns.body_side == nullptr ? 0 : body_side_at(row);
    const bool is_known = type == added_type_ && cell.body == added_body_ && body_side == added_side_;
    if (is_known && columns.takes_all && use_ == CellUse::Numbers) [[likely]]
        return intake_.add(type, cell);
    add_cell(type, cell, body_side);
}

}  // namespace hone::eyemap
