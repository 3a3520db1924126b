#include "hone/apps/invoice/correction_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "hone/apps/invoice/rule_judge.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

constexpr std::size_t kMostPlaces = 6;  ///< of a value, that are looked at

/// Where labels and headings of a field stand in a profile.
struct ProfileKey {
    std::string_view field, path;
    bool has_shapes = false;
};
constexpr auto kProfileKeys = std::to_array<ProfileKey>({
    {"number", "number", true},
    {"customer_po", "customer_po", true},
    {"order_date", "date"},
    {"invoice_date", "date"},
    {"subtotal", "totals.subtotal"},
    {"surcharge", "totals.surcharge"},
    {"freight", "totals.freight"},
    {"discount", "totals.discount"},
    {"tax", "totals.tax"},
    {"total", "totals.total"},
    {"product_code", "columns.code"},
    {"upc", "columns.upc"},
    {"description", "columns.description"},
    {"unit", "columns.unit"},
    {"qty_ordered", "columns.ordered"},
    {"qty_allocated", "columns.allocated"},
    {"qty_shipped", "columns.shipped"},
    {"qty_backordered", "columns.backordered"},
    {"list_price", "columns.list_price"},
    {"unit_price", "columns.price"},
    {"extended", "columns.extended"},
    {"tax_percent", "columns.tax"},
});

/// What templates call a field.
struct TemplateKey {
    std::string_view field, name;
};
constexpr auto kTemplateKeys = std::to_array<TemplateKey>({
    {"number", "invoice_number"},
    {"customer_po", "purchase_order"},
    {"order_date", "date"},
    {"invoice_date", "date"},
    {"due_date", "date_due"},
    {"subtotal", "amount_untaxed"},
    {"tax", "amount_tax"},
    {"total", "amount"},
});

const ProfileKey* profile_key(std::string_view field) {
    const auto* const found =
        std::find_if(kProfileKeys.begin(), kProfileKeys.end(), [&](const auto& one) { return one.field == field; });
    return found == kProfileKeys.end() ? nullptr : found;
}

/// A name for a profile of a vendor that no other profile has.
std::string new_name(std::string_view vendor, std::span<const std::string> taken) {
    std::string out;
    for (const char letter : to_lower(vendor)) {
        const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
        if (is_plain)
            out += letter;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    if (out.size() < 3) out = cat(out.empty() ? "" : out + "-", "vendor-", digest_of(vendor).hex().substr(0, 6));
    const bool is_taken = out == "auto" || std::find(taken.begin(), taken.end(), out) != taken.end();
    return is_taken ? out + "-vendor" : out;
}

std::string letters_of(std::string_view text) {
    std::string out;
    for (const char letter : text)
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) out += letter;
    return out;
}

/// The domain of an address of mail or web on the pages that holds a word of the vendor's name; or empty. Others may be
/// those of the buyer, or of everybody.
std::string domain_of(const std::string& text, const std::string& vendor) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    constexpr std::size_t kLeastLetters = 4;
    const std::vector<std::string> words = split(vendor, ' ');
    for (const std::string_view mark : {"@", "www.", "://"}) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
            const std::size_t begin = at + mark.size();
            std::string domain = text.substr(begin, text.find_first_not_of(kLetters, begin) - begin);
            if (domain.starts_with("www.")) domain.erase(0, 4);
            while (domain.ends_with('.'))
                domain.pop_back();
            const std::string letters = letters_of(domain.substr(0, domain.rfind('.')));
            const bool is_named = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
                const std::string part = letters_of(word);
                return part.size() >= kLeastLetters && letters.find(part) != std::string::npos;
            });
            if (domain.find('.') != std::string::npos && is_named) return domain;
        }
    }
    return "";
}

/// True for a name that no other text holds by chance: two words, or eight letters.
bool is_telling(const std::string& name) {
    return name.size() >= 8 || (name.size() >= 6 && name.find(' ') != std::string::npos);
}

