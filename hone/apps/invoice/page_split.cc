#include "hone/apps/invoice/page_split.h"

#include <algorithm>
#include <array>
#include <set>

#include "hone/apps/invoice/page_turn.h"
#include "hone/apps/invoice/table_model.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using Family = PageSignals::Family;

struct Label {
    std::string_view words;  ///< in lower case without punctuation
    Family family;
};
/// Labels that say "number" themselves: a bare "Invoice" or "Order" stands before many other things.
constexpr auto kLabels = std::to_array<Label>({
    {"credit note no", Family::CreditNote},
    {"credit note number", Family::CreditNote},
    {"credit note", Family::CreditNote},
    {"credit memo no", Family::CreditNote},
    {"credit memo number", Family::CreditNote},
    {"gutschriftsnummer", Family::CreditNote},
    {"creditnotanummer", Family::CreditNote},
    {"invoice no", Family::Invoice},
    {"invoice number", Family::Invoice},
    {"invoice num", Family::Invoice},
    {"invoice id", Family::Invoice},
    {"invoice", Family::Invoice},
    {"factuurnummer", Family::Invoice},
    {"rechnungsnummer", Family::Invoice},
    {"rechnung nr", Family::Invoice},
    {"facture n°", Family::Invoice},
    {"facture no", Family::Invoice},
    {"order no", Family::Order},
    {"order number", Family::Order},
    {"order", Family::Order},
    {"acknowledgement no", Family::Order},
    {"acknowledgment no", Family::Order},
    {"confirmation no", Family::Order},
    {"confirmation number", Family::Order},
});

/// Lines that say only what the document is.
constexpr auto kTitles = std::to_array<std::string_view>(
    {"invoice", "tax invoice", "credit note", "credit memo", "order confirmation", "order acknowledgement", "rechnung",
     "gutschrift", "auftragsbestätigung", "factuur", "creditnota", "orderbevestiging", "facture", "avoir"});
constexpr auto kDateLabels =
    std::to_array<std::string_view>({"invoice date", "rechnungsdatum", "factuurdatum", "date de facture"});

/// A word as it is printed and as it stands in labels.
struct Word {
    std::string text, plain;
};

std::vector<Word> words_of(std::string_view line) {
    std::vector<Word> words;
    for (std::string& word : split(line, ' ')) {
        if (word.empty()) continue;
        std::string plain = heading_text(word);
        words.push_back({std::move(word), std::move(plain)});
    }
    return words;
}

/// True for what may be the number of a document: at least three letters and digits, one of them a digit, and neither a
/// date nor an amount.
bool is_document_number(std::string_view word) {
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (word.size() < 3 || std::none_of(word.begin(), word.end(), is_digit)) return false;
    return word.find_first_of("/.,$%:") == std::string_view::npos;
}

/// A bare "Invoice" or "Order" counts only with a sign behind it: "Invoice #12", "Order: 12".
bool has_sign(std::string_view label_word, std::string_view next) {
    return label_word.ends_with('#') || label_word.ends_with(':') || next.starts_with('#') || next == ":";
}

/// The word behind the label if the words from `at` on are those of it and there is one more; else 0.
std::size_t behind_label(const std::vector<Word>& words, std::size_t at, std::string_view label) {
    while (at < words.size()) {
        const std::string_view part = label.substr(0, label.find(' '));
        if (words[at].plain != part) return 0;
        ++at;
        if (part.size() == label.size()) break;
        label.remove_prefix(part.size() + 1);
    }
    return at < words.size() ? at : 0;
}

/// The number behind the label that begins at word `at`, if one does.
std::optional<std::pair<Family, std::string>> number_at(const std::vector<Word>& words, std::size_t at) {
    for (const Label& label : kLabels) {
        std::size_t value = behind_label(words, at, label.words);
        if (value == 0) continue;
        const bool is_bare = label.words == "invoice" || label.words == "order" || label.words == "credit note";
        if (is_bare && !has_sign(words[value - 1].text, words[value].text)) continue;
        while (value < words.size() && words[value].plain.empty())
            ++value;
        if (value == words.size()) continue;
        std::string_view number = words[value].text;
        while (number.starts_with('#'))
            number.remove_prefix(1);
        if (is_document_number(number)) return std::pair(label.family, to_upper(number));
    }
    return {};
}

