#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hone {

/// Names one run or request wherever it leaves a trace: in its log, in the frames to the processes that read its
/// documents, in the record of its execution. Never part of a key or a result.
struct CorrelationId {
    std::uint64_t high = 0, low = 0;
    auto operator<=>(const CorrelationId&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14

    /// True for the one value that names nothing.
    bool is_none() const { return high == 0 && low == 0; }
    /// 32 hexadecimal digits in lower case.
    std::string hex() const;

    /// Sixteen bytes at random from the system; never none. About a microsecond.
    static CorrelationId create();
    /// Reads 32 hexadecimal digits of either case, or the value of a `traceparent` header, whose trace id it takes
    /// (W3C Trace Context, 3.2: version, trace id, parent id and flags in lower case). Nothing for any other text and
    /// for an id of zeros.
    static std::optional<CorrelationId> parse(std::string_view text);
};

}  // namespace hone
