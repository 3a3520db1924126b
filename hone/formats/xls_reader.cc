#include "hone/formats/xls_reader.h"

#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/biff_text.h"
#include "hone/formats/compound_file.h"
#include "hone/formats/little_endian.h"

namespace hone {
namespace {

/// Kinds of records ([MS-XLS] 2.3).
enum Kind : std::uint16_t {
    kFormula = 0x0006,
    kEnd = 0x000A,
    kDateMode = 0x0022,
    kPassword = 0x002F,
    kContinue = 0x003C,
    kBoundSheet = 0x0085,
    kMulRk = 0x00BD,
    kRichText = 0x00D6,
    kStyle = 0x00E0,
    kMergedCells = 0x00E5,
    kSharedTexts = 0x00FC,
    kSharedText = 0x00FD,
    kNumber = 0x0203,
    kText = 0x0204,
    kTruth = 0x0205,
    kFormulaText = 0x0207,
    kRk = 0x027E,
    kFormat = 0x041E,
    kBegin = 0x0809,
};

struct Record {
    std::uint16_t kind = 0;
    std::string_view data;
};

[[noreturn]] void fail_damaged(std::string_view what) {
    fail(Fault::Input, "the .xls file is damaged: ", what);
}

/// Goes over the records of a stream from a place on.
class Records {
public:
    Records(std::string_view stream, std::size_t place) : stream_(stream), place_(place) {}

    /// The next record; Fault::Input if the stream ends before it does.
    Record next() {
        const Record record = peek();
        place_ += kHeadBytes + record.data.size();
        return record;
    }
    /// The same, and with it all records that continue it.
    std::vector<std::string_view> continued(const Record& first) {
        std::vector<std::string_view> pieces = {first.data};
        while (place_ + kHeadBytes <= stream_.size() && peek().kind == kContinue)
            pieces.push_back(next().data);
        return pieces;
    }

    std::size_t place() const { return place_; }

private:
    static constexpr std::size_t kHeadBytes = 4;

    Record peek() const {
        if (place_ > stream_.size() || stream_.size() - place_ < kHeadBytes) fail_damaged("it ends within a sheet");
        const std::size_t size = le16(stream_, place_ + 2);
        if (stream_.size() - place_ - kHeadBytes < size) fail_damaged("a record is cut off");
        return {le16(stream_, place_), stream_.substr(place_ + kHeadBytes, size)};
    }

    std::string_view stream_;
    std::size_t place_;
};

void require_bytes(const Record& record, std::size_t bytes) {
    if (record.data.size() < bytes) fail_damaged("a record is too short");
}

/// A number in four bytes ([MS-XLS] 2.5.217).
double number_of_rk(std::uint32_t rk) {
    const bool is_hundredths = (rk & 1U) != 0;
    const double value = (rk & 2U) != 0 ? static_cast<double>(static_cast<std::int32_t>(rk) >> 2)
                                        : std::bit_cast<double>(static_cast<std::uint64_t>(rk & ~3U) << 32);
    return is_hundredths ? value / 100 : value;
}

std::string error_name(std::uint8_t code) {
    switch (code) {
        case 0x00:
            return "#NULL!";
        case 0x07:
            return "#DIV/0!";
        case 0x0F:
            return "#VALUE!";
        case 0x17:
            return "#REF!";
        case 0x1D:
            return "#NAME?";
        case 0x24:
            return "#NUM!";
        case 0x2A:
            return "#N/A";
        default:
            return cat("number ", static_cast<int>(code));
    }
}

/// What stands before the sheets.
struct Globals {
    struct Place {
        std::string name;
        std::size_t start = 0;
    };
    std::vector<Place> sheets;
    std::vector<std::string> texts;
    std::vector<std::uint16_t> styles;  ///< format of each
    std::map<std::uint16_t, NumberMeaning> formats;
    DateSystem dates = DateSystem::From1900;

