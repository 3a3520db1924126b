#include "hone/apps/eyemap/type_parts.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

constexpr std::int32_t kShift = std::int32_t{1} << 15;
constexpr std::size_t kLines = std::size_t{1} << 16;

std::size_t line_of(ColumnKey column) {
    return static_cast<std::size_t>(hex_of(column).hex1 + kShift);
}

/// Reads packed rows block by block.
template <class Take>
void for_each_row(const TypeStreams& rows, std::size_t stream, const Cancel& cancel, Take&& take) {
    RowReader reader({});
    std::size_t row = 0;
    rows.for_each_block(stream, [&](std::span<const std::uint8_t> block) {
        reader.go_on(block);
        for (auto kind = reader.next(); kind != RowReader::Kind::End; kind = reader.next()) {
            cancel.check_every(row++);
            take(kind, reader);
        }
    });
}

/// The line of a row; failures go first.
std::size_t line_of(RowReader::Kind kind, const RowReader& reader) {
    if (kind == RowReader::Kind::Raw) return line_of(reader.raw.column);
    if (kind == RowReader::Kind::Column) return line_of(reader.column_row.column);
    if (kind == RowReader::Kind::Layer) return line_of(reader.layer_row.column);
    return 0;
}

}  // namespace

TypeParts::TypeParts(std::string name, const TypeStreams& rows, std::size_t stream, const AggregateRules& rules,
                     std::size_t count, const Spill& spill, Cancel cancel, Tell tell)
    : name_(std::move(name)),
      rules_(rules),
      cancel_(std::move(cancel)),
      tell_(std::move(tell)),
      parts_(std::make_unique<TypeStreams>(spill)) {
    std::vector<std::uint32_t> weights(kLines);
    for_each_row(rows, stream, cancel_, [&](RowReader::Kind kind, const RowReader& reader) {
        if (kind != RowReader::Kind::Failure) ++weights[line_of(kind, reader)];
    });
    for (const auto& [place, mask] : *rules.universe)
        for (const Hex hex : mask)
            ++weights[static_cast<std::size_t>(hex.hex1 + kShift)];
    cut(weights, count);
    std::vector<RowPacker> packers(lines_.size());
    for_each_row(rows, stream, cancel_, [&](RowReader::Kind kind, const RowReader& reader) {
        const auto hex1 = static_cast<std::int32_t>(line_of(kind, reader)) - kShift;
        const auto at = std::lower_bound(lines_.begin(), lines_.end(), hex1,
                                         [](const HexLines& lines, std::int32_t line) { return lines.last < line; });
        const auto part = static_cast<std::size_t>(at - lines_.begin());
        if (kind == RowReader::Kind::Raw)
            parts_->append(part, packers[part].pack(reader.raw));
        else if (kind == RowReader::Kind::Column)
            parts_->append(part, packers[part].pack(reader.column_row));
        else if (kind == RowReader::Kind::Layer)
            parts_->append(part, packers[part].pack(reader.layer_row));
        else
            parts_->append(part, packers[part].pack(reader.failure));
    });
}

void TypeParts::cut(const std::vector<std::uint32_t>& weights, std::size_t count) {
    std::uint64_t all = 0;
    for (const std::uint32_t weight : weights)
        all += weight;
    std::uint64_t done = 0;
    std::int32_t first = -kShift;
    for (std::size_t line = 0; line < weights.size(); ++line) {
        done += weights[line];
        const bool is_last = line + 1 == weights.size();
        if (!is_last && (weights[line] == 0 || done * count < all * (lines_.size() + 1))) continue;
        const auto hex1 = static_cast<std::int32_t>(line) - kShift;
        lines_.push_back({first, hex1});
        parts_->add();
        first = hex1 + 1;
    }
}

void TypeParts::for_each(FunctionRef<void(CellType&&, HexLines)> take) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        Reservation held(*rules_.budget, 0);
        CellType type;
        {
            const Buffer rows = parts_->read(i);
            const std::span<const std::uint8_t> packed(reinterpret_cast<const std::uint8_t*>(rows.data()), rows.size());
            AggregatedType part = aggregate(name_, packed, rules_, cancel_);
            if (!is_told_) learn(part);
            type = std::move(part.type);
        }
        held.resize(type.memory_bytes());
        take(std::move(type), lines_[i]);
    }
    is_told_ = true;
}

void TypeParts::learn(const AggregatedType& part) {
    for (const Found& found : part.findings) {
        // That no universe is known for a set is found in every part.
        const bool is_repeated = found.finding == Finding::OutsideUniverse && !told_.insert(found.message).second;
        if (!is_repeated) tell_(found);
    }
    for (const auto& [set, failure] : part.failures) {
        const auto [at, is_new] = failures_.try_emplace(set, failure);
        if (!is_new && failure.place < at->second.place) at->second = failure;
    }
}

}  // namespace hone::eyemap
