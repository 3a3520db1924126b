#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_data.h"

namespace hone::invoice {

/// What became of a text: a value, or why there is none.
struct ReadData {
    std::optional<Data> value;
    std::string error;  ///< with the line; empty if there is a value
};

/// One YAML document by the rules of YAML 1.1 as PyYAML's safe loader applies them: yes/no/on/off are booleans, 012 is
/// octal, 1:30 is base 60, ISO dates are dates, "<<" merges, the last of equal keys wins. Keys become text. An empty
/// text is null. At most 100,000 nodes after aliases are put in.
ReadData read_yaml(std::string_view text);

/// The value of a plain scalar.
Data plain_scalar(std::string_view text);

/// Where a key or an item of a list stands in a YAML or JSON text.
struct DataPlace {
    std::string path;                  ///< "fields.amount.regex", "keywords[1]"
    std::size_t line = 0, column = 0;  ///< from 1
    bool is_repeated = false;          ///< the mapping had this key before
};
/// The places of all keys and items of the first document, as they come; up to the first mistake of syntax. What
/// aliases stand for has no places of its own.
std::vector<DataPlace> data_places(std::string_view text);

/// JSON by its own rules; values as in read_yaml().
ReadData read_json(std::string_view text);

}  // namespace hone::invoice
