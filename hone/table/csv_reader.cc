#include "hone/table/csv_reader.h"

#include <utility>

#include "hone/table/csv_source.h"
#include "hone/table/csv_window.h"

namespace hone {

struct CsvReader::State {
    CsvSource source;
};

CsvReader::CsvReader(Files& files, Path path, CsvOptions options)
    : state_(std::make_unique<State>(State{open_csv(files, std::move(path), std::move(options))})) {}

CsvReader::~CsvReader() = default;

const CsvHeader& CsvReader::header() const {
    return state_->source.header;
}

std::uint64_t CsvReader::size_bytes() const {
    return state_->source.identity.size;
}

void CsvReader::read(std::span<const CsvColumn> wanted, const Exec& exec, Budget& budget,
                     const std::function<void(CsvChunk&)>& consume) {
    const CsvPlan plan = plan_csv(state_->source, wanted, CsvTuning{});
    read_csv_pieces(state_->source, plan, exec, budget, consume);
}

}  // namespace hone
