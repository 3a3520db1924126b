#include "hone/apps/invoice/template_draft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "hone/apps/invoice/draft_keywords.h"
#include "hone/apps/invoice/draft_pattern.h"
#include "hone/apps/invoice/template_lint.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

/// Documents of one issuer, named a.txt, b.txt, ...
class Papers {
public:
    explicit Papers(std::vector<std::string> texts) {
        for (std::string& text : texts) {
            DraftDocument& one = documents_.emplace_back();
            one.name = cat(static_cast<char>('a' + documents_.size() - 1), ".txt");
            one.file = "in/" + one.name;
            one.text = std::move(text);
            one.reader = TemplateReader::Text;
            one.scan = scan_draft(one.text);
            pointers_.push_back(&one);
        }
    }
    std::span<const DraftDocument* const> all() const { return pointers_; }
    TemplateDraft draft(DraftRules rules = {}) const { return draft_template(pointers_, rules); }

private:
    std::deque<DraftDocument> documents_;
    std::vector<const DraftDocument*> pointers_;
};

/// A field that the template gives for a text, as text; "" if it gives none, "failed: ..." if nothing at all.
std::string given(const TemplateDraft& draft, std::string_view text, std::string_view field) {
    const std::vector<TemplateText> file = {{"draft.yml", draft.yaml, false}};
    const TemplateSet set = load_template_texts(file);
    const TemplateExtraction read = extract_with_template(set, {text, {}, TemplateReader::Text});
    if (!read.output) return cat("failed: ", read.failure_code, " ", read.failure);
    const Data* value = read.output->find(field);
    if (value == nullptr) return "";
    if (const Moment* day = std::get_if<Moment>(&value->value)) return format_moment(*day, "%Y-%m-%d");
    return python_text(*value);
}

std::string issues_of(const TemplateDraft& draft) {
    std::string out;
    for (const Issue& issue : draft.issues)
        out += cat(issue.id, " ", issue.file, ": ", issue.message, "\n");
    return out;
}

void expect_clean(const TemplateDraft& draft) {
    const std::vector<TemplateText> file = {{"draft.yml", draft.yaml, false}};
    EXPECT_EQ(load_template_texts(file).templates.size(), 1U) << draft.yaml;
    for (const Issue& issue : lint_templates(file))
        ADD_FAILURE() << issue.message << "\n" << draft.yaml;
}

constexpr const char* kDutch =
    "Van Dijk Handel B.V.                 Factuurnummer: 2024-0117\n"
    "KvK-nummer: 1234 5678                Factuurdatum: 3 maart 2024\n"
    "BTW nr. NL123456789B01               Vervaldatum: 2 april 2024\n"
    "IBAN: NL91 ABNA 0417 1643 00         BIC: ABNANL2A\n\n"
    "Artikel     Aantal     Prijs     Bedrag\n"
    "Lamp        2          500,00    1.000,00\n"
    "                       Subtotaal 1.000,00\n"
    "                       BTW 21%   210,00\n"
    "                       Totaal te betalen  \xE2\x82\xAC 1.210,00\n";

TEST(TemplateDraft, ReadsAllFieldsOfADutchInvoice) {
    const Papers papers({kDutch});
    const TemplateDraft draft = papers.draft();
    EXPECT_EQ(issues_of(draft), "");
    expect_clean(draft);
    EXPECT_EQ(draft.slug, "van-dijk-handel-b-v");
    const std::pair<const char*, const char*> expected[] = {{"issuer", "Van Dijk Handel B.V."},
                                                            {"invoice_number", "2024-0117"},
                                                            {"date", "2024-03-03"},
                                                            {"date_due", "2024-04-02"},
                                                            {"amount", "1210.0"},
                                                            {"currency", "EUR"},
                                                            {"vat", "NL123456789B01"},
                                                            {"iban", "NL91ABNA0417164300"},
                                                            {"bic", "ABNANL2A"},
                                                            {"partner_coc", "12345678"}};
    for (const auto& [field, value] : expected)
        EXPECT_EQ(given(draft, kDutch, field), value) << field << "\n" << draft.yaml;
    EXPECT_TRUE(draft.yaml.starts_with("# Drafted by hone from a.txt. Look it over"));
    EXPECT_NE(draft.yaml.find(R"(invoice_number: 'Factuurnummer\s*[:.#=\-]?\s*()"), std::string::npos) << draft.yaml;
}

