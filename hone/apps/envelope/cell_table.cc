#include "hone/apps/envelope/cell_table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "hone/apps/envelope/load.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kUnusable = -1;
/// Rows that are held before they are dealt out.
constexpr std::size_t kDealtAtOnce = 4096;
// Besides the empty text.
const std::vector<std::string> kMissing = {
    "n/a",  "na",  "NAN", "Nan",  "-nan", "-NaN",     "Null",     "none",      "None",      "NONE",
    "#N/A", "Inf", "INF", "-Inf", "-INF", "infinity", "Infinity", "-infinity", "-Infinity", "-9999.00",
    "NaN",  "nan", "NA",  "N/A",  "null", "NULL",     "inf",      "-inf",      "-9999",     "-9999.0"};

/// Sum of the values above zero. The values of a chunk cannot leave 128 bits.
std::int64_t usable_sum(const CsvChunk::Values& values) {
    Int128 sum = 0;
    for (std::size_t row = 0; row < values.int64s.size(); ++row) {
        const bool is_valid = values.states.empty() || values.states[row] == CellState::Valid;
        sum += is_valid ? std::max<std::int64_t>(values.int64s[row], 0) : 0;
    }
    if (sum > std::numeric_limits<std::int64_t>::max()) fail(Fault::Limit, "the sum of a crop leaves 64 bits");
    return static_cast<std::int64_t>(sum);
}

bool is_non_finite(std::string_view text) {
    const std::string word = to_lower(trim(text));
    return word.find("nan") != std::string::npos || word.find("inf") != std::string::npos;
}

std::optional<std::string> column_named(const CsvHeader& header, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        for (const std::string& column : header.names)
            if (equal_ignoring_case(column, name)) return column;
    return std::nullopt;
}

}  // namespace

SetCounts::SetCounts(FileCounts& given, const CropSet& set, const CropSet& read) : counts(&given) {
    const std::vector<Crop> all = read.crops();
    for (const Crop crop : set.crops())
        columns.push_back(static_cast<std::size_t>(std::ranges::find(all, crop) - all.begin()));
    counts->crops.resize(columns.size());
}

bool SetCounts::has(std::size_t c) const {
    return std::ranges::find(columns, c) != columns.end();
}

std::size_t expected_rows(Run& run, const Input& input) {
    constexpr std::uint64_t kPieces = 16;
    constexpr std::uint64_t kPieceBytes = 16 << 10;
    const std::uint64_t size = input.size_bytes();
    const std::uint64_t pieces = size > kPieces * kPieceBytes ? kPieces : 1;
    const auto file = run.files().open(input.path);
    std::string piece(pieces == 1 ? size : kPieceBytes, ' ');
    std::uint64_t seen = 0;
    std::uint64_t rows = 0;
    for (std::uint64_t i = 0; i < pieces; ++i) {
        const std::uint64_t offset = pieces == 1 ? 0 : (size - kPieceBytes) / (pieces - 1) * i;
        const std::size_t read = file->read_at(offset, std::as_writable_bytes(std::span(piece)));
        rows += static_cast<std::uint64_t>(std::count(piece.data(), piece.data() + read, '\n'));
        seen += read;
    }
    if (rows == 0) return 0;
    return static_cast<std::size_t>(static_cast<long double>(size) * static_cast<long double>(rows) /
                                    static_cast<long double>(seen) * 1.04L) +
           1000;
}

/// Where things are in the wanted columns of a file.
struct CellTable::Layout {
    std::vector<CsvColumn> wanted;
    std::size_t x = 0, y = 0, code = 0, first_crop = 0;
    std::optional<std::size_t> name, record_type, year, state, state_code;
};

CellTable::CellTable(Run& run, const Input& input, const What& what, Part part)
    : input_(input),
      kind_(what.kind),
      part_(part),
      grid_(what.refinement),
      registry_(Registry::builtin()),
      crops_(what.crops.crops().size()),
      cells_(run.budget()),
      index_(what.places),
      countries_(run.budget()),
      places_(run.budget()),
      lines_(run.budget()),
      values_(run.budget()),
      order_(run.budget()) {}

CellTable::CellTable(Run& run, const Input& input, const What& what, Part part, Sets sets)
    : CellTable(run, input, what, part) {
    make_room(part.rows);
    read(run, what.crops, sets);
    const auto stage = run.span("sort rows");
    sort_rows(run);
    drop_repeats(run, sets);
}