/// One document and one correction at work.
class OptionFinder {
public:
    OptionFinder(const Correction& correction, const DocumentText& text, const LadderResult& read,
                 const OptionRules& rules)
        : correction_(correction), read_(read), rules_(rules) {
        for (const DocumentPage& page : text.pages)
            pages_.push_back({&page, rows_of_page(page.words), std::nullopt});
        style_ = number_style(pages_);
    }

    RuleOptions run() {
        const std::string& field = correction_.field;
        if (field == "vendor") {
            if (has_template()) add_template({{"issuer", correction_.value}});
            add_profile({{"vendor", correction_.value}});
        } else if (field == "kind") {
            find_kinds();
        } else {
            places_ = find_value(pages_, correction_, style_);
            keep_row_of_line();
            if (places_.empty()) {
                out_.note = "the value stands on no page as it was written";
                return std::move(out_);
            }
            const Standing& first = places_.front();
            out_.note = cat("stands on page ", pages_[first.page].page->number, " as '", first.printed, "'");
            if (template_name_of_field()) find_patterns();
            find_labels();
            if (out_.options.empty() && !is_told_)
                out_.note += "; no rule of a profile or template reads this field so";
        }
        return std::move(out_);
    }

private:
    /// Of a line that is known, only what stands in its row counts.
    void keep_row_of_line() {
        const Document& document = read_.document;
        if (correction_.line == 0 || correction_.line > document.lines.size()) return;
        const Line& line = document.lines[correction_.line - 1];
        const Place* place = nullptr;
        for (const Place* one : {&line.extended.place, &line.unit_price.place, &line.product_code.place,
                                 &line.description.place, &line.ordered.place, &line.shipped.place})
            if (place == nullptr && one->page > 0) place = one;
        if (place == nullptr) return;
        const auto is_in_row = [&](const Standing& one) {
            const TextRow& row = pages_[one.page].rows[one.row];
            return pages_[one.page].page->number == place->page && row.y0 < place->y1 && row.y1 > place->y0;
        };
        std::erase_if(places_, [&](const Standing& one) { return !is_in_row(one); });
    }

    bool has_template() const { return read_.extraction && !read_.extraction->template_name.empty(); }

    void add_template(std::vector<Change> changes) {
        RuleOption option;
        option.is_template = true;
        option.target = read_.extraction->file;
        option.changes = std::move(changes);
        out_.options.push_back(std::move(option));
    }

    /// What the template that matched calls the field; nothing if there is none, or it knows no such field.
    std::optional<std::string> template_name_of_field() const {
        if (!has_template()) return {};
        for (const TemplateKey& key : kTemplateKeys)
            if (key.field == correction_.field) return std::string(key.name);
        return {};
    }

    /// The pattern of the template that found what is there now; empty if none did.
    std::string pattern_at_work(const std::string& name) const {
        for (const FieldFinding& one : read_.extraction->findings)
            if (one.field == name) return one.pattern;
        return "";
    }

    /// Patterns of the template that matched, from the words left of the value; words with digits change from document
    /// to document.
    void find_patterns() {
        constexpr std::size_t kMostWords = 3;
        const std::string name = *template_name_of_field(), path = cat("fields.", name);
        const std::string old = pattern_at_work(name);
        for (std::size_t i = 0; i < std::min(places_.size(), kMostPlaces); ++i) {
            const Standing& place = places_[i];
            const TextRow& row = pages_[place.page].rows[place.row];
            std::vector<std::string> words;
            if (!place.glued.empty()) words.push_back(place.glued);
            for (std::size_t at = place.begin;
                 at-- > 0 && words.size() < kMostWords && !has_digit(row.words[at]->text);) {
                words.insert(words.begin(), row.words[at]->text);
                add_template({{path, pattern_for(words, place.printed, correction_.form), true, old}});
            }
            if (!place.glued.empty())
                add_template({{path, pattern_for({&place.glued, 1}, place.printed, correction_.form), true, old}});
        }
    }

