#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace hone::eyemap {

/// A type name as part of a file name, without regard to other types: blanks become '_', parentheses go, every other
/// byte outside A-Za-z0-9._- and a leading dot become '_'; if that last step changed anything (or the name is longer
/// than 150 bytes, or nothing is left), '-' and 8 digits of the name's SHA-256 follow.
std::string safe_name(std::string_view type);

/// Safe names of the types of one data set; those that are equal but for case all get their digits.
std::map<std::string, std::string, std::less<>> safe_names(std::span<const std::string> types);

}  // namespace hone::eyemap