/// The day behind the label that begins at word `at`, as it is printed: a word with digits, or three ("3 May 2024").
std::string date_at(const std::vector<Word>& words, std::size_t at) {
    constexpr std::size_t kLeast = 6, kParts = 3;
    for (const std::string_view label : kDateLabels) {
        const std::size_t value = behind_label(words, at, label);
        if (value == 0) continue;
        const std::string& first = words[value].text;
        if (first.size() >= kLeast && first.find_first_of("0123456789") != std::string::npos) return first;
        if (value + kParts > words.size()) return "";
        return cat(first, ' ', words[value + 1].text, ' ', words[value + 2].text);
    }
    return "";
}

bool is_title(const std::vector<Word>& words) {
    constexpr std::size_t kMostWords = 2;
    if (words.empty() || words.size() > kMostWords) return false;
    const std::string text = words.size() == 1 ? words[0].plain : cat(words[0].plain, ' ', words[1].plain);
    return std::find(kTitles.begin(), kTitles.end(), text) != kTitles.end();
}

std::optional<PageMark> mark_at(const std::vector<Word>& words, std::size_t at) {
    if (at + 3 >= words.size() || to_lower(words[at].text) != "page" || to_lower(words[at + 2].text) != "of") return {};
    const std::optional<std::int64_t> number = parse_int64(words[at + 1].text);
    const std::optional<std::int64_t> count = parse_int64(words[at + 3].text);
    constexpr std::int64_t kMost = 100'000;
    if (!number || !count || *number < 1 || *count < *number || *count > kMost) return {};
    return PageMark{narrow<std::uint32_t>(*number), narrow<std::uint32_t>(*count)};
}

std::vector<std::string> lines_of(const DocumentPage& page) {
    std::vector<std::string> lines;
    if (page.words.empty()) return split(page.layout, '\n');
    const std::uint16_t turn = turn_of_text(page);
    const DocumentPage turned = turn == 0 ? DocumentPage() : turned_page(page, turn);
    for (const TextRow& row : rows_of_page(turn == 0 ? page.words : turned.words))
        lines.push_back(row.text());
    return lines;
}

std::string mark_text(const PageMark& mark) {
    return cat("page ", mark.number, " of ", mark.count);
}

/// Decides page by page whether a document begins there.
class Cutter {
public:
    explicit Cutter(std::span<const PageSignals> signals) : signals_(signals) {}

    PageSplit run() {
        if (signals_.empty()) return {};
        if (comes_back()) {
            split_.ranges = {{0, signals_.size()}};
            return std::move(split_);
        }
        split_.ranges = {{0, 1}};
        number_ = signals_.front();
        for (std::size_t i = 1; i < signals_.size(); ++i)
            place(i);
        if (split_.ranges.size() > 1)
            for (const std::size_t page : silent_)
                doubt(page, "it has neither number nor page mark and stays with the pages before it");
        for (const PageRange& range : split_.ranges)
            look_for_gaps(range);
        return std::move(split_);
    }

private:
    /// True if a number occurs again after another one of its family.
    bool comes_back() {
        for (const Family family : {Family::Order, Family::Invoice, Family::CreditNote}) {
            std::set<std::string> done;
            std::string current;
            for (std::size_t i = 0; i < signals_.size(); ++i) {
                const PageSignals& one = signals_[i];
                if (one.family != family || one.number.empty() || one.number == current) continue;
                if (!current.empty()) done.insert(current);
                current = one.number;
                if (!done.contains(current)) continue;
                doubt(i, cat("the number ", current, " comes back after another; all pages stay together"));
                return true;
            }
        }
        return false;
    }

