#include "hone/apps/invoice/sample_numbers.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "hone/apps/invoice/check_digits.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string padded(std::uint64_t number, std::size_t width) {
    const std::string digits = cat(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
}

/// What a document has used already; nothing is drawn twice.
struct Used {
    std::set<std::string> codes, gtins;
};

std::string goods_code(SampleSource& source, char kind, Used& used) {
    const std::uint64_t f = source.pick(100);
    std::string family = f < 65 ? "XS" : f < 75 ? "CF" : f < 85 ? "CD" : f < 93 ? "HX" : f < 97 ? "ST" : "WT";
    const bool is_d = kind == 'B' || f < 45;
    if (is_d) family = std::string("D") + "AFGHKL"[source.pick(6)];
    std::string code;
    do {
        code = family + cat(1000 + source.pick(9000));
    } while (!used.codes.insert(code).second);
    if ((is_d || family == "XS") && source.pick(100) < 25) code += 'A';
    return code;
}

std::string goods_upc(SampleSource& source, Used& used) {
    const std::string prefix = source.pick(100) < 92 ? "191009" : "807472";
    std::string digits;
    do {
        digits = prefix + padded(source.pick(100'000), 5);
    } while (!used.gtins.insert(digits).second);
    return digits + gtin_check_digit(digits);
}

std::int64_t ordered_quantity(SampleSource& source, std::string_view code) {
    constexpr std::uint64_t kPacks[] = {1, 2, 4, 6, 12};
    constexpr std::uint64_t kExceptions[] = {4, 16, 18};
    std::uint64_t pack = 0;
    if (code.starts_with("XS"))
        pack = 12;
    else if (code.starts_with("CF") || code.starts_with("HX"))
        pack = 6;
    else if (code.starts_with("CD"))
        pack = 24;
    else
        pack = source.one_of(kPacks);
    if (source.pick(10) == 0) pack = source.one_of(kExceptions);
    return std::max<std::int64_t>(2, static_cast<std::int64_t>(pack * (1 + source.pick(48 / pack))));
}

std::string goods_description(SampleSource& source) {
    constexpr std::string_view kMaterials[] = {"Stoneware", "Cotton", "Glass",     "Mango Wood", "Metal",
                                               "Resin",     "Paper",  "Wool Felt", "Seagrass",   "Terracotta"};
    constexpr std::string_view kNouns[] = {"Plate",  "Pillow",        "Frame", "Vase", "Bowl",    "Ornament",
                                           "Basket", "Candle Holder", "Tray",  "Mug",  "Planter", "Table Runner"};
    constexpr std::string_view kTails[] = {"",          ", 4 Styles", ", White & Blue",
                                           " w Handle", ", Set of 2", " w Glaze, Boxed"};
    const std::uint64_t form = source.pick(8);
    const std::uint64_t a = 2 + source.pick(19), b = 2 + source.pick(19), c = 6 + 2 * source.pick(6);
    const std::string forms[] = {cat(a, "\"L x ", b, "\"H"),
                                 cat(a, "\" Round"),
                                 cat(a, "-1/4\" Rnd x ", b, "\"H ", c, " oz."),
                                 cat("S/3 ", a, "-3/4\" Rnd"),
                                 cat(a, "\" Square"),
                                 cat(a, "\"W x ", b, "\"D"),
                                 cat(c, " oz."),
                                 ""};
    const std::string_view material = source.one_of(kMaterials);
    const std::string_view noun = source.one_of(kNouns);
    const std::string text = cat(forms[form], " ", material, " ", noun, source.one_of(kTails));
    return std::string(trim(std::string(trim(text)).substr(0, 56)));
}

struct Quantities {
    std::int64_t ordered = 0, allocated = 0, shipped = 0, backordered = 0;
};

Quantities goods_quantities(SampleSource& source, std::string_view code) {
    Quantities out;
    out.ordered = ordered_quantity(source, code);
    const std::uint64_t state = source.pick(100);
    const auto part = [&] {
        return static_cast<std::int64_t>(1 + source.pick(static_cast<std::uint64_t>(out.ordered - 1)));
    };
    if (state < 70) {
        out.shipped = out.ordered;
    } else if (state < 82) {
        out.backordered = out.ordered;
    } else if (state < 90) {
        out.shipped = part();
        out.backordered = out.ordered - out.shipped;
    } else if (state >= 95) {
        out.shipped = part();
    }
    if (out.backordered > 0)
        out.allocated = static_cast<std::int64_t>(source.pick(static_cast<std::uint64_t>(out.backordered + 1)));
    return out;
}

/// Draws a line and returns its extended price in cents.
std::int64_t add_goods(SampleSource& source, char kind, bool has_surcharge, Used& used, Document& document) {
    constexpr std::int64_t kLists[] = {200,  350,  400,  500,  600,  750,  800,  1000,
                                       1200, 1500, 1800, 2400, 3000, 4500, 7500, 125'000};
    Line line;
    const std::string code = goods_code(source, kind, used);
    line.product_code = known(code);
    line.upc = known(goods_upc(source, used));
    const Quantities quantities = goods_quantities(source, code);
    const std::int64_t list = source.one_of(kLists);
    const std::int64_t yours = list * 80 / 100;
    const std::uint64_t unit = source.pick(10);
    const bool has_pairs = kind == 'A';
    line.unit = known<std::string>(unit < 7 ? "each" : unit == 7 || !has_pairs ? "Set" : unit == 8 ? "pair" : "dozen");
    line.description = known(goods_description(source));
    line.shipped = known_count(quantities.shipped);
    line.backordered = known_count(quantities.backordered);
    if (kind == 'A') {
        line.ordered = known_count(quantities.ordered);
        line.allocated = known_count(quantities.allocated);
    } else {
        line.ordered = known_count(quantities.shipped + quantities.backordered);
    }
    line.list_price = known_cents(list);
    line.unit_price = known_cents(yours);
    const std::int64_t extended = (quantities.shipped + (kind == 'A' ? quantities.backordered : 0)) * yours;
    line.extended = known_cents(extended);
    if (has_surcharge) line.surcharges.push_back({"TRF-CCOI", Decimal{(extended * 15 + 50) / 100 * 100}});
    document.lines.push_back(std::move(line));
    return extended;
}

}  // namespace

Day sample_day(std::uint64_t days) {
    using namespace std::chrono;
    const year_month_day day = sys_days(year(2024) / January / 1) + std::chrono::days(static_cast<std::int64_t>(days));
    return {static_cast<std::int32_t>(static_cast<int>(day.year())),
            static_cast<std::uint8_t>(static_cast<unsigned>(day.month())),
            static_cast<std::uint8_t>(static_cast<unsigned>(day.day()))};
}

std::string sample_gtin(SampleSource& source, std::string_view prefix, int digits) {
    std::string out(prefix);
    for (int i = 0; i < digits; ++i)
        out += static_cast<char>('0' + source.pick(10));
    return out + gtin_check_digit(out);
}

Document sample_goods(char kind, std::size_t lines, std::uint64_t start) {
    SampleSource source(start);
    Document document;
    Used used;
    document.vendor = known<std::string>("Creative Co-Op");
    document.kind = known<std::string>(kind == 'A' ? "acknowledgement" : "invoice");
    document.number = known(cat(kind == 'A' ? "CS00" : "CI00", 1'000'000 + source.pick(9'000'000)));
    (kind == 'A' ? document.order_date : document.invoice_date) = known(sample_day(source.pick(730)));
    document.customer_po = known(cat("PO", 1000 + source.pick(9000)));
    const bool has_surcharge = kind == 'B' && source.pick(2) == 1;
    std::int64_t subtotal = 0, surcharge = 0, freight = 0;
    for (std::size_t i = 0; i < lines; ++i) {
        subtotal += add_goods(source, kind, has_surcharge, used, document);
        for (const Surcharge& one : document.lines.back().surcharges)
            surcharge += one.amount.ten_thousandths / 100;
    }
    document.subtotal = known_cents(subtotal);
    if (has_surcharge) document.surcharge = known_cents(surcharge);
    if (kind == 'B') {
        freight = static_cast<std::int64_t>(source.pick(8000));
        document.freight = known_cents(freight);
    }
    document.total = known_cents(subtotal + surcharge + freight);
    return document;
}

}  // namespace hone::invoice