CellTable::CellTable(Run& run, const Input& input, const What& what, const DealtRows& dealt, std::size_t part,
                     Sets sets)
    : CellTable(run, input, what, {part, dealt.parts(), dealt.rows(part)}) {
    is_synthetic_ = dealt.is_synthetic;
    make_room(part_.rows);
    dealt.read(part, [&](const DealtRows::Piece& rows) {
        run.cancel().check();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const DealtRows::Row& row = rows.row(i);
            cells_.push_back(row.cell);
            countries_.push_back(row.country);
            if (index_ != nullptr) places_.push_back(row.place);
            lines_.push_back(row.line);
            values_.append(rows.values(i));
        }
    });
    const auto stage = run.span("sort rows");
    sort_rows(run);
    drop_repeats(run, sets);
}

DealtRows CellTable::deal(Run& run, const Input& input, const What& what, std::size_t parts, Sets sets) {
    // All memory is taken before the file is read, because its pieces take what is left.
    CellTable some(run, input, what, Part{});
    some.make_room(kDealtAtOnce);
    DealtRows dealt(run.spill(), {parts, some.crops_, expected_rows(run, input)});
    some.dealt_ = &dealt;
    some.read(run, what.crops, sets);
    some.deal_out();
    dealt.finish();
    dealt.is_synthetic = some.is_synthetic_;
    return dealt;
}

/// Moves the rows that have come to where they are dealt.
void CellTable::deal_out() {
    for (std::size_t row = 0; row < cells_.size(); ++row) {
        const Place place = index_ == nullptr ? Place{0} : places_[row];
        dealt_->add({cells_[row], lines_[row], countries_[row], place},
                    std::span(values_.begin() + row * crops_, crops_));
    }
    cells_.clear();
    countries_.clear();
    places_.clear();
    lines_.clear();
    values_.clear();
}

void CellTable::make_room(std::size_t rows) {
    cells_.reserve(rows);
    countries_.reserve(rows);
    if (index_ != nullptr) places_.reserve(rows);
    lines_.reserve(rows);
    values_.reserve(rows * crops_);
}

void CellTable::read(Run& run, const CropSet& set, Sets sets) {
    CsvReader header_reader(run.files(), input_.path);
    const Layout layout = layout_of(header_reader.header(), set);
    CsvOptions options;
    options.missing = kMissing;
    const char* const stage_name =
        kind_ == 'P' ? "read production" : (kind_ == 'H' ? "read harvested area" : "read yields");
    run.chunks(stage_name, input_, layout.wanted, options, [&](CsvChunk& chunk) { take(chunk, layout, run, sets); });
}

CellTable::Layout CellTable::layout_of(const CsvHeader& header, const CropSet& set) const {
    Layout layout;
    const auto want = [&](std::string name, CsvColumn::Kind kind, int scale) {
        layout.wanted.push_back({std::move(name), kind, scale});
        return layout.wanted.size() - 1;
    };
    const auto require = [&](std::initializer_list<std::string_view> names) {
        if (const auto found = column_named(header, names)) return *found;
        throw Error(Fault::Input, cat("no column ", *names.begin(), " in ", input_.path))
            .with_id("envelope.missing-column")
            .with_mend("Cell tables are SPAM 2020 or 2010 files with x, y, FIPS0 or iso3, and crop columns.");
    };
    layout.x = want(require({"x"}), CsvColumn::Kind::Decimal, 6);
    layout.y = want(require({"y"}), CsvColumn::Kind::Decimal, 6);
    layout.code = want(require({"FIPS0", "iso3"}), CsvColumn::Kind::Text, 0);
    if (const auto column = column_named(header, {"ADM0_NAME", "name_cntr"}))
        layout.name = want(*column, CsvColumn::Kind::Text, 0);
    if (const auto column = column_named(header, {"rec_type"}))
        layout.record_type = want(*column, CsvColumn::Kind::Text, 0);
    if (const auto column = column_named(header, {"year_data"})) layout.year = want(*column, CsvColumn::Kind::Text, 0);
    if (index_ != nullptr) {
        if (const auto column = column_named(header, {"ADM1_NAME", "name_adm1"}))
            layout.state = want(*column, CsvColumn::Kind::Text, 0);
        if (const auto column = column_named(header, {"FIPS1"}))
            layout.state_code = want(*column, CsvColumn::Kind::Text, 0);
    }
    layout.first_crop = layout.wanted.size();
    std::array<std::string, kCropCount> columns;
    for (const std::string& name : header.names)
        if (const auto crop = crop_of_column(name)) {
            if (!columns[*crop].empty())
                throw Error(Fault::Input,
                            cat("two columns of one crop, ", columns[*crop], " and ", name, ", in ", input_.path))
                    .with_id("envelope.missing-column");
            columns[*crop] = name;
        }
    for (const Crop crop : set.crops()) {
        if (columns[crop].empty())
            throw Error(Fault::Input, cat("no column ", crop_column(crop), " in ", input_.path))
                .with_id("envelope.missing-column")
                .with_mend(cat("The crop set ", set.name, " needs it."));
        want(columns[crop], CsvColumn::Kind::Decimal, 1);
    }
    return layout;
}