    NumberMeaning meaning(std::uint16_t style) const {
        if (style >= styles.size()) return NumberMeaning::Number;
        const auto code = formats.find(styles[style]);
        return code == formats.end() ? meaning_of_builtin(styles[style]) : code->second;
    }
};

void require_begin(const Record& record) {
    constexpr std::uint16_t kExcel97 = 0x0600;
    if (record.kind != kBegin || record.data.size() < 4) fail_damaged("it does not begin as one");
    if (le16(record.data, 0) != kExcel97)
        fail(Fault::Input, "the .xls file is older than Excel 97; save it as .xlsx or .csv");
}

void take_sheet(const Record& record, Globals& globals) {
    require_bytes(record, 8);
    constexpr std::size_t kKindPlace = 5, kNamePlace = 6;
    if (record.data[kKindPlace] != 0) return;  // charts and macros
    BiffTexts name({record.data.substr(kNamePlace)});
    globals.sheets.push_back({name.short_text(), le32(record.data, 0)});
}

void take_texts(BiffTexts pieces, Globals& globals, SheetMaker& maker) {
    pieces.skip(8);  // how often texts are used, and how many there are: not believed
    while (!pieces.at_end()) {
        std::string text = pieces.text();
        maker.hold(SheetMaker::kTextBytes + bytes_outside(text));
        globals.texts.push_back(std::move(text));
        maker.cancel().check_every(globals.texts.size());
    }
}

Globals read_globals(std::string_view stream, SheetMaker& maker) {
    Globals globals;
    Records records(stream, 0);
    require_begin(records.next());
    for (Record record = records.next(); record.kind != kEnd; record = records.next()) {
        if (record.kind == kPassword) fail(Fault::Input, "the .xls file is encrypted");
        if (record.kind == kBoundSheet) take_sheet(record, globals);
        if (record.kind == kSharedTexts) take_texts(BiffTexts(records.continued(record)), globals, maker);
        if (record.kind == kDateMode && record.data.size() >= 2 && le16(record.data, 0) == 1)
            globals.dates = DateSystem::From1904;
        if (record.kind == kFormat) {
            require_bytes(record, 5);
            BiffTexts code({record.data.substr(2)});
            globals.formats[le16(record.data, 0)] = meaning_of_code(code.text());
        }
        if (record.kind == kStyle) {
            require_bytes(record, 4);
            globals.styles.push_back(le16(record.data, 2));
        }
    }
    return globals;
}

/// Puts the cells of one sheet.
class SheetReader {
public:
    SheetReader(const Globals& globals, SheetMaker& maker) : globals_(globals), maker_(maker) {}

    void read(Records& records) {
        require_begin(records.next());
        // Charts within the sheet are streams of records of their own.
        std::size_t depth = 1;
        while (depth > 0) {
            const Record record = records.next();
            if (record.kind == kBegin) ++depth;
            if (record.kind == kEnd) --depth;
            if (depth == 1) take(record, records);
        }
        for (const Merged& merged : merged_)
            maker_.merge(merged.row, merged.column, merged.last_row, merged.last_column);
    }

private:
    struct Merged {
        std::size_t row = 0, last_row = 0, column = 0, last_column = 0;
    };

    void take(const Record& record, Records& records) {
        switch (record.kind) {
            case kSharedText:
                return take_shared_text(record);
            case kRichText:
            case kText:
                return take_text(record);
            case kFormulaText:
                return take_formula_text(BiffTexts(records.continued(record)));
            case kNumber:
                require_bytes(record, 14);
                return put_number(record, le_double(record.data, 6));
            case kRk:
                require_bytes(record, 10);
                return put_number(record, number_of_rk(le32(record.data, 6)));
            case kMulRk:
                return take_numbers(record);
            case kTruth:
                require_bytes(record, 8);
                return put_truth(record, record.data[6], record.data[7] != 0);
            case kFormula:
                return take_formula(record);
            case kMergedCells:
                return take_merged(record);
            default:
                return;
        }
    }

    static std::size_t row(const Record& record) { return le16(record.data, 0); }
    static std::size_t column(const Record& record) { return le16(record.data, 2); }

