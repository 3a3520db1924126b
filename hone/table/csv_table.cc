#include "hone/table/csv_table.h"

#include <string>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/csv_source.h"
#include "hone/table/csv_window.h"

namespace hone {
namespace {

constexpr std::size_t kLongestShown = 60;
constexpr std::uint64_t kMostMisshapenPercent = 1;

/// One column of the table to be.
struct Growing {
    std::vector<std::int64_t> int64s;
    std::vector<double> reals;
    TextData texts;
    std::vector<bool> valid;
};

/// Puts the chunks of a file together.
class Assembly {
public:
    Assembly(const Path& path, std::span<const CsvColumn> wanted, Budget& budget, IssueList& issues,
             std::string_view prefix)
        : path_(path.string()),
          wanted_(wanted),
          issues_(issues),
          prefix_(prefix),
          columns_(wanted.size()),
          memory_(budget.reserve(0)) {}

    void take(const CsvChunk& chunk) {
        reserve_for(chunk);
        rows_ += chunk.rows;
        for (std::size_t c = 0; c < columns_.size(); ++c)
            append(chunk, c);
        for (const auto& [line, fields] : chunk.misshapen) {
            if (misshapen_++ == 0) first_misshapen_ = line;
            issues_.add(issue("field-count", line, {},
                              cat("row dropped, it has another number of fields than the header: ", fields)));
        }
    }

    /// The rows taken so far, as a table; they are no longer held.
    Table take_table() {
        std::vector<Column> columns;
        for (std::size_t c = 0; c < columns_.size(); ++c)
            columns.push_back(column(c));
        columns_.assign(wanted_.size(), {});
        memory_.reset();
        all_rows_ += std::exchange(rows_, 0);
        return Table(std::move(columns));
    }

    /// Fault::Input if too many rows were misshapen.
    void check_shape() const {
        if (misshapen_ * 100 > (all_rows_ + misshapen_) * kMostMisshapenPercent)
            fail(Fault::Input, "more than 1 % of the rows have another number of fields than the header: ", misshapen_,
                 " of ", all_rows_ + misshapen_, ", the first in ", path_, ", line ", first_misshapen_);
    }

private:
    /// Charges what the table needs with this chunk. Twice, as a vector that grows has its old values beside the new.
    void reserve_for(const CsvChunk& chunk) {
        std::uint64_t bytes = 0;
        for (const CsvChunk::Values& values : chunk.columns) {
            bytes += chunk.rows * (sizeof(std::int64_t) + 1);
            for (const std::string_view text : values.texts)
                bytes += text.size();
        }
        memory_.resize(memory_.bytes() + 2 * bytes);
    }

    void append(const CsvChunk& chunk, std::size_t c) {
        const CsvChunk::Values& values = chunk.columns[c];
        Growing& column = columns_[c];
        column.int64s.insert(column.int64s.end(), values.int64s.begin(), values.int64s.end());
        column.reals.insert(column.reals.end(), values.reals.begin(), values.reals.end());
        for (const std::string_view text : values.texts)
            column.texts.push_back(text);
        if (values.states.empty()) return;
        column.valid.resize(rows_ - chunk.rows, true);
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            column.valid.push_back(values.states[row] == CellState::Valid);
            if (values.states[row] == CellState::Bad) report_bad(chunk, row, c);
        }
    }

    void report_bad(const CsvChunk& chunk, std::size_t row, std::size_t c) {
        const std::string_view expected = wanted_[c].kind == CsvColumn::Kind::Int64 ? "a whole number" : "a number";
        const std::string found = fit_width(valid_utf8(chunk.raw(row, c)), kLongestShown);
        issues_.add(issue("bad-value", chunk.lines[row], wanted_[c].name,
                          cat("expected ", expected, "; taken as missing: ", found)));
    }

