#include "hone/apps/invoice/sample_pages.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include "hone/apps/invoice/page_painter.h"
#include "hone/apps/invoice/sample_layout.h"
#include "hone/apps/invoice/sample_other_pages.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

struct NamedDamage {
    const char* name;
    bool SampleDamage::*member;
};
constexpr auto kDamages = std::to_array<NamedDamage>({
    {"right-aligned", &SampleDamage::right_aligned},
    {"description-below", &SampleDamage::description_below},
    {"wrapped", &SampleDamage::wrapped},
    {"split", &SampleDamage::split},
    {"headings-once", &SampleDamage::headings_once},
    {"stray-word", &SampleDamage::stray_word},
    {"missing-upc", &SampleDamage::missing_upc},
    {"wrong-check-digit", &SampleDamage::wrong_check_digit},
    {"duplicate-code", &SampleDamage::duplicate_code},
    {"rotated", &SampleDamage::rotated},
    {"broken-xref", &SampleDamage::broken_xref},
    {"truncated", &SampleDamage::truncated},
    {"no-pages", &SampleDamage::no_pages},
    {"attached", &SampleDamage::attached},
    {"attached-wrong-name", &SampleDamage::attached_wrong_name},
    {"attached-wrong-relation", &SampleDamage::attached_wrong_relation},
    {"attached-no-relation", &SampleDamage::attached_no_relation},
    {"scan-150", &SampleDamage::scan_150},
    {"scan-200", &SampleDamage::scan_200},
    {"scan-300", &SampleDamage::scan_300},
    {"skewed", &SampleDamage::skewed},
    {"noisy", &SampleDamage::noisy},
    {"every-other-scan", &SampleDamage::every_other_scan},
    {"text-under-image", &SampleDamage::text_under_image},
    {"drawn-font", &SampleDamage::drawn_font},
    {"unknown-font", &SampleDamage::unknown_font},
    {"encrypted", &SampleDamage::encrypted},
    {"password", &SampleDamage::password},
    {"page-loop", &SampleDamage::page_loop},
    {"deflate-bomb", &SampleDamage::deflate_bomb},
    {"attachment-bomb", &SampleDamage::attachment_bomb},
    {"many-pages", &SampleDamage::many_pages},
    {"two-invoices", &SampleDamage::two_invoices},
});

/// Changes values of the document, about one line in eight.
void damage_values(Document& document, const SampleDamage& damage, SampleSource& source) {
    for (std::size_t i = 0; i < document.lines.size(); ++i) {
        Line& line = document.lines[i];
        if (damage.missing_upc && source.pick(8) == 0) line.upc = {};
        if (damage.wrong_check_digit && source.pick(8) == 0 && line.upc) {
            char& last = line.upc.value->back();
            last = static_cast<char>('0' + (last - '0' + 1) % 10);
        }
        if (damage.duplicate_code && source.pick(8) == 0 && i > 0)
            line.product_code = document.lines[i - 1].product_code;
    }
}

/// A column of numbers: where it starts, its heading (the last line of it) and size.
struct ColumnPlace {
    double x;
    const char* heading;
};

/// Where text of a column starts.
double start_of(const ColumnPlace& place, const std::string& text, bool is_right_aligned) {
    if (!is_right_aligned) return place.x;
    return place.x + helvetica_width(place.heading, 7) - helvetica_width(text, 8);
}

/// Cuts a long description at a blank near its middle when descriptions are wrapped.
std::pair<std::string, std::string> wrapped_text(const std::string& text, bool is_wrapped) {
    if (!is_wrapped || text.size() <= 24) return {text, ""};
    const std::size_t blank = text.rfind(' ', 24);
    if (blank == std::string::npos) return {text, ""};
    return {text.substr(0, blank), text.substr(blank + 1)};
}

constexpr std::array<ColumnPlace, 11> kPlacesA = {{{30, "Product Code"},
                                                   {95, "UPC"},
                                                   {175, "RT"},
                                                   {210, "Qty Ord"},
                                                   {250, "Qty Alloc"},
                                                   {290, "Qty Shipped"},
                                                   {335, "Qty BkOrd"},
                                                   {385, "U/M"},
                                                   {425, "List Price"},
                                                   {475, "Your Price"},
                                                   {530, "Your Extd Price"}}};

