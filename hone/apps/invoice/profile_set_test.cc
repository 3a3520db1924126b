#include "hone/apps/invoice/profile_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sheet_rows.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

ProfileSet load(std::string text, std::string path = "acme.yml") {
    const TemplateText file{std::move(path), std::move(text), false};
    return load_profile_texts({&file, 1});
}

const VendorProfile& named(const ProfileSet& set, std::string_view name) {
    const auto found = std::ranges::find_if(set.profiles, [&](const VendorProfile& one) { return one.name == name; });
    EXPECT_NE(found, set.profiles.end()) << name;
    return *found;
}

std::vector<std::string> said(const ProfileSet& set) {
    std::vector<std::string> out;
    for (const Issue& issue : set.warnings)
        out.push_back(cat(issue.id, ' ', issue.file, ' ', issue.row > 0 ? cat(issue.row) : "-", ' ', issue.column, ": ",
                          issue.message));
    return out;
}

Document read(const ProfileSet& set, std::string_view text, std::string_view pinned = "auto") {
    return read_document(layout_pages(text), set.profiles, pinned);
}

constexpr std::string_view kPage =
    "ACME Tools Ltd                       www.acme-tools.example\n"
    "\n"
    "Belegnr: Z-77812                     Belegdatum: 03.02.2024\n"
    "\n"
    "Stk        Nr          Was                 Einzeln     Zusammen\n"
    "3          K-1001      Hammer              10.00       30.00\n"
    "2          K-1002      Anvil               50.00       100.00\n"
    "SHIP       K-9         Carrier             5.00        5.00\n"
    "\n"
    "Total                                                  130.00\n";

constexpr std::string_view kAcme =
    "vendor: ACME Tools\n"
    "extends: generic\n"
    "detect: {domains: [acme-tools.example]}\n"
    "kinds:\n"
    "  order: {number: ['Z-9+'], quantity: ordered}\n"
    "number: {labels: [Belegnr]}\n"
    "date: {labels: [Belegdatum], order: dmy}\n"
    "shapes: {product_code: ['K-9+']}\n"
    "columns:\n"
    "  ordered: [Stk]\n"
    "  code: ['Nr']\n"
    "  description: Was\n"
    "  price: [Einzeln]\n"
    "  extended: [Zusammen]\n"
    "exclude: [ship]\n";

TEST(ProfileSet, BuiltInProfilesAreReadFromTheirFiles) {
    const auto profiles = vendor_profiles();
    ASSERT_EQ(profiles.size(), builtin_profile_names().size());
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        EXPECT_EQ(profiles[i].name, builtin_profile_names()[i]);
        EXPECT_EQ(profiles[i].vendor.empty(), i + 1 == profiles.size());
        EXPECT_FALSE(profiles[i].code_shapes.empty());
        const ColumnWord& last = profiles[i].columns.back();
        EXPECT_EQ(last.text, general_columns().back().text);  // the general headings come after its own
    }
    EXPECT_EQ(load_profile_texts({}).profiles.size(), profiles.size());
    EXPECT_TRUE(load_profile_texts({}).warnings.empty());
}

TEST(ProfileSet, ProfileOfAUserReadsWhatNoOtherCan) {
    const ProfileSet set = load(std::string(kAcme));
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    EXPECT_EQ(set.profiles.front().name, "acme");  // before the built-in ones
    EXPECT_EQ(set.profiles.back().name, "generic");
    const Document document = read(set, kPage);
    EXPECT_EQ(document.profile, "acme");
    EXPECT_EQ(document.vendor.value, "ACME Tools");
    EXPECT_EQ(document.number.value, "Z-77812");
    EXPECT_EQ(document.kind.value, "order");
    ASSERT_TRUE(document.order_date);
    EXPECT_EQ(iso_text(*document.order_date.value), "2024-02-03");
    ASSERT_EQ(document.lines.size(), 2);
    EXPECT_EQ(document.lines[1].product_code.value, "K-1002");
    EXPECT_EQ(document.lines[1].description.value, "Anvil");
    EXPECT_EQ(document.total.value, parse_money("130.00"));
    EXPECT_EQ(document.quantity, QuantityPolicy::Ordered);
    // Without it the page says nothing of the kind.
    const Document without = read(load_profile_texts({}), kPage);
    EXPECT_NE(without.number.value, "Z-77812");
    EXPECT_TRUE(without.lines.empty());
}

