#include "hone/apps/invoice/layout_pages.h"

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The words of a line, by columns of code points.
void add_words(std::string_view line, std::size_t row, DocumentPage& page) {
    constexpr float kHeight = 10;
    std::size_t column = 0;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == ' ' || line[at] == '\t' || line[at] == '\r') {
            ++at;
            ++column;
            continue;
        }
        WordBox word;
        const std::size_t start = column;
        const std::size_t begin = at;
        while (at < line.size() && line[at] != ' ' && line[at] != '\t' && line[at] != '\r') {
            column += is_continuation(line[at]) ? 0 : 1;
            ++at;
        }
        word.text = line.substr(begin, at - begin);
        word.x0 = static_cast<float>(start) * kTextColumn;
        word.x1 = static_cast<float>(column) * kTextColumn;
        word.y0 = static_cast<float>(row) * kTextRow;
        word.y1 = word.y0 + kHeight;
        word.baseline = word.y0 + 0.8F * kHeight;
        word.size = kHeight;
        page.width = std::max(page.width, word.x1);
        page.glyphs += narrow<std::uint32_t>(column - start);
        page.words.push_back(std::move(word));
    }
}

/// The text with "\n" at the end of each line, whichever way it marks them.
std::string with_plain_lines(std::string text) {
    if (text.find('\r') == std::string::npos) return text;
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
        plain += text[at] == '\r' ? '\n' : text[at];
    }
    return plain;
}

DocumentPage page_of(std::string_view text, std::uint32_t number, bool is_ended) {
    DocumentPage page;
    page.number = number;
    page.layout = cat(text, is_ended ? "\f" : "");
    const std::vector<std::string> lines = split(text, '\n');
    for (std::size_t row = 0; row < lines.size(); ++row)
        add_words(lines[row], row, page);
    page.height = static_cast<float>(lines.size()) * kTextRow;
    page.assigned_glyphs = page.glyphs;
    return page;
}

}  // namespace

std::vector<DocumentPage> layout_pages(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string mended = with_plain_lines(valid_utf8(text));
    std::vector<DocumentPage> pages;
    std::string_view rest = mended;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\f');
        const bool is_ended = end != std::string_view::npos;
        pages.push_back(page_of(rest.substr(0, end), narrow<std::uint32_t>(pages.size() + 1), is_ended));
        if (!is_ended) break;
        rest.remove_prefix(end + 1);
    }
    return pages;
}

}  // namespace hone::invoice
