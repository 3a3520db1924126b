#include "hone/apps/invoice/glued_headings.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace hone::invoice {
namespace {

std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char one) { return (static_cast<unsigned char>(one) & 0xC0U) != 0x80U; }));
}

/// The words as one text with blanks between, and its headings.
class GluedReader {
public:
    GluedReader(std::span<const WordBox* const> words, std::span<const ColumnWord> known)
        : words_(words), known_(known) {
        for (const WordBox* word : words) {
            if (!text_.empty()) text_ += ' ';
            starts_.push_back(text_.size());
            text_ += word->text.find_first_of("/&+-(") == std::string::npos ? heading_text(word->text) : "?";
        }
        is_dead_end_.resize(text_.size() + 1);
    }

    std::vector<Heading> run() {
        constexpr std::size_t kMostBytes = 400;  // longer texts are none of a table's head
        std::vector<Heading> out;
        if (text_.size() > kMostBytes) return out;
        read_from(0);
        const bool is_glued = std::any_of(found_.begin(), found_.end(), [&](const Piece& one) {
            return one.lacks_blank || (one.end < text_.size() && text_[one.end] != ' ');
        });
        if (!is_glued) return out;
        for (const Piece& one : found_)
            out.push_back(heading_of(one));
        return out;
    }

private:
    /// A heading in the text.
    struct Piece {
        std::size_t begin = 0, end = 0;
        Column column = Column::Ignored;
        bool lacks_blank = false;  ///< a blank of the heading is not there
    };

    /// Reads headings from a byte to the end, the longest first; false if a word cannot be parted there.
    bool read_from(std::size_t at) {
        while (at < text_.size() && text_[at] == ' ')
            ++at;
        if (at == text_.size()) return true;
        if (is_dead_end_[at]) return false;
        for (const Piece& one : pieces_at(at)) {
            found_.push_back(one);
            if (read_from(one.end)) return true;
            found_.pop_back();
        }
        const bool is_word = at == 0 || text_[at - 1] == ' ';
        if (is_word && read_from(std::min(text_.find(' ', at), text_.size()))) return true;
        is_dead_end_[at] = true;
        return false;
    }

    std::vector<Piece> pieces_at(std::size_t at) const {
        std::vector<Piece> pieces;
        for (const ColumnWord& heading : known_)
            if (heading.text.starts_with(text_[at])) add_piece(at, heading, pieces);
        std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.end > b.end; });
        return pieces;
    }

    /// Adds the heading if the text goes on with it, with or without its blanks.
    void add_piece(std::size_t at, const ColumnWord& heading, std::vector<Piece>& pieces) const {
        Piece piece{at, at, heading.column, false};
        for (const char letter : heading.text) {
            const bool fits = piece.end < text_.size() && text_[piece.end] == letter;
            if (!fits && letter != ' ') return;
            piece.end += fits ? 1 : 0;
            piece.lacks_blank = piece.lacks_blank || !fits;
        }
        pieces.push_back(piece);
    }

    /// The word in which the byte stands.
    std::size_t word_of(std::size_t at) const {
        const auto behind = std::upper_bound(starts_.begin(), starts_.end(), at);
        return static_cast<std::size_t>(behind - starts_.begin()) - 1;
    }
    /// Where the letter begins that stands at `at` of the text of word `index`.
    float place_in(std::size_t index, std::size_t at) const {
        const WordBox& word = *words_[index];
        const std::string_view text = std::string_view(text_).substr(starts_[index]);
        const std::size_t all = letters(text.substr(0, text.find(' ')));
        const auto before = static_cast<float>(letters(text.substr(0, at - starts_[index])));
        return all == 0 ? word.x0 : word.x0 + (word.x1 - word.x0) * before / static_cast<float>(all);
    }
    /// The box around all parts of words that the heading takes.
    Heading heading_of(const Piece& piece) const {
        const std::size_t first = word_of(piece.begin), last = word_of(piece.end - 1);
        Heading out{piece.column, place_in(first, piece.begin), place_in(last, piece.end)};
        for (std::size_t i = first; i <= last; ++i) {
            out.x0 = std::min(out.x0, i == first ? out.x0 : words_[i]->x0);
            out.x1 = std::max(out.x1, i == last ? out.x1 : words_[i]->x1);
        }
        return out;
    }

    std::span<const WordBox* const> words_;
    std::span<const ColumnWord> known_;
    std::string text_;
    std::vector<std::size_t> starts_;  ///< of the words in the text
    std::vector<char> is_dead_end_;    ///< for each byte: no headings from there to the end
    std::vector<Piece> found_;
};

}  // namespace

std::vector<Heading> glued_headings(std::span<const WordBox* const> words, std::span<const ColumnWord> known) {
    return GluedReader(words, known).run();
}

}  // namespace hone::invoice
