#pragma once
#include <string>
#include <string_view>

#include "hone/apps/invoice/template_data.h"

namespace hone::invoice {

/// A value as a YAML 1.1 document in block style (lists of up to four scalars in lists on one line), members in their
/// order, ending in a newline. read_yaml() gives the
/// same value back, if every text in it is UTF-8, no key comes twice in one object, keys have at most 200 bytes and no
/// number is nan. Texts stand plain where that is safe, else in single quotes, and in double quotes with escapes if
/// they hold control characters or breaks of line.
std::string write_yaml(const Data& value);

/// One text as a scalar: plain, 'quoted' or "quoted".
std::string yaml_text(std::string_view text);

}  // namespace hone::invoice
