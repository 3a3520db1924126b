#include "hone/apps/invoice/sample_layout.h"

#include <utility>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

void put(PdfPage& page, const std::vector<PlacedText>& texts, double y = 0) {
    for (PlacedText text : texts) {
        text.y += y;
        page.texts.push_back(std::move(text));
    }
}

/// The pages on which rows go: how many rows each holds.
std::vector<std::size_t> rows_of_pages(const PagePlan& plan, const std::vector<PrintedRow>& rows) {
    std::vector<std::size_t> counts = {0};
    double y = plan.first_y;
    for (const PrintedRow& row : rows) {
        if (counts.back() == plan.most_rows || y < plan.least_y) {
            counts.push_back(0);
            y = plan.first_y;
        }
        ++counts.back();
        y -= row.height;
    }
    return counts;
}

}  // namespace

std::vector<PdfPage> print_pages(const PagePlan& plan, const std::vector<PrintedRow>& rows) {
    const std::vector<std::size_t> counts = rows_of_pages(plan, rows);
    std::vector<PdfPage> pages;
    std::size_t next = 0;
    std::vector<BelowText> carried;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        PdfPage& page = pages.emplace_back();
        put(page, plan.page_head);
        if (i == 0) put(page, plan.first_head);
        if (i == 0 || !plan.headings_once) put(page, plan.headings);
        double y = plan.first_y;
        for (const BelowText& text : carried) {
            put(page, text.texts, y);
            y -= 10;
        }
        if (!carried.empty()) y -= 6;
        carried.clear();
        for (std::size_t row = 0; row < counts[i]; ++row, ++next) {
            put(page, rows[next].main, y);
            const bool is_split = plan.split && row + 1 == counts[i] && next + 1 < rows.size();
            for (const BelowText& text : rows[next].below)
                if (!is_split) put(page, text.texts, y - text.drop);
            if (is_split) carried = rows[next].below;
            y -= rows[next].height;
        }
        if (i + 1 == counts.size())
            for (const BelowText& text : plan.last_page)
                put(page, text.texts, y - text.drop);
        page.texts.push_back({280, 30, 8, cat("Page ", i + 1, " of ", counts.size())});
    }
    return pages;
}

std::string comma_money(Decimal value) {
    std::string text = decimal_text(value, 2);
    std::size_t dot = text.find('.');
    for (std::size_t at = dot; at > 3 && at - 3 > (text.front() == '-' ? 1U : 0U);) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string slash_date(Day day) {
    return cat(int{day.month}, "/", int{day.day}, "/", day.year);
}

}  // namespace hone::invoice
