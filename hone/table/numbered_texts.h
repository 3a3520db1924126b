#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/table/column.h"

namespace hone {

/// Texts that differ only in digits at one place, such as SO-2024-000123: what stands before, how many digits, what
/// stands behind.
struct NumberedForm {
    static constexpr unsigned kMostDigits = 18;
    std::string before;
    unsigned digits = 1;  ///< 1 to kMostDigits, zeros in front included
    std::string after;

    std::size_t size() const { return before.size() + digits + after.size(); }
    /// 10^digits: numbers are below.
    std::uint64_t numbers() const;
    /// Writes the text of a number to `to`, where size() bytes have room. Requires: number < numbers().
    void write(std::uint64_t number, char* to) const;
};

/// Numbers of texts in one form; -1 stands for an empty text.
struct NumberedTexts {
    NumberedForm form;
    std::vector<std::int64_t> numbers;
};

/// The texts as numbers, if all that are not empty have one form; nothing otherwise, mostly after a few rows.
std::optional<NumberedTexts> numbered(const TextData& texts);

}  // namespace hone
