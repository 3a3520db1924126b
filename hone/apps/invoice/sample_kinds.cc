#include <algorithm>
#include <set>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/sample_numbers.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string digits_of(SampleSource& source, int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += static_cast<char>('0' + source.pick(10));
    return out;
}

/// What `draw` gives that was not given before.
template <class Draw>
std::string fresh(std::set<std::string>& used, const Draw& draw) {
    std::string text;
    do {
        text = draw();
    } while (!used.insert(text).second);
    return text;
}

std::string capitals(SampleSource& source, std::string_view letters, int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += letters[source.pick(letters.size())];
    return out;
}

/// So many of the letters, then digits.
std::string letters_and_digits(SampleSource& source, std::string_view letters, int capitals_count, int digits) {
    const std::string start = capitals(source, letters, capitals_count);
    return start + digits_of(source, digits);
}

/// Sum of the extended prices of all lines.
Decimal sum_of(const Document& document) {
    Decimal sum;
    for (const Line& line : document.lines)
        sum.ten_thousandths += line.extended.value->ten_thousandths;
    return sum;
}

void set_trade(Line& line, std::int64_t quantity, std::int64_t cents) {
    line.ordered = known_count(quantity);
    line.unit_price = known_cents(cents);
    line.extended = known_cents(quantity * cents);
}

}  // namespace

Document sample_stationery(std::size_t lines, std::uint64_t start, std::vector<std::size_t>& groups) {
    constexpr std::string_view kPatterns[] = {"Garden Party", "Wildwood", "Juliet Rose", "Estee", "Blossom", "Peacock"};
    constexpr std::string_view kThings[] = {"Notebook", "Greeting Card", "Wall Calendar", "Sticky Notes", "Journal"};
    SampleSource source(start);
    std::set<std::string> codes, gtins;
    Document document;
    document.vendor = known<std::string>("Rifle Paper Co.");
    document.kind = known<std::string>("order");
    document.number = known(cat(1'000'000 + source.pick(9'000'000)));
    document.order_date = known(sample_day(source.pick(730)));
    while (document.lines.size() < lines) {
        const std::size_t size = std::min<std::size_t>(1 + source.pick(3), lines - document.lines.size());
        groups.push_back(size);
        for (std::size_t i = 0; i < size; ++i) {
            Line line;
            line.product_code = known(fresh(codes, [&] { return letters_and_digits(source, "ABCGNPRU", 3, 3); }));
            line.upc = known(fresh(gtins, [&] { return sample_gtin(source, "842967", 5); }));
            const std::string_view pattern = source.one_of(kPatterns);
            line.description = known(cat(to_upper(pattern), " ", to_upper(source.one_of(kThings)), " | default"));
            const auto price = static_cast<std::int64_t>(350 + 50 * source.pick(60));
            set_trade(line, static_cast<std::int64_t>(2 + 2 * source.pick(6)), price);
            document.lines.push_back(std::move(line));
        }
    }
    document.subtotal = known(sum_of(document));
    document.freight = known_cents(static_cast<std::int64_t>(source.pick(3000)));
    document.total = known(Decimal{document.subtotal.value->ten_thousandths + document.freight.value->ten_thousandths});
    return document;
}

Document sample_seasonal(std::size_t lines, std::uint64_t start) {
    constexpr std::string_view kColours[] = {"Red", "Silver", "Frosted", "Plaid", "Gilded", "Rustic"};
    constexpr std::string_view kThings[] = {"Nutcracker", "Wreath", "Gift Bag", "Candle Set", "Sleigh Ornament"};
    SampleSource source(start);
    std::set<std::string> codes, gtins;
    Document document;
    document.vendor = known<std::string>("One Hundred 80 Degrees");
    document.kind = known<std::string>("order");
    document.number = known(cat("PO", 10'000 + source.pick(90'000)));
    document.order_date = known(sample_day(source.pick(730)));
    for (std::size_t i = 0; i < lines; ++i) {
        Line line;
        line.product_code =
            known(fresh(codes, [&] { return letters_and_digits(source, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2, 4); }));
        line.upc = known(fresh(gtins, [&] { return sample_gtin(source, "810012", 5); }));
        line.unit = known<std::string>(source.pick(4) == 0 ? "ST" : "EA");
        const std::string_view colour = source.one_of(kColours);
        const std::string_view thing = source.one_of(kThings);
        line.description = known(cat(colour, " ", thing, ", ", 2 + source.pick(20), " in."));
        const auto price = static_cast<std::int64_t>(200 + 25 * source.pick(400));
        set_trade(line, static_cast<std::int64_t>(2 + 2 * source.pick(12)), price);
        document.lines.push_back(std::move(line));
    }
    document.subtotal = known(sum_of(document));
    document.total = document.subtotal;
    return document;
}

