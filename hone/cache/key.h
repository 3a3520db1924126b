#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/hash.h"

namespace hone {

/// Names one result: the digest of everything it depends on, with the parts in words so that a miss can be explained.
/// Two keys are the same when their digests are.
struct Key {
    Digest digest;
    std::string app;                                         ///< for invalidation by application; may be empty
    std::string task;                                        ///< task or memo name
    std::vector<std::pair<std::string, std::string>> parts;  ///< ("crop", "wheat"), ("input production", "<hex>"), ...
};

/// Builds a Key part by part; the order of parts matters, and no two lists of parts give the same digest.
class KeyBuilder {
public:
    KeyBuilder(std::string app, std::string task);
    KeyBuilder& add(std::string_view name, std::string_view value);
    Key build() const;

private:
    Key key_;
};

}  // namespace hone
