#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace hone {

/// What loading a value from a tier takes on this machine: so much to open one, and so much for each byte to read,
/// check and decode. Starts from careful constants and follows real loads by moving averages: small loads tell the
/// first, large ones the second. It decides whether a result is worth storing, never what the result is. Thread-safe.
class LoadCost {
public:
    /// Loads up to this size tell what opening takes, those from 16 times of it what bytes take.
    static constexpr std::uint64_t kSmallBytes = 16 * 1024;

    std::int64_t expected_ns(std::uint64_t bytes) const;
    /// A load of `bytes` took `ns`. One that was held up counts as eight times what was expected.
    void learn(std::uint64_t bytes, std::int64_t ns);

    /// As bytes, rounded to 2 %, and back; damaged bytes leave the constants.
    std::string save() const;
    void load(std::string_view bytes);

private:
    double expected(std::uint64_t bytes) const { return open_ns_ + ns_per_byte_ * static_cast<double>(bytes); }

    mutable std::mutex mutex_;
    double open_ns_ = 100'000;  // guarded by mutex_
    double ns_per_byte_ = 1;    // guarded by mutex_
};

}  // namespace hone
