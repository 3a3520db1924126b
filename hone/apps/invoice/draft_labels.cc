#include "hone/apps/invoice/draft_labels.h"

#include <algorithm>
#include <map>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Labels of a field in one language, in lower case without accents, separated by '|'. A blank stands for one or two;
/// '~' for up to two blanks, hyphens or points.
struct Phrases {
    DraftField field;
    std::string_view language;
    std::string_view all;
    bool is_second_choice = false;
};

constexpr std::array kPhrases = std::to_array<Phrases>({
    {DraftField::Iban, "", "iban~no|iban~nr|iban~nummer|iban"},
    {DraftField::Bic, "", "bic/swift|bic / swift|swift/bic|swift / bic|swift~code|bic~code|swift|bic"},
    {DraftField::Vat, "en",
     "vat registration number|vat reg no|vat number|vat no|vat id|vat|tax id no|tax id number|tax id"},
    {DraftField::Vat, "nl", "btw~nummer|btw~nr|btw~id|btw"},
    {DraftField::Vat, "fr", "tva intracommunautaire|tva intracom|tva"},
    {DraftField::Vat, "de",
     "umsatzsteuer~identifikationsnummer|umsatzsteuer~id|ust~identifikationsnummer|ust~idnr|ust~id~nr|ust~id|ust|mwst~"
     "nr"},
    {DraftField::Vat, "it", "partita iva|iva"},
    {DraftField::PartnerCoc, "en",
     "chamber of commerce|company registration number|company reg no|company number|company no|coc"},
    {DraftField::PartnerCoc, "nl", "kvk~nummer|kvk~nr|kvk"},
    {DraftField::PartnerCoc, "de", "hrb"},
    {DraftField::PartnerCoc, "fr", "siret|siren"},
    {DraftField::InvoiceNumber, "en",
     "invoice number|invoice no|invoice nr|invoice num|invoice id|invoice #|invoice|bill number|bill no|bill #|credit "
     "note number|credit note no|credit note #"},
    {DraftField::InvoiceNumber, "nl", "factuur~nummer|factuur~nr|factuur no|factuur|creditnota~nummer|creditnota~nr"},
    {DraftField::InvoiceNumber, "de",
     "rechnungs~nummer|rechnungs~nr|rechnung nummer|rechnung~nr|rechnung no|rechnung|gutschrift~nummer|gutschrift~nr"},
    {DraftField::InvoiceNumber, "fr",
     "numero de facture|facture numero|facture n°|facture no|facture nr|facture|n° de facture"},
    {DraftField::InvoiceNumber, "en",
     "order confirmation number|order confirmation no|order number|order no|order id|order #|purchase order number|"
     "purchase order no|purchase order #|purchase order|po number|po no|po #",
     true},
    {DraftField::InvoiceNumber, "nl", "order~nummer|bestel~nummer", true},
    {DraftField::InvoiceNumber, "de", "auftrags~nummer|auftrags~nr|bestell~nummer|bestell~nr", true},
    {DraftField::InvoiceNumber, "fr", "commande n°|commande no|commande", true},
    {DraftField::DateDue, "en", "payment due date|payment due|due date|date due|due by|due on|pay by"},
    {DraftField::DateDue, "nl", "verval~datum|vervaldag|uiterste betaaldatum"},
    {DraftField::DateDue, "fr", "date d'echeance|date echeance|echeance"},
    {DraftField::DateDue, "de",
     "falligkeits~datum|faelligkeits~datum|falligkeit|faelligkeit|fallig am|faellig am|zahlbar bis"},
    {DraftField::Date, "en", "invoice date|date of invoice|billing date|order date|date"},
    {DraftField::Date, "nl", "factuur~datum|datum"},
    {DraftField::Date, "de", "rechnungs~datum"},
    {DraftField::Date, "fr", "date d'emission|date de facture|date facture|date de facturation"},
    {DraftField::Amount, "en", "grand total|total due|total amount due|total amount|amount due|balance due|total"},
    {DraftField::Amount, "nl", "totaal te betalen|totaalbedrag|totaal|te betalen"},
    {DraftField::Amount, "de", "gesamtbetrag|gesamtsumme|rechnungsbetrag|endbetrag|zu zahlen|zahlbetrag"},
    {DraftField::Amount, "fr", "montant total|total ttc|montant ttc|net a payer"},
});

struct Phrase {
    DraftLabel label;  ///< without its place
    std::string_view text;
};

/// Phrases by field and first letter, the longest first.
class PhraseBook {
public:
    PhraseBook() {
        for (const Phrases& some : kPhrases) {
            for (std::size_t at = 0; at <= some.all.size();) {
                const std::size_t end = std::min(some.all.find('|', at), some.all.size());
                Phrase phrase;
                phrase.text = some.all.substr(at, end - at);
                phrase.label.field = some.field;
                phrase.label.weight = phrase.text.size();
                phrase.label.is_second_choice = some.is_second_choice;
                phrase.label.language = some.language;
                by_start_[{some.field, phrase.text.front()}].push_back(phrase);
                at = end + 1;
            }
        }
        for (auto& [start, phrases] : by_start_)
            std::stable_sort(phrases.begin(), phrases.end(),
                             [](const Phrase& a, const Phrase& b) { return a.text.size() > b.text.size(); });
    }

