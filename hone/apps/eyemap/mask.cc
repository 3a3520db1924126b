#include "hone/apps/eyemap/mask.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/sha256.h"

namespace hone::eyemap {
namespace {

/// So many columns are read from a text at most: few letters can name many.
constexpr std::size_t kMostMaskColumns = std::size_t{1} << 24;

// Columns of the right optic lobe of the FlyEM optic-lobe data set, published under CC BY 4.0 by its authors.
constexpr std::string_view kMedulla =
    "1:7-8,10;2:5-13;3:4-15;4:3-18;5:2-20;6:1-22;7:1-24;8:1-26;9:1-28;10:1-29;11:1-30;12:1-31;13:1-32;14:2-32;15:2-33;"
    "16:3-33;17:3-34;18:4-34;19:4-35;20:5-35;21:6-36;22:7-36;23:8-37;24:9-37;25:10-38;26:11-38;27:11-39;28:13-39;"
    "29:14-39;30:15-39;31:16-39;32:18-38;33:19-38;34:21-38;35:23-36;36:26-35";
constexpr std::string_view kNotInLobula = "1:8,10;2:5,13;3:4;4:3,18;5:2,20;6:1;19:4;27:11;31:39;32:18;34:38;36:26-27";
constexpr std::string_view kNotInLobulaPlate =
    "1:8;2:5-6,13;3:13-14;4:3,16-18;5:2-3,20;6:1,20-22;7:1,22-23;8:1;9:27-28;10:1,29;11:1,29-30;12:1-2,31;"
    "13:1-2,31-32;14:32;15:2-3,33;16:3,33;17:3,34;18:34;19:34-35;20:5;21:36;22:7;24:9;25:10;26:11;27:11;28:13;"
    "30:15-16;31:16-17;32:38;33:19-20,38;34:21-22;35:24-27,36;36:26-29,33-34";

Mask without(const Mask& mask, const Mask& dropped) {
    Mask rest;
    std::set_difference(mask.begin(), mask.end(), dropped.begin(), dropped.end(), std::back_inserter(rest));
    return rest;
}

/// Reads the text of a mask from left to right.
class MaskReader {
public:
    explicit MaskReader(std::string_view text) : text_(text) {}

    Mask read() {
        if (at_end()) return {};
        do
            run();
        while (take(';'));
        if (!at_end()) refuse("\";\" or the end");
        std::sort(columns_.begin(), columns_.end());
        const auto twice = std::adjacent_find(columns_.begin(), columns_.end());
        if (twice != columns_.end())
            fail(Fault::Input, "a column stands in a mask once: ", twice->hex1, ":", twice->hex2);
        return std::move(columns_);
    }

private:
    bool at_end() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
        return at_ == text_.size();
    }

    bool take(char letter) {
        if (at_end() || text_[at_] != letter) return false;
        ++at_;
        return true;
    }

    [[noreturn]] void refuse(std::string_view expected) const {
        fail(Fault::Input, "expected ", expected, " at letter ", at_ + 1, " of the mask, found \"",
             text_.substr(at_, 12), "\"");
    }

    std::int32_t coordinate() {
        if (at_end()) refuse("a whole number");
        std::size_t end = at_ + (text_[at_] == '-' ? 1 : 0);
        while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9')
            ++end;
        const std::optional<std::int64_t> number = parse_int64(text_.substr(at_, end - at_));
        if (!number || *number < -kMostHex || *number > kMostHex) refuse("a whole number within +-32767");
        at_ = end;
        return static_cast<std::int32_t>(*number);
    }

    void run() {
        const std::int32_t hex1 = coordinate();
        if (!take(':')) refuse("\":\"");
        do
            span(hex1);
        while (take(','));
    }

    void span(std::int32_t hex1) {
        const std::int32_t first = coordinate();
        const std::int32_t last = take('-') ? coordinate() : first;
        if (last < first) fail(Fault::Input, "a span of a mask rises: ", hex1, ":", first, "-", last);
        if (columns_.size() + static_cast<std::size_t>(last - first) >= kMostMaskColumns)
            fail(Fault::Limit, "a mask has at most ", kMostMaskColumns, " columns");
        for (std::int32_t hex2 = first; hex2 <= last; ++hex2)
            columns_.push_back({hex1, hex2});
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Mask columns_;
};

}  // namespace

Mask make_mask(std::vector<Hex> columns) {
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    return columns;
}

bool contains(const Mask& mask, Hex hex) {
    return std::binary_search(mask.begin(), mask.end(), hex);
}

Mask united(const Mask& a, const Mask& b) {
    Mask both;
    both.reserve(std::max(a.size(), b.size()));
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

int neighbours_in(const Mask& mask, Hex hex) {
    int count = 0;
    for (const Hex step : kNeighbours)
        count += contains(mask, moved(hex, step)) ? 1 : 0;
    return count;
}

Mask rim_of(const Mask& mask) {
    // A mask moved by one step is sorted as well, so that one walk per step finds who has that neighbour.
    std::vector<std::uint8_t> neighbours(mask.size());
    for (const Hex step : kNeighbours) {
        auto other = mask.begin();
        for (std::size_t i = 0; i < mask.size(); ++i) {
            const Hex wanted = moved(mask[i], step);
            while (other != mask.end() && *other < wanted)
                ++other;
            if (other != mask.end() && *other == wanted) ++neighbours[i];
        }
    }
    Mask rim;
    for (std::size_t i = 0; i < mask.size(); ++i)
        if (neighbours[i] < kNeighbours.size()) rim.push_back(mask[i]);
    return rim;
}

Mask parse_mask(std::string_view text) {
    return MaskReader(text).read();
}

std::string mask_text(const Mask& mask) {
    std::string text;
    for (std::size_t i = 0; i < mask.size();) {
        const Hex first = mask[i];
        if (i > 0 && mask[i - 1].hex1 == first.hex1)
            text += ',';
        else
            text += cat(i > 0 ? ";" : "", first.hex1, ":");
        std::int32_t last = first.hex2;
        for (++i; i < mask.size() && mask[i] == Hex{first.hex1, last + 1}; ++i)
            ++last;
        append_int64(text, first.hex2);
        if (last > first.hex2) text += cat("-", last);
    }
    return text;
}

const Mask& builtin_mask(std::string_view region) {
    static const Mask none;
    static const Mask medulla = parse_mask(kMedulla);
    static const Mask lobula = without(medulla, parse_mask(kNotInLobula));
    static const Mask lobula_plate = without(medulla, parse_mask(kNotInLobulaPlate));
    if (region == "ME") return medulla;
    if (region == "LO") return lobula;
    if (region == "LOP") return lobula_plate;
    return none;
}

std::string mask_digest(const Mask& mask) {
    std::string lines;
    for (const Hex hex : mask)
        lines += cat(hex.hex1, ",", hex.hex2, "\n");
    return sha256_hex(lines).substr(0, 16);
}

}  // namespace hone::eyemap
