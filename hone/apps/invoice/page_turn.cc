#include "hone/apps/invoice/page_turn.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/invoice/model_fields.h"
#include "hone/base/error.h"

namespace hone::invoice {
namespace {

struct Point {
    float x = 0, y = 0;
};

/// Where a point of a page of `width` x `height` lies after a turn clockwise.
Point turned_point(Point at, float width, float height, std::uint16_t degrees) {
    switch (degrees) {
        case 90:
            return {height - at.y, at.x};
        case 180:
            return {width - at.x, height - at.y};
        case 270:
            return {at.y, width - at.x};
        default:
            return at;
    }
}

template <class Box>
void turn_box(Box& box, float width, float height, std::uint16_t degrees) {
    const Point a = turned_point({box.x0, box.y0}, width, height, degrees);
    const Point b = turned_point({box.x1, box.y1}, width, height, degrees);
    box.x0 = std::min(a.x, b.x);
    box.x1 = std::max(a.x, b.x);
    box.y0 = std::min(a.y, b.y);
    box.y1 = std::max(a.y, b.y);
}

/// The turn that the box of a word asks for. Of words that run downwards or upwards poppler gives as baseline the x on
/// which their letters stand: at the left edge if they run downwards, at the right edge if they run upwards.
std::uint16_t turn_of_word(const WordBox& word) {
    const bool is_flat = word.x1 - word.x0 >= word.y1 - word.y0;
    const float low = is_flat ? word.y0 : word.x0, high = is_flat ? word.y1 : word.x1;
    if (word.baseline < low - 1 || word.baseline > high + 1) return 0;  // not known
    const bool is_near_high = std::fabs(high - word.baseline) <= std::fabs(word.baseline - low);
    if (is_flat) return is_near_high ? 0 : 180;
    return is_near_high ? 90 : 270;
}

}  // namespace

std::uint16_t turn_of_text(const DocumentPage& page) {
    constexpr std::size_t kLeastBytes = 3;
    std::array<std::size_t, 4> votes{};
    for (const WordBox& word : page.words)
        if (word.text.size() >= kLeastBytes) ++votes.at(turn_of_word(word) / 90U);
    const auto best = std::max_element(votes.begin(), votes.end());
    const bool is_most = 2 * *best > votes[0] + votes[1] + votes[2] + votes[3];
    return is_most ? static_cast<std::uint16_t>(90 * (best - votes.begin())) : std::uint16_t{0};
}

DocumentPage turned_page(const DocumentPage& page, std::uint16_t degrees) {
    check(degrees % 90 == 0 && degrees < 360, "pages turn by quarters");
    DocumentPage out = page;
    if (degrees == 0) return out;
    if (degrees % 180 == 90) std::swap(out.width, out.height);
    for (WordBox& word : out.words) {
        const bool stood = turn_of_word(word) == degrees;
        const float baseline = word.baseline;
        const bool was_flat = word.x1 - word.x0 >= word.y1 - word.y0;
        const Point foot = was_flat ? Point{word.x0, baseline} : Point{baseline, word.y0};
        turn_box(word, page.width, page.height, degrees);
        // Words that ran another way have no baseline that rows could be made of: their lower edge serves.
        word.baseline = stood ? turned_point(foot, page.width, page.height, degrees).y : word.y1;
    }
    return out;
}

UprightPages upright_pages(std::span<const DocumentPage> pages) {
    UprightPages out;
    out.turned.reserve(pages.size());  // pointers into it stay
    for (const DocumentPage& page : pages) {
        const std::uint16_t degrees = page.source == PageSource::Ocr ? std::uint16_t{0} : turn_of_text(page);
        out.degrees.push_back(degrees);
        out.pages.push_back(degrees == 0 ? &page : &out.turned.emplace_back(turned_page(page, degrees)));
    }
    return out;
}

void turn_places_back(const UprightPages& pages, Document& document) {
    if (pages.turned.empty()) return;
    const auto turn_back = [&](const auto&, auto& value) {
        auto& place = const_cast<Place&>(value.place);  // each_value() shows what belongs to `document`
        for (std::size_t i = 0; i < pages.pages.size(); ++i) {
            const DocumentPage& page = *pages.pages[i];
            if (page.number != place.page || pages.degrees[i] == 0) continue;
            turn_box(place, page.width, page.height, static_cast<std::uint16_t>(360 - pages.degrees[i]));
            return;
        }
    };
    each_value(document, turn_back);
    for (auto& [rate, amount] : document.tax_lines) {
        turn_back("", rate);
        turn_back("", amount);
    }
    for (const Line& line : document.lines)
        each_value(line, turn_back);
}

}  // namespace hone::invoice
