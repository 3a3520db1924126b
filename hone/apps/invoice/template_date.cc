#include "hone/apps/invoice/template_date.h"

#include <algorithm>
#include <array>
#include <vector>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// A piece of a date's text: digits, letters, or one other byte.
struct Token {
    enum class Kind : std::uint8_t { Number, Word, Mark } kind = Kind::Mark;
    std::string_view text;
    bool follows_blank = false;
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    bool follows_blank = false;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        if (is_space(next_code(text, end))) {
            follows_blank = true;
            at = end;
            continue;
        }
        Token token{Token::Kind::Mark, text.substr(at, 1), follows_blank};
        end = at;
        if (is_digit(text[at])) {
            token.kind = Token::Kind::Number;
            while (end < text.size() && is_digit(text[end]))
                ++end;
        } else if (is_letter(text[at])) {
            token.kind = Token::Kind::Word;
            while (end < text.size() && is_letter(text[end]))
                ++end;
        } else {
            ++end;
        }
        token.text = text.substr(at, end - at);
        tokens.push_back(token);
        at = end;
        follows_blank = false;
    }
    return tokens;
}

bool is_mark(const Token& token, char mark) {
    return token.kind == Token::Kind::Mark && token.text[0] == mark;
}

int number_of(const Token& token) {
    return static_cast<int>(parse_int64(token.text.substr(0, 9)).value_or(-1));
}

// A number with the digits that it was written with.
struct Written {
    int value = 0;
    std::size_t digits = 0;
};

// What stands in a text: the date's numbers and name, and the time.
struct Pieces {
    std::vector<Written> numbers;
    unsigned month = 0;           // of a name
    std::size_t name_before = 0;  // numbers in front of the name
    Moment time;
};

// Reads "hh:mm[:ss[.ffffff]] [AM|PM]" at `at`; false if a time begins there and is wrong.
class TimeReader {
public:
    TimeReader(const std::vector<Token>& tokens, std::size_t& at) : tokens_(tokens), at_(at) {}

    bool begins() const { return is_number(at_) && mark_at(at_ + 1, ':') && is_number(at_ + 2); }

    bool read(Moment& time) {
        int hour = number_of(tokens_[at_]);
        const int minute = number_of(tokens_[at_ + 2]);
        int second = 0;
        at_ += 3;
        if (mark_at(at_, ':') && is_number(at_ + 1)) {
            second = number_of(tokens_[at_ + 1]);
            at_ += 2;
            if (mark_at(at_, '.') && is_number(at_ + 1)) at_ += 2;
        }
        if (!read_half(hour)) return false;
        read_zone();
        if (hour > 23 || minute > 59 || second > 59) return false;
        time.hour = static_cast<std::uint8_t>(hour);
        time.minute = static_cast<std::uint8_t>(minute);
        time.second = static_cast<std::uint8_t>(second);
        return true;
    }

private:
    bool is_number(std::size_t at) const { return at < tokens_.size() && tokens_[at].kind == Token::Kind::Number; }
    bool mark_at(std::size_t at, char mark) const { return at < tokens_.size() && is_mark(tokens_[at], mark); }
    bool word_at(std::size_t at, std::string_view word) const {
        return at < tokens_.size() && equal_ignoring_case(tokens_[at].text, word);
    }
    bool read_half(int& hour) {
        const bool is_pm = word_at(at_, "pm");
        if (!is_pm && !word_at(at_, "am")) return true;
        ++at_;
        if (hour < 1 || hour > 12) return false;
        hour = hour % 12 + (is_pm ? 12 : 0);
        return true;
    }
    // "UTC", "GMT", or what else looks like the name of a zone: it changes nothing.
    bool is_zone_name() const {
        if (word_at(at_, "z") || word_at(at_, "utc") || word_at(at_, "gmt")) return true;
        if (at_ >= tokens_.size() || tokens_[at_].kind != Token::Kind::Word) return false;
        const std::string_view word = tokens_[at_].text;
        const bool is_upper = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        return is_upper && word.size() >= 3 && word.size() <= 5 && !english_month_of(word) && !is_english_weekday(word);
    }
    void read_zone() {
        if (is_zone_name()) {
            ++at_;
        } else if ((mark_at(at_, '+') || (mark_at(at_, '-') && !tokens_[at_].follows_blank)) && is_number(at_ + 1)) {
            at_ += 2;
            if (mark_at(at_, ':') && is_number(at_ + 1)) at_ += 2;
        }
    }

    const std::vector<Token>& tokens_;
    std::size_t& at_;
};

int full_year(const Written& year) {
    if (year.digits > 2) return year.value;
    return year.value <= 68 ? 2000 + year.value : 1900 + year.value;
}