TEST(TemplateDraft, OtherLanguagesAndForms) {
    const std::string german =
        "Süd Licht GmbH\nRechnung Nr. R-77\nDatum: 03.02.2024\nFälligkeitsdatum: 17.02.2024\nUSt-IdNr.: DE123456789\n"
        "Gesamtbetrag: 1.234,56 EUR\n";
    const TemplateDraft first = Papers({german}).draft();
    EXPECT_EQ(issues_of(first), "");
    EXPECT_EQ(first.yaml.find("No currency"), std::string::npos);
    EXPECT_EQ(given(first, german, "invoice_number"), "R-77");
    EXPECT_EQ(given(first, german, "date"), "2024-02-03");
    EXPECT_EQ(given(first, german, "date_due"), "2024-02-17");
    EXPECT_EQ(given(first, german, "amount"), "1234.56");
    EXPECT_EQ(given(first, german, "vat"), "DE123456789");
    const std::string french =
        "Maison Lefort\r\nFacture N° F-2024/9\r\nDate d'émission : 1er mai 2023\r\nEchéance : 31 mai 2023\r\n"
        "SIRET 123 456 789 00012\r\nTotal TTC (EUR)      1 234,56\r\n";
    const TemplateDraft second = Papers({french}).draft();
    EXPECT_EQ(issues_of(second), "");
    expect_clean(second);
    EXPECT_EQ(given(second, french, "invoice_number"), "F-2024/9");
    EXPECT_EQ(given(second, french, "date"), "2023-05-01");
    EXPECT_EQ(given(second, french, "date_due"), "2023-05-31");
    EXPECT_EQ(given(second, french, "amount"), "1234.56") << second.yaml;
    EXPECT_EQ(given(second, french, "partner_coc"), "12345678900012");
    EXPECT_EQ(given(second, french, "currency"), "EUR");
}

TEST(TemplateDraft, AmountsOfAllForms) {
    const std::pair<const char*, const char*> forms[] = {{"1.234,56", "1234.56"},
                                                         {"1,234.56", "1234.56"},
                                                         {"1 234,56", "1234.56"},
                                                         {"12", "12.0"},
                                                         {"-12.50", "-12.5"},
                                                         {"- 12.50", "12.5"},
                                                         {"$12.50", "12.5"},
                                                         {"12.50 USD", "12.5"},
                                                         {"EUR12.50", "12.5"},
                                                         {"(12.50)", "-12.5"},
                                                         {"12.50-", "-12.5"},
                                                         {"1'234.50", "1234.5"},
                                                         {"EUR       12.50", "12.5"},
                                                         {"-EUR 12.50", ""},
                                                         {"\xE2\x88\x92"
                                                          "12,50",
                                                          "-12.5"}};
    for (const auto& [printed, value] : forms) {
        const std::string text = cat("Acme\nInvoice No 1\nTotal ", printed, "\n");
        const TemplateDraft draft = Papers({text}).draft();
        EXPECT_EQ(given(draft, text, "amount"), value) << printed << "\n" << draft.yaml << issues_of(draft);
        expect_clean(draft);
    }
}