TEST(ProfileSet, LabelsOfTotals) {
    constexpr std::string_view kSums = "XCO\nSumme gesamt netto      100.00\nAlles zusammen: 119.00\n";
    const ProfileSet set = load(
        "vendor: X\nextends: generic\ndetect: {any_text: xco}\n"
        "totals: {subtotal: Summe gesamt netto, total: [alles zusammen]}\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    const Document document = read(set, kSums);
    EXPECT_EQ(document.subtotal.value, parse_money("100.00"));
    EXPECT_EQ(document.total.value, parse_money("119.00"));
    EXPECT_FALSE(read(load_profile_texts({}), kSums).total);
}

TEST(ProfileSet, DomainsStandAlone) {
    const ProfileSet set = load(std::string(kAcme));
    EXPECT_EQ(read(set, "orders@acme-tools.example").profile, "acme");
    EXPECT_EQ(read(set, "notacme-tools.example").profile, "generic");
    EXPECT_EQ(read(set, "acme-tools.examples").profile, "generic");
    EXPECT_EQ(read(set, "x-acme-tools.example acme-tools.example").profile, "acme");
}

TEST(ProfileSet, LongestTextWinsThenTheOrder) {
    const TemplateText files[] = {{"a.yml", "{vendor: A, extends: generic, detect: {any_text: [acme]}}", false},
                                  {"b.yml", "{vendor: B, extends: generic, detect: {any_text: [acme Tools]}}", false},
                                  {"c.yml", "{vendor: C, extends: generic, detect: {any_text: [ACME  tools]}}", false}};
    const ProfileSet set = load_profile_texts(files);
    EXPECT_EQ(read(set, "from Acme  Tools to you").profile, "b");
    EXPECT_EQ(read(set, "acme").profile, "a");
}

TEST(ProfileSet, WordsMatchWhateverTheCaseOfTheirLetters) {
    const ProfileSet set = load(
        "vendor: M\nextends: generic\ndetect: {any_text: [MÜLLER & SÖHNE, Weiß GmbH]}\n"
        "number: {labels: [année réf]}\ncolumns: {price: [STÜCK À]}\ntotals: {total: [BEZÜGLICH]}\nexclude: [ÜBRIG]\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    EXPECT_EQ(read(set, "Müller & Söhne\n").profile, "acme");
    EXPECT_EQ(read(set, "WEISS GMBH\n").profile, "acme");
    EXPECT_EQ(read(set, "Mu\xCC\x88ller & So\xCC\x88hne\n").profile, "acme");
    const Document document = read(set,
                                   "MÜLLER & SÖHNE\nANNÉE RÉF: 771\n\n"
                                   "Qty    Code     Description     Stück à      Amount\n"
                                   "1      A1000    Foo             3.00         3.00\n"
                                   "übrig  A1001    Bar             3.00         3.00\n\n"
                                   "Bezüglich                                    3.00\n");
    EXPECT_EQ(document.number.value, "771");
    ASSERT_EQ(document.lines.size(), 1U);
    EXPECT_EQ(document.lines[0].unit_price.value, parse_money("3.00"));
    EXPECT_EQ(document.total.value, parse_money("3.00"));
}

TEST(ProfileSet, KindsAreToldByTheLabelToo) {
    const ProfileSet set = load(
        "vendor: X\nextends: generic\ndetect: {any_text: xco}\n"
        "kinds: {order: {labels: [Best-Nr.]}, invoice: {labels: [Re-Nr.], quantity: ordered}}\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    EXPECT_EQ(read(set, "XCO\nBest-Nr.: 4711-2\n").kind.value, "order");
    const Document invoice = read(set, "XCO\nRe-Nr.: 4711-2\n");
    EXPECT_EQ(invoice.kind.value, "invoice");
    EXPECT_EQ(invoice.number.value, "4711-2");
    EXPECT_EQ(invoice.quantity, QuantityPolicy::Ordered);
}

TEST(ProfileSet, RowsOfAProfileWithoutKindsDetect) {
    const ProfileSet set =
        load("vendor: Q\nextends: generic\ndetect: {rows: {code: ['\\Q\\Q9+'], with: upc, min: 3}}\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    const std::string row = "QQ17   036000291452   2   3.00\n";
    EXPECT_EQ(read(set, row + row).profile, "generic");
    EXPECT_EQ(read(set, row + row + row).profile, "acme");  // named by its file
}

TEST(ProfileSet, ExtendsPutsListsBefore) {
    const ProfileSet set = load("name: creative-coop\nextends: creative-coop\nnumber: {labels: [Beleg]}\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    EXPECT_EQ(set.profiles.size(), vendor_profiles().size());  // it replaces the built-in one
    const VendorProfile& profile = named(set, "creative-coop");
    EXPECT_EQ(profile.number_labels.front(), "beleg");
    EXPECT_EQ(profile.number_labels.size(), vendor_profiles()[0].number_labels.size() + 1);
    EXPECT_EQ(profile.vendor, "Creative Co-Op");
    EXPECT_TRUE(profile.adds_ordered);
    const ProfileSet general = load("extends: generic\ncolumns: {ordered: [Stk]}\n", "generic.yml");
    EXPECT_TRUE(said(general).empty()) << join(said(general), "\n");
    EXPECT_EQ(general.profiles.size(), vendor_profiles().size());
    const auto has_word = [](const VendorProfile& one) {
        return std::ranges::any_of(one.columns, [](const ColumnWord& word) { return word.text == "stk"; });
    };
    EXPECT_TRUE(std::ranges::all_of(general.profiles, has_word));  // headings of the general profile count for all
}

TEST(ProfileSet, SaysWhatMeansNothingWithLineAndKey) {
    const ProfileSet set = load(
        "vendor: X\n"
        "detect:\n"
        "  anytext: [x]\n"
        "  rows: {code: ['+9'], with: ean, min: 0}\n"
        "kind: invoice\n"
        "number: {labels: [no, Nr], shapes: [9+]}\n"
        "columns: {amout: [a], price: [3]}\n"
        "row: diagonal\n"
        "price: {computed: perhaps}\n"
        "date: [x]\n"
        "price: {computed: maybe}\n");
    const std::vector<std::string> expected = {
        "invoice.profile-lint acme.yml 11 price: the key comes twice in one mapping; the last counts",
        "invoice.profile-lint acme.yml 3 detect.anytext: unknown key anytext, did you mean any_text",
        "invoice.profile-lint acme.yml 4 detect.rows.code: a shape has + without a letter before it (+9)",
        "invoice.profile-lint acme.yml 4 detect.rows.with: rows are detected with upc only, not with ean",
        "invoice.profile-lint acme.yml 4 detect.rows.min: expected a count from 1 to 1000",
        cat("invoice.profile-lint acme.yml 6 number.labels[0]: expected a text, found the truth value false; ",
            "the words yes, no, on and off stand in quotes: 'no'"),
        "invoice.profile-lint acme.yml 10 date: expected a mapping",
        "invoice.profile-lint acme.yml 7 columns.amout: unknown column amout",
        "invoice.profile-lint acme.yml 7 columns.price[0]: expected a text, found a number; it stands in quotes: '3'",
        "invoice.profile-lint acme.yml 8 row: expected columns or paired, found diagonal",
        "invoice.profile-lint acme.yml 11 price.computed: expected true or false",
        "invoice.profile-lint acme.yml - : nothing detects the vendor (detect): only --profile takes it",
    };
    EXPECT_EQ(said(set), expected);
    EXPECT_EQ(named(set, "acme").number_labels, std::vector<std::string>{"nr"});
}

TEST(ProfileSet, ShapesReplaceThoseThatAreExtended) {
    const ProfileSet set = load(
        "vendor: M\nextends: generic\ndetect: {any_text: [mco]}\nnumber: {shapes: ['\\R\\E-99/9999']}\n"
        "customer_po: {shapes: ['99999A?']}\nshapes: {product_code: ['K-9+']}\n");
    EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
    const VendorProfile& profile = named(set, "acme");
    EXPECT_EQ(profile.number_shapes, std::vector<std::string>{"\\R\\E-99/9999"});
    EXPECT_EQ(profile.po_shapes, std::vector<std::string>{"99999A?"});
    EXPECT_EQ(profile.code_shapes, std::vector<std::string>{"K-9+"});
    EXPECT_EQ(read(set, "MCO\nInvoice No: RE-25/0041\n").number.value, "RE-25/0041");
    EXPECT_FALSE(read(set, "MCO\nInvoice No: RE-2025/0041\n").number) << "it has not the form of the vendor";
    // Shapes that are none replace nothing.
    const ProfileSet wrong =
        load("vendor: M\nextends: generic\ndetect: {any_text: [mco]}\nnumber: {shapes: ['A{2}']}\n");
    EXPECT_EQ(said(wrong).size(), 1U);
    EXPECT_EQ(named(wrong, "acme").number_shapes, std::vector<std::string>{"~+"});
}

std::vector<std::string> said_of(std::string_view part) {
    return said(load(cat("vendor: X\nextends: generic\ndetect: {any_text: xco}\n", part)));
}

TEST(ProfileSet, SaysWhatWordsMeanNothing) {
    const std::pair<const char*, const char*> cases[] = {
        {"kind: Invoice",
         "4 kind: expected invoice or credit_note or acknowledgement or order, found Invoice, did you mean invoice"},
        {"kind: bill", "4 kind: expected invoice or credit_note or acknowledgement or order, found bill"},
        {"kinds: {gutschrift: {labels: [x]}}",
         "4 kinds.gutschrift: expected invoice or credit_note or acknowledgement or order, found gutschrift"},
        {"kinds: {credit-note: {labels: [x]}}",
         "4 kinds.credit-note: expected invoice or credit_note or acknowledgement or order, found credit-note, did you "
         "mean credit_note"},
        {"continuation: yes",
         "4 continuation: expected below or none, found the truth value true; the words yes, no, on and off stand in "
         "quotes: 'no'"},
        {"row: [paired]", "4 row: expected columns or paired, found a list"},
        {"exclude: [no]",
         "4 exclude[0]: expected a text, found the truth value false; the words yes, no, on and off stand in quotes: "
         "'no'"},
        {"columns: {codes: [x]}", "4 columns.codes: unknown column codes, did you mean code"},
        {"columns: {quantity: [x]}", "4 columns.quantity: unknown column quantity, did you mean ordered"},
        {"totals: {gross: [x]}", "4 totals.gross: unknown sum gross, did you mean total"},
        {"totals: {totl: [x]}", "4 totals.totl: unknown sum totl, did you mean total"},
        {"columns: {price: [Wert], extended: [WERT]}",
         "4 columns.extended: the heading 'wert' names the column price already, which counts"},
        {"totals: {total: [Alles], subtotal: [alles]}",
         "4 totals.subtotal: the label 'alles' names the sum total already, which counts"},
    };
    for (const auto& [part, finding] : cases)
        EXPECT_EQ(join(said_of(part), "\n"), cat("invoice.profile-lint acme.yml ", finding)) << part;
    EXPECT_TRUE(said_of("kind: credit_note").empty());
    EXPECT_TRUE(said_of("columns: {price: [Wert, WERT]}").empty());
}

TEST(ProfileSet, KindsThatAreNoneAreLeftOut) {
    const ProfileSet set =
        load("vendor: X\nextends: generic\ndetect: {any_text: xco}\nkind: Invoice\nkinds: {bill: {}}\n");
    EXPECT_EQ(named(set, "acme").kind, "invoice");
    EXPECT_TRUE(named(set, "acme").kinds.empty());
}

TEST(ProfileSet, ShapesThatLookLikeRegularExpressions) {
    for (const char* shape : {"[A-Z]{2}", "A(9)", "^A9", "A9$", "A|9", "A*", "\\d+", "\\w9", "A\\s9"}) {
        const std::vector<std::string> found = said_of(cat("number: {shapes: ['", shape, "']}"));
        ASSERT_EQ(found.size(), 1U) << shape;
        EXPECT_NE(found[0].find("no regular expression"), std::string::npos) << found[0];
    }
    for (const char* shape : {"\\(9+\\)", "A9.9", "\\D\\A9", "9/9", "A9?", "\\\\d9"})
        EXPECT_TRUE(said_of(cat("number: {shapes: ['", shape, "']}")).empty()) << shape;
}

TEST(ProfileSet, DetectionThatMeansAnybodyOrNobody) {
    const auto detected = [](std::string_view detect) {
        return load(cat("vendor: X\nextends: generic\ndetect: {", detect, "}\n"));
    };
    for (const char* text : {"e", "ab", "'& co'"})
        EXPECT_NE(join(said(detected(cat("any_text: [", text, ", acme]"))), "\n").find("fewer than three letters"),
                  std::string::npos)
            << text;
    EXPECT_EQ(named(detected("any_text: [e, acme]"), "acme").any_text, std::vector<std::string>{"acme"});
    EXPECT_TRUE(said(detected("any_text: [o2 a, 東芝]")).empty());
    for (const char* text :
         {"https://www.x.de/", "'@x.de'", "Post@X.de", "x.de/shop", "www.x.de", "x.de", "http://x.de./a@b"}) {
        const ProfileSet set = detected(cat("domains: [\"", trim(text) == "'@x.de'" ? "@x.de" : text, "\"]"));
        EXPECT_TRUE(said(set).empty()) << join(said(set), "\n");
        EXPECT_EQ(named(set, "acme").domains, std::vector<std::string>{"x.de"}) << text;
    }
    for (const char* text : {"x y.de", "https://", "@"})
        EXPECT_NE(join(said(detected(cat("domains: ['", text, "', a.de]"))), "\n").find("expected a domain"),
                  std::string::npos)
            << text;
}

TEST(ProfileSet, SaysWhatReplacesAnother) {
    const TemplateText files[] = {
        {"a.yml", "{name: dup, vendor: A, extends: generic, detect: {any_text: [acme]}}", false},
        {"b.yml", "{name: dup, vendor: B, extends: generic, detect: {any_text: [acme]}}", false},
        {"c.yml", "{name: dup, extends: dup}", false},
        {"x/rifle.yml", "{vendor: R, extends: generic, detect: {any_text: [riffle]}}", false}};
    const ProfileSet set = load_profile_texts(files);
    const std::vector<std::string> expected = {
        "invoice.profile-lint b.yml - name: it has the name of the profile in a.yml and replaces it (say `extends: "
        "dup` "
        "to keep what it says, or another `name`)",
        "invoice.profile-lint x/rifle.yml - name: it has the name of the built-in profile rifle and replaces it (say "
        "`extends: rifle` to keep what it says, or another `name`)"};
    EXPECT_EQ(said(set), expected);
    EXPECT_EQ(set.warnings.front().severity, Severity::Note);
    EXPECT_EQ(named(set, "dup").vendor, "B");
}

TEST(ProfileSet, ExtendsWhateverTheOrderOfFiles) {
    std::vector<TemplateText> files = {{"a.yml", "{extends: b, number: {labels: [aaa]}}", false},
                                       {"b.yml", "{extends: c, number: {labels: [bbb]}}", false},
                                       {"c.yml", "{vendor: C, extends: rifle, number: {labels: [ccc]}}", false},
                                       {"rifle.yml", "{extends: rifle, number: {labels: [rrr]}}", false}};
    const std::vector<std::string> labels = {"aaa", "bbb", "ccc", "rrr", "order"};
    std::ranges::sort(files, {}, &TemplateText::path);
    do {
        const ProfileSet set = load_profile_texts(files);
        ASSERT_TRUE(said(set).empty()) << join(said(set), "\n");
        EXPECT_EQ(named(set, "a").number_labels, labels);
        EXPECT_EQ(named(set, "a").vendor, "C");
    } while (std::next_permutation(files.begin(), files.end(),
                                   [](const auto& a, const auto& b) { return a.path < b.path; }));
}

TEST(ProfileSet, CirclesAreTold) {
    const TemplateText files[] = {{"a.yml", "{vendor: A, extends: b}", false},
                                  {"b.yml", "{vendor: B, extends: c}", false},
                                  {"c.yml", "{vendor: C, extends: b}", false},
                                  {"d.yml", "{vendor: D, extends: d}", false},
                                  {"e.yml", "{vendor: E, extends: nobody}", false}};
    const std::vector<std::string> expected = {
        "invoice.profile-skipped a.yml - : it extends b, which is neither built in nor among the profiles that count",
        "invoice.profile-skipped b.yml - : profiles extend each other in a circle: b extends c extends b",
        "invoice.profile-skipped c.yml - : profiles extend each other in a circle: b extends c extends b",
        "invoice.profile-skipped d.yml - : it extends d, which is neither built in nor among the profiles that count",
        cat("invoice.profile-skipped e.yml - : it extends nobody, which is neither built in nor among ",
            "the profiles that count")};
    EXPECT_EQ(said(load_profile_texts(files)), expected);
}

TEST(ProfileSet, FilesAreUtf8WithOrWithoutItsMark) {
    constexpr std::string_view kText = "vendor: Müller\nextends: generic\ndetect: {any_text: [müller]}\n";
    const ProfileSet marked = load(cat("\xEF\xBB\xBF", kText));
    EXPECT_TRUE(said(marked).empty());
    EXPECT_EQ(named(marked, "acme").vendor, "Müller");
    EXPECT_TRUE(said(load("\xEF\xBB\xBF{\"vendor\": \"M\", \"extends\": \"rifle\"}", "acme.json")).empty());
    const std::vector<std::string> expected = {"invoice.profile-skipped acme.yml - : the file is no UTF-8"};
    EXPECT_EQ(said(load("vendor: M\xFCller\nextends: generic\n")), expected);
    EXPECT_EQ(said(load(std::string("\xFF\xFEv\0e\0", 6))), expected);
}

TEST(ProfileSet, MistakesOfSyntaxStandInALineOfTheFile) {
    EXPECT_NE(join(said(load("vendor: X\nextends: generic\nnumber: [a\n")), "").find(": line 3: "), std::string::npos);
}

TEST(ProfileSet, ExcludeLooksBehindAPosition) {
    const ProfileSet set = load("vendor: X\nextends: generic\ndetect: {any_text: xco}\nexclude: [w-1002, set]\n");
    for (const char* heading : {"Pos", "Nr "}) {
        const Document document = read(set, cat("XCO\nInvoice No: 4711\n\n", heading,
                                                "   Code     Description     Qty    Price    Amount\n"
                                                "1     W-1001   Foo             1      3.00     3.00\n"
                                                "2     W-1002   Bar             1      3.00     3.00\n"
                                                "3     W-1003   Set             1      3.00     3.00\n\n"
                                                "Total                                          6.00\n"));
        ASSERT_EQ(document.lines.size(), 2U) << heading;
        EXPECT_EQ(document.lines[1].product_code.value, "W-1003");
    }
}

TEST(ProfileSet, LeavesOutWhatIsNoProfile) {
    const TemplateText files[] = {{"a.yml", "", false},
                                  {"b.yml", "[1]", false},
                                  {"c.yml", "vendor: [", false},
                                  {"d.yml", "kind: invoice", false},
                                  {"e.yml", "{vendor: E, extends: nobody}", false},
                                  {"auto.yml", "vendor: E", false},
                                  {"f.json", "{\"vendor\": \"F\", \"extends\": \"generic\"}", false}};
    const ProfileSet set = load_profile_texts(files);
    EXPECT_EQ(set.profiles.size(), vendor_profiles().size() + 1);
    EXPECT_EQ(set.profiles.front().vendor, "F");
    std::size_t skipped = 0;
    for (const Issue& issue : set.warnings) {
        skipped += issue.id == "invoice.profile-skipped" ? 1 : 0;
        EXPECT_FALSE(issue.message.empty());
    }
    EXPECT_EQ(skipped, 6);
}

/// The plain form of has_shape().
bool fits_plainly(std::string_view text, std::string_view shape) {
    if (shape.empty()) return text.empty();
    const bool is_literal = shape.front() == '\\';
    const std::size_t width = is_literal ? 2 : 1;
    const char mark = shape.size() > width ? shape[width] : '\0';
    const std::string_view rest = shape.substr(width + (mark == '?' || mark == '+' ? 1 : 0));
    const char kind = shape[width - 1];
    const auto fits = [&](char letter) {
        const bool is_capital = letter >= 'A' && letter <= 'Z', is_digit = letter >= '0' && letter <= '9';
        if (is_literal) return letter == kind;
        if (kind == 'A') return is_capital;
        if (kind == '9') return is_digit;
        if (kind == '#') return is_capital || is_digit;
        if (kind == '~')
            return is_capital || is_digit || (letter >= 'a' && letter <= 'z') ||
                   std::string_view("-/._").find(letter) != std::string_view::npos;
        return letter == kind;
    };
    if (!text.empty() && fits(text.front())) {
        if (fits_plainly(text.substr(1), rest)) return true;
        if (mark == '+' && fits_plainly(text.substr(1), shape)) return true;
    }
    return mark == '?' && fits_plainly(text, rest);
}

TEST(Shapes, MatchAsThePlainFormDoes) {
    Random random(testing::test_seed());
    constexpr std::string_view kParts[] = {"A", "9", "#", "~", "\\A", "\\9", "x", "-"};
    for (int round = 0; round < 20'000; ++round) {
        std::string shape, text;
        for (std::uint64_t i = random.below(6); i > 0; --i) {
            shape += kParts[random.below(std::size(kParts))];
            shape += std::string_view("??++  ").substr(random.below(6), 1);
            if (shape.back() == ' ') shape.pop_back();
        }
        for (std::uint64_t i = random.below(7); i > 0; --i)
            text += "AB19x-a."[random.below(8)];
        ASSERT_EQ(has_shape(text, shape), fits_plainly(text, shape)) << text << " and " << shape;
    }
}

TEST(Shapes, ManyRepetitionsEnd) {
    const std::string shape = "~+~+~+~+~+~+~+~+~+~+~+~+~+~+~+!";
    EXPECT_FALSE(has_shape(std::string(5000, 'a'), shape));
    EXPECT_TRUE(has_shape(std::string(5000, 'a') + "!", shape));
}

TEST(Shapes, MistakesAreTold) {
    for (const char* right : {"A", "A9+", "\\+", "a?", "\\\\"})
        EXPECT_EQ(shape_error(right), "") << right;
    for (const char* wrong : {"", "?", "A??", "9+?", "\\", "A\\"})
        EXPECT_NE(shape_error(wrong), "") << wrong;
    EXPECT_EQ(shape_error(std::string(63, 'A')), "");
    EXPECT_NE(shape_error(std::string(64, 'A')), "");
}

}  // namespace
}  // namespace hone::invoice
