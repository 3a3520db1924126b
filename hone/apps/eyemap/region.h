#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"

namespace hone::eyemap {

/// The eye that a column belongs to. Left before right, as results list them.
enum class Side : std::uint8_t { Left, Right };
inline constexpr std::array<Side, 2> kSides = {Side::Left, Side::Right};

/// 'L' or 'R'.
char side_letter(Side side);
/// "left" or "right".
std::string_view side_word(Side side);
/// Side of a column: exactly "L" or "R".
std::optional<Side> parse_column_side(std::string_view text);

/// Which sides a request asks for.
enum class SideChoice : std::uint8_t { Left, Right, Both };
/// "l", "left", "r", "right", "combined", "both", "bilateral", "all", "*", in any case and with blanks around;
/// Fault::Usage that lists these words for anything else.
SideChoice parse_side_choice(std::string_view text);
std::string_view side_choice_name(SideChoice choice);  ///< "left", "right", "both"
bool includes(SideChoice choice, Side side);

/// Which cells are counted, by the side of their body.
enum class Population : std::uint8_t { All, Left, Right, Middle };
/// As parse_side_choice(), and "m", "middle", "center", "centre".
Population parse_population(std::string_view text);
std::string_view population_name(Population population);  ///< "all", "left", "right", "middle"

/// A neuropil whose columns are drawn.
struct Region {
    std::string name;                 ///< "ME"
    std::vector<std::string> layers;  ///< display names, layer 1 first: "ME1", "LO5A"
    bool operator==(const Region&) const = default;
};

/// The regions known to a data set, in drawing order. Names are case-sensitive.
class Regions {
public:
    /// ME (10 layers), LO (7) and LOP (4).
    static Regions builtin();

    /// Adds a region; layers without names are called region + number. Replaces one of the same name in its place.
    /// Fault::Input unless the name is a letter followed by letters and digits and there are at most 999 layers.
    void add(std::string name, std::size_t layers, std::vector<std::string> layer_names = {});

    std::size_t size() const { return regions_.size(); }
    const Region& operator[](std::size_t index) const { return regions_[index]; }
    std::optional<std::size_t> find(std::string_view name) const;
    /// "ME, LO, LOP"
    std::string names() const;
    bool operator==(const Regions&) const = default;

private:
    std::vector<Region> regions_;
};

}  // namespace hone::eyemap

namespace hone {

template <>
struct Codec<eyemap::Regions> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const eyemap::Regions& value);
    static eyemap::Regions decode(Decoder& in);
};

}  // namespace hone