Issue CellTable::issue(std::string_view kind, std::uint64_t line, std::string column, std::string message) const {
    return {.id = cat("envelope.", kind),
            .file = input_.label,
            .row = static_cast<std::int64_t>(line),
            .column = std::move(column),
            .severity = Severity::Warning,
            .message = std::move(message)};
}

void CellTable::report(IssueList& issues, std::uint32_t row, std::string_view kind, std::string message) const {
    issues.add(issue(kind, lines_[row], {}, std::move(message)));
}

bool CellTable::is_of_interest(std::uint32_t row) const {
    for (std::size_t c = 0; c < crops_; ++c)
        if (value(c, row) > 0) return true;
    return false;
}

void CellTable::check_kind(const CsvChunk& chunk, const Layout& layout, Sets sets) {
    const bool is_2010 = equal_ignoring_case(layout.wanted[layout.code].name, "iso3");
    const std::string year = layout.year ? std::string(chunk.columns[*layout.year].texts[0]) : std::string();
    is_synthetic_ = year == "synthetic";
    for (const SetCounts& set : sets) {
        set.counts->layout = is_2010 ? "SPAM 2010" : "SPAM 2020";
        set.counts->year_data = year;
    }
    if (!layout.record_type) return;
    const std::string type = to_upper(trim(chunk.columns[*layout.record_type].texts[0]));
    if (type.size() == 1 && type[0] != kind_ && (type[0] == 'P' || type[0] == 'H' || type[0] == 'Y'))
        throw Error(Fault::Input, cat("expected a table of ",
                                      kind_ == 'P'   ? "production (rec_type P)"
                                      : kind_ == 'H' ? "harvested area (rec_type H)"
                                                     : "yields (rec_type Y)",
                                      ", found rec_type ", type, ": ", input_.path))
            .with_id("envelope.wrong-table")
            .with_mend("Check that --production and --harvest are not exchanged.");
}

/// What is counted and reported of a chunk as a whole, once for all parts.
void CellTable::take_whole(const CsvChunk& chunk, const Layout& layout, Run& run, Sets sets) {
    add_up(chunk, layout, sets);
    for (const auto& [line, fields] : chunk.misshapen)
        run.issues().add(
            issue("field-count", line, {}, cat(fields, " fields instead of those of the header; row dropped")));
    for (const SetCounts& set : sets) {
        set.counts->misshapen += static_cast<std::int64_t>(chunk.misshapen.size());
        set.counts->rows += static_cast<std::int64_t>(chunk.rows);
        for (const std::size_t c : set.columns)
            set.counts->rounded += static_cast<std::int64_t>(chunk.columns[layout.first_crop + c].rounded);
    }
}

void CellTable::drop_off_grid(const CsvChunk& chunk, const Layout& layout, std::size_t row, Run& run, Sets sets) {
    for (const SetCounts& set : sets) {
        ++set.counts->off_grid;
        for (std::size_t i = 0; i < set.columns.size(); ++i) {
            const auto& values = chunk.columns[layout.first_crop + set.columns[i]];
            if (!values.states.empty() && values.states[row] != CellState::Valid) continue;
            CropFlow& flow = set.counts->crops[i];
            flow.off_grid = checked_add(flow.off_grid, std::max<std::int64_t>(values.int64s[row], 0));
        }
    }
    run.issues().add(issue(
        "off-grid", chunk.lines[row], "x",
        cat("x ", chunk.raw(row, layout.x), ", y ", chunk.raw(row, layout.y), " is no cell centre; row dropped")));
}

