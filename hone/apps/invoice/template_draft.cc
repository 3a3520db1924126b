#include "hone/apps/invoice/template_draft.h"

#include <algorithm>
#include <map>
#include <set>

#include "hone/apps/invoice/draft_keywords.h"
#include "hone/apps/invoice/draft_pattern.h"
#include "hone/apps/invoice/template_lint.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/yaml_writer.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostPatterns = 3;
constexpr std::size_t kMostAmountRows = 12;  ///< of a document in the preview, besides what was chosen

/// The order of fields in a template.
constexpr std::array kWritten = {DraftField::Amount,  DraftField::Date,      DraftField::InvoiceNumber,
                                 DraftField::DateDue, DraftField::Iban,      DraftField::Bic,
                                 DraftField::Vat,     DraftField::PartnerCoc};

/// A field of the template: its patterns and what they gave for each document.
struct FieldDraft {
    std::vector<std::string> patterns;
    std::vector<Data> found;  ///< null: nothing
    std::size_t right = 0;
};

std::string shown(const Data& value) {
    if (value.is_null()) return "nothing";
    if (const Moment* day = std::get_if<Moment>(&value.value)) return iso_text(day->day);
    if (value.items() == nullptr) return python_text(value);
    std::string out;
    for (const Data& item : *value.items())
        out += cat(out.empty() ? "" : " and ", shown(item));
    return out;
}

/// Text for one line of a comment.
std::string on_one_line(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        const bool is_odd = code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
                            code == 0xFEFF || code >= 0xFFF0;
        append_code(out, is_odd ? U'?' : code);
    }
    return out;
}

class Drafter {
public:
    Drafter(std::span<const DraftDocument* const> documents, const DraftRules& rules)
        : documents_(documents), rules_(rules), style_(draft_style(documents, rules.order)) {}

    TemplateDraft run() {
        for (const DraftDocument* document : documents_)
            picks_.push_back(pick_values(*document, style_));
        choose_issuer();
        for (const DraftField field : kWritten)
            draft_field(field);
        choose_keywords();
        draft_.slug = draft_slug(issuer_);
        draft_.issuer = issuer_;
        tell_absent();
        if (fields_.empty()) {
            give_up("there is neither an amount, a date, a number nor an identifier that a pattern could find");
        } else {
            write();
        }
        tell_odd_documents();
        list_rows();
        return std::move(draft_);
    }

private:
    const DraftPick& pick(std::size_t document, DraftField field) const {
        return picks_[document].at(static_cast<std::size_t>(field));
    }

    void tell(std::string id, std::size_t document, std::string message, Severity severity = Severity::Warning) {
        Issue issue;
        issue.id = std::move(id);
        issue.file = documents_[document]->file;
        issue.severity = severity;
        issue.message = std::move(message);
        draft_.issues.push_back(std::move(issue));
    }
    void give_up(const std::string& why) {
        for (std::size_t i = 0; i < documents_.size(); ++i)
            tell("invoice.draft-empty", i, why);
        fields_.clear();
        draft_.yaml.clear();
    }

    /// The name as most documents print it.
    void choose_issuer() {
        std::map<std::string_view, std::size_t> names;
        for (const DraftDocument* document : documents_)
            ++names[document->issuer()];
        std::size_t most = 0;
        for (const DraftDocument* document : documents_)
            if (names[document->issuer()] > most) {
                most = names[document->issuer()];
                issuer_ = std::string(document->issuer());
            }
    }

    // ---- fields

    std::string key_of(std::size_t document, DraftField field) const {
        return lead_pattern(documents_[document]->text, pick(document, field).candidate->lead, LeadForm::Usual);
    }

    /// The lead that most of `among` have, with a document that has it.
    std::size_t most_common(DraftField field, const std::vector<std::size_t>& among) const {
        std::map<std::string, std::size_t> counts;
        for (const std::size_t document : among)
            ++counts[key_of(document, field)];
        std::size_t best = among.front();
        std::size_t most = 0;
        for (const std::size_t document : among)
            if (const std::size_t count = counts[key_of(document, field)]; count > most) {
                most = count;
                best = document;
            }
        return best;
    }

