#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::testing {

/// A zip file of the parts given, deflated.
std::string zip_file(const std::vector<std::pair<std::string, std::string>>& parts);

/// An .xlsx file made by hand: sheets of the names and sheetData given, with the inside of <sst> and of <styleSheet>.
struct XlsxParts {
    std::vector<std::pair<std::string, std::string>> sheets;  ///< name, what stands inside of <worksheet>
    std::string texts;                                        ///< "<si><t>one</t></si>"
    std::string styles;
    std::string workbook_properties;  ///< attributes of <workbookPr>
    std::string prolog;               ///< in front of each sheet's root, after <?xml?>
};
std::string xlsx_file(const XlsxParts& parts);

/// Writes .xls files (BIFF8 in OLE2) record by record, by the letter of [MS-XLS] and [MS-CFB]; shares nothing with the
/// reader. Rows and columns count from 0.
class XlsBuilder {
public:
    /// Records of shared texts hold at most `most_text_bytes` and are continued.
    explicit XlsBuilder(std::size_t most_text_bytes = 8224) : most_text_bytes_(most_text_bytes) {}

    XlsBuilder& sheet(std::string name);
    XlsBuilder& text(int row, int column, std::u16string_view text);              ///< LABELSST
    XlsBuilder& plain_text(int row, int column, std::u16string_view text);        ///< LABEL
    XlsBuilder& number(int row, int column, double value, int style = 0);         ///< NUMBER
    XlsBuilder& rk(int row, int column, std::uint32_t rk);                        ///< RK
    XlsBuilder& rks(int row, int column, const std::vector<std::uint32_t>& rks);  ///< MULRK
    XlsBuilder& blank(int row, int column);                                       ///< BLANK
    XlsBuilder& truth(int row, int column, bool value);                           ///< BOOLERR
    XlsBuilder& error(int row, int column, std::uint8_t code);                    ///< BOOLERR
    XlsBuilder& formula(int row, int column, double result);
    XlsBuilder& formula_text(int row, int column, std::u16string_view result);
    XlsBuilder& merged(int row, int column, int last_row, int last_column);
    XlsBuilder& raw(std::uint16_t kind, std::string_view data);  ///< any record, in the sheet

    /// Cells of style n (from 0) have the n-th format added here.
    XlsBuilder& style(std::uint16_t format);
    XlsBuilder& format(std::uint16_t format, std::u16string_view code);
    /// A record among those in front of the sheets.
    XlsBuilder& global(std::uint16_t kind, std::string_view data);

    /// The stream named Workbook.
    std::string stream() const;
    /// The file with that stream.
    std::string bytes() const { return compound_file("Workbook", stream()); }
    /// An OLE2 file of one stream; streams below 4096 bytes lie in small sectors.
    static std::string compound_file(std::string_view name, std::string_view stream);

private:
    struct Sheet {
        std::string name, records;
    };
    std::string shared_texts() const;
    XlsBuilder& cell(std::uint16_t kind, int row, int column, int style, std::string_view rest);

    std::size_t most_text_bytes_;
    std::string globals_;
    std::vector<Sheet> sheets_;
    std::vector<std::u16string> texts_;
};

}  // namespace hone::testing