    Issue issue(std::string_view kind, std::uint64_t line, std::string column, std::string message) const {
        return {.id = cat(prefix_, '.', kind),
                .file = path_,
                .row = static_cast<std::int64_t>(line),
                .column = std::move(column),
                .severity = Severity::Warning,
                .message = std::move(message)};
    }

    Column column(std::size_t c) {
        Growing& from = columns_[c];
        const CsvColumn& wanted = wanted_[c];
        if (!from.valid.empty()) from.valid.resize(rows_, true);
        switch (wanted.kind) {
            case CsvColumn::Kind::Int64:
                return Column::int64(wanted.name, std::move(from.int64s), std::move(from.valid));
            case CsvColumn::Kind::Decimal:
                return Column::decimal(wanted.name, wanted.scale, std::move(from.int64s), std::move(from.valid));
            case CsvColumn::Kind::Double:
                return Column::real(wanted.name, std::move(from.reals), std::move(from.valid));
            case CsvColumn::Kind::Text:
                break;
        }
        return Column::text(wanted.name, std::move(from.texts));
    }

    std::string path_;
    std::span<const CsvColumn> wanted_;
    IssueList& issues_;
    std::string_view prefix_;
    std::vector<Growing> columns_;
    Reservation memory_;
    std::uint64_t rows_ = 0;      // held
    std::uint64_t all_rows_ = 0;  // taken before
    std::uint64_t misshapen_ = 0;
    std::uint64_t first_misshapen_ = 0;
};

}  // namespace

// NOLINTNEXTLINE(readability-function-size): what to read, by what means, where findings go
Table read_csv(Files& files, const Path& path, std::span<const CsvColumn> wanted, const Exec& exec, Budget& budget,
               IssueList& issues, std::string_view prefix, CsvOptions options) {
    CsvReader reader(files, path, std::move(options));
    Assembly assembly(path, wanted, budget, issues, prefix);
    reader.read(wanted, exec, budget, [&](CsvChunk& chunk) { assembly.take(chunk); });
    Table table = assembly.take_table();
    assembly.check_shape();
    return table;
}

struct CsvChunks::State {
    CsvSource source;
    std::vector<CsvColumn> wanted;
    std::string prefix;
    Exec exec;
    Budget& budget;
    CsvPlan plan;
    Assembly assembly;
    CsvCursor cursor;
    const CsvChunk* piece = nullptr;  // read and not yet in the assembly
    std::optional<Table> table;       // that found no room
    bool has_given = false;

    State(CsvSource source_of, std::span<const CsvColumn> wanted_of, const CsvContext& context)
        : source(std::move(source_of)),
          wanted(wanted_of.begin(), wanted_of.end()),
          prefix(context.prefix),
          exec(context.exec),
          budget(context.budget),
          plan(plan_csv(source, wanted, CsvTuning{})),
          assembly(source.path, wanted, budget, context.issues, prefix),
          cursor(source, plan, exec, budget) {}
};

CsvChunks::CsvChunks(Files& files, const Path& path, std::span<const CsvColumn> wanted, const CsvContext& context,
                     CsvOptions options)
    : state_(std::make_unique<State>(open_csv(files, path, std::move(options)), wanted, context)) {}

CsvChunks::~CsvChunks() = default;

std::optional<Chunk> CsvChunks::next(const Exec& exec) {
    exec.cancel().check();
    State& state = *state_;
    if (!state.table) {
        if (state.piece == nullptr) state.piece = state.cursor.next();
        if (state.piece == nullptr) state.assembly.check_shape();
        if (state.piece == nullptr && state.has_given) return std::nullopt;
        if (state.piece != nullptr) state.assembly.take(*state.piece);
        state.piece = nullptr;
        state.table = state.assembly.take_table();
    }
    Reservation memory = state.budget.reserve(state.table->memory_bytes());
    state.has_given = true;
    Chunk chunk{std::move(*state.table), std::move(memory)};
    state.table.reset();
    return chunk;
}

}  // namespace hone
