#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hone/table/column.h"

namespace hone::eyemap {

/// A column of numbers that may be missing, while it grows.
template <class T>
class ValueColumn {
public:
    void add(const std::optional<T>& value) {
        values_.push_back(value.value_or(T{}));
        valid_.push_back(value.has_value());
    }
    Column column(std::string name) && {
        if constexpr (std::is_same_v<T, double>)
            return Column::real(std::move(name), std::move(values_), std::move(valid_));
        else
            return Column::int64(std::move(name), std::move(values_), std::move(valid_));
    }

private:
    std::vector<T> values_;
    std::vector<bool> valid_;
};

}  // namespace hone::eyemap