    const std::vector<Phrase>& starting(DraftField field, char letter) const {
        static const std::vector<Phrase> kNone;
        const auto at = by_start_.find({field, letter});
        return at == by_start_.end() ? kNone : at->second;
    }

private:
    std::map<std::pair<DraftField, char>, std::vector<Phrase>> by_start_;
};

const PhraseBook& phrase_book() {
    static const PhraseBook book;
    return book;
}

bool is_word_byte(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           static_cast<unsigned char>(letter) >= 0x80;
}

bool is_joint(char letter) {
    return letter == ' ' || letter == '-' || letter == '.';
}

/// Where `phrase` ends if it stands at `at` as whole words; 0 otherwise.
std::size_t phrase_end(std::string_view line, std::size_t at, std::string_view phrase) {
    for (const char letter : phrase) {
        if (letter == '~') {
            for (int marks = 0; marks < 2 && at < line.size() && is_joint(line[at]); ++marks)
                ++at;
            continue;
        }
        if (at >= line.size() || line[at] != letter) return 0;
        ++at;
        if (letter == ' ' && at < line.size() && line[at] == ' ') ++at;
    }
    const bool is_cut = at < line.size() && is_word_byte(line[at]) && is_word_byte(line[at - 1]);
    return is_cut ? 0 : at;
}

/// True where a label may begin: at the start of a word that is no second part of another ("Sous-total").
bool may_start(std::string_view line, std::size_t at) {
    if (!is_word_byte(line[at])) return false;
    if (at == 0) return true;
    if (is_word_byte(line[at - 1])) return false;
    if (line[at - 1] == '-' && at > 1 && is_word_byte(line[at - 2])) return false;
    constexpr std::array<std::string_view, 3> kParts = {"sub ", "sous ", "zwischen "};
    return std::none_of(kParts.begin(), kParts.end(),
                        [&](std::string_view part) { return line.substr(0, at).ends_with(part); });
}

/// The folded form of one character.
std::string folded(char32_t code) {
    if (code == 0x2019 || code == 0x2018 || code == 0xB4) return "'";
    if (is_space(code)) return " ";
    if (code == 0xB0) return "°";
    std::string letter;
    append_code(letter, code);
    return lower_case(without_accents(letter));
}

}  // namespace

std::string_view draft_field_name(DraftField field) {
    switch (field) {
        case DraftField::Iban:
            return "iban";
        case DraftField::Bic:
            return "bic";
        case DraftField::Vat:
            return "vat";
        case DraftField::PartnerCoc:
            return "partner_coc";
        case DraftField::InvoiceNumber:
            return "invoice_number";
        case DraftField::DateDue:
            return "date_due";
        case DraftField::Date:
            return "date";
        case DraftField::Amount:
            return "amount";
    }
    fail(Fault::Bug, "a field that drafting does not know");
}

std::string folded_line(std::string_view text, std::vector<std::uint32_t>& places) {
    std::string out;
    places.clear();
    for (std::size_t at = 0; at < text.size();) {
        const auto from = static_cast<std::uint32_t>(at);
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            const char letter = text[at++];
            out += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter < ' ' ? ' ' : letter;
        } else {
            out += folded(next_code(text, at));
        }
        places.resize(out.size(), from);
    }
    places.push_back(static_cast<std::uint32_t>(text.size()));
    return out;
}

void find_labels(std::string_view text, std::size_t begin, std::size_t end,
                 const std::function<bool(const DraftLabel&)>& takes) {
    std::vector<std::uint32_t> places;
    const std::string line = folded_line(text.substr(begin, end - begin), places);
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < line.size(); ++at)
        if (may_start(line, at)) starts.push_back(at);
    std::vector<bool> claimed(line.size(), false);
    const auto try_at = [&](DraftField field, std::size_t at) {
        for (const Phrase& phrase : phrase_book().starting(field, line[at])) {
            const std::size_t stop = phrase_end(line, at, phrase.text);
            if (stop == 0) continue;
            for (std::size_t i = at; i < stop; ++i)
                if (claimed[i]) return;
            DraftLabel label = phrase.label;
            label.begin = begin + places[at];
            label.end = begin + places[stop];
            if (!takes(label)) continue;
            std::fill(claimed.begin() + static_cast<std::ptrdiff_t>(at),
                      claimed.begin() + static_cast<std::ptrdiff_t>(stop), true);
            return;
        }
    };
    for (const DraftField field : kDraftFields)
        for (const std::size_t at : starts)
            try_at(field, at);
}

}  // namespace hone::invoice
