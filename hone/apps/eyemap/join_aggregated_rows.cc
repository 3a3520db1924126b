#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "hone/apps/eyemap/column_drafts.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Quotient rounded to the nearest, ties to even. Requires: sum >= 0, n > 0.
std::int64_t even_quotient(std::int64_t sum, std::int64_t n) {
    const std::int64_t whole = sum / n;
    const std::int64_t twice = 2 * (sum % n);
    return whole + (twice > n || (twice == n && whole % 2 == 1) ? 1 : 0);
}

/// One count of rows with one key: a number if any row has one, else missing if any cell is empty, else absent.
std::int64_t merged(const std::vector<std::int64_t>& counts, Duplicates policy) {
    std::int64_t sum = 0;
    std::int64_t known = 0;
    std::int64_t other = kAbsent;
    for (const std::int64_t count : counts) {
        if (count < 0) {
            other = std::max(other, count);
            continue;
        }
        sum = checked_add(sum, count);
        ++known;
    }
    if (known == 0) return other;
    return policy == Duplicates::Mean ? even_quotient(sum, known) : sum;
}

/// Rows with one key by policy: the row to keep with its counts replaced. `counts` are members of the row.
template <class Row, std::size_t kSize>
Row merged_rows(std::span<const Row> rows, Duplicates policy, const std::array<std::int64_t Row::*, kSize>& counts) {
    if (policy == Duplicates::First || policy == Duplicates::Error) return rows.front();
    if (policy == Duplicates::Last) return rows.back();
    Row row = rows.front();
    for (const auto member : counts) {
        std::vector<std::int64_t> all;
        for (const Row& one : rows)
            all.push_back(one.*member);
        row.*member = merged(all, policy);
    }
    return row;
}

/// The values of rows with one key, by name.
std::vector<std::pair<std::uint32_t, double>> merged_values(std::span<const ColumnRow> rows, Duplicates policy) {
    std::map<std::uint32_t, std::pair<double, std::int64_t>> sums;
    for (const ColumnRow& row : rows) {
        for (const auto& [name, value] : row.values) {
            auto& [sum, count] = sums[name];
            sum += value;
            ++count;
        }
    }
    std::vector<std::pair<std::uint32_t, double>> values;
    values.reserve(sums.size());
    for (const auto& [name, sum] : sums)
        values.emplace_back(name, policy == Duplicates::Mean ? sum.first / static_cast<double>(sum.second) : sum.first);
    return values;
}

class AggregatedRows {
public:
    AggregatedRows(const AggregateRules& rules, const std::string& type, std::vector<Found>& findings)
        : rules_(rules), type_(type), findings_(findings), held_(*rules.budget, 0) {}

    void read(std::span<const std::uint8_t> rows, const Cancel& cancel) {
        constexpr std::uint64_t kRowBytes = 2 * sizeof(ColumnRow);
        RowReader reader(rows);
        std::size_t row = 0;
        for (auto kind = reader.next(); kind != RowReader::Kind::End; kind = reader.next(), ++row) {
            cancel.check_every(row);
            if ((row & 255) == 0) held_.resize((row + 256) * kRowBytes);
            if (kind == RowReader::Kind::Column)
                columns_.push_back(reader.column_row);
            else if (kind == RowReader::Kind::Layer)
                layers_.push_back(reader.layer_row);
            else if (kind == RowReader::Kind::Failure)
                drafts_.fail(reader.failure);
            else
                check(false, "aggregated rows stand alone");
        }
    }

    ColumnDrafts finish() {
        join_columns();
        join_layers();
        add_drafts();
        return std::move(drafts_);
    }

private:
    void join_columns() {
        std::ranges::stable_sort(columns_, {}, &ColumnRow::column);
        std::vector<ColumnRow> joined;
        for (std::size_t i = 0; i < columns_.size();) {
            std::size_t end = i + 1;
            while (end < columns_.size() && columns_[end].column == columns_[i].column)
                tell_duplicate(columns_[end++], columns_[i].place, 0);
            const std::span<const ColumnRow> rows(columns_.data() + i, end - i);
            ColumnRow row = merged_rows<ColumnRow, 4>(
                rows, policy(), {&ColumnRow::synapses, &ColumnRow::cells, &ColumnRow::pre, &ColumnRow::post});
            const bool is_joined = policy() == Duplicates::Sum || policy() == Duplicates::Mean;
            if (is_joined && rows.size() > 1) row.values = merged_values(rows, policy());
            joined.push_back(std::move(row));
            i = end;
        }
        columns_ = std::move(joined);
    }

    void join_layers() {
        const auto key = [](const LayerRow& row) { return std::pair(row.column, row.layer); };
        std::ranges::stable_sort(layers_, {}, key);
        std::vector<LayerRow> joined;
        for (std::size_t i = 0; i < layers_.size();) {
            std::size_t end = i + 1;
            for (; end < layers_.size() && key(layers_[end]) == key(layers_[i]); ++end)
                if (!layers_[end].is_inline || !layers_[i].is_inline)
                    tell_duplicate(layers_[end], layers_[i].place, layers_[end].layer);
            const std::span<const LayerRow> rows(layers_.data() + i, end - i);
            joined.push_back(merged_rows<LayerRow, 2>(rows, policy(), {&LayerRow::synapses, &LayerRow::cells}));
            drafts_.stride = std::max(drafts_.stride, static_cast<std::size_t>(rows.front().layer));
            i = end;
        }
        layers_ = std::move(joined);
    }