PrintedRow row_a(const Line& line, const SampleDamage& damage, SampleSource& source) {
    PrintedRow row;
    const auto put = [&](std::size_t column, const std::string& text, bool is_number) {
        row.main.push_back({start_of(kPlacesA[column], text, is_number && damage.right_aligned), 0, 8, text});
    };
    put(0, *line.product_code.value, false);
    if (line.upc) put(1, *line.upc.value, false);
    put(3, decimal_text(*line.ordered.value), true);
    put(4, decimal_text(*line.allocated.value), true);
    put(5, decimal_text(*line.shipped.value), true);
    put(6, decimal_text(*line.backordered.value), true);
    if (damage.stray_word && source.pick(5) == 0) row.main.push_back({374, 0, 8, "lo"});
    put(7, *line.unit.value, false);
    put(8, comma_money(*line.list_price.value), true);
    put(9, comma_money(*line.unit_price.value), true);
    put(10, comma_money(*line.extended.value), true);
    const auto [first, second] = wrapped_text(*line.description.value, damage.wrapped);
    row.below.push_back({10, {{95, 0, 8, first}}});
    if (!second.empty()) row.below.push_back({19, {{95, 0, 8, second}}});
    row.height = second.empty() ? 26 : 35;
    return row;
}

constexpr std::array<ColumnPlace, 7> kPlacesB = {
    {{365, "Shipped"}, {402, "Ordered"}, {440, "UM"}, {468, "Price"}, {500, "Truck"}, {528, "Price"}, {565, "Amount"}}};

PrintedRow row_b(const Line& line, const SampleDamage& damage, SampleSource& source) {
    PrintedRow row;
    const auto put = [&](std::size_t column, const std::string& text, bool is_number) {
        row.main.push_back({start_of(kPlacesB[column], text, is_number && damage.right_aligned), 0, 8, text});
    };
    row.height = 16;
    row.main.push_back({30, 0, 8, *line.product_code.value});
    if (line.upc) row.main.push_back({90, 0, 8, *line.upc.value});
    const auto [first, second] = wrapped_text(*line.description.value, damage.wrapped);
    const double x = damage.description_below ? 90 : 150;
    double drop = 0;
    const auto put_below = [&](PlacedText text) {
        drop += 10;
        row.height += 10;
        row.below.push_back({drop, {std::move(text)}});
    };
    if (damage.description_below)
        put_below({x, 0, 7, first});
    else
        row.main.push_back({x, 0, 7, first});
    put(0, decimal_text(*line.shipped.value), true);
    put(1, decimal_text(*line.backordered.value), true);
    if (damage.stray_word && source.pick(5) == 0) row.main.push_back({430, 0, 8, "lo"});
    put(2, *line.unit.value, false);
    put(3, comma_money(*line.list_price.value), true);
    put(5, comma_money(*line.unit_price.value), true);
    put(6, comma_money(*line.extended.value), true);
    if (!second.empty()) put_below({x, 0, 7, second});
    for (const Surcharge& one : line.surcharges) {
        put_below({90, 0, 8, one.code});
        row.below.back().texts.push_back({565, 0, 8, comma_money(one.amount)});
    }
    return row;
}

std::vector<PlacedText> headings_b() {
    return {{30, 708, 7, "Customer"}, {365, 708, 7, "Shipped"}, {402, 708, 7, "Back"},  {440, 708, 7, "UM"},
            {468, 708, 7, "List"},    {500, 708, 7, "Truck"},   {528, 708, 7, "Your"},  {565, 708, 7, "Extended"},
            {30, 698, 7, "Item"},     {402, 698, 7, "Ordered"}, {468, 698, 7, "Price"}, {528, 698, 7, "Price"},
            {565, 698, 7, "Amount"}};
}

void add_total(PagePlan& plan, char kind, const char* label, const Value<Decimal>& amount) {
    if (!amount) return;
    const double drop = 8 + 12 * static_cast<double>(plan.last_page.size());
    plan.last_page.push_back({drop,
                              {{kind == 'A' ? 475.0 : 500.0, 0, 8, label},
                               {kind == 'A' ? 530.0 : 565.0, 0, 8, comma_money(*amount.value)}}});
}