void CellTable::take(const CsvChunk& chunk, const Layout& layout, Run& run, Sets sets) {
    const bool is_first_part = part_.index == 0;
    if (is_first_part) take_whole(chunk, layout, run, sets);
    if (chunk.rows == 0) return;
    if (!is_kind_checked_) check_kind(chunk, layout, sets);
    is_kind_checked_ = true;
    const auto& x = chunk.columns[layout.x];
    const auto& y = chunk.columns[layout.y];
    const auto& codes = chunk.columns[layout.code].texts;
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        run.cancel().check_every(row);
        const bool has_place = (x.states.empty() || x.states[row] == CellState::Valid) &&
                               (y.states.empty() || y.states[row] == CellState::Valid);
        const auto cell = has_place ? grid_.cell_at_micro(x.int64s[row], y.int64s[row]) : std::nullopt;
        if (!cell) {
            if (is_first_part) drop_off_grid(chunk, layout, row, run, sets);
            continue;
        }
        if (*cell % part_.count != part_.index) continue;
        cells_.push_back(*cell);
        lines_.push_back(static_cast<std::uint32_t>(
            std::min<std::uint64_t>(chunk.lines[row], std::numeric_limits<std::uint32_t>::max())));
        countries_.push_back(country_of(trim(codes[row]),
                                        layout.name ? trim(chunk.columns[*layout.name].texts[row]) : std::string_view(),
                                        chunk.lines[row], run, sets));
        if (index_ != nullptr) take_place(chunk, layout, row, countries_[countries_.size() - 1]);
        take_values(chunk, layout, row, run, sets);
        if (dealt_ != nullptr && cells_.size() == kDealtAtOnce) deal_out();
    }
}

/// Adds a chunk to the sums of its file.
void CellTable::add_up(const CsvChunk& chunk, const Layout& layout, Sets sets) const {
    for (std::size_t c = 0; c < crops_; ++c) {
        const std::int64_t sum = usable_sum(chunk.columns[layout.first_crop + c]);
        for (const SetCounts& set : sets) {
            for (std::size_t i = 0; i < set.columns.size(); ++i) {
                std::int64_t& file = set.counts->crops[i].file;
                if (set.columns[i] == c) file = checked_add(file, sum);
            }
        }
    }
}

void CellTable::take_place(const CsvChunk& chunk, const Layout& layout, std::size_t row, Country country) {
    const auto text = [&](const std::optional<std::size_t>& column) {
        return column ? trim(chunk.columns[*column].texts[row]) : std::string_view();
    };
    const std::string_view state = text(layout.state);
    const std::string_view code = text(layout.state_code);
    if (last_place_.country != country || last_place_.state != state || last_place_.code != code)
        last_place_ = {country, std::string(state), std::string(code), index_->place(country, state, code)};
    places_.push_back(last_place_.place);
}

void CellTable::take_values(const CsvChunk& chunk, const Layout& layout, std::size_t row, Run& run, Sets sets) {
    for (std::size_t c = 0; c < crops_; ++c) {
        const std::size_t column = layout.first_crop + c;
        const auto& values = chunk.columns[column];
        const CellState state = values.states.empty() ? CellState::Valid : values.states[row];
        const std::int64_t value = values.int64s[row];
        if (state == CellState::Valid && value >= 0) {
            values_.push_back(value);
            continue;
        }
        values_.push_back(kUnusable);
        const bool is_non_number = state == CellState::Missing && is_non_finite(chunk.raw(row, column));
        for (const SetCounts& set : sets) {
            if (!set.has(c)) continue;
            set.counts->missing += state == CellState::Missing ? 1 : 0;
            set.counts->non_finite += is_non_number ? 1 : 0;
            set.counts->bad += state == CellState::Bad ? 1 : 0;
            set.counts->negative += state == CellState::Valid ? 1 : 0;
        }
        const std::string_view finding = state == CellState::Missing ? "missing-value"
                                         : state == CellState::Bad   ? "bad-value"
                                                                     : "negative-value";
        run.issues().add(issue(finding, chunk.lines[row], layout.wanted[column].name,
                               cat("found '", chunk.raw(row, column), "'; the crop is left out of this cell")));
    }
}

