#include "hone/apps/invoice/page_area.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace hone::invoice {
namespace {

constexpr float kLineTolerance = 3.0F;  // points

struct PageWord {
    std::uint32_t page = 0;
    const WordBox* word = nullptr;
};

void append_line(std::string& text, std::vector<PageWord>& line) {
    if (line.empty()) return;
    std::stable_sort(line.begin(), line.end(),
                     [](const PageWord& a, const PageWord& b) { return a.word->x0 < b.word->x0; });
    if (!text.empty()) text += '\n';
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (i > 0) text += ' ';
        text += line[i].word->text;
    }
    line.clear();
}

}  // namespace

std::string area_text(std::span<const DocumentPage> pages, const Area& area) {
    const double scale = 72 / area.resolution;
    const double left = area.x * scale, right = (area.x + area.width) * scale;
    const double top = area.y * scale, bottom = (area.y + area.height) * scale;
    std::vector<PageWord> words;
    for (const DocumentPage& page : pages) {
        if (page.number < area.first_page || page.number > area.last_page) continue;
        for (const WordBox& word : page.words)
            if (word.x0 < right && word.x1 > left && word.y0 < bottom && word.y1 > top)
                words.push_back({page.number, &word});
    }
    std::stable_sort(words.begin(), words.end(), [](const PageWord& a, const PageWord& b) {
        return std::tuple(a.page, a.word->y0, a.word->x0) < std::tuple(b.page, b.word->y0, b.word->x0);
    });
    std::string text;
    std::vector<PageWord> line;
    for (const PageWord& word : words) {
        const bool joins = !line.empty() && line.back().page == word.page &&
                           std::abs(word.word->y0 - line.back().word->y0) <= kLineTolerance;
        if (!joins) append_line(text, line);
        line.push_back(word);
    }
    append_line(text, line);
    return text;
}

}  // namespace hone::invoice