TEST(TemplateDraft, PatternsAreMendedUntilTheyAreRight) {
    // "TOTAL" is a part of "SUBTOTAL", and of a heading with a number on the next line.
    const std::string text =
        "Acme\nInvoice No: 5\nDate: 13.02.2024\n   TOTAL\n17 pieces\nSUBTOTAL  10.00\nVAT  2.00\nTOTAL  12.00\n";
    const TemplateDraft draft = Papers({text}).draft();
    EXPECT_EQ(given(draft, text, "amount"), "12.0") << draft.yaml;
    EXPECT_EQ(issues_of(draft), "");
    EXPECT_NE(draft.yaml.find("# No currency is printed; without an option currency the amounts count as EUR.\n"),
              std::string::npos);
    const std::string due = "Acme\nDate: 01.02.2024\nDue Date: 03.02.2024\nOrder Date: 02.02.2024\nTotal 1.00\n";
    const TemplateDraft dated = Papers({due}).draft();
    EXPECT_EQ(given(dated, due, "date"), "2024-02-01") << dated.yaml;
    EXPECT_EQ(given(dated, due, "date_due"), "2024-02-03");
}

TEST(TemplateDraft, ValuesBelowHeadings) {
    const std::string text =
        "Acme Inc\n\nInvoice No    Date         Due Date\nA-17          13/02/2024   02/03/2024\n\nGrand Total    "
        "$1,000.00\n";
    const TemplateDraft draft = Papers({text}).draft();
    EXPECT_EQ(given(draft, text, "invoice_number"), "A-17") << draft.yaml;
    EXPECT_EQ(given(draft, text, "date"), "2024-02-13");
    EXPECT_EQ(given(draft, text, "date_due"), "2024-03-02");
    expect_clean(draft);
}

TEST(TemplateDraft, GuessesWithoutLabels) {
    const std::string text =
        "Rifle Paper Co.                  Order #6099054\n                                 placed on June 28, 2025\n"
        "Wire to DE89370400440532013000 COBADEFFXXX  before July 28, 2025\n  Shipping   $21.61\n  In all   $606.61\n";
    const TemplateDraft draft = Papers({text}).draft();
    EXPECT_EQ(given(draft, text, "invoice_number"), "6099054") << draft.yaml << issues_of(draft);
    EXPECT_EQ(given(draft, text, "date"), "2025-06-28");
    EXPECT_EQ(given(draft, text, "date_due"), "2025-07-28");
    EXPECT_EQ(given(draft, text, "amount"), "606.61");
    EXPECT_EQ(given(draft, text, "iban"), "DE89370400440532013000");
    EXPECT_EQ(given(draft, text, "bic"), "COBADEFFXXX");
    EXPECT_EQ(given(draft, text, "currency"), "USD");
}

TEST(TemplateDraft, EarliestDateCountsAndAContradictionIsTold) {
    const std::string text =
        "Acme\nYour order of 13/02/2024\nInvoice No 1\nInvoice Date: 20/02/2024\nDue Date: 28/02/2024\nTotal 1.00\n";
    const TemplateDraft draft = Papers({text}).draft();
    EXPECT_EQ(given(draft, text, "date"), "2024-02-13");
    EXPECT_EQ(given(draft, text, "date_due"), "2024-02-28");
    EXPECT_NE(issues_of(draft).find("2024-02-13 is the earliest, but the label 'Invoice Date' has 2024-02-20"),
              std::string::npos)
        << issues_of(draft) << draft.yaml;
    const std::string bare = "Acme\n13/02/2024\nInvoice No 1\nInvoice Date: 20/02/2024\nTotal 1.00\n";
    EXPECT_EQ(given(Papers({bare}).draft(), bare, "date"), "2024-02-20");
    const std::string equal = "Acme\nInvoice No 1\nDate: 13/02/2024\nDue Date: 13/02/2024\nTotal 1.00\n";
    const TemplateDraft same = Papers({equal}).draft();
    EXPECT_EQ(given(same, equal, "date"), "2024-02-13") << same.yaml;
    EXPECT_EQ(given(same, equal, "date_due"), "2024-02-13");
    EXPECT_EQ(issues_of(same), "");
}

