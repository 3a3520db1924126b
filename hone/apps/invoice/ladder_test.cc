#include "hone/apps/invoice/ladder.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/einvoice_examples.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kText =
    "Acme Supplies\n"
    "Invoice No: AC-1042                 Date: 2024-03-09\n"
    "\n"
    "Item       Description          Qty    Unit Price    Amount\n"
    "AB1200     Blue mug, tall        12          2.50     30.00\n"
    "AB1300     Red mug                2          3.25      6.50\n"
    "\n"
    "                                     Total            36.50\n";

DocumentText text_of(std::string_view layout) {
    DocumentText text;
    text.form = FileForm::Text;
    text.pages = layout_pages(layout);
    text.info.pages = static_cast<std::uint32_t>(text.pages.size());
    return text;
}

TemplateSet templates_of(std::string fields) {
    const TemplateText text{"acme.yml", cat("issuer: Acme\nkeywords: [Acme Supplies]\nfields:\n", fields), false};
    return load_template_texts({&text, 1});
}

LadderResult climb_one(const DocumentText& text, const LadderRules& rules) {
    std::vector<LadderResult> results = climb(text, rules);
    EXPECT_EQ(results.size(), 1U);
    return std::move(results.at(0));
}

bool says(const Document& document, std::string_view words) {
    for (const std::string& step : document.ladder)
        if (step.find(words) != std::string::npos) return true;
    return false;
}

TEST(Ladder, WithoutTemplatesTheTableIsRead) {
    const LadderResult result = climb_one(text_of(kText), {});
    EXPECT_FALSE(result.extraction);
    EXPECT_EQ(result.document.method, "generic");
    EXPECT_EQ(result.document.lines.size(), 2U);
    EXPECT_TRUE(says(result.document, "taken: general profile"));
}

TEST(Ladder, ATemplateWinsAndLaterStepsFillWhatItLacks) {
    const TemplateSet set =
        templates_of("  invoice_number: 'Invoice No: (\\S+)'\n  amount: 'Total +([\\d.]+)'\n  date: 'Date: (\\S+)'\n");
    LadderRules rules;
    rules.templates = &set;
    const LadderResult result = climb_one(text_of(kText), rules);
    const Document& document = result.document;
    ASSERT_TRUE(result.extraction && result.extraction->output);
    EXPECT_EQ(document.method, "template");
    EXPECT_EQ(*document.vendor.value, "Acme");
    EXPECT_EQ(*document.number.value, "AC-1042");
    EXPECT_EQ(document.number.rule, "template acme.yml invoice_number");
    EXPECT_EQ(decimal_text(*document.total.value, 2), "36.50");
    EXPECT_EQ(iso_text(*document.invoice_date.value), "2024-03-09");
    ASSERT_EQ(document.lines.size(), 2U) << "the template declares none";
    EXPECT_TRUE(says(document, "general profile: filled"));
    EXPECT_EQ(document.fields.at("amount").number(), 36.5);
}

TEST(Ladder, ATemplateThatFailsIsToldAndTheNextStepIsTaken) {
    const TemplateSet set = templates_of("  invoice_number: 'Order (\\S+)'\n");
    LadderRules rules;
    rules.templates = &set;
    const LadderResult result = climb_one(text_of(kText), rules);
    EXPECT_EQ(result.document.method, "generic");
    EXPECT_TRUE(says(result.document, "missing_required"));
    rules.method = Method::Template;
    const LadderResult alone = climb_one(text_of(kText), rules);
    EXPECT_TRUE(alone.document.lines.empty());
    EXPECT_FALSE(alone.document.number);
}

TEST(Ladder, PagesAreStatedWithoutAResultToo) {
    const TemplateSet set = templates_of("  amount: 'Nothing of (the kind)'\n");
    LadderRules rules;
    rules.templates = &set;
    rules.method = Method::Template;
    const LadderResult failed = climb_one(text_of(kText), rules);
    ASSERT_EQ(failed.document.pages.size(), 1U);
    EXPECT_EQ(failed.document.pages[0].method, "text");
    EXPECT_TRUE(says(failed.document, "required and not found: amount"));
    rules.method = Method::Xml;
    EXPECT_EQ(climb_one(text_of(kText), rules).document.pages.size(), 1U);
}

TEST(Ladder, TheNearestTemplatesAreNamedWithWhatTheyLack) {
    const TemplateText texts[] = {{"a.yml", "keywords: [Acme Supplies, Nobody]\nfields: {}\n", false},
                                  {"b.yml", "keywords: [X1, X2, X3, X4, X5, X6, X7]\nfields: {}\n", false},
                                  {"c.yml", "keywords: Acme\nexclude_keywords: Blue mug\nfields: {}\n", false}};
    const TemplateSet set = load_template_texts(texts);
    LadderRules rules;
    rules.templates = &set;
    const LadderResult result = climb_one(text_of(kText), rules);
    EXPECT_TRUE(says(result.document, "a.yml lacks 'Nobody'"));
    EXPECT_TRUE(says(result.document, "b.yml lacks 'X1', 'X2', 'X3', 'X4', 'X5' and 2 more"));
    EXPECT_TRUE(says(result.document, "c.yml is excluded by 'Blue mug'"));
}