    void find_labels() {
        const ProfileKey* const key = profile_key(correction_.field);
        if (key == nullptr) return;
        const bool is_column = is_line_field(correction_.field);
        const bool is_code = correction_.field == "product_code";
        const std::string shapes = is_code ? "shapes.product_code" : cat(key->path, ".shapes");
        const std::string path =
            is_column || key->path.starts_with("totals") ? std::string(key->path) : cat(key->path, ".labels");
        if (correction_.form == FieldForm::Day)
            for (const char* order : {"dmy", "mdy"})
                add_profile({{"date.order", order}});
        for (std::size_t i = 0; i < std::min(places_.size(), kMostPlaces); ++i) {
            const Standing& place = places_[i];
            const Change shape{shapes, shape_of(place.printed, !is_code), true};
            const bool has_shape = (key->has_shapes || is_code) && shape_error(shape.text).empty();
            const bool is_odd = is_code && !has_any_shape(place.printed, vendor_profiles().back().code_shapes);
            const auto texts = is_column ? headings_above(pages_, place) : labels_near(pages_, place);
            if (is_column)
                for (std::string& heading : heading_row_above(pages_, place))
                    out_.headings.push_back(std::move(heading));
            for (const std::string& text : texts) {
                if (has_shape && is_odd) add_profile({{path, text, true}, shape});
                add_profile({{path, text, true}});
                if (has_shape && !is_odd) add_profile({{path, text, true}, shape});
                if (correction_.form == FieldForm::Day)
                    for (const char* order : {"dmy", "mdy"})
                        add_profile({{path, text, true}, {"date.order", order}});
            }
            if (has_shape) add_profile({shape});
        }
    }

    /// A kind is told by the letters of the number, by its label, or it is that of all documents: but never are all
    /// documents of a vendor credit notes.
    void find_kinds() {
        const Value<std::string>& number = read_.document.number;
        const std::string path = cat("kinds.", correction_.value);
        out_.note = "the kind follows from the number, its label or the profile";
        if (number) {
            const std::string shape = shape_of(*number.value, true);
            if (shape_error(shape).empty() && shape.find('\\') != std::string::npos)
                add_profile({{path + ".number", shape, true}});
            constexpr std::string_view kLabel = "label ";
            if (number.rule.starts_with(kLabel))
                add_profile({{path + ".labels", lower_case(number.rule.substr(kLabel.size())), true}});
        }
        if (correction_.value == "credit_note") return;
        if (has_template()) add_template({{"fields.static_kind", correction_.value}});
        add_profile({{"kind", correction_.value}});
    }

    /// Adds changes to the profile that read the document, or to a new one for its vendor.
    void add_profile(std::vector<Change> changes) {
        RuleOption option;
        const Document& document = read_.document;
        option.changes = std::move(changes);
        const bool is_of_vendor = rules_.vendor.empty() || document.vendor.value == rules_.vendor;
        if (document.method == "profile" && is_of_vendor) {
            option.target = document.profile;
            option.start.set("name", Data(document.profile));
            option.start.set("extends", Data(document.profile));
        } else {
            start_profile(option);
        }
        if (!option.target.empty()) out_.options.push_back(std::move(option));
    }

    /// True if the name is that of who gets the document.
    bool is_recipient(const std::string& name) const {
        const Document& document = read_.document;
        for (const Value<std::string>* one : {&document.bill_to, &document.ship_to})
            if (*one && lower_case(*one->value) == name) return true;
        return false;
    }

    /// Says, once, why there can be no profile.
    void refuse(const std::string& why) {
        if (!std::exchange(is_told_, true)) out_.note += cat(out_.note.empty() ? "" : "; ", why);
    }