    void put_number(const Record& record, double value) {
        put_number(row(record), column(record), le16(record.data, 4), value);
    }
    void put_number(std::size_t row, std::size_t column, std::uint16_t style, double value) {
        if (!std::isfinite(value)) return maker_.mistake(row, column, "expected a number, found none");
        maker_.put(row, column, number_text(value, globals_.meaning(style), globals_.dates));
    }

    void put_truth(const Record& record, char value, bool is_error) {
        if (is_error)
            maker_.mistake(row(record), column(record),
                           cat("the cell holds the error ", error_name(static_cast<std::uint8_t>(value))));
        else
            maker_.put(row(record), column(record), value != 0 ? "TRUE" : "FALSE");
    }

    void take_shared_text(const Record& record) {
        require_bytes(record, 10);
        const std::uint32_t index = le32(record.data, 6);
        if (index >= globals_.texts.size())
            return maker_.mistake(row(record), column(record), cat("there is no shared text ", index));
        maker_.put(row(record), column(record), globals_.texts[index]);
    }

    void take_text(const Record& record) {
        require_bytes(record, 9);
        BiffTexts text({record.data.substr(6)});
        maker_.put(row(record), column(record), text.text());
    }

    void take_numbers(const Record& record) {
        constexpr std::size_t kHead = 4, kEach = 6, kTail = 2;
        require_bytes(record, kHead + kEach + kTail);
        std::size_t at = column(record);
        for (std::size_t i = kHead; i + kEach + kTail <= record.data.size(); i += kEach, ++at)
            put_number(row(record), at, le16(record.data, i), number_of_rk(le32(record.data, i + 2)));
    }

    /// The stored result: a number, or a mark and what it is instead.
    void take_formula(const Record& record) {
        require_bytes(record, 14);
        if (le16(record.data, 12) != 0xFFFF) return put_number(record, le_double(record.data, 6));
        constexpr char kIsText = 0, kIsTruth = 1, kIsError = 2;
        const char what = record.data[6];
        if (what == kIsText) formula_ = std::pair(row(record), column(record));
        if (what == kIsTruth || what == kIsError) put_truth(record, record.data[8], what == kIsError);
    }

    void take_formula_text(BiffTexts text) {
        if (!formula_) return;
        maker_.put(formula_->first, formula_->second, text.text());
        formula_.reset();
    }

    void take_merged(const Record& record) {
        constexpr std::size_t kEach = 8;
        for (std::size_t i = 2; i + kEach <= record.data.size(); i += kEach) {
            const auto number = [&](std::size_t place) -> std::size_t { return le16(record.data, i + place); };
            merged_.push_back({number(0), number(2), number(4), number(6)});
        }
    }

    const Globals& globals_;
    SheetMaker& maker_;
    std::optional<std::pair<std::size_t, std::size_t>> formula_;  ///< whose text comes next
    std::vector<Merged> merged_;
};

}  // namespace

void read_xls(std::string_view bytes, SheetMaker& maker) {
    maker.hold(4 * bytes.size());  // the tables of the file, and its stream put together
    const CompoundFile file(bytes);
    if (file.has("EncryptedPackage")) fail(Fault::Input, "the workbook is encrypted");
    if (!file.has("Workbook"))
        fail(Fault::Input, file.has("Book") ? "the .xls file is older than Excel 97; save it as .xlsx or .csv"
                                            : "the file is no workbook: it has no stream Workbook");
    const std::string stream = file.read("Workbook");
    const Globals globals = read_globals(stream, maker);
    std::size_t read_bytes = 0;
    for (const Globals::Place& sheet : globals.sheets) {
        maker.begin(sheet.name);
        Records records(stream, sheet.start);
        SheetReader(globals, maker).read(records);
        maker.end();
        read_bytes += records.place() - sheet.start;
        if (read_bytes > 2 * stream.size()) fail_damaged("its sheets lie in each other");
    }
}

}  // namespace hone