TEST(Ladder, LooksWhetherItIsStopped) {
    const Cancel cancel;
    LadderRules rules;
    rules.cancel = &cancel;
    EXPECT_NO_THROW(climb(text_of(kText), rules));
    cancel.request();
    EXPECT_THROW(climb(text_of(kText), rules), Error);
}

TEST(Ladder, SumsOfTwoStepsAreNotMixed) {
    const TemplateSet set =
        templates_of("  invoice_number: 'Invoice No: (\\S+)'\n  amount: 'tall +([\\d]+)'\n  date: 'Date: (\\S+)'\n");
    LadderRules rules;
    rules.templates = &set;
    const Document document = climb_one(text_of(cat(kText, "  Freight      5.00\n")), rules).document;
    EXPECT_EQ(decimal_text(*document.total.value), "12");
    EXPECT_FALSE(document.freight) << "it belongs to another total";
}

TEST(Ladder, AnElectronicInvoiceComesFirstAndIsComparedWithThePage) {
    DocumentText text = text_of("Rechnung 471102 vom 05.03.2018\nGesamt 529,87 EUR\n");
    text.info.attachments.push_back({"other.xml", "<a/>"});
    text.info.attachments.push_back({"factur-x.xml", kCiiExample});
    const Document document = climb_one(text, {}).document;
    EXPECT_EQ(document.method, "xml");
    EXPECT_EQ(*document.number.value, "471102");
    EXPECT_EQ(document.lines.size(), 2U);
    bool has_compared = false;
    for (const Check& check : document.checks) {
        has_compared = has_compared || check.name == "page-number";
        EXPECT_TRUE(check.passed) << check.name << ": " << check.detail;
    }
    EXPECT_TRUE(has_compared);
    EXPECT_TRUE(says(document, "e-invoice factur-x.xml"));
}

TEST(Ladder, BrokenXmlIsToldAndThePageIsRead) {
    DocumentText text = text_of(kText);
    text.info.attachments.push_back({"factur-x.xml", "<rsm:CrossIndustryInvoice"});
    const Document document = climb_one(text, {}).document;
    EXPECT_EQ(document.method, "generic");
    EXPECT_EQ(document.lines.size(), 2U);
    EXPECT_TRUE(says(document, "damaged"));
}

TEST(Ladder, TwoInvoicesInOneFileAreTwoDocuments) {
    std::string second(kText);
    second.replace(second.find("AC-1042"), 7, "AC-1043");
    const std::vector<LadderResult> results = climb(text_of(cat(kText, "\f", second)), {});
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(*results[0].document.number.value, "AC-1042");
    EXPECT_EQ(*results[1].document.number.value, "AC-1043");
    EXPECT_EQ(results[1].document.pages.size(), 1U);
    EXPECT_EQ(results[1].document.lines.at(0).page, 2U) << "pages count in the file";
}

TEST(Ladder, AFailureIsNoDocument) {
    DocumentText text;
    text.failure_code = "encrypted";
    text.failure = "a password is needed";
    const Document document = climb_one(text, {}).document;
    EXPECT_EQ(document.failure_code, "encrypted");
    EXPECT_TRUE(document.lines.empty());
}

TEST(FileForms, FollowFromTheFirstBytes) {
    EXPECT_EQ(file_form("x.txt", "\n%PDF-1.4"), FileForm::Pdf);
    EXPECT_EQ(file_form("x", "\x89PNG\r\n\x1A\n"), FileForm::Picture);
    EXPECT_EQ(file_form("x.TXT", "<a>"), FileForm::Text);
    EXPECT_EQ(file_form("x.xml", "\xEF\xBB\xBF \n<a/>"), FileForm::Xml);
    EXPECT_EQ(file_form("x.bin", "abc"), FileForm::Unknown);
}

TEST(DocumentTexts, CrossACache) {
    DocumentText text = text_of(kText);
    text.sha256 = "abc";
    text.failure_code = "limit";
    text.info.attachments.push_back({"a.xml", "<a/>"});
    const std::string bytes = encode_value(text);
    Decoder in(bytes);
    const DocumentText back = Codec<DocumentText>::decode(in);
    EXPECT_EQ(back.pages, text.pages);
    EXPECT_EQ(back.info.attachments, text.info.attachments);
    EXPECT_EQ(back.failure_code, "limit");
    EXPECT_EQ(back.form, FileForm::Text);
}

}  // namespace
}  // namespace hone::invoice