std::vector<PdfPage> goods_pages(char kind, const Document& document, const SampleDamage& damage,
                                 SampleSource& source) {
    PagePlan plan;
    plan.most_rows = kind == 'A' ? 9 : 20;
    plan.headings_once = damage.headings_once;
    plan.split = damage.split;
    const Day day = kind == 'A' ? *document.order_date.value : *document.invoice_date.value;
    plan.page_head = {{30, 760, 14, "Creative Co-Op"},
                      {400, 760, 9, cat(kind == 'A' ? "ORDER NO: " : "INVOICE NO: ", *document.number.value)},
                      {400, 748, 9, cat(kind == 'A' ? "ORDER DATE: " : "INVOICE DATE: ", slash_date(day))},
                      {400, 736, 9, cat("CUSTOMER PO: ", *document.customer_po.value)}};
    if (kind == 'B') plan.headings = headings_b();
    if (kind == 'A')
        for (const ColumnPlace& place : kPlacesA)
            plan.headings.push_back({place.x, 700, 7, place.heading});
    std::vector<PrintedRow> rows;
    for (const Line& line : document.lines)
        rows.push_back(kind == 'A' ? row_a(line, damage, source) : row_b(line, damage, source));
    add_total(plan, kind, "Subtotal", document.subtotal);
    add_total(plan, kind, "Surcharge", document.surcharge);
    add_total(plan, kind, "Freight", document.freight);
    add_total(plan, kind, "Total", document.total);
    return print_pages(plan, rows);
}

}  // namespace

std::vector<std::string> sample_damage_names() {
    std::vector<std::string> names;
    for (const NamedDamage& one : kDamages)
        names.emplace_back(one.name);
    return names;
}

SampleDamage sample_damage(std::span<const std::string> names) {
    SampleDamage damage;
    for (const std::string& name : names) {
        bool is_known = false;
        for (const NamedDamage& one : kDamages) {
            if (name != one.name) continue;
            damage.*one.member = true;
            is_known = true;
        }
        if (!is_known) fail(Fault::Usage, cat("no damage is named ", name));
    }
    return damage;
}

namespace {

/// The document of `start` as it is printed; what is drawn for damage comes from `source`.
Sample printed_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage,
                      SampleSource& source) {
    Sample sample;
    if (kind == 'A' || kind == 'B') {
        sample.truth = sample_goods(kind, lines, start);
        damage_values(sample.truth, damage, source);
        sample.pages = goods_pages(kind, sample.truth, damage, source);
        return sample;
    }
    const std::function<void(Document&)> damaged = [&](Document& document) { damage_values(document, damage, source); };
    return other_sample(kind, lines, start, damage, damaged);
}

bool is_scanned(const SampleDamage& damage) {
    return damage.scan_150 || damage.scan_200 || damage.scan_300 || damage.skewed || damage.noisy ||
           damage.every_other_scan || damage.text_under_image;
}

/// Puts a picture in the place of the text of a page.
void scan_page(const SampleDamage& damage, SampleSource& source, PdfPage& page) {
    PaintOptions options;
    options.dpi = damage.scan_150 ? 150 : damage.scan_200 ? 200 : 300;
    if (damage.skewed) {
        const double degrees = 0.5 + 0.1 * static_cast<double>(source.pick(16));
        options.lean_degrees = source.pick(2) == 0 ? degrees : -degrees;
    }
    if (damage.noisy) options.grain = source.pick(std::uint64_t{1} << 62U);
    PdfPage printed = page;
    page.picture = [printed = std::move(printed), options] { return paint_page(printed, options); };
    page.way = damage.text_under_image ? TextWay::Hidden : TextWay::Absent;
}

}  // namespace

Sample make_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage) {
    constexpr std::uint64_t kDamageStream = 0x5851F42D4C957F2DU;
    constexpr std::uint64_t kSecondStart = 1'000'003;  // added: another document of the same kind
    constexpr std::size_t kManyPages = 2000;
    SampleSource source(start ^ kDamageStream);
    Sample sample = printed_sample(kind, lines, start, damage, source);
    if (damage.two_invoices) {
        Sample second = printed_sample(kind, lines, start + kSecondStart, damage, source);
        sample.second = std::move(second.truth);
        for (PdfPage& page : second.pages)
            sample.pages.push_back(std::move(page));
    }
    if (damage.no_pages) sample.pages.clear();
    if (is_scanned(damage))
        for (std::size_t i = damage.every_other_scan ? 1 : 0; i < sample.pages.size();
             i += damage.every_other_scan ? 2 : 1)
            scan_page(damage, source, sample.pages[i]);
    if (damage.many_pages) sample.pages.resize(std::max(sample.pages.size(), kManyPages));
    for (PdfPage& page : sample.pages)
        if (damage.rotated) page.rotation = 90;
    return sample;
}

}  // namespace hone::invoice
