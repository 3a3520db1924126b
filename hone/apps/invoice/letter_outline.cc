#include "hone/apps/invoice/letter_outline.h"

#include <map>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_invoice_letters();
}

namespace hone::invoice {
namespace {

/// Reads numbers of a path one after the other.
class PathReader {
public:
    explicit PathReader(std::string_view path) : path_(path) {}
    bool is_done() const { return at_ == path_.size(); }
    char take_letter() { return path_[at_++]; }
    double take_number() {
        if (path_[at_] == ' ') ++at_;
        std::size_t end = at_ + 1;
        while (end < path_.size() && path_[end] >= '0' && path_[end] <= '9')
            ++end;
        const auto number = parse_int64(path_.substr(at_, end - at_));
        check(number.has_value(), "outlines hold whole numbers");
        at_ = end;
        return static_cast<double>(*number);
    }

private:
    std::string_view path_;
    std::size_t at_ = 0;
};

std::vector<OutlineRing> rings_of(std::string_view path) {
    std::vector<OutlineRing> rings;
    for (PathReader reader(path); !reader.is_done();) {
        const char what = reader.take_letter();
        if (what == 'M') {
            OutlineRing& ring = rings.emplace_back();
            ring.x = reader.take_number();
            ring.y = reader.take_number();
            continue;
        }
        check((what == 'L' || what == 'Q') && !rings.empty(), "outlines hold M, L and Q");
        OutlinePiece& piece = rings.back().pieces.emplace_back();
        piece.is_curve = what == 'Q';
        if (piece.is_curve) {
            piece.control_x = reader.take_number();
            piece.control_y = reader.take_number();
        }
        piece.x = reader.take_number();
        piece.y = reader.take_number();
    }
    return rings;
}

std::map<std::uint32_t, std::vector<OutlineRing>> read_letters() {
    std::map<std::uint32_t, std::vector<OutlineRing>> letters;
    letters[' '];
    for (const std::string& line : split(embedded_invoice_letters(), '\n')) {
        if (line.empty() || line.front() == '#') continue;
        const std::size_t blank = line.find(' ');
        const auto letter = parse_int64(line.substr(0, blank));
        check(letter && blank != std::string::npos, "a line of outlines starts with a code point");
        letters[narrow<std::uint32_t>(*letter)] = rings_of(std::string_view(line).substr(blank + 1));
    }
    return letters;
}

}  // namespace

std::span<const OutlineRing> letter_outline(std::uint32_t letter) {
    static const std::map<std::uint32_t, std::vector<OutlineRing>> kLetters = read_letters();
    static const std::vector<OutlineRing> kBox = rings_of("M60 0L60 700L496 700L496 0M110 50L446 50L446 650L110 650");
    const auto found = kLetters.find(letter);
    return found == kLetters.end() ? kBox : found->second;
}

}  // namespace hone::invoice
