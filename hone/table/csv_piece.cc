#include "hone/table/csv_piece.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone {

struct CsvChunk::Storage {
    Storage(CsvCharge base, Budget& budget, std::size_t capacity)
        : charge(std::move(base)),
          seam_charge(budget),
          block(std::make_unique_for_overwrite<char[]>(capacity)),
          texts(budget) {}

    CsvCharge charge;
    CsvCharge seam_charge;
    std::unique_ptr<char[]> block;
    std::string seam;           ///< the row that began in an earlier block, padded
    bool has_seam_row = false;  ///< row 0 is in `seam`
    std::vector<std::uint32_t> row_begins;
    std::vector<std::size_t> places;  ///< columns in the file
    char separator = ',';
    CsvTexts texts;
};

namespace {

constexpr std::size_t kWord = 64;
constexpr std::size_t kLongestRow = std::size_t{3} << 30;  // places in a row have 32 bits
constexpr std::size_t kCarryFactor = 2;                    // a string that grows has room for twice what it holds
// In the walk and in the chunk.
constexpr std::size_t kMisshapenBytes = 2 * sizeof(std::pair<std::uint64_t, std::size_t>);
static_assert(kCsvPadding >= kWord);

/// Bytes of a block's buffer: room for a line end and for reading beyond it.
std::size_t block_capacity(const CsvPlan& plan) {
    return plan.tuning.block_bytes + 2 * kCsvPadding + kWord;
}

/// Place of the first row end at or after `begin`; nothing if there is none before word `words`.
std::optional<std::size_t> first_row_end(const std::uint64_t* row_ends, std::size_t begin, std::size_t words) {
    for (std::size_t w = begin / kWord; w < words; ++w) {
        const std::uint64_t from = w == begin / kWord ? ~std::uint64_t{0} << (begin % kWord) : ~std::uint64_t{0};
        const std::uint64_t bits = row_ends[w] & from;
        if (bits != 0) return w * kWord + static_cast<std::size_t>(std::countr_zero(bits));
    }
    return std::nullopt;
}

std::uint64_t line_feeds(std::string_view text) {
    return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

void mark(CsvChunk::Values& values, std::size_t row, CellState state) {
    if (values.states.size() <= row) values.states.resize(row + 1, CellState::Valid);
    values.states[row] = state;
}

}  // namespace

std::string CsvChunk::raw(std::size_t row, std::size_t column) const {
    check(storage != nullptr && row < rows && column < storage->places.size(), "raw() is asked of a cell of the chunk");
    const char* at = storage->has_seam_row && row == 0 ? storage->seam.data() : storage->block.get();
    at += storage->row_begins[row];
    const char* begin = at;
    std::size_t place = 0;
    bool in_quotes = false;
    for (;; ++at) {
        if (*at == '"') in_quotes = !in_quotes;
        if (in_quotes || (*at != storage->separator && *at != '\n')) continue;
        if (place++ == storage->places[column]) break;
        begin = at + 1;
    }
    std::string text(begin, at);
    if (*at == '\n' && text.ends_with('\r')) text.pop_back();
    return text;
}

CsvBetween::CsvBetween(const CsvSource& source, Budget& budget)
    : carry_charge(budget), carry_line(1 + line_feeds(source.header_bytes)) {}

std::uint64_t CsvPiece::base_bytes(const CsvPlan& plan) {
    const std::uint64_t block = block_capacity(plan);
    const std::uint64_t masks = block / 4;
    const std::uint64_t batch = CsvRowBatch::kMost * (2 * sizeof(std::uint64_t) + 4 * plan.commas.size());
    return block + masks + batch;
}

CsvPiece::CsvPiece(const CsvSource& source, const CsvPlan& plan, Budget& budget, CsvCharge charge)
    : source_(&source),
      plan_(&plan),
      budget_(&budget),
      row_charge_(budget),
      storage_(std::make_shared<CsvChunk::Storage>(std::move(charge), budget, block_capacity(plan))),
      masks_(std::make_unique_for_overwrite<std::uint64_t[]>(block_capacity(plan) / kWord * 2)) {
    batch_.commas.resize(CsvRowBatch::kMost * plan.commas.size());
    storage_->separator = source.header.separator;
    for (const CsvPlan::Cell& cell : plan.cells)
        storage_->places.push_back(cell.place);
}

char* CsvPiece::bytes() const {
    return storage_->block.get();
}

CsvMasks CsvPiece::masks() const {
    return {masks_.get(), masks_.get() + block_capacity(*plan_) / kWord};
}

void CsvPiece::load(std::uint64_t index, const Cancel& cancel) {
    const std::uint64_t offset = index * plan_->tuning.block_bytes;
    const std::uint64_t data_offset = source_->header.data_offset;
    const std::vector<Digest>& expected = source_->options.expected_blocks;
    index_ = index;
    size_ = std::min<std::uint64_t>(plan_->tuning.block_bytes, source_->identity.size - offset);
    begin_ = data_offset <= offset ? 0 : std::min<std::uint64_t>(data_offset - offset, size_);
    has_seam_ = data_offset < offset;
    start_parsing(false);
    Hasher hasher;
    for (std::size_t at = 0; at < size_; at += plan_->tuning.step_bytes) {
        cancel.check();
        const std::size_t step = std::min(plan_->tuning.step_bytes, size_ - at);
        const std::span<std::byte> into(reinterpret_cast<std::byte*>(bytes() + at), step);
        if (source_->file->read_at(offset + at, into) != step) fail_changed(*source_);
        if (!expected.empty()) hasher.add(into);
        const bool is_end = at + step == size_;
        if (is_end) {
            std::memset(bytes() + size_, 0, 2 * kCsvPadding);
            // A last row without line end gets one, so that it is like all others.
            const bool is_last = offset + size_ == source_->identity.size;
            if (is_last && bytes()[size_ - 1] != '\n') bytes()[size_] = '\n';
        }
        parse_step(at, is_end ? size_ / kWord + 1 : (at + step) / kWord);
    }
    if (!expected.empty() && (index >= expected.size() || hasher.digest() != expected[index])) fail_changed(*source_);
    check_header_part();
}

/// The header was read before, so that the digest of this block says nothing about it.
void CsvPiece::check_header_part() const {
    const std::uint64_t offset = index_ * plan_->tuning.block_bytes;
    if (offset >= source_->header_bytes.size()) return;
    const std::string_view header = std::string_view(source_->header_bytes).substr(offset, size_);
    if (!std::string_view(bytes(), size_).starts_with(header)) fail_changed(*source_);
}

void CsvPiece::parse_again() {
    is_thrifty_ = true;
    chunk_ = {};
    storage_->row_begins = {};
    row_charge_.reset();
    rows_charged_ = 0;
    misshapen_charged_ = 0;
    parse_block(false);
}

void CsvPiece::parse_block(bool in_quotes) {
    start_parsing(in_quotes);
    const std::size_t step = plan_->tuning.step_bytes;
    for (std::size_t at = 0; at < size_; at += step)
        parse_step(at, at + step >= size_ ? size_ / kWord + 1 : (at + step) / kWord);
}

void CsvPiece::start_parsing(bool in_quotes) {
    CsvChunk::Storage& storage = *storage_;
    is_starved_ = false;
    scan_ = {.in_quotes = in_quotes, .separator = source_->header.separator};
    seam_end_ = has_seam_ ? 0 : begin_;
    walk_ = {.data = bytes(),
             .masks = masks(),
             .words = 0,
             .commas_in_row = plan_->columns - 1,
             .wanted = plan_->commas,
             .at = static_cast<std::uint32_t>(begin_),
             .line = 0,
             .misshapen = {}};
    storage.texts.clear();
    storage.has_seam_row = false;
    chunk_.index = index_;
    chunk_.misshapen.clear();
    chunk_.columns.resize(plan_->wanted.size());
    chunk_.rows = has_seam_ ? 1 : 0;
    chunk_.lines.assign(chunk_.rows, 0);
    storage.row_begins.assign(chunk_.rows, 0);
    for (CsvChunk::Values& values : chunk_.columns) {
        // The others keep their size, so that nothing is set to zero only to be overwritten; finish_chunk() cuts them.
        values.states.clear();
        values.rounded = 0;
    }
}

/// Scans up to word `words` and parses the rows that are complete then.
void CsvPiece::parse_step(std::size_t begin, std::size_t words) {
    const CsvMasks all = masks();
    const std::size_t first = begin / kWord;
    const std::uint64_t had = scan_.line_feeds;
    scan_separators(plan_->tuning.kernel, bytes() + begin, words - first, scan_,
                    {all.commas + first, all.row_ends + first});
    walk_.words = words;
    if (is_starved_ || !make_room(words * kWord - walk_.at, scan_.line_feeds - had)) return;
    if (seam_end_ == 0 && has_seam_) {
        const auto end = first_row_end(all.row_ends, std::max(begin_, begin), words);
        if (!end) return;
        seam_end_ = *end + 1;
        walk_.at = static_cast<std::uint32_t>(seam_end_);
    }
    walk_.has_quoted_line_feeds = scan_.line_feeds != scan_.row_ends;
    parse_rows(walk_, chunk_.rows);
    const std::size_t odd_rows = walk_.misshapen.size();
    is_starved_ =
        storage_->texts.is_starved() ||
        (odd_rows > misshapen_charged_ && !row_charge_.try_grow((odd_rows - misshapen_charged_) * kMisshapenBytes));
    misshapen_charged_ = std::max(misshapen_charged_, odd_rows);
}

/// Charges the memory for the rows in so many bytes with so many line feeds; false, and starved, if there is none.
bool CsvPiece::make_room(std::size_t bytes, std::size_t feeds) {
    const std::size_t rows = chunk_.rows + plan_->most_rows(bytes, feeds);
    const auto try_charge = [&](std::size_t wanted) {
        if (!row_charge_.try_grow((wanted - rows_charged_) * plan_->row_bytes())) return false;
        rows_charged_ = wanted;
        return true;
    };
    const std::size_t ahead = is_thrifty_ ? rows : std::max(rows, 2 * rows_charged_);
    if (rows > rows_charged_ && !try_charge(ahead) && !try_charge(rows)) is_starved_ = true;
    if (is_starved_) return false;
    reserve_rows(rows_charged_);
    return true;
}

void CsvPiece::reserve_rows(std::size_t rows) {
    chunk_.lines.reserve(rows);
    storage_->row_begins.reserve(rows);
    for (std::size_t c = 0; c < chunk_.columns.size(); ++c) {
        CsvChunk::Values& values = chunk_.columns[c];
        if (plan_->wanted[c].kind == CsvColumn::Kind::Text)
            values.texts.reserve(rows);
        else if (plan_->wanted[c].kind == CsvColumn::Kind::Double)
            values.reals.reserve(rows);
        else
            values.int64s.reserve(rows);
    }
}

void CsvPiece::parse_rows(CsvRowWalk& walk, std::size_t first_row) {
    is_plain_ = scan_.is_plain();
    while (true) {
        find_rows(plan_->tuning.kernel, walk, batch_);
        if (batch_.rows == 0) break;
        convert(walk.data, first_row);
        first_row += batch_.rows;
    }
    chunk_.rows = std::max(chunk_.rows, first_row);
}

/// Where the fields of a column lie in the rows of the batch.
struct CsvPiece::Places {
    const CsvField* bounds = nullptr;
    const std::uint32_t* before = nullptr;  ///< nullptr: the field begins its row
    const std::uint32_t* behind = nullptr;  ///< nullptr: the field ends its row