Document sample_books(std::size_t lines, std::uint64_t start, std::vector<std::int64_t>& discounts) {
    constexpr std::string_view kFirst[] = {"The Quiet", "A Little", "My First", "The Last", "Goodnight,"};
    constexpr std::string_view kSecond[] = {"Garden", "Lighthouse", "Forest", "River", "Kitchen", "Bear"};
    constexpr std::int64_t kDiscounts[] = {40, 45, 50};
    SampleSource source(start);
    std::set<std::string> codes;
    Document document;
    document.vendor = known<std::string>("HarperCollins");
    document.kind = known<std::string>("order");
    document.number = known(cat("NS", 1'000'000 + source.pick(9'000'000)));
    document.order_date = known(sample_day(source.pick(730)));
    for (std::size_t i = 0; i < lines; ++i) {
        Line line;
        const std::string isbn = fresh(codes, [&] { return sample_gtin(source, "978", 9); });
        line.product_code = known(isbn);
        const std::string_view first = source.one_of(kFirst);
        line.description = known(cat(first, " ", source.one_of(kSecond)));
        line.ordered = known_count(static_cast<std::int64_t>(1 + source.pick(24)));
        const auto list = static_cast<std::int64_t>(599 + 100 * source.pick(40));
        line.list_price = known_cents(list);
        discounts.push_back(source.one_of(kDiscounts));
        line.unit_price = known(Decimal{list * (100 - discounts.back())});
        document.lines.push_back(std::move(line));
    }
    return document;
}

EuropeanSample sample_european(std::size_t lines, std::uint64_t start) {
    constexpr std::string_view kCountries[] = {"GB", "NL", "FR", "DE"};
    constexpr std::string_view kVendors[] = {"Northgate Supplies Ltd", "Van Dijk Groothandel", "Maison Lefort",
                                             "Lindner Handel GmbH"};
    constexpr std::string_view kThings[] = {"Kerze", "Vase", "Papier", "Tablet", "Lampe", "Karton"};
    constexpr std::int64_t kRates[][2] = {{20, 5}, {21, 9}, {20, 10}, {19, 7}};
    SampleSource source(start);
    EuropeanSample out;
    Document& document = out.document;
    out.language = source.pick(4);
    document.vendor = known(std::string(kVendors[out.language]));
    document.kind = known<std::string>("invoice");
    document.currency = known<std::string>(out.language == 0 ? "GBP" : "EUR");
    document.number = known(cat("2024-", 10'000 + source.pick(90'000)));
    document.invoice_date = known(sample_day(source.pick(730)));
    const std::string bank = out.language < 2 ? capitals(source, "ABCDEFGHIJ", 4) : "";
    const std::string bban = bank + digits_of(source, out.language == 0   ? 14
                                                      : out.language == 1 ? 10
                                                      : out.language == 2 ? 23
                                                                          : 18);
    const int check = iban_check_digits(kCountries[out.language], bban);
    out.iban = cat(kCountries[out.language], check < 10 ? "0" : "", check, bban);
    std::int64_t nets[2] = {0, 0};
    for (std::size_t i = 0; i < lines; ++i) {
        Line line;
        line.product_code = known(cat("A", 1000 + i));
        const std::string_view thing = source.one_of(kThings);
        line.description = known(cat(thing, " ", 1 + source.pick(90)));
        const auto price = static_cast<std::int64_t>(100 + source.pick(20'000));
        set_trade(line, static_cast<std::int64_t>(1 + source.pick(20)), price);
        const std::size_t rate = source.pick(4) == 0 ? 1 : 0;
        line.tax_percent = known_count(kRates[out.language][rate]);
        nets[rate] += line.extended.value->ten_thousandths / 100;
        document.lines.push_back(std::move(line));
    }
    std::int64_t tax = 0;
    for (std::size_t rate = 0; rate < 2; ++rate) {
        if (nets[rate] == 0) continue;
        const std::int64_t amount = (nets[rate] * kRates[out.language][rate] + 50) / 100;
        document.tax_lines.emplace_back(known_count(kRates[out.language][rate]), known_cents(amount));
        tax += amount;
    }
    document.subtotal = known_cents(nets[0] + nets[1]);
    document.tax = known_cents(tax);
    document.total = known_cents(nets[0] + nets[1] + tax);
    return out;
}

}  // namespace hone::invoice
