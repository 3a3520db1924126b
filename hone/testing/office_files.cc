#include "hone/testing/office_files.h"

#include <zlib.h>

#include <algorithm>
#include <bit>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::testing {
namespace {

std::string le(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0);
    return out;
}

std::string deflated(std::string_view bytes) {
    z_stream stream{};
    check(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "all is deflated");
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string record(std::uint16_t kind, std::string_view data) {
    return le(kind, 2) + le(data.size(), 2) + std::string(data);
}

bool is_narrow(std::u16string_view text) {
    return std::all_of(text.begin(), text.end(), [](char16_t letter) { return letter < 0x100; });
}

std::string letters(std::u16string_view text, bool narrow) {
    std::string out;
    for (const char16_t letter : text)
        out += le(letter, narrow ? 1 : 2);
    return out;
}

std::string text_of(std::u16string_view text) {
    return le(text.size(), 2) + le(is_narrow(text) ? 0 : 1, 1) + letters(text, is_narrow(text));
}

constexpr std::size_t kSector = 512;

std::string padded(std::string bytes, std::size_t step) {
    bytes.resize((bytes.size() + step - 1) / step * step, '\0');
    return bytes;
}

/// A chain of `count` sectors from `start` on.
void append_chain(std::string& table, std::size_t start, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        table += le(i + 1 < count ? start + i + 1 : 0xFFFFFFFE, 4);
}

std::string folder_entry(std::string_view name, char kind, std::uint32_t child, std::uint32_t start,
                         std::uint64_t size) {
    std::string out;
    for (const char letter : name)
        out += le(static_cast<unsigned char>(letter), 2);
    out.resize(64, '\0');
    out += le(name.empty() ? 0 : 2 * (name.size() + 1), 2) + std::string(1, kind) + '\1';
    out += le(0xFFFFFFFF, 4) + le(0xFFFFFFFF, 4) + le(child, 4);
    out.resize(116, '\0');
    return out + le(start, 4) + le(size, 8);
}

}  // namespace

std::string zip_file(const std::vector<std::pair<std::string, std::string>>& parts) {
    std::string out, directory;
    for (const auto& [name, content] : parts) {
        const std::string packed = deflated(content);
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
        const std::string shape = le(20, 2) + le(0, 2) + le(8, 2) + le(0, 4) + le(sum, 4) + le(packed.size(), 4) +
                                  le(content.size(), 4) + le(name.size(), 2) + le(0, 2);
        directory += cat(le(0x02014B50, 4), le(20, 2), shape, le(0, 10), le(out.size(), 4), name);
        out += cat(le(0x04034B50, 4), shape, name, packed);
    }
    const std::string end = le(0x06054B50, 4) + le(0, 4) + le(parts.size(), 2) + le(parts.size(), 2) +
                            le(directory.size(), 4) + le(out.size(), 4) + le(0, 2);
    return out + directory + end;
}

std::string xlsx_file(const XlsxParts& parts) {
    const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    const std::string space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const std::string types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const auto relation = [&](std::string_view id, std::string_view kind, std::string_view target) {
        return cat("<Relationship Id=\"", id, "\" Type=\"", types, "/", kind, "\" Target=\"", target, "\"/>");
    };
    const auto relations = [&](std::string_view inside) {
        return cat(head, "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
                   inside, "</Relationships>");
    };
    std::vector<std::pair<std::string, std::string>> files;
    std::string sheets, links;
    for (std::size_t i = 0; i < parts.sheets.size(); ++i) {
        const auto& [name, inside] = parts.sheets[i];
        sheets += cat("<sheet name=\"", name, "\" sheetId=\"", i + 1, "\" r:id=\"rId", i + 1, "\"/>");
        links += relation(cat("rId", i + 1), "worksheet", cat("worksheets/sheet", i + 1, ".xml"));
        files.emplace_back(cat("xl/worksheets/sheet", i + 1, ".xml"),
                           cat(head, parts.prolog, "<worksheet ", space, ">", inside, "</worksheet>"));
    }
    links += relation("rIdS", "styles", "styles.xml") + relation("rIdT", "sharedStrings", "sharedStrings.xml");
    files.emplace_back("_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml")));
    files.emplace_back("xl/_rels/workbook.xml.rels", relations(links));
    files.emplace_back("xl/workbook.xml", cat(head, "<workbook ", space, " xmlns:r=\"", types, "\"><workbookPr ",
                                              parts.workbook_properties, "/><sheets>", sheets, "</sheets></workbook>"));
    files.emplace_back("xl/styles.xml", cat(head, "<styleSheet ", space, ">", parts.styles, "</styleSheet>"));
    files.emplace_back("xl/sharedStrings.xml", cat(head, "<sst ", space, ">", parts.texts, "</sst>"));
    return zip_file(files);
}

