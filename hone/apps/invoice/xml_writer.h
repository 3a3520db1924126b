#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone::invoice {

/// Writes XML element by element, two blanks of margin a level. Equal calls give equal bytes.
class XmlWriter {
public:
    using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    XmlWriter();
    /// Opens an element; `name` with its prefix must live until it is closed.
    XmlWriter& open(std::string_view name, Attributes attributes = {});
    XmlWriter& close();
    /// An element of text; nothing if the text is empty.
    XmlWriter& leaf(std::string_view name, std::string_view text, Attributes attributes = {});
    /// An element without anything.
    XmlWriter& empty(std::string_view name);
    /// The document; every element must be closed.
    std::string take();

private:
    void begin(std::string_view name, Attributes attributes);

    std::string out_;
    std::vector<std::string_view> open_;
};

}  // namespace hone::invoice