    void start_profile(RuleOption& option) {
        const Document& document = read_.document;
        const std::string vendor = rules_.vendor.empty() ? document.vendor.value.value_or("") : rules_.vendor;
        if (vendor.empty()) {
            refuse("the vendor is not known: say in a row of field vendor who it is");
            return;
        }
        const bool is_confirmed = !rules_.vendor.empty() || std::find(rules_.confirmed.begin(), rules_.confirmed.end(),
                                                                      vendor) != rules_.confirmed.end();
        if (!is_confirmed && document.vendor.rule == "first line") {
            refuse(cat("the vendor is only guessed from the first line, '", vendor,
                       "': say in a row of field vendor who it is, so that it is not you"));
            return;
        }
        const std::string lower = lower_case(vendor), text = folded_text(pages_);
        Data detect;
        if (const std::string domain = domain_of(text, lower); !domain.empty())
            detect.set("domains", Data(Data::Array{Data(domain)}));
        if (is_telling(lower) && !is_recipient(lower) && text.find(folded_case(vendor)) != std::string::npos)
            detect.set("any_text", Data(Data::Array{Data(lower)}));
        if (detect.is_null()) {
            refuse(cat("nothing on the pages tells that they are of ", vendor,
                       " (its name in eight letters or two words, or a domain with it): write a profile with detect "
                       "by hand"));
            return;
        }
        option.target = new_name(vendor, rules_.taken);
        option.start.set("vendor", Data(vendor));
        option.start.set("extends", Data("generic"));
        option.start.set("detect", std::move(detect));
        const std::string kind = document.kind.value.value_or("invoice");
        if (kind != "invoice" && kind != "credit_note") option.start.set("kind", Data(kind));
    }

    const Correction& correction_;
    const LadderResult& read_;
    const OptionRules& rules_;
    std::vector<PageRows> pages_;
    NumberStyle style_ = NumberStyle::Point;
    std::vector<Standing> places_;
    RuleOptions out_;
    bool is_told_ = false;  ///< why there can be no profile
};

bool is_letter(char one) {
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
}
bool is_digit(char one) {
    return one >= '0' && one <= '9';
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (std::string_view("\\^$.|?*+()[]{}").find(letter) != std::string_view::npos) out += '\\';
        out += letter;
    }
    return out;
}

}  // namespace

RuleOptions options_for(const Correction& correction, const DocumentText& text, const LadderResult& read,
                        const OptionRules& rules) {
    return OptionFinder(correction, text, read, rules).run();
}

std::string shape_of(std::string_view text, bool keeps_letters) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (is_digit(letter)) {
            if (at > 0 && is_digit(text[at - 1])) continue;
            out += at + 1 < text.size() && is_digit(text[at + 1]) ? "9+" : "9";
        } else if (letter >= 'A' && letter <= 'Z' && !keeps_letters) {
            out += 'A';
        } else if (is_letter(letter) || std::string_view("\\?+#~").find(letter) != std::string_view::npos) {
            out += '\\';
            out += letter;
        } else {
            out += letter;
        }
    }
    return out;
}

std::string pattern_for(std::span<const std::string> words, std::string_view printed, FieldForm form) {
    std::vector<std::string> parts;
    for (const std::string& word : words)
        parts.push_back(escaped(word));
    std::string group;
    if (form == FieldForm::Number) {
        group = "-?[\\d.,]+";
    } else if (form == FieldForm::Day) {
        for (std::size_t at = 0; at < printed.size(); ++at) {
            if (is_digit(printed[at])) {
                if (at == 0 || !is_digit(printed[at - 1])) group += "\\d+";
            } else if (is_letter(printed[at])) {
                if (at == 0 || !is_letter(printed[at - 1])) group += "[A-Za-z]+";
            } else {
                group += printed[at] == ' ' ? "\\s+" : escaped(printed.substr(at, 1));
            }
        }
    } else {
        const auto blanks = static_cast<std::size_t>(std::count(printed.begin(), printed.end(), ' '));
        group = "\\S+";
        for (std::size_t i = 0; i < blanks; ++i)
            group += "\\s+\\S+";
    }
    return cat(join(parts, "\\s+"), parts.empty() ? "" : "\\s*[:.#=\\-]?\\s*", "(", group, ")");
}

}  // namespace hone::invoice
