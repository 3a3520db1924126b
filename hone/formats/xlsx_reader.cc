#include "hone/formats/xlsx_reader.h"

#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/xml_events.h"
#include "hone/formats/zip_archive.h"

namespace hone {
namespace {

constexpr std::size_t kMostTextBytes = std::size_t{1} << 20;  // programs allow 32,767 characters

void append_text(std::string& text, std::string_view piece) {
    if (text.size() + piece.size() > kMostTextBytes)
        fail(Fault::Input, "a cell has more than ", kMostTextBytes, " bytes of text");
    text += piece;
}

void read_part(ZipArchive& zip, std::string_view name, XmlListener& listener) {
    XmlReader reader(listener, name);
    zip.read(name, [&](std::string_view piece) { reader.take(piece); });
    reader.finish();
}

/// UTF-8 of one of the characters that escapes stand for (U+0000 to U+FFFF); nothing for halves of pairs.
std::optional<std::string> utf8_of(std::uint32_t code) {
    if (code >= 0xD800 && code < 0xE000) return std::nullopt;
    if (code < 0x80) return std::string(1, static_cast<char>(code));
    const char last = static_cast<char>(0x80 | (code & 0x3F));
    if (code < 0x800) return std::string{static_cast<char>(0xC0 | code >> 6), last};
    return std::string{static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)), last};
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char digit : digits) {
        const std::size_t place = std::string_view("0123456789abcdef").find(to_lower(std::string_view(&digit, 1)));
        if (place == std::string_view::npos) return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(place);
    }
    return value;
}

/// Text with "_x000A_" and the like replaced by what they stand for (ISO/IEC 29500-1, 22.9.2.19).
std::string without_escapes(std::string text) {
    constexpr std::size_t kEscapeBytes = 7;
    for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
        if (at + kEscapeBytes > text.size() || text[at + kEscapeBytes - 1] != '_') continue;
        const auto code = hexadecimal(std::string_view(text).substr(at + 2, 4));
        const auto letter = code ? utf8_of(*code) : std::nullopt;
        if (letter) text.replace(at, kEscapeBytes, *letter);
    }
    return text;
}

/// Row and column, from 0, of "AB12"; nothing for anything else.
std::optional<std::pair<std::size_t, std::size_t>> parse_cell_name(std::string_view name) {
    std::size_t letters = 0, column = 0;
    for (; letters < name.size() && letters < 4 && name[letters] >= 'A' && name[letters] <= 'Z'; ++letters)
        column = column * 26 + static_cast<std::size_t>(name[letters] - 'A' + 1);
    const auto row = parse_int64(name.substr(letters));
    if (column == 0 || column > SheetMaker::kMostColumns || !row || *row < 1 ||
        *row > static_cast<std::int64_t>(SheetMaker::kMostRows))
        return std::nullopt;
    return std::pair(static_cast<std::size_t>(*row - 1), column - 1);
}

/// Name of the part that `target` means in the relations of a part in `folder` ("xl/", or empty).
std::string resolved(std::string folder, std::string_view target) {
    if (target.starts_with('/')) return std::string(target.substr(1));
    while (target.starts_with("../") || target.starts_with("./")) {
        if (target.starts_with("../") && !folder.empty()) {
            folder.pop_back();
            folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
        }
        target.remove_prefix(target.find('/') + 1);
    }
    return folder + std::string(target);
}

struct Relation {
    std::string kind;  ///< last word of its type: "worksheet", "styles"
    std::string part;
};

class RelationsListener : public XmlListener {
public:
    explicit RelationsListener(std::string folder) : folder_(std::move(folder)) {}
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name != "Relationship" || attributes["TargetMode"] == "External") return;
        const std::string_view type = attributes["Type"];
        relations[std::string(attributes["Id"])] = {std::string(type.substr(type.rfind('/') + 1)),
                                                    resolved(folder_, attributes["Target"])};
    }
    void end(std::string_view /*name*/) override {}
    void text(std::string_view /*piece*/) override {}

    /// The part of the first relation of that kind.
    std::optional<std::string> part_of_kind(std::string_view kind) const {
        for (const auto& [id, relation] : relations)
            if (relation.kind == kind) return relation.part;
        return std::nullopt;
    }

    std::map<std::string, Relation, std::less<>> relations;

