#pragma once
#include <functional>
#include <memory>

#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/csv_source.h"

namespace hone {

/// Reads the pieces of a file one after another. What it is given must outlive it. Private to the reader.
class CsvCursor {
public:
    CsvCursor(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget);
    ~CsvCursor();
    CsvCursor(const CsvCursor&) = delete;
    CsvCursor& operator=(const CsvCursor&) = delete;

    /// The next piece in file order, which lives until the next call unless its storage is kept; nullptr at the end.
    CsvChunk* next();

private:
    class Window;
    std::unique_ptr<Window> window_;
};

/// CsvReader::read() with the tuning given. Private to the reader and its tests.
void read_csv_pieces(const CsvSource& source, const CsvPlan& plan, const Exec& exec, Budget& budget,
                     const std::function<void(CsvChunk&)>& consume);

}  // namespace hone
