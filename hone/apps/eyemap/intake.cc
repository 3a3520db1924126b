#include "hone/apps/eyemap/intake.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::uint64_t kTypeBytes = 400;  // packer, stream, names
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
}

bool is_plain(std::string_view name) {
    return std::ranges::all_of(
        name, [](char letter) { return static_cast<unsigned char>(letter) < 0x80 && !is_control(letter); });
}

/// A field without the quotes around it.
std::string_view without_quotes(std::string_view field) {
    if (field.size() < 2 || field.front() != '"' || field.back() != '"') return field;
    return field.substr(1, field.size() - 2);
}

std::string without_control(std::string_view text) {
    std::string clean;
    for (const char letter : text) {
        if (is_control(letter))
            clean += kReplacement;
        else
            clean += letter;
    }
    return clean;
}

}  // namespace

Intake::Intake(Run& run, const ReadRules& rules, Regions regions, FindingLog& log, std::uint64_t most_held_bytes)
    : run_(run),
      rules_(rules),
      regions_(std::move(regions)),
      log_(log),
      streams_(run.spill(), most_held_bytes),
      held_by_names_(run.budget(), 0),
      seen_(run.budget()),
      listed_(run.budget()),
      bodies_(run.budget(), [this] { streams_.give_up_memory(); }) {
    if (regions_.size() > kMostRegions) fail(Fault::Input, "more than ", kMostRegions, " regions");
}

std::uint32_t Intake::type(std::string_view name, RowPlace place, const std::function<std::string()>& raw) {
    return is_plain(name) ? type_of_text(name) : odd_type(name, place, raw);
}

std::uint32_t Intake::odd_type(std::string_view name, RowPlace place, const std::function<std::string()>& raw) {
    const std::string as_written = raw();
    const std::string text = is_utf8(as_written) ? std::string(name) : valid_utf8(without_quotes(as_written));
    const std::string clean = without_control(text);
    const bool is_replaced = !is_utf8(as_written) || clean != text;
    if (is_replaced && odd_names_.emplace(place.file, clean).second)
        log_.add(found(Finding::BadText, place, "type",
                       cat("type ", clean, " has bytes that are not UTF-8 or control characters; they are replaced")));
    return type_of_text(clean);
}

std::uint32_t Intake::type_of_text(std::string_view name) {
    if (const auto at = types_.find(name); at != types_.end()) return at->second;
    const auto number = static_cast<std::uint32_t>(names_.size());
    types_.emplace(name, number);
    held_by_names_.resize(held_by_names_.bytes() + kTypeBytes + 2 * name.size());
    names_.emplace_back(name);
    is_wanted_.push_back(false);
    packers_.emplace_back();
    streams_.add();
    return number;
}

std::string Intake::key_text(std::uint32_t type, std::optional<SetNumber> set) const {
    std::string text = type == kNoType ? std::string("row") : names_[type];
    if (set) text += cat(" in ", regions_[region_of(*set)].name, " (", side_letter(side_of(*set)), ')');
    return text;
}

bool Intake::report(const Found& found, std::uint32_t type, std::optional<SetNumber> set) {
    if (!log_.add(found)) return false;
    if (type != kNoType && set) add(type, FailureRow{*set, found.place, found.message});
    return true;
}

std::uint32_t Intake::value_name(const std::string& name) {
    const auto at = std::ranges::find(value_names_, name);
    if (at != value_names_.end()) return static_cast<std::uint32_t>(at - value_names_.begin());
    value_names_.push_back(name);
    return static_cast<std::uint32_t>(value_names_.size() - 1);
}

}  // namespace hone::eyemap
