#include "hone/cache/key.h"

namespace hone {

KeyBuilder::KeyBuilder(std::string app, std::string task) {
    key_.app = std::move(app);
    key_.task = std::move(task);
}

KeyBuilder& KeyBuilder::add(std::string_view name, std::string_view value) {
    key_.parts.emplace_back(name, value);
    return *this;
}

Key KeyBuilder::build() const {
    Hasher hasher;
    hasher.add_field(key_.app);
    hasher.add_field(key_.task);
    for (const auto& [name, value] : key_.parts) {
        hasher.add_field(name);
        hasher.add_field(value);
    }
    Key key = key_;
    key.digest = hasher.digest();
    return key;
}

}  // namespace hone