std::optional<Moment> moment_of(const Written& year, int month, int day, Moment time) {
    if (year.digits == 3 || year.digits > 4 || month > 12 || day > 31) return std::nullopt;
    time.day = {full_year(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (!is_day(time.day)) return std::nullopt;
    return time;
}

bool is_clear_year(const Written& number) {
    return number.digits == 4 || number.value > 31;
}

// Three numbers by the rules of tier 2.
std::optional<Moment> from_numbers(const std::vector<Written>& n, DateOrder order, const Moment& time) {
    const Written &a = n[0], &b = n[1], &c = n[2];
    if (is_clear_year(a))
        return b.value > 12 ? moment_of(a, c.value, b.value, time) : moment_of(a, b.value, c.value, time);
    if (order == DateOrder::YearMonthDay && !is_clear_year(c) && b.value <= 12)
        return moment_of(a, b.value, c.value, time);
    const bool is_day_first = a.value > 12 || (order == DateOrder::DayMonthYear && b.value <= 12);
    return is_day_first ? moment_of(c, b.value, a.value, time) : moment_of(c, a.value, b.value, time);
}

// Two numbers and a month name.
std::optional<Moment> from_name(const Pieces& pieces) {
    const Written &a = pieces.numbers[0], &b = pieces.numbers[1];
    const int month = static_cast<int>(pieces.month);
    const bool ends_in_year = is_clear_year(b) && !is_clear_year(a);
    const bool year_first = (pieces.name_before == 2 && !ends_in_year) || (pieces.name_before == 1 && is_clear_year(a));
    return year_first ? moment_of(a, month, b.value, pieces.time) : moment_of(b, month, a.value, pieces.time);
}

// Digits without separators: YYYYMMDD, YYYYMMDDhhmm[ss], or three pairs.
std::optional<Moment> from_digits(std::string_view text, DateOrder order) {
    const auto part = [&](std::size_t from, std::size_t size) {
        return Written{static_cast<int>(*parse_int64(text.substr(from, size))), size};
    };
    if (text.size() == 6) return from_numbers({part(0, 2), part(2, 2), part(4, 2)}, order, {});
    if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
    const std::array<int, 3> clock = {text.size() > 8 ? part(8, 2).value : 0, text.size() > 8 ? part(10, 2).value : 0,
                                      text.size() > 12 ? part(12, 2).value : 0};
    if (clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return std::nullopt;
    const Moment time{{},
                      static_cast<std::uint8_t>(clock[0]),
                      static_cast<std::uint8_t>(clock[1]),
                      static_cast<std::uint8_t>(clock[2]),
                      0};
    return moment_of(part(0, 4), part(4, 2).value, part(6, 2).value, time);
}

// Sorts tokens into pieces; `word` takes a word (with the one in front of it) and says whether it may stand there.
template <class TakeWord>
std::optional<Pieces> pieces_of(const std::vector<Token>& tokens, std::string_view marks, const TakeWord& word) {
    Pieces pieces;
    bool has_time = false;
    for (std::size_t at = 0; at < tokens.size();) {
        const Token& token = tokens[at];
        TimeReader time(tokens, at);
        if (time.begins()) {
            if (has_time || !time.read(pieces.time)) return std::nullopt;
            has_time = true;
            continue;
        }
        if (token.kind == Token::Kind::Number) {
            if (token.text.size() > 4) return std::nullopt;
            pieces.numbers.push_back({number_of(token), token.text.size()});
        } else if (token.kind == Token::Kind::Word) {
            const bool follows_number = at > 0 && tokens[at - 1].kind == Token::Kind::Number && !token.follows_blank;
            if (!word(token.text, follows_number, pieces)) return std::nullopt;
        } else if (marks.find(token.text[0]) == std::string_view::npos) {
            return std::nullopt;
        }
        ++at;
    }
    return pieces;
}

bool take_month(Pieces& pieces, std::optional<unsigned> month) {
    if (!month || pieces.month != 0) return false;
    pieces.month = *month;
    pieces.name_before = pieces.numbers.size();
    return true;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view one) { return equal_ignoring_case(word, one); });
}

}  // namespace

std::optional<Moment> parse_english_date(std::string_view text, DateOrder order) {
    const std::vector<Token> tokens = tokens_of(text);
    if (tokens.size() == 1 && tokens[0].kind == Token::Kind::Number) return from_digits(tokens[0].text, order);
    const auto take_word = [](std::string_view word, bool follows_number, Pieces& pieces) {
        if (follows_number && is_one_of(word, {"st", "nd", "rd", "th"})) return true;
        if (follows_number && is_one_of(word, {"t", "z"}) && pieces.numbers.size() == 3) return true;
        if (is_one_of(word, {"of", "at", "on", "and"})) return true;
        if (const std::optional<unsigned> month = english_month_of(word)) return take_month(pieces, month);
        return is_english_weekday(word);
    };
    const std::optional<Pieces> pieces = pieces_of(tokens, "/-.,;()", take_word);
    if (!pieces) return std::nullopt;
    if (pieces->month == 0)
        return pieces->numbers.size() == 3 ? from_numbers(pieces->numbers, order, pieces->time) : std::nullopt;
    return pieces->numbers.size() == 2 ? from_name(*pieces) : std::nullopt;
}

std::optional<Moment> parse_named_date(std::string_view text, std::string_view language) {
    const std::string folded = lower_case(without_accents(text));
    const auto take_word = [&](std::string_view word, bool follows_number, Pieces& pieces) {
        if (follows_number && is_one_of(word, {"er", "st", "o", "a", "nd", "rd", "th", "e"})) return true;
        if (const std::optional<unsigned> month = month_of(language, word)) return take_month(pieces, month);
        return is_filler(language, word);
    };
    const std::optional<Pieces> pieces = pieces_of(tokens_of(folded), "/-.,'", take_word);
    if (!pieces || pieces->month == 0 || pieces->numbers.size() != 2) return std::nullopt;
    return from_name(*pieces);
}

std::optional<Moment> parse_template_date(std::string_view text, const DateRules& rules) {
    text = strip(text);
    if (text.empty() || text.size() > 200) return std::nullopt;
    for (const std::string& format : rules.formats)
        if (const std::optional<Moment> found = parse_formatted_date(text, format)) return found;
    if (const std::optional<Moment> found = parse_english_date(text, rules.order)) return found;
    if (!rules.languages.empty()) {
        for (const std::string& language : rules.languages)
            if (const std::optional<Moment> found = parse_named_date(text, language)) return found;
        return std::nullopt;
    }
    for (const std::string& language : split(month_languages(), ' '))
        if (const std::optional<Moment> found = parse_named_date(text, language)) return found;
    return std::nullopt;
}

}  // namespace hone::invoice
