#include "hone/table/csv_window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/memory/promised_memory.h"
#include "hone/table/csv_piece.h"

namespace hone {
namespace {

// Pieces for each thread: with more, the threads wait less for each other at the end of a step.
constexpr std::size_t kPiecesPerThread = 2;

/// Line of the quote that is still open at the end of `row`, which begins in `line`. A doubled quote begins nothing.
std::uint64_t open_quote_line(std::string_view row, std::uint64_t line) {
    std::uint64_t began = line;
    bool in_quotes = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '\n') ++line;
        if (row[i] != '"') continue;
        in_quotes = !in_quotes;
        if (in_quotes && (i == 0 || row[i - 1] != '"')) began = line;
    }
    return began;
}

}  // namespace

/// Reads a file window by window: loads some blocks in parallel, links them and hands them out in order. The window
/// shrinks when the budget has no room for it, or when memory is asked for (stage Parallelism of reclaimer.h).
class CsvCursor::Window {
public:
    Window(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget)
        : source_(source),
          plan_(plan),
          exec_(exec),
          budget_(budget),
          spare_(budget, "csv pieces", ReclaimStep::Parallelism),
          between_(source, budget) {
        if (source_.file->identity() != source_.identity) fail_changed(source_);
        blocks_ = (source_.identity.size + plan_.tuning.block_bytes - 1) / plan_.tuning.block_bytes;
        const std::vector<Digest>& expected = source_.options.expected_blocks;
        if (!expected.empty() && expected.size() != blocks_) fail_changed(source_);
        most_ = most_pieces(blocks_);
    }

    CsvChunk* next() {
        if (current_ != nullptr) std::exchange(current_, nullptr)->recycle();
        if (done_ == count_ || !has_room_) {
            // Nothing of a window counts behind the piece that found no room until all others had gone.
            std::erase_if(pieces_, [](const CsvPiece& piece) { return piece.is_spent(); });
            if (spare_.is_wanted()) give_back();
            first_ += std::exchange(done_, 0);
            count_ = 0;
            if (first_ == blocks_) {
                finish();
                return nullptr;
            }
            load();
        }
        pieces_[done_].link(between_);
        has_room_ = !pieces_[done_].is_starved() && pieces_[done_].hand_on(between_);
        current_ = has_room_ ? &pieces_[done_] : &alone(done_);
        ++done_;
        exec_.cancel().check();
        return &current_->chunk();
    }

private:
    /// Drops half of the pieces, from now on. Requires: none is in use.
    void give_back() {
        most_ = std::max<std::size_t>(pieces_.size() / 2, 1);
        while (pieces_.size() > most_)
            pieces_.pop_back();
        spare_.fulfil();
    }

    /// Loads the blocks from first_ on.
    void load() {
        add_pieces(std::min<std::uint64_t>(most_, blocks_ - first_));
        count_ = std::min<std::uint64_t>(pieces_.size(), blocks_ - first_);
        done_ = 0;
        has_room_ = true;
        exec_.for_each("csv.read", count_, [&](std::size_t i) { pieces_[i].load(first_ + i, exec_.cancel()); });
    }

    void finish() const {
        if (source_.file->identity() != source_.identity) fail_changed(source_);
        if (between_.in_quotes)
            throw Error(Fault::Input, cat("a quote never ends; it begins in ", source_.path, ", line ",
                                          open_quote_line(between_.carry, between_.carry_line)))
                .with_id("csv.open-quote");
    }

    std::size_t most_pieces(std::uint64_t blocks) const {
        const std::size_t threads = exec_.threads();
        std::size_t most = threads > 1 ? threads * kPiecesPerThread : 1;
        if (source_.options.most_chunks_at_once > 0) most = std::min(most, source_.options.most_chunks_at_once);
        return std::min<std::uint64_t>(most, blocks);
    }

    /// Makes pieces until there are `wanted` or the budget has no room. The first one must fit.
    void add_pieces(std::size_t wanted) {
        const std::uint64_t base = CsvPiece::base_bytes(plan_);
        while (pieces_.size() < wanted) {
            CsvCharge charge(budget_);
            if (pieces_.empty()) {
                if (!charge.try_grow(base)) fail_no_room(base);
            } else {
                // Room for rows is needed too, also by the pieces that are there already.
                CsvCharge room(budget_);
                const std::uint64_t for_rows = (pieces_.size() + 1) * plan_.tuning.block_bytes / 2;
                if (!room.try_grow(for_rows) || !charge.try_grow(base)) break;
            }
            pieces_.emplace_back(source_, plan_, budget_, std::move(charge));
        }
        most_ = std::max<std::size_t>(pieces_.size(), 1);
        spare_.hold(pieces_.size() / 2 * base);
    }

    [[noreturn]] void fail_no_room(std::uint64_t bytes) const {
        fail(Fault::Limit, "a piece of a CSV file needs ", human_bytes(bytes), " of memory; ", budget_.describe(), "; ",
             source_.path);
    }

    [[noreturn]] void fail_row_too_large() const {
        throw Error(Fault::Limit, cat("a row does not fit into memory; ", source_.path, ", line ", between_.carry_line))
            .with_mend("Perhaps a quote is opened there that never ends.");
    }

    /// Drops all other pieces and parses this one again.
    CsvPiece& alone(std::size_t place) {
        std::swap(pieces_.front(), pieces_[place]);
        while (pieces_.size() > 1)
            pieces_.pop_back();
        most_ = std::max<std::size_t>(most_ / 2, 1);
        CsvPiece& piece = pieces_.front();
        piece.parse_again();
        piece.link(between_);
        if (piece.is_starved())
            fail(Fault::Limit, "no memory for the rows of a piece of a CSV file; ", budget_.describe(), "; ",
                 source_.path);
        if (!piece.hand_on(between_)) fail_row_too_large();
        return piece;
    }

    const CsvSource& source_;
    const CsvPlan& plan_;
    const Exec& exec_;
    Budget& budget_;
    PromisedMemory spare_;  // half of the pieces, as long as there are two
    CsvBetween between_;
    std::vector<CsvPiece> pieces_;
    std::size_t most_ = 1;
    std::uint64_t blocks_ = 0;     // of the file
    std::uint64_t first_ = 0;      // block of the window
    std::size_t count_ = 0;        // blocks loaded
    std::size_t done_ = 0;         // of them handed out
    bool has_room_ = true;         // for the pieces handed out so far
    CsvPiece* current_ = nullptr;  // whose chunk is out
};

CsvCursor::CsvCursor(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget)
    : window_(std::make_unique<Window>(source, plan, exec, budget)) {}

CsvCursor::~CsvCursor() = default;

CsvChunk* CsvCursor::next() {
    return window_->next();
}

void read_csv_pieces(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget,
                     const std::function<void(CsvChunk&)>& consume) {
    CsvCursor cursor(source, plan, exec, budget);
    while (CsvChunk* chunk = cursor.next())
        consume(*chunk);
}

}  // namespace hone