XlsBuilder& XlsBuilder::sheet(std::string name) {
    sheets_.push_back({std::move(name), {}});
    return *this;
}

XlsBuilder& XlsBuilder::raw(std::uint16_t kind, std::string_view data) {
    sheets_.back().records += record(kind, data);
    return *this;
}

XlsBuilder& XlsBuilder::global(std::uint16_t kind, std::string_view data) {
    globals_ += record(kind, data);
    return *this;
}

XlsBuilder& XlsBuilder::cell(std::uint16_t kind, int row, int column, int style, std::string_view rest) {
    const auto number = [](int value) { return le(static_cast<std::uint64_t>(value), 2); };
    return raw(kind, number(row) + number(column) + number(style) + std::string(rest));
}

XlsBuilder& XlsBuilder::text(int row, int column, std::u16string_view text) {
    texts_.emplace_back(text);
    return cell(0x00FD, row, column, 0, le(texts_.size() - 1, 4));
}

XlsBuilder& XlsBuilder::plain_text(int row, int column, std::u16string_view text) {
    return cell(0x0204, row, column, 0, text_of(text));
}

XlsBuilder& XlsBuilder::number(int row, int column, double value, int style) {
    return cell(0x0203, row, column, style, le(std::bit_cast<std::uint64_t>(value), 8));
}

XlsBuilder& XlsBuilder::rk(int row, int column, std::uint32_t rk) {
    return cell(0x027E, row, column, 0, le(rk, 4));
}

XlsBuilder& XlsBuilder::rks(int row, int column, const std::vector<std::uint32_t>& rks) {
    std::string data = le(static_cast<std::uint64_t>(row), 2) + le(static_cast<std::uint64_t>(column), 2);
    for (const std::uint32_t rk : rks)
        data += le(0, 2) + le(rk, 4);
    return raw(0x00BD, data + le(static_cast<std::uint64_t>(column) + rks.size() - 1, 2));
}

XlsBuilder& XlsBuilder::blank(int row, int column) {
    return cell(0x0201, row, column, 0, "");
}

XlsBuilder& XlsBuilder::truth(int row, int column, bool value) {
    return cell(0x0205, row, column, 0, le(value ? 1 : 0, 1) + le(0, 1));
}

XlsBuilder& XlsBuilder::error(int row, int column, std::uint8_t code) {
    return cell(0x0205, row, column, 0, le(code, 1) + le(1, 1));
}

XlsBuilder& XlsBuilder::formula(int row, int column, double result) {
    return cell(0x0006, row, column, 0, le(std::bit_cast<std::uint64_t>(result), 8) + le(0, 8));
}

XlsBuilder& XlsBuilder::formula_text(int row, int column, std::u16string_view result) {
    cell(0x0006, row, column, 0, le(0, 6) + le(0xFFFF, 2) + le(0, 8));
    return raw(0x0207, text_of(result));
}

XlsBuilder& XlsBuilder::merged(int row, int column, int last_row, int last_column) {
    std::string data = le(1, 2);
    for (const int edge : {row, last_row, column, last_column})
        data += le(static_cast<std::uint64_t>(edge), 2);
    return raw(0x00E5, data);
}

XlsBuilder& XlsBuilder::style(std::uint16_t format) {
    return global(0x00E0, le(0, 2) + le(format, 2) + le(0, 16));
}

XlsBuilder& XlsBuilder::format(std::uint16_t format, std::u16string_view code) {
    return global(0x041E, le(format, 2) + text_of(code));
}

