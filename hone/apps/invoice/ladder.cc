#include "hone/apps/invoice/ladder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hone/apps/invoice/duplicates.h"
#include "hone/apps/invoice/einvoice.h"
#include "hone/apps/invoice/einvoice_page.h"
#include "hone/apps/invoice/page_split.h"
#include "hone/apps/invoice/printable_text.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/template_document.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::array<Value<std::string> Document::*, 8> kTexts = {
    &Document::vendor, &Document::kind,     &Document::number,  &Document::customer_po,
    &Document::terms,  &Document::currency, &Document::ship_to, &Document::bill_to};
constexpr std::array<Value<Day> Document::*, 4> kDays = {&Document::order_date, &Document::invoice_date,
                                                         &Document::due_date, &Document::ship_date};
constexpr std::array<Value<Decimal> Document::*, 6> kAmounts = {&Document::subtotal, &Document::surcharge,
                                                                &Document::freight,  &Document::discount,
                                                                &Document::tax,      &Document::total};

bool is_enough(const Document& document) {
    return document.number && (document.total || !document.lines.empty());
}

/// What a document lacks that its step should have found: ", although no number was found"; or empty.
std::string absence(const Document& document) {
    const bool has_sums = document.total || !document.lines.empty();
    if (document.number && has_sums) return "";
    if (has_sums) return ", although no number was found";
    return document.number ? ", although neither a total nor lines were found"
                           : ", although neither a number nor a total nor lines were found";
}

/// "template acme.yml", "profile creative-coop", "general profile".
std::string step_name(const Document& document) {
    if (document.method == "generic") return "general profile";
    if (document.method == "xml") return cat("e-invoice ", document.profile);
    return cat(document.method, ' ', document.profile);
}

/// Takes values of a later step where there are none.
class Filler {
public:
    Filler(Document& into, const Document& from) : into_(into), from_(from), origin_(step_name(from)) {}

    void run() {
        // What a sum is made of belongs together: parts of another step's sum would not add up to this one's.
        const bool has_sums = std::ranges::any_of(kAmounts, [&](auto member) { return bool(into_.*member); });
        for (const auto member : kTexts)
            fill(into_.*member, from_.*member);
        for (const auto member : kDays)
            fill(into_.*member, from_.*member);
        if (!has_sums)
            for (const auto member : kAmounts)
                fill(into_.*member, from_.*member);
        const bool takes_lines = into_.lines.empty() && !from_.lines.empty();
        if (takes_lines) {
            into_.lines = from_.lines;
            ++filled_;
        }
        if (into_.pages.empty()) into_.pages = from_.pages;
        for (const Check& check : from_.checks) {
            const bool counts = check.name == "pages" || (check.name == "rows" && takes_lines) ||
                                (check.name == "date-order" && has_filled_day());
            if (counts) into_.checks.push_back(check);
        }
        if (filled_ > 0) into_.ladder.push_back(cat(origin_, ": filled ", filled_, " absent values"));
    }

private:
    bool has_filled_day() const {
        return std::ranges::any_of(kDays, [&](auto member) { return (into_.*member).rule.starts_with("filled"); });
    }

    template <class T>
    void fill(Value<T>& into, const Value<T>& from) {
        if (into || !from) return;
        into = from;
        into.rule = cat("filled by ", origin_, ": ", from.rule);
        ++filled_;
    }

    Document& into_;
    const Document& from_;
    std::string origin_;
    std::size_t filled_ = 0;
};

template <class T>
void compare(std::string_view what, const Value<T>& first, const Value<T>& second, Document& document) {
    if (!first || !second) return;
    const bool agree = *first.value == *second.value;
    document.checks.push_back(
        {cat("methods-", what), agree, agree ? "" : cat("found ", first.raw, " and ", second.raw), 0});
}

/// Two steps that know their business, and where they differ.
void compare_steps(Document& winner, const Document& other) {
    if (other.method == "generic") return;  // a guess says nothing about what somebody declared
    compare("number", winner.number, other.number, winner);
    compare("total", winner.total, other.total, winner);
}

