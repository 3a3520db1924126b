#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// The inflation of GreedyDual-Size-Frequency (Cherkasova, HP Labs TR 98-69): the price of what was dropped last. An
/// entry is worth the level at its last use plus its own price, so what is not used falls behind as others are dropped,
/// and only then: a cache at rest does not age. Since an entry on disk knows the time of its last use but not the level
/// then, the clock remembers when its level rose, by the minute and at most kSteps of them. Not thread-safe.
class AgeingClock {
public:
    static constexpr std::size_t kSteps = 64;

    double level() const { return steps_.empty() ? 0 : steps_.back().level; }
    /// The level at a time of the wall clock; the present one for times to come.
    double level_at(std::int64_t wall_ns) const;
    /// Something of price `level` was dropped at `wall_ns`; a lower one changes nothing. After the wall clock was set
    /// back the steps that it has not seen yet count as made now.
    void raise(double level, std::int64_t wall_ns);

    std::string encode() const;
    /// Reads encode(); Fault::Input for other bytes.
    static AgeingClock decode(std::string_view bytes);

private:
    struct Step {
        std::int64_t since_wall_ns = 0;
        double level = 0;
    };
    std::vector<Step> steps_;  // both members rise
};

}  // namespace hone
