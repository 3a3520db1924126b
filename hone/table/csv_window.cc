#include "hone/table/csv_window.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"
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

/// Reads a file window by window: loads some blocks in parallel, links them and hands them out in order. The window
/// shrinks when the budget has no room for it.
class CsvWindow {
public:
    CsvWindow(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget,
              const std::function<void(CsvChunk&)>& consume)
        : source_(source), plan_(plan), exec_(exec), budget_(budget), consume_(consume), between_(source, budget) {}

    void run() {
        if (source_.file->identity() != source_.identity) fail_changed(source_);
        const std::uint64_t blocks = (source_.identity.size + plan_.tuning.block_bytes - 1) / plan_.tuning.block_bytes;
        const std::vector<Digest>& expected = source_.options.expected_blocks;
        if (!expected.empty() && expected.size() != blocks) fail_changed(source_);
        most_ = most_pieces(blocks);
        for (std::uint64_t next = 0; next < blocks;) {
            add_pieces(std::min<std::uint64_t>(most_, blocks - next));
            const std::size_t count = std::min<std::uint64_t>(pieces_.size(), blocks - next);
            exec_.for_each("csv.read", count, [&](std::size_t i) { pieces_[i].load(next + i, exec_.cancel()); });
            next += process(count);
        }
        if (source_.file->identity() != source_.identity) fail_changed(source_);
        if (between_.in_quotes)
            throw Error(Fault::Input, cat("a quote never ends; it begins in ", source_.path, ", line ",
                                          open_quote_line(between_.carry, between_.carry_line)))
                .with_id("csv.open-quote");
    }

private:
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
    }

    [[noreturn]] void fail_no_room(std::uint64_t bytes) const {
        fail(Fault::Limit, "a piece of a CSV file needs ", human_bytes(bytes), " of memory; ", budget_.describe(), "; ",
             source_.path);
    }

    [[noreturn]] void fail_row_too_large() const {
        throw Error(Fault::Limit, cat("a row does not fit into memory; ", source_.path, ", line ", between_.carry_line))
            .with_mend("Perhaps a quote is opened there that never ends.");
    }

    /// Hands out the rows of the `count` blocks loaded. Returns of how many: none after one that found no room until
    /// all others had gone.
    std::size_t process(std::size_t count) {
        std::size_t done = 0;
        for (bool has_room = true; done < count && has_room; ++done) {
            pieces_[done].link(between_);
            has_room = !pieces_[done].is_starved() && pieces_[done].hand_on(between_);
            hand_out(has_room ? pieces_[done] : alone(done));
        }
        std::erase_if(pieces_, [](const CsvPiece& piece) { return piece.is_spent(); });
        return done;
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

    void hand_out(CsvPiece& piece) {
        exec_.cancel().check();
        consume_(piece.chunk());
        piece.recycle();
    }

    const CsvSource& source_;
    const CsvPlan& plan_;
    const Exec& exec_;
    Budget& budget_;
    const std::function<void(CsvChunk&)>& consume_;
    CsvBetween between_;
    std::vector<CsvPiece> pieces_;
    std::size_t most_ = 1;
};

}  // namespace

void read_csv_pieces(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget,
                     const std::function<void(CsvChunk&)>& consume) {
    CsvWindow(source, plan, exec, budget, consume).run();
}

}  // namespace hone
