#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::invoice {

/// For each keyword the numbers of the texts that hold it, rising. One pass over each text, whatever the number of
/// keywords; empty keywords are in none.
std::vector<std::vector<std::size_t>> texts_with(std::span<const std::string> keywords,
                                                 std::span<const std::string_view> texts);

/// The name of an issuer as the name of a file: lower case without accents, '-' for all that is no letter or digit, at
/// most 80 bytes; "issuer" if nothing is left. Issuers of one name have one template.
std::string draft_slug(std::string_view issuer);

}  // namespace hone::invoice
