#include "hone/apps/invoice/xml_writer.h"

#include "hone/apps/invoice/xml_text.h"
#include "hone/base/error.h"

namespace hone::invoice {

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::begin(std::string_view name, Attributes attributes) {
    out_.append(2 * open_.size(), ' ');
    out_ += cat("<", name);
    for (const auto& [attribute, value] : attributes)
        out_ += cat(" ", attribute, "=\"", xml_text(value), "\"");
}

XmlWriter& XmlWriter::open(std::string_view name, Attributes attributes) {
    begin(name, attributes);
    out_ += ">\n";
    open_.push_back(name);
    return *this;
}

XmlWriter& XmlWriter::close() {
    check(!open_.empty(), "an element is open");
    const std::string_view name = open_.back();
    open_.pop_back();
    out_.append(2 * open_.size(), ' ');
    out_ += cat("</", name, ">\n");
    return *this;
}

XmlWriter& XmlWriter::leaf(std::string_view name, std::string_view text, Attributes attributes) {
    if (text.empty()) return *this;
    begin(name, attributes);
    out_ += cat(">", xml_text(text), "</", name, ">\n");
    return *this;
}

XmlWriter& XmlWriter::empty(std::string_view name) {
    begin(name, {});
    out_ += "/>\n";
    return *this;
}

std::string XmlWriter::take() {
    check(open_.empty(), "every element is closed");
    return std::move(out_);
}

}  // namespace hone::invoice