/// "; not found: vat, iban" for fields of a template.
std::string fields_not_found(const TemplateExtraction& extraction) {
    std::vector<std::string> required, others;
    for (const FieldFinding& one : extraction.findings)
        if (one.value.empty()) (one.is_required ? required : others).push_back(one.field);
    std::string text;
    if (!required.empty()) text += cat("; required and not found: ", join(required, ", "));
    if (!others.empty()) text += cat("; not found: ", join(others, ", "));
    return text;
}

/// "a.yml lacks 'Acme', 'Invoice'", "b.yml is excluded by 'Copy'".
std::string why_not(const NearTemplate& near) {
    constexpr std::size_t kMostKeywords = 5;
    const auto quoted = [&](std::vector<std::string> words) {
        const std::size_t more = words.size() - std::min(words.size(), kMostKeywords);
        words.resize(words.size() - more);
        return cat("'", join(words, "', '"), "'", more > 0 ? cat(" and ", more, " more") : "");
    };
    std::string text = near.name;
    if (!near.missing.empty()) text += cat(" lacks ", quoted(near.missing));
    if (!near.excluding.empty())
        text += cat(near.missing.empty() ? "" : " and", " is excluded by ", quoted(near.excluding));
    return text;
}

void tell_pages(const DocumentText& text, std::vector<std::string>& ladder) {
    std::size_t unread = 0;
    for (const DocumentPage& page : text.pages)
        unread += !page.is_usable && page.source != PageSource::Ocr ? 1 : 0;
    if (unread > 0) ladder.push_back(cat("text: ", unread, " of ", text.pages.size(), " pages have no usable text"));
    std::size_t recognised = 0;
    for (const DocumentPage& page : text.pages)
        recognised += page.source == PageSource::Ocr ? 1 : 0;
    if (recognised > 0) ladder.push_back(cat("recognition: read ", recognised, " of ", text.pages.size(), " pages"));
}

/// The step of electronic invoices.
void read_xml(const DocumentText& text, std::vector<Document>& steps, std::vector<std::string>& ladder) {
    const DocumentAttachment* attachment = choose_einvoice(text.info.attachments);
    if (attachment == nullptr) return;
    EInvoiceAnswer answer = read_einvoice(attachment->bytes);
    const std::string name = attachment->name.empty() ? "e-invoice" : cat("e-invoice ", attachment->name);
    if (!answer.document) return ladder.push_back(cat(name, ": ", answer.code, ": ", answer.message));
    ladder.push_back(cat(name, ": ", answer.document->profile));
    if (!text.pages.empty()) compare_with_page(*answer.document, layout_text(text.pages));
    steps.push_back(std::move(*answer.document));
}

std::vector<Document> steps_of(const DocumentText& text, const LadderRules& rules, LadderResult& result,
                               std::vector<std::string>& ladder) {
    std::vector<Document> steps;
    const bool is_any = rules.method == Method::Auto;
    const auto look = [&rules] {
        if (rules.cancel != nullptr) rules.cancel->check();
    };
    look();
    if (is_any || rules.method == Method::Xml) read_xml(text, steps, ladder);
    if (rules.method == Method::Xml || text.pages.empty()) return steps;
    if (rules.templates != nullptr && (is_any || rules.method == Method::Template)) {
        result.extraction = extract_by_template(text, *rules.templates);
        ladder.push_back(template_story(*result.extraction));
        if (result.extraction->output) steps.push_back(document_of_template(*result.extraction, text.pages));
    }
    look();
    if (rules.method != Method::Template) {
        const std::string_view pinned = rules.method == Method::Generic ? "generic" : std::string_view(rules.profile);
        Document read = read_document(text.pages, rules.profiles, pinned, rules.day_order);
        ladder.insert(ladder.end(), read.ladder.begin(), read.ladder.end());
        read.ladder.clear();
        steps.push_back(std::move(read));
    }
    return steps;
}

/// Pages of a document that no step has told of.
void state_pages(const DocumentText& text, Document& document) {
    if (!document.pages.empty()) return;
    for (const DocumentPage& page : text.pages)
        document.pages.push_back({page.number, std::string(page_source_name(page.source)), 0, page.failure});
}

