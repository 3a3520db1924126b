#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/base/issue.h"
#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"

namespace hone {

/// How one wanted column is read.
struct CsvColumn {
    enum class Kind {
        Int64,    ///< whole number; also "12.0"
        Decimal,  ///< exact in units of 10^-scale, further decimals rounded half to even and counted
        Double,   ///< correctly rounded
        Text      ///< UTF-8, quotes removed, Latin-1 converted
    };
    std::string name;  ///< as it stands in the header
    Kind kind = Kind::Text;
    int scale = 0;  ///< Decimal only
};

/// What a cell of a number column held.
enum class CellState : std::uint8_t { Valid, Missing, Bad };

/// Rows parsed from one piece of the file, column by column; the views live as long as the chunk.
struct CsvChunk {
    std::uint64_t index = 0;       ///< number of the piece, from 0, in file order
    std::uint64_t first_line = 0;  ///< line number (from 1) of the first row
    std::size_t rows = 0;
    /// Line number of each row (rows may span lines).
    std::vector<std::uint64_t> lines;
    struct Values {
        std::vector<std::int64_t> int64s;     ///< Int64, Decimal
        std::vector<double> reals;            ///< Double
        std::vector<std::string_view> texts;  ///< Text
        std::vector<CellState> states;        ///< number columns; empty if all are Valid
        std::uint64_t rounded = 0;            ///< Decimal cells that lost decimals
    };
    std::vector<Values> columns;  ///< as wanted
    /// The cell's text as it stands in the file, for messages; a copy.
    std::string raw(std::size_t row, std::size_t column) const;
    /// Rows with another field count than the header: their lines and field counts; they are not among `rows`.
    std::vector<std::pair<std::uint64_t, std::size_t>> misshapen;

    struct Storage;  ///< bytes behind the views
    std::shared_ptr<Storage> storage;
};

/// The header and shape of a CSV file.
struct CsvHeader {
    std::vector<std::string> names;
    bool has_bom = false;
    std::uint64_t data_offset = 0;  ///< first byte after the header line
    char separator = ',';
};

struct CsvOptions {
    /// Texts that mean "missing" in number columns, besides the empty one.
    std::vector<std::string> missing = {"NaN", "nan", "NA", "N/A", "null", "NULL"};
    /// Digests of the file's 4 MiB blocks; when given, every byte read is checked: a difference is Fault::Input
    /// "changed while read".
    std::vector<Digest> expected_blocks;
    std::size_t most_chunks_at_once = 0;  ///< 0: by threads and budget
    /// Between fields; 0: the one of comma, semicolon and tab that the header line holds most often (the first of
    /// equals).
    char separator = ',';
};

/// Reads CSV files of any size in pieces: RFC 4180, also other separators, LF or CRLF, byte-order mark, Latin-1, quoted
/// line breaks, a missing final newline. Only wanted columns are converted. Memory: about twice 4 MiB for each piece in
/// work, charged to the budget.
class CsvReader {
public:
    /// Reads the header. Fault::Input for an empty file, one without a line, or a column name that comes twice.
    CsvReader(Files& files, Path path, CsvOptions options = {});
    ~CsvReader();

    const CsvHeader& header() const;
    std::uint64_t size_bytes() const;

    /// Parses the wanted columns, pieces in parallel by `exec`. `consume(chunk)` is called for pieces in file order,
    /// never two at once. The cutting into pieces never shows in what a caller may keep: it depends on file and budget.
    /// Fault::Input if a wanted column is absent, if the file changes, or if a quote never ends.
    void read(std::span<const CsvColumn> wanted, const Exec& exec, Budget& budget,
              const std::function<void(CsvChunk&)>& consume);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
