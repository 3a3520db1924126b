#include "hone/apps/invoice/read_document.h"

#include <algorithm>

#include "hone/apps/invoice/look_alike.h"
#include "hone/apps/invoice/table_rows.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::vector<PageRows> rows_of(std::span<const DocumentPage> pages) {
    std::vector<PageRows> out;
    for (const DocumentPage& page : pages)
        out.push_back({&page, rows_of_page(page.words)});
    return out;
}

/// A profile and why it was taken.
struct Choice {
    const VendorProfile* profile = nullptr;
    std::string reason;
};

/// The whole text in lower case with single blanks.
std::string searchable(std::span<const PageRows> pages) {
    std::string text;
    for (const PageRows& page : pages)
        for (const TextRow& row : page.rows)
            text += to_lower(row.text()) + " ";
    return text;
}

/// Rows with a code of the profile and a UPC.
std::size_t rows_with_codes(std::span<const PageRows> pages, const VendorProfile& profile) {
    std::size_t count = 0;
    for (const PageRows& page : pages) {
        for (const TextRow& row : page.rows) {
            bool has_code = false, has_upc = false;
            for (const WordBox* word : row.words) {
                has_code = has_code || has_any_shape(word->text, profile.code_shapes);
                has_upc = has_upc || (word->text.size() == 12 && is_trade_number(word->text));
            }
            count += has_code && has_upc;
        }
    }
    return count;
}

Choice choose(std::span<const PageRows> pages, std::span<const VendorProfile> profiles) {
    const std::string text = searchable(pages);
    Choice best;
    std::string_view longest;
    for (const VendorProfile& profile : profiles) {
        for (const std::string_view hit : profile.any_text) {
            if (hit.size() <= longest.size() || text.find(hit) == std::string::npos) continue;
            longest = hit;
            best = {&profile, cat("the pages say \"", hit, "\"")};
        }
    }
    if (best.profile != nullptr) return best;
    for (const VendorProfile& profile : profiles) {
        if (!profile.is_detected_by_rows) continue;
        const std::size_t rows = rows_with_codes(pages, profile);
        if (rows >= 2) return {&profile, cat(rows, " rows have its codes and a UPC")};
    }
    return {&profiles.back(), "no other profile fits"};
}

Value<std::string> constant(std::string_view text, std::string rule) {
    Value<std::string> out;
    out.value = std::string(text);
    out.rule = std::move(rule);
    out.confidence = 0.80;
    return out;
}

/// The first words of the first page that stand together.
Value<std::string> first_line(std::span<const PageRows> pages) {
    for (const PageRows& page : pages) {
        if (page.rows.empty()) continue;
        std::vector<const WordBox*> words;
        for (const WordBox* word : page.rows.front().words) {
            if (!words.empty() && word->x0 - words.back()->x1 > 0.6F * word->size) break;
            words.push_back(word);
        }
        return text_value(*page.page, words, "first line");
    }
    return {};
}

std::string kind_of(const VendorProfile& profile, const std::optional<std::string>& number, bool is_scan) {
    for (const NumberKind& one : profile.kinds)
        if (number && has_shape(*number, one.shape)) return std::string(one.kind);
    for (const NumberKind& one : profile.kinds)
        if (number && is_scan && as_shape(*number, one.shape)) return std::string(one.kind);
    return std::string(profile.kind);
}

bool is_recognised(std::span<const PageRows> pages, const Place& place) {
    return std::any_of(pages.begin(), pages.end(), [&](const PageRows& one) {
        return one.page->number == place.page && one.page->source == PageSource::Ocr;
    });
}

/// Says what a number may be that misses the shape of its vendor by letters that look alike; the number stays.
void propose_number(const VendorProfile& profile, Document& document) {
    const std::string& number = *document.number.value;
    if (profile.number_shapes.empty() || has_shape(number, profile.number_shapes.front())) return;
    const std::optional<std::string> proposed = as_shape(number, profile.number_shapes.front());
    if (!proposed) return;
    document.number.confidence = std::max(0.0, document.number.confidence - 0.30);
    document.checks.push_back({"number", false, cat("read ", number, ", may be ", *proposed), 0});
}

