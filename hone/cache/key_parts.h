#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/cache/key.h"

namespace hone {

using KeyParts = std::vector<std::pair<std::string, std::string>>;

/// The parts of a key in few bytes, to be kept beside results and shown to people: names and values above 96 bytes are
/// their first 48 and the digest of all, and of more than 200 parts the last are one with the digest of those. So it
/// has at most some 60 KB, and equal parts stay equal and different ones different.
std::string encode_key_parts(const KeyParts& parts);
/// Reads encode_key_parts(); Fault::Input for other bytes.
KeyParts decode_key_parts(std::string_view bytes);

/// How one thing that a key depends on differs between two keys. Empty: that key has no such part.
struct KeyDifference {
    std::string name;
    std::string here, there;
};

/// The parts by name, in the order of their first appearance, several values of one name joined by ", ". A count before
/// the values is left out.
KeyParts grouped(const KeyParts& parts);
/// What differs between the groups of two keys; first in the order of `here`, then what only `there` has.
std::vector<KeyDifference> differences(const KeyParts& here, const KeyParts& there);

}  // namespace hone
