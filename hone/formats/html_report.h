#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/table/table.h"

namespace hone {

/// One page without scripts or outside references: opens from a folder or a mail. Light and dark by the reader's
/// setting, readable on a phone, printable.
class HtmlReport {
public:
    HtmlReport(std::string title, std::string lead);

    void heading(std::string_view text);
    void paragraph(std::string_view text);
    /// At most `most_rows` rows; says how many were left out. Numbers are aligned right.
    void table(const Table& table, std::string_view caption, std::size_t most_rows = 200);
    /// An SVG document of our own inline; its ids are renamed so that figures of one page do not share them.
    void figure(std::string_view svg, std::string_view caption);
    /// Preformatted text.
    void code(std::string_view text);

    /// The whole document, with a list of contents when there are several headings. Call once.
    std::string finish();

private:
    std::string title_;
    std::string lead_;
    std::string out_;
    std::vector<std::string> headings_;
    int figures_ = 0;
};

}  // namespace hone