private:
    std::string folder_;
};

class WorkbookListener : public XmlListener {
public:
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "workbookPr") {
            const std::string_view flag = attributes["date1904"];
            if (flag == "1" || flag == "true") dates = DateSystem::From1904;
        }
        if (name != "sheet") return;
        sheets.emplace_back(attributes["name"], attributes["id"]);
    }
    void end(std::string_view /*name*/) override {}
    void text(std::string_view /*piece*/) override {}

    std::vector<std::pair<std::string, std::string>> sheets;  ///< name and relation
    DateSystem dates = DateSystem::From1900;
};

class StylesListener : public XmlListener {
public:
    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "cellXfs") is_in_cells_ = true;
        const auto id = parse_int64(attributes["numFmtId"]);
        if (!id || *id < 0 || *id > 100'000) return;
        if (name == "numFmt") codes_[*id] = meaning_of_code(attributes["formatCode"]);
        if (name == "xf" && is_in_cells_) ids_.push_back(*id);
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") is_in_cells_ = false;
    }
    void text(std::string_view /*piece*/) override {}

    /// Meaning of each style that cells name.
    std::vector<NumberMeaning> meanings() const {
        std::vector<NumberMeaning> result;
        for (const std::int64_t id : ids_) {
            const auto code = codes_.find(id);
            result.push_back(code == codes_.end() ? meaning_of_builtin(narrow<std::uint32_t>(id)) : code->second);
        }
        return result;
    }

private:
    std::map<std::int64_t, NumberMeaning> codes_;
    std::vector<std::int64_t> ids_;
    bool is_in_cells_ = false;
};

/// The shared texts. Pieces of other letters and colours are one text; readings (rPh) are left out.
class TextsListener : public XmlListener {
public:
    explicit TextsListener(SheetMaker& maker) : maker_(maker) {}
    void start(std::string_view name, const XmlAttributes& /*attributes*/) override {
        if (name == "rPh") ++readings_;
        is_text_ = name == "t" && readings_ == 0;
    }
    void end(std::string_view name) override {
        is_text_ = false;
        if (name == "rPh") --readings_;
        if (name != "si") return;
        std::string whole = without_escapes(std::exchange(text_, {}));
        maker_.hold(SheetMaker::kTextBytes + bytes_outside(whole));
        texts.push_back(std::move(whole));
        maker_.cancel().check_every(texts.size());
    }
    void text(std::string_view piece) override {
        if (is_text_) append_text(text_, piece);
    }

    std::vector<std::string> texts;

private:
    SheetMaker& maker_;
    std::string text_;
    int readings_ = 0;
    bool is_text_ = false;
};

/// What cells refer to.
struct Shared {
    std::vector<std::string> texts;
    std::vector<NumberMeaning> meanings;
    DateSystem dates = DateSystem::From1900;
};

class SheetListener : public XmlListener {
public:
    SheetListener(const Shared& shared, SheetMaker& maker) : shared_(shared), maker_(maker) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        is_value_ = name == "v" || (name == "t" && readings_ == 0 && is_inline_);
        if (name == "row") start_row(attributes);
        if (name == "c") start_cell(attributes);
        if (name == "is") is_inline_ = true;
        if (name == "rPh") ++readings_;
        if (name == "mergeCell") merge(attributes["ref"]);
    }
    void end(std::string_view name) override {
        is_value_ = false;
        if (name == "is") is_inline_ = false;
        if (name == "rPh") --readings_;
        if (name == "c") end_cell();
        if (name == "row") ++row_;
    }
    void text(std::string_view piece) override {
        if (is_value_) append_text(value_, piece);
    }