Country CellTable::country_of(std::string_view code, std::string_view name, std::uint64_t line, Run& run, Sets sets) {
    if (code != last_code_ || name != last_name_) {
        auto [at, is_new] = named_.try_emplace(cat(code, '|', name));
        if (is_new) {
            Named& named = at->second;
            const bool has_iso3 = code.size() == 3;
            const auto by_code = has_iso3 ? registry_.by_iso3(code) : registry_.by_fips(code);
            const auto by_name = name.empty() ? std::nullopt : registry_.by_name(name);
            named.country = by_code.value_or(by_name.value_or(kUnknownCountry));
            using Finding = Named::Finding;
            named.finding = by_code ? (by_name && *by_name != *by_code ? Finding::Contradiction : Finding::None)
                                    : (by_name ? Finding::ByName : Finding::Unknown);
        }
        last_named_ = at->second;
        last_code_ = code;
        last_name_ = name;
    }
    switch (last_named_.finding) {
        case Named::Finding::None:
            break;
        case Named::Finding::ByName:
            run.issues().add(issue("country-by-name", line, {},
                                   cat("country code '", code, "' is unknown; the name ", name, " decided")));
            break;
        case Named::Finding::Unknown:
            for (const SetCounts& set : sets)
                ++set.counts->unknown_country;
            run.issues().add(issue(
                "unknown-country", line, {},
                cat("neither code '", code, "' nor name '", name, "' is known; the cell counts for the world only")));
            break;
        case Named::Finding::Contradiction:
            for (const SetCounts& set : sets)
                ++set.counts->contradictory_country;
            run.issues().add(issue("contradictory-country", line, {},
                                   cat("code ", code, " is not the code of ", name, "; the code decided")));
            break;
    }
    return last_named_.country;
}

/// Stable radix sort of row numbers by cell: three passes of 11 bits. Rows that are in order already stay.
void CellTable::sort_rows(Run& run) {
    const std::size_t n = cells_.size();
    order_.reserve(n);
    for (std::uint32_t i = 0; i < n; ++i)
        order_.push_back(i);
    if (std::is_sorted(cells_.begin(), cells_.end())) return;
    BudgetVector<std::uint32_t> other(run.budget());
    other.resize(n);
    for (int shift = 0; shift < 33; shift += 11) {
        std::array<std::uint32_t, 2049> starts{};
        run.cancel().check();
        for (const std::uint32_t cell : cells_)
            ++starts[(cell >> shift & 2047U) + 1];
        for (std::size_t i = 1; i < starts.size(); ++i)
            starts[i] += starts[i - 1];
        for (std::size_t i = 0; i < n; ++i) {
            run.cancel().check_every(i);
            other[starts[cells_[order_[i]] >> shift & 2047U]++] = order_[i];
        }
        std::swap(order_, other);
    }
}

/// Counts a row whose cell and country came in an earlier one.
void CellTable::count_repeat(std::uint32_t row, std::uint32_t earlier, const SetCounts& set) const {
    ++set.counts->duplicates;
    bool is_same = true;
    for (std::size_t i = 0; i < set.columns.size(); ++i) {
        const std::int64_t repeated = value(set.columns[i], row);
        is_same = is_same && repeated == value(set.columns[i], earlier);
        CropFlow& flow = set.counts->crops[i];
        flow.repeated = checked_add(flow.repeated, std::max<std::int64_t>(repeated, 0));
    }
    set.counts->conflicts += is_same ? 0 : 1;
}

/// Drops rows whose cell and country came before, if the cell comes more than once.
void CellTable::drop_repeats(Run& run, Sets sets) {
    std::size_t kept = 0;
    std::size_t first_of_cell = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        run.cancel().check_every(i);
        const std::uint32_t row = order_[i];
        if (kept > 0 && cells_[order_[kept - 1]] != cells_[row]) first_of_cell = kept;
        const auto earlier = std::find_if(
            order_.begin() + first_of_cell, order_.begin() + kept,
            [&](std::uint32_t other) { return cells_[other] == cells_[row] && countries_[other] == countries_[row]; });
        if (earlier == order_.begin() + kept) {
            order_[kept++] = row;
            continue;
        }
        for (const SetCounts& set : sets)
            count_repeat(row, *earlier, set);
        const bool is_same =
            std::equal(&values_[row * crops_], &values_[row * crops_] + crops_, &values_[*earlier * crops_]);
        report(run.issues(), row, is_same ? "duplicate-identical" : "duplicate-conflict",
               cat("cell ", cells_[row], " came in line ", lines_[*earlier],
                   is_same ? " with the same values" : " with other values", "; the first is kept"));
    }
    order_.resize(kept);
}

}  // namespace hone::envelope