TEST(TemplateDraft, OrderOfDaysThatNothingTellsIsTold) {
    const std::string text = "Acme\nInvoice No 1\nDate: 02/03/2024\nTotal 1.00\n";
    const TemplateDraft draft = Papers({text}).draft();
    EXPECT_EQ(given(draft, text, "date"), "2024-02-03");
    EXPECT_NE(issues_of(draft).find("nothing tells the order of day and month"), std::string::npos);
    DraftRules rules;
    rules.order = DateOrder::DayMonthYear;
    const TemplateDraft told = Papers({text}).draft(rules);
    EXPECT_EQ(given(told, text, "date"), "2024-03-02");
    EXPECT_EQ(issues_of(told), "");
}

TEST(TemplateDraft, SeveralDocumentsVoteAndOddOnesAreTold) {
    const std::string a = "Acme\nInvoice No: A-1\nDate: 13.02.2024\nTotal EUR 1,00\n";
    const std::string b = "Acme\nInvoice No: A-2\nDate: 14.02.2024\nTotal EUR 2.000,00\n";
    const std::string c = "Acme\nCredit note no: C-3\nDate: 15.02.2024\nTotal EUR -3,00\n";
    const std::string d = "Acme\nDate: 16.02.2024\nTotal USD 4,00\n";
    const TemplateDraft draft = Papers({a, b, c, d}).draft();
    expect_clean(draft);
    EXPECT_EQ(given(draft, a, "invoice_number"), "A-1");
    EXPECT_EQ(given(draft, b, "amount"), "2000.0");
    EXPECT_EQ(given(draft, c, "invoice_number"), "C-3") << draft.yaml;  // a second pattern
    EXPECT_EQ(given(draft, c, "amount"), "-3.0") << draft.yaml;
    EXPECT_EQ(given(draft, d, "amount"), "4.0");
    EXPECT_EQ(given(draft, d, "invoice_number"), "");
    const std::string told = issues_of(draft);
    EXPECT_NE(told.find("in/d.txt: invoice_number: nothing was seen"), std::string::npos) << told;
    EXPECT_NE(told.find("in/d.txt: currency: USD is printed, EUR in other documents"), std::string::npos) << told;
    const ReadData read = read_yaml(draft.yaml);
    const Data* required = read.value->find("required_fields");
    EXPECT_EQ(texts_of(required), (std::vector<std::string>{"issuer", "amount", "date"}));
}

TEST(TemplateDraft, KeywordsAreMadeSpecific) {
    const Papers papers({"Acme\nVAT No: DE123456789\nTotal 1.00\nwww.acme.example\n"});
    const Papers others({"Acme Europe\nTotal 2.00\n"});
    DraftRules rules;
    rules.others = others.all();
    const TemplateDraft draft = papers.draft(rules);
    EXPECT_NE(issues_of(draft).find("invoice.draft-keyword in/a.txt: the keyword 'Acme' is also in 1 document of other "
                                    "issuers, such as a.txt; "
                                    "'DE123456789' was added"),
              std::string::npos)
        << issues_of(draft);
    EXPECT_EQ(given(draft, others.all()[0]->text, "amount").substr(0, 19), "failed: no_template");
    const Papers bare({"Acme\nTotal 1.00\n"});
    EXPECT_NE(issues_of(bare.draft(rules)).find("add a keyword by hand"), std::string::npos);
}

TEST(TemplateDraft, OnlyNumbersOrNothing) {
    const TemplateDraft draft = Papers({"Acme\n12 34 56\n"}).draft();
    EXPECT_EQ(draft.yaml, "");
    EXPECT_TRUE(issues_of(draft).starts_with("invoice.draft-empty in/a.txt: "));
}

