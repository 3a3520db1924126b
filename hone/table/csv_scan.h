#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace hone {

/// Instructions that the CSV scanner uses; the results are the same bits. Private to the reader and its tests.
enum class CsvKernel : std::uint8_t { Scalar, Sse2, Avx2 };

/// True if this CPU has what the kernel needs.
bool is_usable(CsvKernel kernel);
/// The fastest usable kernel.
CsvKernel best_csv_kernel();

/// Where a scan stands: goes from one stretch of bytes to the next.
struct CsvScan {
    bool in_quotes = false;
    char separator = ',';
    std::uint64_t quotes = 0;
    std::uint64_t line_feeds = 0;  ///< all, also those within quotes
    std::uint64_t row_ends = 0;    ///< those outside quotes
    bool has_high_bytes = false;   ///< some are no ASCII

    /// True if all fields so far mean the text that stands there.
    bool is_plain() const { return quotes == 0 && !in_quotes && !has_high_bytes; }
};

/// One bit per byte, 64 bytes a word, lowest bit first: separators outside quotes.
struct CsvMasks {
    std::uint64_t* commas = nullptr;
    std::uint64_t* row_ends = nullptr;
};

/// Finds the separators of words * 64 bytes.
void scan_separators(CsvKernel kernel, const char* data, std::size_t words, CsvScan& scan, CsvMasks masks);

/// A part of the bytes at hand.
struct CsvField {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// Walks over rows by the masks, and keeps only the commas that are asked for: a row costs a few words, not its fields.
/// Rows without content are passed over; those with another number of commas go to `misshapen`.
struct CsvRowWalk {
    const char* data = nullptr;
    CsvMasks masks;
    std::size_t words = 0;
    std::size_t commas_in_row = 0;          ///< of a well-formed row
    std::span<const std::uint32_t> wanted;  ///< rising ordinals, from 0, of the commas whose places are kept
    bool has_quoted_line_feeds = false;

    std::uint32_t at = 0;                                          ///< start of the next row
    std::uint64_t line = 1;                                        ///< its line number
    std::vector<std::pair<std::uint64_t, std::size_t>> misshapen;  ///< lines and field counts
};

/// Rows found by one step of a walk. Places of wanted comma k of row r: commas[k * kMost + r].
struct CsvRowBatch {
    static constexpr std::size_t kMost = 512;
    std::size_t rows = 0;
    std::vector<CsvField> bounds = std::vector<CsvField>(kMost);  ///< rows, without LF or CRLF
    std::vector<std::uint64_t> lines = std::vector<std::uint64_t>(kMost);
    std::vector<std::uint32_t> commas;  ///< Requires: kMost * wanted.size()
};

/// Fills `batch` with the next rows that end within the masks; none when there are no more.
void find_rows(CsvKernel kernel, CsvRowWalk& walk, CsvRowBatch& batch);

}  // namespace hone