    std::string_view field(const char* base, std::size_t row) const {
        const std::uint32_t begin = before == nullptr ? bounds[row].begin : before[row] + 1;
        const std::uint32_t end = behind == nullptr ? bounds[row].end : behind[row];
        return {base + begin, end - begin};
    }
};

CsvPiece::Places CsvPiece::places(std::size_t column) const {
    const CsvPlan::Cell& cell = plan_->cells[column];
    const auto commas = [&](std::size_t index) {
        return index == CsvPlan::kNone ? nullptr : batch_.commas.data() + index * CsvRowBatch::kMost;
    };
    return {batch_.bounds.data(), commas(cell.comma_before), commas(cell.comma_behind)};
}

template <class T, class Parse>
void CsvPiece::convert_numbers(const char* base, std::size_t first_row, std::size_t column, std::vector<T>& into,
                               const Parse& parse) {
    CsvChunk::Values& values = chunk_.columns[column];
    into.resize(std::max(into.size(), first_row + batch_.rows));
    const Places at = places(column);
    for (std::size_t r = 0; r < batch_.rows; ++r) {
        const CsvNumber<T> number = parse(at.field(base, r));
        into[first_row + r] = number.value;
        values.rounded += number.rounded ? 1 : 0;
        if (number.state != CellState::Valid) mark(values, first_row + r, number.state);
    }
}

void CsvPiece::convert_texts(const char* base, std::size_t first_row, std::size_t column) {
    std::vector<std::string_view>& into = chunk_.columns[column].texts;
    into.resize(std::max(into.size(), first_row + batch_.rows));
    const Places at = places(column);
    if (is_plain_) {
        for (std::size_t r = 0; r < batch_.rows; ++r)
            into[first_row + r] = at.field(base, r);
        return;
    }
    for (std::size_t r = 0; r < batch_.rows; ++r)
        into[first_row + r] = parse_csv_text(at.field(base, r), storage_->texts);
}

/// Converts the rows of the batch to rows `first_row`... of the chunk.
void CsvPiece::convert(const char* base, std::size_t first_row) {
    const CsvMissing& missing = plan_->missing;
    for (std::size_t c = 0; c < plan_->wanted.size(); ++c) {
        CsvChunk::Values& values = chunk_.columns[c];
        switch (plan_->wanted[c].kind) {
            case CsvColumn::Kind::Int64:
                convert_numbers(base, first_row, c, values.int64s,
                                [&](std::string_view text) { return parse_csv_int64(text, missing); });
                break;
            case CsvColumn::Kind::Decimal:
                convert_numbers(base, first_row, c, values.int64s,
                                [&, scale = plan_->wanted[c].scale](std::string_view text) {
                                    return parse_csv_decimal(text, scale, missing);
                                });
                break;
            case CsvColumn::Kind::Double:
                convert_numbers(base, first_row, c, values.reals,
                                [&](std::string_view text) { return parse_csv_double(text, missing); });
                break;
            case CsvColumn::Kind::Text:
                convert_texts(base, first_row, c);
                break;
        }
    }
    const std::size_t size = std::max(chunk_.lines.size(), first_row + batch_.rows);
    chunk_.lines.resize(size);
    storage_->row_begins.resize(size);
    for (std::size_t r = 0; r < batch_.rows; ++r) {
        chunk_.lines[first_row + r] = batch_.lines[r];
        storage_->row_begins[first_row + r] = batch_.bounds[r].begin;
    }
}

void CsvPiece::link(const CsvBetween& between) {
    if (between.in_quotes) parse_block(true);
    if (is_starved_) return;
    std::uint64_t rows_line = between.carry_line;
    if (has_seam_) {
        parse_seam(between);
        if (is_starved_) return;
        rows_line += line_feeds(storage_->seam);
    }
    finish_chunk(between.carry_line, rows_line);
}

bool CsvPiece::hand_on(CsvBetween& between) const {
    const bool has_row_end = walk_.at > begin_;
    if (!(has_row_end ? replace_carry(between) : append_carry(between))) return false;
    between.in_quotes = scan_.in_quotes;
    between.block_line += scan_.line_feeds;
    return true;
}

/// Completes what could not be known before the seam was parsed.
void CsvPiece::finish_chunk(std::uint64_t first_line, std::uint64_t rows_line) {
    const std::size_t first = storage_->has_seam_row ? 1 : 0;
    for (std::size_t r = first; r < chunk_.rows; ++r)
        chunk_.lines[r] += rows_line;
    for (auto& [line, fields] : walk_.misshapen)
        line += rows_line;
    chunk_.misshapen.insert(chunk_.misshapen.end(), walk_.misshapen.begin(), walk_.misshapen.end());
    walk_.misshapen.clear();
    chunk_.first_line = chunk_.rows > 0 ? chunk_.lines.front() : first_line;
    chunk_.storage = storage_;
    for (std::size_t c = 0; c < chunk_.columns.size(); ++c) {
        CsvChunk::Values& values = chunk_.columns[c];
        if (!values.states.empty()) values.states.resize(chunk_.rows, CellState::Valid);
        if (plan_->wanted[c].kind == CsvColumn::Kind::Text)
            values.texts.resize(chunk_.rows);
        else if (plan_->wanted[c].kind == CsvColumn::Kind::Double)
            values.reals.resize(chunk_.rows);
        else
            values.int64s.resize(chunk_.rows);
    }
}

/// Leaves the row that the end of the block cuts, in place of the one that ended here; false without room.
bool CsvPiece::replace_carry(CsvBetween& between) const {
    const std::size_t begin = std::min<std::size_t>(walk_.at, size_);
    const std::string_view rest(bytes() + begin, size_ - begin);
    CsvCharge charge(*budget_);
    if (!charge.try_grow(kCarryFactor * rest.size())) return false;
    between.carry = std::string(rest);
    between.carry_charge = std::move(charge);
    // load() may have added a line feed.
    between.carry_line = between.block_line + scan_.line_feeds - line_feeds({rest.data(), rest.size() + 1});
    return true;
}

/// Appends the block to the row that an earlier one left, or that begins here, and that goes on; false without room.
bool CsvPiece::append_carry(CsvBetween& between) const {
    const std::string_view more(bytes() + begin_, size_ - begin_);
    if (between.carry.size() + more.size() > kLongestRow) return false;
    if (!between.carry_charge.try_grow(kCarryFactor * more.size())) return false;
    between.carry += more;
    return true;
}

/// Parses the seam into row 0, or removes that row if there is none.
void CsvPiece::parse_seam(const CsvBetween& between) {
    std::string& seam = storage_->seam;
    seam.clear();
    storage_->seam_charge.reset();
    const std::size_t size = seam_end_ == 0 ? 0 : between.carry.size() + seam_end_;
    const std::size_t words = (size + kWord - 1) / kWord;
    is_starved_ = size > kLongestRow || !storage_->seam_charge.try_grow(2 * words * kWord + kCsvPadding);
    if (is_starved_) return;
    seam.reserve(words * kWord + kCsvPadding);
    if (size > 0) seam.append(between.carry).append(bytes(), seam_end_);
    seam.resize(words * kWord + kCsvPadding);
    std::vector<std::uint64_t> seam_masks(2 * words);
    CsvRowWalk walk{.data = seam.data(),
                    .masks = {seam_masks.data(), seam_masks.data() + words},
                    .words = words,
                    .commas_in_row = plan_->columns - 1,
                    .wanted = plan_->commas,
                    .has_quoted_line_feeds = true,
                    .line = between.carry_line,
                    .misshapen = {}};
    CsvScan scan{.separator = source_->header.separator};
    scan_separators(plan_->tuning.kernel, walk.data, words, scan, walk.masks);
    find_rows(plan_->tuning.kernel, walk, batch_);
    is_plain_ = scan.is_plain();
    chunk_.misshapen = std::move(walk.misshapen);
    storage_->has_seam_row = batch_.rows > 0;
    if (storage_->has_seam_row)
        convert(walk.data, 0);
    else
        drop_seam_row();
    is_starved_ = storage_->texts.is_starved();
}

void CsvPiece::drop_seam_row() {
    const auto drop_first = [](auto& values) {
        if (!values.empty()) values.erase(values.begin());
    };
    drop_first(chunk_.lines);
    drop_first(storage_->row_begins);
    for (CsvChunk::Values& values : chunk_.columns) {
        drop_first(values.int64s);
        drop_first(values.reals);
        drop_first(values.texts);
        drop_first(values.states);
    }
    --chunk_.rows;
}

void CsvPiece::recycle() {
    chunk_.storage.reset();
    if (storage_.use_count() > 1) {
        storage_.reset();
        return;
    }
    storage_->seam = {};
    storage_->seam_charge.reset();
    storage_->texts.clear();
}

}  // namespace hone
