#include "hone/formats/xml_check.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "hone/base/text.h"

namespace hone::testing {
namespace {

bool is_name(std::string_view text) {
    for (const char letter : text)
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0 && letter != '-' && letter != ':' && letter != '_')
            return false;
    return !text.empty();
}

/// True if text or an attribute's value holds neither '<' nor a bare '&'.
bool is_escaped(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (text[at] == '<' || (byte < 0x20 && text[at] != '\n' && text[at] != '\t')) return false;
        if (text[at] != '&') continue;
        const std::string_view name = text.substr(at, text.find(';', at) - at);
        if (name != "&amp" && name != "&lt" && name != "&gt" && name != "&quot" && name != "&#39") return false;
    }
    return true;
}

/// Takes the attributes of a tag apart; false for a mistake.
bool has_good_attributes(std::string_view text) {
    std::set<std::string_view> names;
    while (!trim(text).empty()) {
        if (text[0] != ' ') return false;
        text = trim(text);
        const std::size_t equals = text.find("=\"");
        if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) return false;
        if (!names.insert(text.substr(0, equals)).second) return false;
        const std::size_t end = text.find('"', equals + 2);
        if (end == std::string_view::npos || !is_escaped(text.substr(equals + 2, end - equals - 2))) return false;
        text.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace

std::string xml_mistake(std::string_view xml) {
    if (!is_utf8(xml)) return "not UTF-8";
    std::vector<std::string_view> open;
    int roots = 0;
    while (!xml.empty()) {
        const std::size_t begin = xml.find('<');
        const std::string_view text = xml.substr(0, begin);
        if (!is_escaped(text)) return cat("text not escaped: ", text);
        if (open.empty() && !trim(text).empty()) return cat("text outside of the root: ", text);
        if (begin == std::string_view::npos) break;
        const std::size_t end = xml.find('>', begin);
        if (end == std::string_view::npos) return "a tag does not end";
        std::string_view tag = xml.substr(begin + 1, end - begin - 1);
        xml.remove_prefix(end + 1);
        if (tag.starts_with('/')) {
            if (open.empty() || open.back() != tag.substr(1)) return cat("a tag closes what is not open: ", tag);
            open.pop_back();
            continue;
        }
        const bool is_empty = tag.ends_with('/');
        if (is_empty) tag.remove_suffix(1);
        const std::string_view name = tag.substr(0, tag.find(' '));
        if (!is_name(name)) return cat("no name of an element: ", name);
        if (!has_good_attributes(tag.substr(name.size()))) return cat("attributes: ", tag);
        if (open.empty()) ++roots;
        if (!is_empty) open.push_back(name);
    }
    if (!open.empty()) return cat("not closed: ", open.back());
    return roots == 1 ? "" : cat("roots: ", roots);
}

int count(std::string_view text, std::string_view part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

TEST(XmlCheck, KnowsGoodFromBad) {
    EXPECT_EQ(xml_mistake("<a b=\"c\"><d/>x &amp; y</a>\n"), "");
    for (const char* bad : {"<a>", "<a></b>", "<a/><b/>", "x<a/>", "<a b=\"c\" b=\"d\"/>", "<a b=c/>", "<a>&nbsp;</a>",
                            "<a b=\"<\"/>", "<a>\x01</a>", "<a>\xff</a>", ""})
        EXPECT_NE(xml_mistake(bad), "") << bad;
}

}  // namespace hone::testing
