#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/table/csv_charge.h"
#include "hone/table/csv_digits.h"
#include "hone/table/csv_reader.h"

namespace hone {

/// Bytes that may be read beyond the end of a field: the buffers behind fields are so much longer.
inline constexpr std::size_t kCsvPadding = 64;

/// The texts that mean "missing", prepared for a quick no. Private to the reader and its tests.
class CsvMissing {
public:
    explicit CsvMissing(std::vector<std::string> texts);
    /// True if `text` (trimmed, without quotes) means "missing".
    bool holds(std::string_view text) const;
    /// False if no text that starts with this letter means "missing".
    bool may_start_with(char letter) const { return starts_[static_cast<unsigned char>(letter)]; }

private:
    std::vector<std::string> texts_;
    std::array<bool, 256> starts_ = {};
};

/// A number read from a field.
template <class T>
struct CsvNumber {
    T value = {};
    CellState state = CellState::Bad;
    bool rounded = false;
};

/// Reads a field as it stands in the file: blanks and quotes around it are passed over. Requires: kCsvPadding readable
/// bytes behind `field`.
CsvNumber<std::int64_t> parse_csv_any_int64(std::string_view field, const CsvMissing& missing);
CsvNumber<std::int64_t> parse_csv_decimal(std::string_view field, int scale, const CsvMissing& missing);
CsvNumber<double> parse_csv_double(std::string_view field, const CsvMissing& missing);

/// parse_csv_any_int64(), without a call for one to eight digits, which most numbers are.
inline CsvNumber<std::int64_t> parse_csv_int64(std::string_view field, const CsvMissing& missing) {
    if (!field.empty() && field.size() <= sizeof(std::uint64_t) && !missing.may_start_with(field.front())) {
        const std::uint64_t digits = right_aligned(field);
        if (are_digits(digits)) return {eight_digits(digits), CellState::Valid, false};
    }
    return parse_csv_any_int64(field, missing);
}

/// Memory for texts that do not stand in the file as they are meant: grows in pieces that never move, each charged to
/// the budget. Without room it is starved and its texts are worth nothing.
class CsvTexts {
public:
    explicit CsvTexts(Budget& budget) : charge_(budget) {}
    /// A copy that lives as long as this object and is not cleared.
    std::string_view keep(std::string_view text);
    bool is_starved() const { return is_starved_; }
    /// Forgets all texts and frees all memory.
    void clear();

private:
    static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
    CsvCharge charge_;
    bool is_starved_ = false;
    std::vector<std::unique_ptr<char[]>> pieces_;
    std::size_t left_ = 0;  // at the end of the last piece
    char* next_ = nullptr;
};

/// The field without its quotes. If it starts with a quote, that one and a last one are removed and doubled ones made
/// single; otherwise it stays as it stands.
std::string csv_unquoted(std::string_view field);

/// The field as UTF-8 text without quotes: a view of it where possible, else kept in `texts`.
std::string_view parse_csv_text(std::string_view field, CsvTexts& texts);

}  // namespace hone
