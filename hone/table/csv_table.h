#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "hone/table/chunk_source.h"
#include "hone/table/csv_reader.h"
#include "hone/table/table.h"

namespace hone {

/// A whole CSV file as a Table. Missing cells are missing; bad cells and misshapen rows become Issues with ids
/// "<prefix>.bad-value" and "<prefix>.field-count" and are missing or dropped. More than 1 % misshapen rows:
/// Fault::Input.
Table read_csv(Files& files, const Path& path, std::span<const CsvColumn> wanted, const Exec& exec, Budget& budget,
               IssueList& issues, std::string_view prefix, CsvOptions options = {});

/// By what means a CSV file is read and where findings go; all must outlive the reading.
struct CsvContext {
    const Exec& exec;
    Budget& budget;
    IssueList& issues;
    std::string_view prefix;  ///< of the ids of Issues
};

/// The rows of a CSV file in chunks of a few megabytes, with the Issues and errors of read_csv(); that more than 1 % of
/// the rows are misshapen is found at the end. Memory: that of CsvReader, and twice a chunk.
class CsvChunks : public ChunkSource {
public:
    CsvChunks(Files& files, const Path& path, std::span<const CsvColumn> wanted, const CsvContext& context,
              CsvOptions options = {});
    ~CsvChunks() override;
    std::optional<Chunk> next(const Exec& exec) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
