#include "hone/apps/eyemap/region.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::size_t kMostLayers = 999;
constexpr std::array<std::string_view, 2> kLeftWords = {"l", "left"};
constexpr std::array<std::string_view, 2> kRightWords = {"r", "right"};
constexpr std::array<std::string_view, 4> kMiddleWords = {"m", "middle", "center", "centre"};
constexpr std::array<std::string_view, 5> kBothWords = {"combined", "both", "bilateral", "all", "*"};

template <std::size_t n>
bool is_one_of(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_region_name(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

char side_letter(Side side) {
    return side == Side::Left ? 'L' : 'R';
}

std::string_view side_word(Side side) {
    return side == Side::Left ? "left" : "right";
}

std::optional<Side> parse_column_side(std::string_view text) {
    if (text == "L") return Side::Left;
    if (text == "R") return Side::Right;
    return std::nullopt;
}

SideChoice parse_side_choice(std::string_view text) {
    const std::string word = to_lower(trim(text));
    if (is_one_of(word, kLeftWords)) return SideChoice::Left;
    if (is_one_of(word, kRightWords)) return SideChoice::Right;
    if (is_one_of(word, kBothWords)) return SideChoice::Both;
    fail(Fault::Usage, "a side is one of l, left, r, right, combined, both, bilateral, all, *: \"", text, "\"");
}

std::string_view side_choice_name(SideChoice choice) {
    if (choice == SideChoice::Both) return "both";
    return choice == SideChoice::Left ? "left" : "right";
}

bool includes(SideChoice choice, Side side) {
    return choice == SideChoice::Both || (choice == SideChoice::Left) == (side == Side::Left);
}

Population parse_population(std::string_view text) {
    const std::string word = to_lower(trim(text));
    if (is_one_of(word, kLeftWords)) return Population::Left;
    if (is_one_of(word, kRightWords)) return Population::Right;
    if (is_one_of(word, kMiddleWords)) return Population::Middle;
    if (is_one_of(word, kBothWords)) return Population::All;
    fail(Fault::Usage,
         "a population is one of l, left, r, right, m, middle, center, centre, combined, both, bilateral, all, *: \"",
         text, "\"");
}

std::string_view population_name(Population population) {
    switch (population) {
        case Population::Left:
            return "left";
        case Population::Right:
            return "right";
        case Population::Middle:
            return "middle";
        case Population::All:
            break;
    }
    return "all";
}

Regions Regions::builtin() {
    Regions regions;
    regions.add("ME", 10);
    regions.add("LO", 7, {"LO1", "LO2", "LO3", "LO4", "LO5A", "LO5B", "LO6"});
    regions.add("LOP", 4);
    return regions;
}

void Regions::add(std::string name, std::size_t layers, std::vector<std::string> layer_names) {
    if (!is_region_name(name))
        fail(Fault::Input, "the name of a region is a letter followed by letters and digits: \"", name, "\"");
    if (layers > kMostLayers)
        fail(Fault::Input, "a region has at most ", kMostLayers, " layers: ", name, " has ", layers);
    if (layer_names.size() > layers)
        fail(Fault::Input, "a region has at most one name per layer: ", name, " has ", layers, " layers and ",
             layer_names.size(), " names");
    layer_names.resize(layers);
    for (std::size_t i = 0; i < layers; ++i)
        if (layer_names[i].empty()) layer_names[i] = cat(name, i + 1);
    const std::optional<std::size_t> known = find(name);
    Region region{std::move(name), std::move(layer_names)};
    if (known)
        regions_[*known] = std::move(region);
    else
        regions_.push_back(std::move(region));
}

std::optional<std::size_t> Regions::find(std::string_view name) const {
    for (std::size_t i = 0; i < regions_.size(); ++i)
        if (regions_[i].name == name) return i;
    return std::nullopt;
}

std::string Regions::names() const {
    std::string text;
    for (const Region& region : regions_)
        text += (text.empty() ? "" : ", ") + region.name;
    return text;
}

}  // namespace hone::eyemap

namespace hone {

void Codec<eyemap::Regions>::encode(Encoder& out, const eyemap::Regions& value) {
    out.u64(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        out.text(value[i].name);
        Codec<std::vector<std::string>>::encode(out, value[i].layers);
    }
}

eyemap::Regions Codec<eyemap::Regions>::decode(Decoder& in) {
    eyemap::Regions regions;
    for (std::size_t left = in.count(16); left > 0; --left) {
        std::string name(in.text());
        if (regions.find(name)) fail(Fault::Input, "a region is stored once: ", name);
        auto layers = Codec<std::vector<std::string>>::decode(in);
        const std::size_t count = layers.size();
        regions.add(std::move(name), count, std::move(layers));
    }
    return regions;
}

}  // namespace hone