/// The texts once, cut where a record is full: within letters a byte of flags begins the next record.
std::string XlsBuilder::shared_texts() const {
    std::vector<std::string> pieces = {le(texts_.size(), 4) + le(texts_.size(), 4)};
    for (const std::u16string& text : texts_) {
        constexpr std::size_t kHead = 3;
        const bool narrow = is_narrow(text);
        const std::size_t width = narrow ? 1 : 2;
        if (pieces.back().size() + kHead + width > most_text_bytes_) pieces.emplace_back();
        pieces.back() += le(text.size(), 2) + le(narrow ? 0 : 1, 1);
        std::u16string_view rest = text;
        while (!rest.empty()) {
            if (pieces.back().size() + width > most_text_bytes_) pieces.push_back(le(narrow ? 0 : 1, 1));
            const std::size_t step = std::min(rest.size(), (most_text_bytes_ - pieces.back().size()) / width);
            pieces.back() += letters(rest.substr(0, step), narrow);
            rest.remove_prefix(step);
        }
    }
    std::string out = record(0x00FC, pieces.front());
    for (std::size_t i = 1; i < pieces.size(); ++i)
        out += record(0x003C, pieces[i]);
    return out;
}

std::string XlsBuilder::stream() const {
    const std::string begin = record(0x0809, le(0x0600, 2) + le(0x0005, 2) + le(0, 12));
    const std::string begin_sheet = record(0x0809, le(0x0600, 2) + le(0x0010, 2) + le(0, 12));
    const std::string end = record(0x000A, "");
    const std::string texts = texts_.empty() ? std::string() : shared_texts();
    std::size_t place = begin.size() + globals_.size() + texts.size() + end.size();
    for (const Sheet& sheet : sheets_)
        place += 4 + 8 + sheet.name.size();
    std::string places, bodies;
    for (const Sheet& sheet : sheets_) {
        const std::string name = le(sheet.name.size(), 1) + le(0, 1) + sheet.name;
        places += record(0x0085, le(place + bodies.size(), 4) + le(0, 2) + name);
        bodies += cat(begin_sheet, sheet.records, end);
    }
    return begin + globals_ + places + texts + end + bodies;
}

std::string XlsBuilder::compound_file(std::string_view name, std::string_view stream) {
    const bool is_small = stream.size() < 4096;
    // Sectors: folder, table of small sectors (when small), data, table of sectors.
    const std::string data = padded(std::string(stream), kSector);
    const std::size_t data_sectors = data.size() / kSector;
    const std::size_t front = is_small ? 2 : 1;
    std::size_t tables = 1;
    while (tables * (kSector / 4) < front + data_sectors + tables)
        ++tables;
    std::string table = le(0xFFFFFFFE, 4), small_table;
    if (is_small) table += le(0xFFFFFFFE, 4);
    append_chain(table, front, data_sectors);
    for (std::size_t i = 0; i < tables; ++i)
        table += le(0xFFFFFFFD, 4);
    while (table.size() % kSector != 0)
        table += '\xFF';
    if (is_small) append_chain(small_table, 0, (stream.size() + 63) / 64);
    small_table.resize(is_small ? kSector : 0, '\xFF');

    std::string header("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    header.resize(24, '\0');
    header += le(0x3E, 2) + le(3, 2) + le(0xFFFE, 2) + le(9, 2) + le(6, 2) + le(0, 10) + le(tables, 4);
    header += le(0, 4) + le(0, 4) + le(4096, 4) + le(is_small ? 1 : 0xFFFFFFFE, 4) + le(is_small ? 1 : 0, 4);
    header += le(0xFFFFFFFE, 4) + le(0, 4);
    for (std::size_t i = 0; i < 109; ++i)
        header += le(i < tables ? front + data_sectors + i : 0xFFFFFFFF, 4);
    std::string folder = folder_entry("Root Entry", 5, 1, is_small ? 2 : 0xFFFFFFFE, is_small ? data.size() : 0);
    folder += folder_entry(name, 2, 0xFFFFFFFF, is_small ? 0 : 1, stream.size());
    folder += folder_entry("", 0, 0xFFFFFFFF, 0, 0) + folder_entry("", 0, 0xFFFFFFFF, 0, 0);
    return header + folder + small_table + data + table;
}

}  // namespace hone::testing