    void draft_field(DraftField field) {
        std::vector<std::size_t> with;
        for (std::size_t i = 0; i < documents_.size(); ++i)
            if (pick(i, field)) with.push_back(i);
        if (with.empty()) return;
        const bool is_labelled =
            std::ranges::any_of(with, [&](std::size_t i) { return pick(i, field).candidate->weight > 0; });
        if (!is_labelled && 2 * with.size() < documents_.size()) return;  // a guess for a few
        FieldDraft best;
        std::vector<std::size_t> open = with;
        std::set<std::string> tried;
        while (best.patterns.size() < kMostPatterns && !open.empty()) {
            const std::size_t example = most_common(field, open);
            const std::string key = key_of(example, field);
            if (!tried.insert(key).second) break;
            FieldDraft better = best_form(field, best, example, with);
            if (better.right <= best.right) {
                std::erase_if(open, [&](std::size_t i) { return key_of(i, field) == key; });
                continue;
            }
            best = std::move(better);
            open = with;
            std::erase_if(open, [&](std::size_t i) { return is_right(field, i, best); });
        }
        finish_field(field, with, std::move(best));
    }

    bool is_right(DraftField field, std::size_t document, const FieldDraft& made) const {
        return made.found[document] == pick(document, field).value;
    }

    /// `before` with one more pattern, in the form that is right for most documents.
    FieldDraft best_form(DraftField field, const FieldDraft& before, std::size_t example,
                         const std::vector<std::size_t>& with) {
        const std::string key = key_of(example, field);
        std::vector<std::string> printed;
        for (const std::size_t i : with)
            if (key_of(i, field) == key) printed.emplace_back(pick(i, field).candidate->place.of(documents_[i]->text));
        const std::string value = value_pattern(field, printed);
        FieldDraft best;
        for (const LeadForm form : kLeadForms) {
            const std::string lead =
                lead_pattern(documents_[example]->text, pick(example, field).candidate->lead, form);
            if (lead.empty() && form != LeadForm::Usual) continue;
            FieldDraft made;
            made.patterns = before.patterns;
            made.patterns.push_back(lead + value);
            prove_field(field, with, made);
            if (made.right > best.right) best = std::move(made);
            if (best.right == with.size()) break;
        }
        return best;
    }