    void place(std::size_t i) {
        const PageSignals& page = signals_[i];
        const std::optional<PageMark>& before = signals_[i - 1].mark;
        const bool is_same_family = page.family == number_.family && page.family != Family::None;
        const bool is_changed = is_same_family && page.number != number_.number;
        const bool is_equal = is_same_family && !is_changed;
        const bool goes_on =
            page.mark && before && page.mark->number == before->number + 1 && page.mark->count == before->count;
        const bool starts = page.mark && page.mark->number == 1;
        const bool is_finished = before && before->number == before->count;
        std::string reason;
        if (is_changed && goes_on)
            doubt(i, cat("the number changes from ", number_.number, " to ", page.number, " but it is ",
                         mark_text(*page.mark)));
        else if (is_changed)
            reason = cat("the number changes from ", number_.number, " to ", page.number);
        else if (starts && is_equal)
            doubt(i, cat("it is ", mark_text(*page.mark), " but has the number of the page before it, ", page.number));
        else if (starts && is_finished)
            reason = cat(mark_text(*page.mark), " after ", mark_text(*before));
        else if (starts)
            doubt(i, cat("it is ", mark_text(*page.mark),
                         before ? cat(" after ", mark_text(*before)) : std::string(" after a page without mark")));
        else if (page.family == Family::None && !page.mark)
            place_silent(i);
        else if (page.family != Family::None && number_.family != Family::None && !is_same_family && !goes_on)
            doubt(i, "its number is of another kind than that of the pages before it");
        take(i, reason);
    }

    /// A page that shows neither number nor mark may be the first of a document all the same.
    void place_silent(std::size_t i) {
        const PageSignals& page = signals_[i];
        const bool has_other_date = !page.date.empty() && !number_.date.empty() && page.date != number_.date;
        if (number_.family == Family::None || !(page.has_title || has_other_date)) return silent_.push_back(i);
        doubt(i, cat("it has ", has_other_date ? cat("another invoice date, ", page.date) : std::string("a title"),
                     ", but neither number nor page mark; it may be another document and stays with the pages before "
                     "it"));
    }

    void take(std::size_t i, const std::string& reason) {
        const PageSignals& page = signals_[i];
        if (reason.empty()) {
            split_.ranges.back().end = i + 1;
            if (number_.family == Family::None) number_ = page;
            return;
        }
        split_.ranges.push_back({i, i + 1});
        split_.reasons.push_back(cat("page ", i + 1, ": ", reason));
        number_ = page;
    }

    /// Says which pages of "n of N" are not there.
    void look_for_gaps(const PageRange& range) {
        std::set<std::uint32_t> numbers;
        std::uint32_t count = 0;
        for (std::size_t i = range.begin; i < range.end; ++i) {
            if (!signals_[i].mark) continue;
            if (count != 0 && count != signals_[i].mark->count) return;
            count = signals_[i].mark->count;
            numbers.insert(signals_[i].mark->number);
        }
        if (count == 0 || numbers.size() == count || range.end - range.begin >= count) return;
        split_.doubts.push_back(
            cat("pages ", range.begin + 1, " to ", range.end, ": only ", numbers.size(), " of ", count, " pages"));
    }

    void doubt(std::size_t page, std::string_view what) { split_.doubts.push_back(cat("page ", page + 1, ": ", what)); }

    std::span<const PageSignals> signals_;
    PageSplit split_;
    PageSignals number_;               ///< of the document at work
    std::vector<std::size_t> silent_;  ///< pages without signals: worth a word only if the file is cut
};

}  // namespace

PageSignals page_signals(const DocumentPage& page) {
    PageSignals signals;
    std::set<std::string> numbers, dates;
    std::set<std::pair<std::uint32_t, std::uint32_t>> marks;
    Family family = Family::None;
    for (const std::string& line : lines_of(page)) {
        const std::vector<Word> words = words_of(line);
        signals.has_title = signals.has_title || is_title(words);
        for (std::size_t at = 0; at < words.size(); ++at) {
            if (std::string date = date_at(words, at); !date.empty()) dates.insert(std::move(date));
            if (const std::optional<PageMark> mark = mark_at(words, at)) marks.emplace(mark->number, mark->count);
            const auto found = number_at(words, at);
            if (!found || found->first < family) continue;
            if (found->first > family) numbers.clear();
            family = found->first;
            numbers.insert(found->second);
        }
    }
    if (dates.size() == 1) signals.date = *dates.begin();
    if (numbers.size() == 1) {
        signals.family = family;
        signals.number = *numbers.begin();
    }
    if (marks.size() == 1) signals.mark = PageMark{marks.begin()->first, marks.begin()->second};
    return signals;
}

PageSplit split_signals(std::span<const PageSignals> signals) {
    return Cutter(signals).run();
}

PageSplit split_pages(std::span<const DocumentPage> pages) {
    std::vector<PageSignals> signals;
    for (const DocumentPage& page : pages)
        signals.push_back(page_signals(page));
    return split_signals(signals);
}

}  // namespace hone::invoice
