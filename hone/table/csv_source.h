#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hone/base/files.h"
#include "hone/table/csv_fields.h"
#include "hone/table/csv_reader.h"
#include "hone/table/csv_scan.h"

namespace hone {

/// Size of the blocks in which files are read and whose digests are known.
inline constexpr std::size_t kCsvBlockBytes = std::size_t{4} << 20;

/// An open CSV file whose header was read. Private to the reader and its tests.
struct CsvSource {
    Path path;
    CsvOptions options;
    std::unique_ptr<InputFile> file;
    FileIdentity identity;
    CsvHeader header;
    std::string header_bytes;  ///< the file up to data_offset
};

/// Opens a file and reads its header.
CsvSource open_csv(Files& files, Path path, CsvOptions options);

/// Throws Fault::Input "changed while read".
[[noreturn]] void fail_changed(const CsvSource& source);

/// What the result does not depend on; tests choose it.
struct CsvTuning {
    std::size_t block_bytes = kCsvBlockBytes;
    /// Bytes read, hashed, scanned and parsed before the next are read: they and their masks stay in a cache of 512
    /// KiB. A multiple of 64.
    std::size_t step_bytes = std::size_t{128} << 10;
    CsvKernel kernel = best_csv_kernel();
};

/// What is wanted of a file, worked out once for all its rows.
struct CsvPlan {
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    struct Cell {
        std::size_t place = 0;             ///< column in the file
        std::size_t comma_before = kNone;  ///< index in `commas`; kNone: start of the row
        std::size_t comma_behind = kNone;  ///< index in `commas`; kNone: end of the row
    };
    std::vector<CsvColumn> wanted;
    std::vector<Cell> cells;            ///< as wanted
    std::vector<std::uint32_t> commas;  ///< rising ordinals of the commas beside wanted columns
    std::size_t columns = 0;            ///< in the file
    CsvMissing missing;
    CsvTuning tuning;

    /// Most rows that a piece of so many bytes with so many line feeds gives.
    std::size_t most_rows(std::size_t bytes, std::size_t line_feeds) const;
    /// Memory of one parsed row.
    std::size_t row_bytes() const;
};

/// Fault::Input if a wanted column is absent.
CsvPlan plan_csv(const CsvSource& source, std::span<const CsvColumn> wanted, const CsvTuning& tuning);

}  // namespace hone