    Data settings_of(DraftField field, const std::vector<std::string>& patterns) const {
        Data regex =
            patterns.size() == 1 ? Data(patterns.front()) : Data(Data::Array(patterns.begin(), patterns.end()));
        Data::Array replace;
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            if (!pick(i, field)) continue;
            const std::string_view raw = pick(i, field).candidate->place.of(documents_[i]->text);
            const auto add = [&](const char* pattern, const char* by) {
                const Data pair(Data::Array{Data(pattern), Data(by)});
                if (std::find(replace.begin(), replace.end(), pair) == replace.end()) replace.push_back(pair);
            };
            const bool is_registration = field == DraftField::PartnerCoc;
            if (is_registration && digits_only(raw) != raw) add("\\D+", "");
            const bool is_identifier = field == DraftField::Iban || field == DraftField::Vat;
            if (is_identifier && letters_and_digits(raw) != raw) add("[^A-Za-z0-9]+", "");
            if (field != DraftField::Amount) continue;
            if (raw.starts_with("\xE2\x88\x92")) add("\xE2\x88\x92", "-");
            if (raw.find("\xE2\x80\x99") != std::string_view::npos) add("\xE2\x80\x99", "");
            if (raw.starts_with('(')) add("^\\((.*)\\)$", "-\\1");
            if (raw.back() == '-') add("^(.*)-$", "-\\1");
        }
        if (replace.empty()) return regex;
        Data settings;
        settings.set("parser", Data("regex"));
        settings.set("regex", std::move(regex));
        if (field == DraftField::Amount) settings.set("type", Data("float"));
        settings.set("replace", Data(std::move(replace)));
        return settings;
    }

    /// Applies the field alone to the documents that have it.
    void prove_field(DraftField field, const std::vector<std::size_t>& with, FieldDraft& made) const {
        const std::string name(draft_field_name(field));
        Data fields, content;
        fields.set(name, settings_of(field, made.patterns));
        content.set("keywords", Data(Data::Array{Data("")}));  // which is in every text
        content.set("fields", std::move(fields));
        content.set("required_fields", Data(Data::Array{Data("issuer")}));
        content.set("options", options(with));
        const std::vector<TemplateText> file = {{"draft.yml", write_yaml(content), false}};
        const TemplateSet set = load_template_texts(file);
        made.found.assign(documents_.size(), Data());
        made.right = 0;
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            const TemplateExtraction read =
                extract_with_template(set, {documents_[i]->text, {}, documents_[i]->reader});
            if (!read.output) {
                made.right = 0;  // it would fail the whole template
                return;
            }
            if (const Data* value = read.output->find(name)) made.found[i] = *value;
            if (pick(i, field) && is_right(field, i, made)) ++made.right;
        }
    }

    void finish_field(DraftField field, const std::vector<std::size_t>& with, FieldDraft best) {
        const std::string_view name = draft_field_name(field);
        const bool is_kept = 2 * best.right > with.size();
        for (const std::size_t i : with) {
            if (best.right > 0 && is_right(field, i, best)) continue;
            const Data found = best.found.empty() ? Data() : best.found[i];
            if (is_kept)
                tell("invoice.draft-field", i,
                     cat(name, ": the template gives ", shown(found), ", but ", shown(pick(i, field).value),
                         " was seen"));
            else
                tell("invoice.draft-field", i,
                     cat(name, ": left out, for no pattern finds ", shown(pick(i, field).value), "; the nearest gives ",
                         shown(found)));
        }
        if (!is_kept) return;
        for (std::size_t i = 0; i < documents_.size(); ++i)
            if (!pick(i, field))
                tell("invoice.draft-field", i, cat(name, ": nothing was seen, unlike in other documents of the issuer"),
                     Severity::Note);
        if (best.right == documents_.size()) required_.emplace_back(name);
        fields_[field] = std::move(best);
    }

    // ---- keywords

    bool is_everywhere(const std::string& keyword) const {
        return std::ranges::all_of(
            documents_, [&](const DraftDocument* one) { return one->text.find(keyword) != std::string::npos; });
    }

    /// What names the issuer besides its name: identifiers and domains.
    std::vector<std::string> further_names() const {
        std::vector<std::string> names;
        for (const DraftField field : {DraftField::Vat, DraftField::Iban, DraftField::PartnerCoc})
            if (pick(0, field)) names.emplace_back(pick(0, field).candidate->place.of(documents_[0]->text));
        for (const std::string& domain : documents_[0]->scan.domains)
            names.push_back(domain);
        std::erase_if(names, [&](const std::string& name) {
            return !is_everywhere(name) || keyword_looks_like_pattern(name) || name.find('\n') != std::string::npos;
        });
        return names;
    }

    void choose_keywords() {
        keywords_ = {issuer_};
        const std::vector<std::string> further = further_names();
        if (!is_everywhere(issuer_)) {
            if (!further.empty()) keywords_ = {further.front()};
            for (std::size_t i = 0; i < documents_.size(); ++i)
                if (documents_[i]->text.find(keywords_.front()) == std::string::npos)
                    tell("invoice.draft-keyword", i,
                         cat("the issuer is printed as '", documents_[i]->issuer(), "', so the keyword '",
                             keywords_.front(), "' does not match"));
        }
        std::vector<const DraftDocument*> taken = those_with(rules_.others, keywords_.front());
        if (taken.empty()) return;
        const std::string first = taken.front()->name;
        const std::size_t count = taken.size();
        for (const std::string& name : further) {
            if (name == keywords_.front()) continue;
            std::vector<const DraftDocument*> left = those_with(taken, name);
            if (left.size() >= taken.size()) continue;
            keywords_.push_back(name);
            taken = std::move(left);
            if (taken.empty()) break;
        }
        const std::string also = cat("the keyword '", keywords_.front(), "' is also in ", count,
                                     count == 1 ? " document" : " documents", " of other issuers, such as ", first);
        if (taken.empty())
            tell("invoice.draft-keyword", 0, cat(also, "; '", keywords_.back(), "' was added"));
        else
            tell("invoice.draft-keyword", 0, cat(also, ", and nothing else tells them apart; add a keyword by hand"));
    }

    static std::vector<const DraftDocument*> those_with(std::span<const DraftDocument* const> documents,
                                                        const std::string& keyword) {
        std::vector<const DraftDocument*> with;
        for (const DraftDocument* one : documents)
            if (one->text.find(keyword) != std::string::npos) with.push_back(one);
        return with;
    }

    // ---- the file

    /// The options that the fields of `with` need.
    Data options(const std::vector<std::size_t>& with) const {
        std::vector<std::string> formats;
        bool has_dates = false, has_amounts = false;
        std::map<std::string, std::size_t> currencies;
        for (const std::size_t i : with) {
            for (const DraftField field : {DraftField::Date, DraftField::DateDue}) {
                if (!pick(i, field)) continue;
                has_dates = true;
                const std::optional<std::string> format =
                    date_format_of(pick(i, field).candidate->place.of(documents_[i]->text), style_);
                if (format && std::ranges::count(formats, *format) == 0) formats.push_back(*format);
            }
            if (!pick(i, DraftField::Amount)) continue;
            has_amounts = true;
            if (const std::string_view code = currency_of(i); !code.empty()) ++currencies[std::string(code)];
        }
        Data out(Data::Object{});
        const auto most = std::ranges::max_element(currencies, {}, [](const auto& one) { return one.second; });
        if (most != currencies.end()) out.set("currency", Data(most->first));
        if (has_amounts) out.set("decimal_separator", Data(std::string(1, style_.decimal)));
        if (!has_dates) return out;
        if (formats.empty() && !style_.languages.empty() && style_.languages.front() != "en")
            formats.emplace_back("%d %B %Y");
        if (!formats.empty()) out.set("date_formats", Data(Data::Array(formats.begin(), formats.end())));
        if (!style_.languages.empty())
            out.set("languages", Data(Data::Array(style_.languages.begin(), style_.languages.end())));
        return out;
    }

    /// The currency beside the amount of a document, in the note of its label, or beside most other amounts.
    std::string_view currency_of(std::size_t document) const {
        const DraftDocument& one = *documents_[document];
        const DraftCandidate& amount = *pick(document, DraftField::Amount).candidate;
        if (!amount.currency.empty()) return amount.currency;
        if (amount.lead.note.end != 0)
            if (const auto noted = currency_at(one.text, amount.lead.note.begin + 1)) return noted->code;
        std::map<std::string_view, std::size_t> counts;
        for (const DraftCandidate& other : one.scan.found)
            if (!other.currency.empty()) ++counts[other.currency];
        const auto most = std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; });
        return most == counts.end() ? std::string_view() : most->first;
    }

    Data content() const {
        Data fields, content;
        std::set<std::size_t> with;
        for (const DraftField field : kWritten) {
            const auto made = fields_.find(field);
            if (made == fields_.end()) continue;
            fields.set(draft_field_name(field), settings_of(field, made->second.patterns));
            for (std::size_t i = 0; i < documents_.size(); ++i)
                if (pick(i, field)) with.insert(i);
        }
        Data all = options({with.begin(), with.end()});
        if (!fields_.contains(DraftField::Amount)) erase(all, {"currency", "decimal_separator"});
        if (!fields_.contains(DraftField::Date) && !fields_.contains(DraftField::DateDue))
            erase(all, {"date_formats", "languages"});
        Data::Array required = {Data("issuer")};
        required.insert(required.end(), required_.begin(), required_.end());
        content.set("issuer", Data(issuer_));
        content.set("keywords", Data(Data::Array(keywords_.begin(), keywords_.end())));
        content.set("fields", std::move(fields));
        content.set("required_fields", Data(std::move(required)));
        if (!all.members()->empty()) content.set("options", std::move(all));
        return content;
    }
    static void erase(Data& object, std::initializer_list<std::string_view> names) {
        std::erase_if(*object.members(),
                      [&](const auto& member) { return std::ranges::find(names, member.first) != names.end(); });
    }

    std::string header() const {
        const std::size_t more = documents_.size() - 1;
        std::string out =
            cat("# Drafted by hone from ", on_one_line(documents_[0]->name),
                more == 0
                    ? ""
                    : cat(" and ", more, more == 1 ? " more document of the issuer" : " more documents of the issuer"),
                ". Look it over before you use it.\n");
        out += cat("# What it found in ", on_one_line(documents_[0]->name), ":\n");
        for (const DraftField field : kWritten) {
            const auto made = fields_.find(field);
            if (made == fields_.end() || !pick(0, field)) continue;
            out += cat("#   ", draft_field_name(field), ": ", on_one_line(shown(made->second.found[0])), " (",
                       pick(0, field).reason, ")\n");
        }
        const auto printed = [&](std::size_t i) { return pick(i, DraftField::Amount) && !currency_of(i).empty(); };
        bool has_currency = false;
        for (std::size_t i = 0; i < documents_.size(); ++i)
            has_currency = has_currency || printed(i);
        if (fields_.contains(DraftField::Amount) && !has_currency)
            out += "# No currency is printed; without an option currency the amounts count as EUR.\n";
        return out;
    }

    /// Writes the file and proves it whole.
    void write() {
        draft_.yaml = header() + write_yaml(content());
        const std::vector<TemplateText> file = {{draft_.slug + ".yml", draft_.yaml, false}};
        const TemplateSet set = load_template_texts(file);
        std::vector<Issue> lint = set.warnings;
        if (lint.empty()) lint = lint_templates(file);
        if (!lint.empty() || set.templates.size() != 1) {
            give_up(cat("the template that could be drafted is none: ",
                        lint.empty() ? "it does not load" : lint.front().message));
            return;
        }
        std::size_t read_well = 0;
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            const TemplateExtraction read =
                extract_with_template(set, {documents_[i]->text, {}, documents_[i]->reader});
            if (read.template_name.empty()) continue;  // told with the keywords
            if (!read.output) {
                tell("invoice.draft-field", i, cat("the template fails: ", read.failure_code, ": ", read.failure));
                continue;
            }
            ++read_well;
            for (const auto& [field, made] : fields_) {
                const Data* value = read.output->find(draft_field_name(field));
                const Data found = value == nullptr ? Data() : *value;
                if (found != made.found[i])
                    tell("invoice.draft-field", i,
                         cat(draft_field_name(field), ": the whole template gives ", shown(found), ", the field alone ",
                             shown(made.found[i])));
            }
        }
        if (read_well == 0) give_up("the template that could be drafted reads none of its documents");
    }

    // ---- what is to be said

    /// What every invoice has, and none of these.
    void tell_absent() {
        if (fields_.empty()) return;
        for (const DraftField field : {DraftField::Amount, DraftField::Date, DraftField::InvoiceNumber}) {
            const auto has = [&](const DraftPicks& picks) { return bool(picks.at(static_cast<std::size_t>(field))); };
            if (std::ranges::any_of(picks_, has)) continue;
            tell("invoice.draft-field", 0,
                 cat(draft_field_name(field),
                     ": nothing was seen that a pattern could find, so the template has no such field"));
        }
    }

    void tell_odd_documents() {
        if (draft_.yaml.empty()) return;
        std::string_view currency;
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            if (!pick(i, DraftField::Amount) || !fields_.contains(DraftField::Amount)) continue;
            const std::string_view here = currency_of(i);
            if (currency.empty()) currency = here;
            if (!here.empty() && here != currency)
                tell("invoice.draft-field", i,
                     cat("currency: ", here, " is printed, ", currency, " in other documents of the issuer"));
        }
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            const DraftPick& date = pick(i, DraftField::Date);
            if (!date || !fields_.contains(DraftField::Date)) continue;
            const std::string_view printed = date.candidate->place.of(documents_[i]->text);
            if (!style_.is_order_known && is_doubtful_date(printed))
                tell("invoice.draft-field", i,
                     cat("date: nothing tells the order of day and month; ", printed, " is read as ", shown(date.value),
                         "; --date-order says otherwise"));
            tell_labelled_date(i, date);
        }
    }

    /// A date that a label calls that of the invoice, where an earlier one was taken.
    void tell_labelled_date(std::size_t document, const DraftPick& date) {
        constexpr std::size_t kSureLabel = 10;  // "order date", "invoice date", but not "date"
        for (const DraftCandidate& one : documents_[document]->scan.found) {
            if (one.field != DraftField::Date || one.weight <= kSureLabel) continue;
            const Data value = value_of(one, documents_[document]->text, style_);
            if (value.is_null() || value == date.value) continue;
            tell("invoice.draft-field", document,
                 cat("date: ", shown(date.value), " is the earliest, but the label '",
                     one.lead.label.of(documents_[document]->text), "' has ", shown(value)));
            return;
        }
    }

    void list_rows() {
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            const DraftDocument& document = *documents_[i];
            std::size_t amounts = 0;
            for (const DraftCandidate& one : document.scan.found) {
                const DraftField field = field_of_row(i, one);
                const DraftPick& picked = pick(i, field);
                const bool is_picked = picked.candidate == &one;
                const bool comes_twice = !is_picked && is_same_place(i, one);
                if (comes_twice || (one.field == DraftField::Amount && !is_picked && ++amounts > kMostAmountRows))
                    continue;
                list(i, one, field, is_picked);
            }
        }
    }

    /// A date may have become date_due.
    DraftField field_of_row(std::size_t document, const DraftCandidate& one) const {
        return pick(document, DraftField::DateDue).candidate == &one ? DraftField::DateDue : one.field;
    }
    /// True if another candidate with a label stands at the same place, so that this one need not be shown.
    bool is_same_place(std::size_t document, const DraftCandidate& one) const {
        if (one.weight > 0) return false;
        const auto& found = documents_[document]->scan.found;
        const auto from = std::ranges::lower_bound(found, one.place.begin, {},
                                                   [](const DraftCandidate& other) { return other.place.begin; });
        return std::any_of(from,
                           std::ranges::upper_bound(found, one.place.begin, {},
                                                    [](const DraftCandidate& other) { return other.place.begin; }),
                           [&](const DraftCandidate& other) { return &other != &one && (other.weight > 0); });
    }

    void list(std::size_t document, const DraftCandidate& one, DraftField field, bool is_picked) {
        const std::string_view text = documents_[document]->text;
        DraftRow row;
        row.document = document;
        row.field = field;
        row.page = one.page;
        row.line = one.line;
        row.label = std::string(one.lead.label.of(text));
        row.raw = std::string(one.place.of(text));
        row.value = shown(value_of(one, text, style_));
        row.check = one.check;
        const auto made = fields_.find(field);
        row.is_chosen =
            is_picked && made != fields_.end() && made->second.found[document] == pick(document, field).value;
        row.reason = !is_picked      ? "another value was taken"
                     : row.is_chosen ? pick(document, field).reason
                                     : "no pattern finds it, or only in few documents";
        draft_.rows.push_back(std::move(row));
    }

    std::span<const DraftDocument* const> documents_;
    const DraftRules& rules_;
    DraftStyle style_;
    std::vector<DraftPicks> picks_;
    std::string issuer_;
    std::vector<std::string> keywords_, required_;
    std::map<DraftField, FieldDraft> fields_;
    TemplateDraft draft_;
};

}  // namespace

TemplateDraft draft_template(std::span<const DraftDocument* const> documents, const DraftRules& rules) {
    return Drafter(documents, rules).run();
}

}  // namespace hone::invoice