private:
    void start_row(const XmlAttributes& attributes) {
        column_ = 0;
        const auto number = attributes.find("r");
        if (!number) return;
        const auto row = parse_int64(*number);
        if (!row || *row < 1) fail(Fault::Input, "a row has the number '", *number, "'");
        row_ = static_cast<std::size_t>(*row - 1);
    }

    void start_cell(const XmlAttributes& attributes) {
        value_.clear();
        type_ = attributes["t"];
        style_ = static_cast<std::size_t>(parse_int64(attributes["s"]).value_or(0));
        const auto name = attributes.find("r");
        if (!name) return;
        const auto place = parse_cell_name(*name);
        if (!place) fail(Fault::Input, "a cell has the name '", *name, "'");
        std::tie(row_, column_) = *place;
    }

    void end_cell() {
        if (!value_.empty()) put_value();
        ++column_;
    }

    void put_value() {
        if (type_ == "e") return maker_.mistake(row_, column_, cat("the cell holds the error ", value_));
        if (type_ == "inlineStr" || type_ == "str")
            return maker_.put(row_, column_, without_escapes(std::exchange(value_, {})));
        if (type_ == "d") return maker_.put(row_, column_, std::exchange(value_, {}));
        if (type_ == "b") return maker_.put(row_, column_, value_ == "0" || value_ == "false" ? "FALSE" : "TRUE");
        if (type_ == "s") {
            const auto index = parse_int64(trim(value_));
            if (!index || *index < 0 || static_cast<std::size_t>(*index) >= shared_.texts.size())
                return maker_.mistake(row_, column_, cat("there is no shared text ", value_));
            return maker_.put(row_, column_, shared_.texts[static_cast<std::size_t>(*index)]);
        }
        const auto number = parse_double(trim(value_));
        if (!number || !std::isfinite(*number))
            return maker_.mistake(row_, column_, cat("expected a number, found '", value_, "'"));
        const NumberMeaning meaning =
            style_ < shared_.meanings.size() ? shared_.meanings[style_] : NumberMeaning::Number;
        maker_.put(row_, column_, number_text(*number, meaning, shared_.dates));
    }

    void merge(std::string_view range) {
        const std::size_t colon = range.find(':');
        const auto first = parse_cell_name(range.substr(0, colon));
        const auto last = colon == std::string_view::npos ? first : parse_cell_name(range.substr(colon + 1));
        if (!first || !last) fail(Fault::Input, "merged cells have the name '", range, "'");
        maker_.merge(first->first, first->second, last->first, last->second);
    }

    const Shared& shared_;
    SheetMaker& maker_;
    std::size_t row_ = 0, column_ = 0;
    std::string type_, value_;
    std::size_t style_ = 0;
    int readings_ = 0;
    bool is_inline_ = false, is_value_ = false;
};

std::string folder_of(std::string_view part) {
    const std::size_t slash = part.rfind('/');
    return slash == std::string_view::npos ? std::string() : std::string(part.substr(0, slash + 1));
}

RelationsListener relations_of(ZipArchive& zip, std::string_view part) {
    const std::string folder = folder_of(part);
    RelationsListener listener(folder);
    const std::string name = cat(folder, "_rels/", part.substr(folder.size()), ".rels");
    if (zip.has(name)) read_part(zip, name, listener);
    return listener;
}

Shared read_shared(ZipArchive& zip, const RelationsListener& relations, SheetMaker& maker) {
    Shared shared;
    if (const auto part = relations.part_of_kind("styles"); part && zip.has(*part)) {
        StylesListener styles;
        read_part(zip, *part, styles);
        shared.meanings = styles.meanings();
    }
    if (const auto part = relations.part_of_kind("sharedStrings"); part && zip.has(*part)) {
        TextsListener texts(maker);
        read_part(zip, *part, texts);
        shared.texts = std::move(texts.texts);
    }
    return shared;
}

}  // namespace

void read_xlsx(std::string_view bytes, std::uint64_t most_unpacked_bytes, SheetMaker& maker) {
    ZipArchive zip(bytes, most_unpacked_bytes);
    const std::string main = relations_of(zip, "").part_of_kind("officeDocument").value_or("xl/workbook.xml");
    if (!zip.has(main)) fail(Fault::Input, "the zip file is no workbook: it has no part ", main);
    WorkbookListener workbook;
    read_part(zip, main, workbook);
    const RelationsListener relations = relations_of(zip, main);
    Shared shared = read_shared(zip, relations, maker);
    shared.dates = workbook.dates;
    for (const auto& [name, id] : workbook.sheets) {
        const auto relation = relations.relations.find(id);
        if (relation == relations.relations.end()) fail(Fault::Input, "the sheet '", name, "' is missing");
        if (relation->second.kind != "worksheet") continue;  // charts on a sheet of their own
        maker.begin(name);
        SheetListener sheet(shared, maker);
        read_part(zip, relation->second.part, sheet);
        maker.end();
    }
}

}  // namespace hone
