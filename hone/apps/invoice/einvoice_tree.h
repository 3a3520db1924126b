#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::invoice {

/// An element of XML with what stands below it. Names come without namespaces.
struct XmlElement {
    std::string name;
    std::string text;     ///< its own, without blanks at both ends; line ends are \n
    bool is_cut = false;  ///< the text was longer than 64 KiB: only a part is here
    std::vector<std::pair<std::string, std::string>> attributes;  ///< unitCode, schemeID, currencyID, format
    std::vector<XmlElement> children;

    /// The first element along `path`: names between '/', alternatives of a step between '|'; nullptr if there is none.
    const XmlElement* find(std::string_view path) const;
    /// The same, or an empty element.
    const XmlElement& child(std::string_view path) const;
    std::string_view attribute(std::string_view attribute_name) const;

    /// Visits the elements right below whose name is one of `names` (between '|').
    template <class Visit>
    void each(std::string_view names, const Visit& visit) const {
        for (const XmlElement& one : children)
            if (one.is_named(names)) visit(one);
    }
    bool is_named(std::string_view names) const;
};

/// The namespace and the name of the root element; empty if the first 64 KiB hold none or are no XML.
std::pair<std::string, std::string> xml_root(std::string_view bytes);

/// Reads a document without keeping elements named one of `lines` (between '|'): these are handed to `line` with all
/// below them when they end. Fault::Input for what is no XML, has a document type or is more than 100 levels deep;
/// Fault::Limit for more than 100,000 elements (without lines, or in one line).
XmlElement read_xml_tree(std::string_view bytes, std::string_view lines,
                         const std::function<void(const XmlElement&)>& line);

}  // namespace hone::invoice
