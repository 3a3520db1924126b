#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/formats/workbook.h"

namespace hone {

/// What a number means by the format of its cell.
enum class NumberMeaning : std::uint8_t { Number, Date, Time, DateTime };
/// Meaning of a format code such as "yyyy-mm-dd" or "0.00"; durations ("[h]:mm") are numbers.
NumberMeaning meaning_of_code(std::string_view code);
/// Meaning of a format that has a number and no code (ISO/IEC 29500-1, 18.8.30).
NumberMeaning meaning_of_builtin(std::uint32_t id);

/// The day that serial numbers count from.
enum class DateSystem : std::uint8_t { From1900, From1904 };
/// Text of a number as Sheet promises; dates outside the years 1900 to 9999 stay numbers.
std::string number_text(double value, NumberMeaning meaning, DateSystem system);

/// Puts a Workbook together cell by cell, charging the budget ahead of it. The reader of each format stands on it.
class SheetMaker {
public:
    /// Sheets of spreadsheet programs have no more.
    static constexpr std::size_t kMostRows = 1'048'576;
    static constexpr std::size_t kMostColumns = 16'384;
    /// What a text takes in a vector that grows by doubling, besides its letters.
    static constexpr std::uint64_t kTextBytes = 2 * sizeof(std::string);

    SheetMaker(Budget& budget, const Cancel& cancel, const WorkbookLimits& limits);

    /// Begins a sheet; the calls below are about it.
    void begin(std::string name);
    /// Sets a cell. Fault::Input outside of kMostRows and kMostColumns.
    void put(std::size_t row, std::size_t column, std::string text);
    /// Notes a cell that could not be read.
    void mistake(std::size_t row, std::size_t column, std::string message);
    /// Empties the cells of a rectangle (edges included) but the first. Requires: no later put() there.
    void merge(std::size_t row, std::size_t column, std::size_t last_row, std::size_t last_column);
    /// Drops empty cells at the ends of rows and empty rows at the end.
    void end();
    Workbook finish() &&;

    /// Charges memory beside the cells, such as shared texts; Fault::Limit above the limit.
    void hold(std::uint64_t bytes);
    const Cancel& cancel() const { return cancel_; }

private:
    const Cancel& cancel_;
    WorkbookLimits limits_;
    Workbook made_;
    std::uint64_t held_bytes_ = 0;
    std::uint64_t merge_steps_ = 0;
};

/// Bytes of a text beyond those that stand in the std::string itself.
inline std::uint64_t bytes_outside(const std::string& text) {
    return text.capacity() > 15 ? text.capacity() + 1 : 0;
}

}  // namespace hone