TEST(TemplateDraft, OddLettersInLabelsAndNames) {
    const std::string text =
        "A+B (Ltd) [x] 'y': \"z\"\nA+B (Ltd) [x] 'y'\nInvoice #: 7/(a)\nPrice* [net] $ + tax?  12.00 EUR\n"
        "\xD7\x97\xD7\xA9\xD7\x91\xD7\x95\xD7\x9F 31.12.2024\n";
    const TemplateDraft draft = Papers({text}).draft();
    expect_clean(draft);
    EXPECT_EQ(given(draft, text, "amount"), "12.0") << draft.yaml << issues_of(draft);
    EXPECT_EQ(given(draft, text, "date"), "2024-12-31");
    EXPECT_EQ(given(draft, text, "issuer"), "A+B (Ltd) [x] 'y'");
}

/// An invoice of random labels, forms and layout, and what is true of it.
struct RandomInvoice {
    std::string text, number, date;
    double total = 0;
};
RandomInvoice random_invoice(Random& random, bool is_german) {
    RandomInvoice made;
    const auto gap = [&] { return std::string(static_cast<std::size_t>(random.between(1, 12)), ' '); };
    const auto one_of = [&](std::initializer_list<const char*> words) {
        return std::string(words.begin()[random.below(words.size())]);
    };
    const std::int64_t cents = random.between(10'000, 99'999'999), year = random.between(2001, 2030),
                       month = random.between(1, 12), day = random.between(13, 28);
    made.total = static_cast<double>(cents) / 100;
    made.number = cat(one_of({"A-", "", "RE/", "2024."}), random.between(100, 99'999));
    std::string whole = cat(cents / 100);
    for (std::size_t at = whole.size(); at > 3; at -= 3)
        whole.insert(at - 3, 1, is_german ? '.' : ',');
    const auto two = [](std::int64_t number) { return cat(number < 10 ? "0" : "", number); };
    made.date = cat(year, "-", two(month), "-", two(day));
    const std::string amount = cat(whole, is_german ? ',' : '.', two(cents % 100));
    const std::string date = is_german ? cat(two(day), ".", two(month), ".", year) : cat(month, "/", day, "/", year);
    const std::string separator = one_of({":", " :", ".", "", " #"});
    made.text = cat("Firm of ", is_german ? "Köln" : "York", "\n",
                    is_german ? one_of({"Rechnungsnummer", "Rechnung Nr"}) : one_of({"Invoice No", "INVOICE NUMBER"}),
                    separator, gap(), made.number, "\n", is_german ? "Rechnungsdatum" : "Invoice Date", separator,
                    gap(), date, "\n");
    for (std::int64_t line = random.between(0, 5); line > 0; --line)
        made.text += cat("Lamp ", line, gap(), " ", line, "  ", two(line), is_german ? ",50" : ".50", "\n");
    made.text +=
        cat(gap(), is_german ? one_of({"Gesamtbetrag", "Zu zahlen"}) : one_of({"Total", "Grand Total", "AMOUNT DUE"}),
            gap(), " ", amount, one_of({"", " EUR"}), "\n");
    return made;
}

TEST(TemplateDraft, RandomInvoicesAreReadAsTheyWereMade) {
    Random random(testing::test_seed());
    for (int round = 0; round < 10 * testing::test_scale(); ++round) {
        const bool is_german = random.below(2) == 0;
        std::vector<RandomInvoice> made;
        std::vector<std::string> texts;
        for (std::int64_t i = random.between(1, 4); i > 0; --i) {
            made.push_back(random_invoice(random, is_german));
            texts.push_back(made.back().text);
        }
        const TemplateDraft draft = Papers(texts).draft();
        expect_clean(draft);
        for (const RandomInvoice& one : made) {
            EXPECT_EQ(given(draft, one.text, "invoice_number"), one.number)
                << one.text << draft.yaml << issues_of(draft);
            EXPECT_EQ(given(draft, one.text, "date"), one.date) << one.text << draft.yaml << issues_of(draft);
            EXPECT_EQ(given(draft, one.text, "amount"), python_text(Data(one.total)))
                << one.text << draft.yaml << issues_of(draft);
        }
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace hone::invoice
