#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::eyemap {

/// Attributes of an element, in the order of the file.
using XmlAttributes = std::vector<std::pair<std::string_view, std::string_view>>;

/// What is told about an XML document while it is read. Texts live during the call only.
struct XmlListener {
    std::function<void(std::string_view name, const XmlAttributes& attributes)> start;
    std::function<void(std::string_view text)> text;  ///< in pieces
    std::function<void(std::string_view name)> end;
};

/// Reads a whole XML document. Fault::Input with the line for what is no well-formed XML, for entities that the
/// document defines itself, and for elements nested deeper than 200. Nothing outside the document is loaded. Errors of
/// the listener come out unchanged.
void read_xml(std::string_view document, const XmlListener& listener);

/// The value of an attribute, or nothing (a null pointer) if it is absent.
std::string_view find_attribute(const XmlAttributes& attributes, std::string_view name);

}  // namespace hone::eyemap