void read_head(std::span<const PageRows> pages, const VendorProfile& profile, Document& document) {
    constexpr std::string_view kOrderShapes[] = {"####?#?#?#?#?#?#?#?#?#?#?"};
    document.vendor =
        profile.vendor.empty() ? first_line(pages) : constant(profile.vendor, cat("profile ", profile.name));
    document.number = labelled_text(pages, profile.number_labels, profile.number_shapes);
    const bool is_scan = document.number && is_recognised(pages, document.number.place);
    document.kind = constant(kind_of(profile, document.number.value, is_scan), cat("profile ", profile.name));
    if (is_scan) propose_number(profile, document);
    Value<Day> day = labelled_day(pages, profile.date_labels);
    (document.kind.value == "invoice" ? document.invoice_date : document.order_date) = std::move(day);
    document.customer_po = labelled_text(pages, profile.po_labels, kOrderShapes);
}

/// Checks "Page n of N" of all pages: complete and rising.
void check_pages(std::span<const PageRows> pages, Document& document) {
    Check check{"pages", true, "", 0};
    bool is_marked = false;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        for (const TextRow& row : pages[i].rows) {
            const std::optional<PageMark> mark = page_mark(row);
            if (!mark) continue;
            is_marked = true;
            if (mark->number == i + 1 && mark->count == pages.size()) continue;
            check.passed = false;
            check.detail =
                cat("page ", i + 1, " of ", pages.size(), " is marked as page ", mark->number, " of ", mark->count);
        }
    }
    if (is_marked) document.checks.push_back(std::move(check));
}

/// The totals of a document without a table.
void read_totals(std::span<const PageRows> pages, NumberStyle style, Document& document) {
    for (const PageRows& page : pages)
        for (const TextRow& row : page.rows)
            take_total(page, row, style, document);
}

Document read_by(std::span<const PageRows> pages, const VendorProfile& profile) {
    Document document;
    document.method = profile.vendor.empty() ? "generic" : "profile";
    document.profile = profile.name;
    read_head(pages, profile, document);
    const RowReading reading = {&profile, number_style(pages), document.kind.value == "acknowledgement"};
    if (profile.layout == RowLayout::Paired)
        read_paired_rows(pages, reading, document);
    else
        read_table_rows(pages, reading, document);
    if (document.lines.empty() && !document.total) read_totals(pages, reading.style, document);
    check_pages(pages, document);
    return document;
}

/// True if a step of the ladder may end here.
bool is_enough(const Document& document) {
    return document.number && (document.total || !document.lines.empty());
}

/// The state of each page, also of those that no table touched.
void complete_pages(std::span<const DocumentPage> pages, Document& document) {
    std::vector<PageState> states;
    for (const DocumentPage& page : pages) {
        PageState state{page.number, std::string(page_source_name(page.source)), 0, page.failure};
        for (const PageState& read : document.pages)
            if (read.number == page.number) state.rows = read.rows;
        states.push_back(std::move(state));
    }
    document.pages = std::move(states);
}

}  // namespace

Document read_document(std::span<const DocumentPage> pages, std::span<const VendorProfile> profiles,
                       std::string_view pinned) {
    check(!profiles.empty(), "there are profiles");
    const std::vector<PageRows> rows = rows_of(pages);
    Choice choice;
    if (pinned == "auto") {
        choice = choose(rows, profiles);
    } else {
        const auto found = std::find_if(profiles.begin(), profiles.end(),
                                        [&](const VendorProfile& one) { return one.name == pinned; });
        if (found == profiles.end()) fail(Fault::Usage, cat("no profile is named ", pinned));
        choice = {&*found, "asked for"};
    }
    Document document = read_by(rows, *choice.profile);
    std::vector<std::string> ladder = {cat("profile ", choice.profile->name, ": ", choice.reason)};
    if (pinned == "auto" && !is_enough(document) && choice.profile != &profiles.back()) {
        Document other = read_by(rows, profiles.back());
        ladder.push_back(cat("profile ", profiles.back().name, ": ", choice.profile->name,
                             " found no number with a total or a line"));
        if (is_enough(other)) document = std::move(other);
    }
    document.ladder = std::move(ladder);
    complete_pages(pages, document);
    return document;
}

}  // namespace hone::invoice
