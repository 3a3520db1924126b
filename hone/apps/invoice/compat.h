#pragma once
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/template_data.h"

namespace hone::invoice {

/// Outputs of templates as invoice2data writes them. Dates in a format of strftime. Documents without a result are
/// left out by the caller.

/// A JSON array of the outputs: indent 4, text beyond ASCII as it is, doubles with ".0", no final newline.
std::string compat_json(std::span<const Data> outputs, std::string_view date_format = "%Y-%m-%d");

enum class CsvLines : std::uint8_t { Json, Explode };
/// CSV with CRLF: columns are the keys of all outputs in the order in which they first appear; lists and objects as
/// JSON text, null empty. Explode: a row for each item of `lines`, its keys as "line_<key>" behind the others.
std::string compat_csv(std::span<const Data> outputs, std::string_view date_format = "%Y-%m-%d",
                       CsvLines lines = CsvLines::Json);

/// XML: an <item id="n"> for each output, an element for each field, lists as <item> elements; indent 2. Characters
/// that XML forbids become U+FFFD, and names that are none get '_' for what may not stand there.
std::string compat_xml(std::span<const Data> outputs, std::string_view date_format = "%Y-%m-%d");

}  // namespace hone::invoice
