#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/table/csv_charge.h"
#include "hone/table/csv_source.h"

namespace hone {

/// What the end of one block hands on to the next. Private to the reader.
struct CsvBetween {
    CsvBetween(const CsvSource& source, Budget& budget);

    bool in_quotes = false;
    std::string carry;             ///< start of the row that the block's end cuts
    CsvCharge carry_charge;        ///< for `carry`
    std::uint64_t carry_line = 1;  ///< line of that row, or of the next one
    std::uint64_t block_line = 1;  ///< line of the next block's first byte
};

/// One block of the file in work. It owns the rows that *end* in the block: the first of them, called the seam, is put
/// together from what the block before left, so that every byte parsed was read, and checked, in its own block.
///
/// load() reads and parses in steps that stay in the core's own cache, which is most of the reader's speed. It takes
/// for granted that the block does not begin within quotes; link(), which knows, parses anew if it does. Row 0 is kept
/// free for the seam until link(). Calls for one piece come one after another, for several at once.
class CsvPiece {
public:
    /// Memory of a piece, without that for its rows.
    static std::uint64_t base_bytes(const CsvPlan& plan);

    /// `charge` covers base_bytes().
    CsvPiece(const CsvSource& source, const CsvPlan& plan, Budget& budget, CsvCharge charge);

    /// Reads, checks and parses block `index`; looks at `cancel` before each step.
    void load(std::uint64_t index, const Cancel& cancel);
    /// True if the budget had no room for the rows; parse_again() may then find some.
    bool is_starved() const { return is_starved_; }
    /// Parses the block as load() did, from now on with as little memory as can be. link() comes after it.
    void parse_again();
    /// Takes over what the block before has left. In file order; nothing but is_starved() may be asked for if it
    /// starves.
    void link(const CsvBetween& between);
    /// After link(): leaves what the next block needs and returns true, or changes nothing and returns false if there
    /// is no room for it.
    bool hand_on(CsvBetween& between) const;
    /// The rows, after link().
    CsvChunk& chunk() { return chunk_; }
    /// Makes ready for load(). If the consumer kept the chunk, the piece is spent: it can no longer be used.
    void recycle();
    bool is_spent() const { return storage_ == nullptr; }

private:
    char* bytes() const;
    CsvMasks masks() const;
    void check_header_part() const;
    void parse_block(bool in_quotes);
    void start_parsing(bool in_quotes);
    void parse_step(std::size_t begin, std::size_t words);
    bool make_room(std::size_t bytes, std::size_t line_feeds);
    void reserve_rows(std::size_t rows);
    void parse_rows(CsvRowWalk& walk, std::size_t first_row);
    void convert(const char* base, std::size_t first_row);
    void convert_texts(const char* base, std::size_t first_row, std::size_t column);
    template <class T, class Parse>
    void convert_numbers(const char* base, std::size_t first_row, std::size_t column, std::vector<T>& into,
                         const Parse& parse);
    struct Places;
    Places places(std::size_t column) const;
    void finish_chunk(std::uint64_t first_line, std::uint64_t rows_line);
    bool replace_carry(CsvBetween& between) const;
    bool append_carry(CsvBetween& between) const;
    void parse_seam(const CsvBetween& between);
    void drop_seam_row();

    const CsvSource* source_;
    const CsvPlan* plan_;
    Budget* budget_;
    CsvCharge row_charge_;
    std::size_t rows_charged_ = 0;
    std::size_t misshapen_charged_ = 0;
    bool is_starved_ = false;
    bool is_thrifty_ = false;  // charges no rows ahead
    std::shared_ptr<CsvChunk::Storage> storage_;
    std::unique_ptr<std::uint64_t[]> masks_;
    CsvRowBatch batch_;
    bool is_plain_ = false;  // all texts of the batch stand in the bytes as they are meant
    CsvChunk chunk_;

    std::uint64_t index_ = 0;
    std::size_t size_ = 0;   // of the block
    std::size_t begin_ = 0;  // first byte that is not the header's
    bool has_seam_ = false;  // the row that begins, or goes on, at begin_ may belong to the block before
    CsvScan scan_;
    CsvRowWalk walk_;           // lines count from 0 at the row behind the seam
    std::size_t seam_end_ = 0;  // behind its line feed; 0: not found yet
};

}  // namespace hone