    template <class Row>
    void tell_duplicate(const Row& row, RowPlace first, std::int32_t layer) {
        Found same = found(Finding::DuplicateColumn, row.place, {},
                           cat(column_text(type_, rules_, row.column), layer > 0 ? cat(", layer ", layer) : "",
                               ": came in line ", first.line, " already"));
        if (policy() != Duplicates::Error) same.severity = Severity::Note;
        add_finding(findings_, drafts_, rules_, set_of(row.column), std::move(same));
    }

    /// Columns of both lists, in the order of their keys.
    void add_drafts() {
        auto column = columns_.begin();
        auto layer = layers_.begin();
        while (column != columns_.end() || layer != layers_.end()) {
            const bool has_column =
                column != columns_.end() && (layer == layers_.end() || column->column <= layer->column);
            const ColumnKey key = has_column ? column->column : layer->column;
            const ColumnRow alone{.column = key, .values = {}, .place = has_column ? RowPlace{} : layer->place};
            const auto first = layer;
            while (layer != layers_.end() && layer->column == key)
                ++layer;
            add_draft(has_column ? *column : alone, {first, layer});
            if (has_column) ++column;
        }
    }

    void add_draft(const ColumnRow& row, std::span<const LayerRow> layers) {
        const std::size_t at = drafts_.add(row.column, row.place);
        if ((at & 255) == 0) held_draft_bytes();
        std::optional<std::int64_t> layer_sum;
        bool has_layer_cells = false;
        std::int64_t most_cells = 0;
        for (const LayerRow& layer : layers) {
            const std::size_t place = at * drafts_.stride + static_cast<std::size_t>(layer.layer) - 1;
            drafts_.layer_synapses[place] = layer.synapses == kAbsent ? 0 : layer.synapses;
            drafts_.layer_cells[place] = layer.cells == kAbsent ? 0 : layer.cells;
            if (layer.synapses >= 0) layer_sum = checked_add(layer_sum.value_or(0), layer.synapses);
            has_layer_cells = has_layer_cells || layer.cells != kAbsent;
            most_cells = std::max(most_cells, layer.cells);
        }
        drafts_.synapses[at] = row.synapses >= 0 ? row.synapses : layer_sum.value_or(known(row.synapses));
        drafts_.cells[at] = row.cells == kAbsent && has_layer_cells ? kMissingCount : known(row.cells);
        drafts_.pre[at] = known(row.pre);
        drafts_.post[at] = known(row.post);
        if (!row.values.empty()) {
            drafts_.values.resize(at + 1);
            drafts_.values[at] = row.values;
        }
        check_counts(row, layer_sum, most_cells);
    }

    void check_counts(const ColumnRow& row, std::optional<std::int64_t> layer_sum, std::int64_t most_cells) {
        const auto warn = [&](Finding finding, const std::string& text) {
            add_finding(findings_, drafts_, rules_, set_of(row.column),
                        found(finding, row.place, {}, cat(column_text(type_, rules_, row.column), ": ", text)));
        };
        if (row.synapses >= 0 && layer_sum && *layer_sum != row.synapses)
            warn(Finding::LayerSum, cat("the layers have ", *layer_sum, " synapses, the column ", row.synapses));
        if (row.cells < 0) return;
        if (most_cells > row.cells)
            warn(Finding::LayerCells, cat("a layer has ", most_cells, " cells, the column ", row.cells));
        const std::int64_t synapses = row.synapses >= 0 ? row.synapses : layer_sum.value_or(kAbsent);
        if (synapses > 0 && row.cells == 0)
            warn(Finding::CellsWithoutSynapses, cat(synapses, " synapses without cells"));
        if (synapses == 0 && row.cells > 0)
            warn(Finding::CellsWithoutSynapses, cat(row.cells, " cells without synapses"));
    }

    static std::int64_t known(std::int64_t count) { return count == kAbsent ? 0 : count; }
    Duplicates policy() const { return rules_.rules->duplicates; }
    void held_draft_bytes() {
        held_.resize((columns_.size() + layers_.size()) * 2 * sizeof(ColumnRow) + drafts_.memory_bytes());
    }

    const AggregateRules& rules_;
    const std::string& type_;
    std::vector<Found>& findings_;
    ColumnDrafts drafts_;
    std::vector<ColumnRow> columns_;
    std::vector<LayerRow> layers_;
    Reservation held_;
};

}  // namespace

ColumnDrafts join_aggregated_rows(std::span<const std::uint8_t> rows, const AggregateRules& rules,
                                  const std::string& type, std::vector<Found>& findings, const Cancel& cancel) {
    AggregatedRows joined(rules, type, findings);
    joined.read(rows, cancel);
    return joined.finish();
}

}  // namespace hone::eyemap