/// Reads one document.
LadderResult climb_one(const DocumentText& text, const LadderRules& rules, std::vector<std::string> ladder) {
    LadderResult result;
    tell_pages(text, ladder);
    std::vector<Document> steps = steps_of(text, rules, result, ladder);
    if (result.extraction) result.layout = layout_text(text.pages);
    result.fingerprint = text_fingerprint(text.pages);
    if (text.form == FileForm::Xml && steps.empty()) {
        result.document.failure_code = "unsupported";
        result.document.failure = ladder.empty() ? "the XML is no invoice that is known" : ladder.back();
    }
    auto winner = std::ranges::find_if(steps, is_enough);
    if (winner == steps.end()) winner = steps.begin();
    if (winner == steps.end()) {
        result.document.ladder = std::move(ladder);
        state_pages(text, result.document);
        return result;
    }
    result.document = std::move(*winner);  // its lines may be many; the others are only compared with it
    result.document.ladder = std::move(ladder);
    result.document.ladder.push_back(cat("taken: ", step_name(result.document), absence(result.document)));
    for (auto later = steps.begin(); later != steps.end(); ++later) {
        if (later == winner) continue;
        compare_steps(result.document, *later);
        Filler(result.document, *later).run();
    }
    make_printable(result.document);
    state_pages(text, result.document);
    if (!text.failure_code.empty())
        result.document.ladder.push_back(cat("reading ended early: ", text.failure_code, ": ", text.failure));
    return result;
}

/// The pages of one of several documents of a file.
DocumentText part_of(const DocumentText& text, const PageRange& range) {
    DocumentText part;
    part.form = text.form;
    part.info = text.info;
    part.info.attachments.clear();  // an e-invoice belongs to a file of one document
    for (std::size_t i = range.begin; i < range.end; ++i)
        part.pages.push_back(text.pages[i]);
    return part;
}

}  // namespace

std::string template_story(const TemplateExtraction& extraction) {
    if (extraction.output && !extraction.template_name.empty())
        return cat("template ", extraction.template_name, ": all its keywords occur", fields_not_found(extraction));
    if (!extraction.template_name.empty())
        return cat("template ", extraction.template_name, ": ", extraction.failure_code, ": ", extraction.failure,
                   fields_not_found(extraction));
    std::vector<std::string> nearest;
    for (const NearTemplate& near : extraction.nearest)
        nearest.push_back(why_not(near));
    return cat("templates: ", extraction.failure, nearest.empty() ? "" : "; the nearest: ", join(nearest, "; "));
}

TemplateExtraction extract_by_template(const DocumentText& text, const TemplateSet& templates) {
    const std::string layout = layout_text(text.pages);
    const bool is_recognised =
        std::ranges::any_of(text.pages, [](const DocumentPage& page) { return page.source == PageSource::Ocr; });
    std::vector<TemplateInput> readers;
    const TemplateReader first = text.form == FileForm::Text ? TemplateReader::Text : TemplateReader::Layout;
    readers.push_back({layout, text.pages, first});
    if (is_recognised) readers.push_back({layout, text.pages, TemplateReader::Ocr});
    return extract_cascade(templates, readers);
}

std::vector<LadderResult> climb(const DocumentText& text, const LadderRules& rules) {
    std::vector<LadderResult> results;
    if (!text.failure_code.empty() && text.pages.empty()) {
        LadderResult& failed = results.emplace_back();
        failed.document.failure_code = text.failure_code;
        failed.document.failure = text.failure;
        return results;
    }
    const PageSplit split = split_pages(text.pages);
    if (split.ranges.size() < 2) {
        results.push_back(climb_one(text, rules, split.doubts));
        return results;
    }
    for (std::size_t i = 0; i < split.ranges.size(); ++i) {
        std::vector<std::string> ladder = split.doubts;
        if (i > 0) ladder.push_back(cat("a new document begins: ", split.reasons[i - 1]));
        results.push_back(climb_one(part_of(text, split.ranges[i]), rules, std::move(ladder)));
    }
    return results;
}

}  // namespace hone::invoice
