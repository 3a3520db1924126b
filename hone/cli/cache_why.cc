// `hone cache why KEY`: what the cache knows of one key.
#include <algorithm>

#include "hone/base/text.h"
#include "hone/cli/command.h"
#include "hone/cli/present.h"
#include "hone/table/encodings.h"

namespace hone::cli {
namespace {

constexpr std::size_t kShortKey = 12;

double seconds(std::int64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

/// Text of files as it may be shown: well-formed, without control characters.
std::string shown(std::string_view text) {
    std::string safe = valid_utf8(text);
    for (char& byte : safe) {
        if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f') byte = ' ';
    }
    return safe;
}

/// Digests are told apart by their first letters.
std::string brief(const std::string& value) {
    if (value.empty()) return "nothing";
    return Digest::from_hex(value) ? value.substr(0, kShortKey) : shown(value);
}

std::string ago(std::int64_t wall_ns) {
    const std::int64_t age_ns = real_clock().wall_ns() - wall_ns;
    return age_ns < 0 ? cat("in ", human_seconds(seconds(-age_ns))) : cat(human_seconds(seconds(age_ns)), " ago");
}

Json entry_json(const KeyReport::Entry& entry, Json json) {
    Json tags = Json::array();
    for (const std::string& tag : entry.facts.tags)
        tags.push(shown(tag));
    json.set("raw_bytes", entry.raw_bytes).set("stored_bytes", entry.stored_bytes);
    json.set("codec", codec_name(entry.codec)).set("cost_s", seconds(entry.facts.cost_ns));
    json.set("age_s", seconds(real_clock().wall_ns() - entry.facts.created_wall_ns));
    json.set("used_s_ago", seconds(real_clock().wall_ns() - entry.used_wall_ns)).set("uses", entry.uses);
    if (entry.facts.expires_wall_ns != 0)
        json.set("expires_in_s", seconds(entry.facts.expires_wall_ns - real_clock().wall_ns()));
    return json.set("tags", std::move(tags));
}

Json nearest_json(const KeyReport::Nearest& nearest) {
    Json differences = Json::array();
    for (const KeyDifference& part : nearest.differences)
        differences.push(
            Json::object().set("name", shown(part.name)).set("here", shown(part.here)).set("there", shown(part.there)));
    return Json::object().set("key", nearest.key.hex()).set("differences", std::move(differences));
}

Json json_of(const KeyReport& report) {
    Json json = Json::object();
    json.set("key", report.key.hex()).set("application", shown(report.app)).set("task", shown(report.task));
    json.set("is_found", !report.miss);
    if (report.miss) json.set("reason", miss_name(*report.miss)).set("detail", shown(report.detail));
    if (report.noted_wall_ns != 0) json.set("noted_s_ago", seconds(real_clock().wall_ns() - report.noted_wall_ns));
    if (report.entry) json = entry_json(*report.entry, std::move(json));
    Json parts = Json::object();
    for (const auto& [name, value] : grouped(report.parts))
        parts.set(shown(name), shown(value));
    json.set("parts", std::move(parts));
    if (report.nearest) json.set("nearest", nearest_json(*report.nearest));
    return json;
}

/// Lines of two columns: what, and what is known of it.
using Lines = std::vector<std::pair<std::string, std::string>>;

std::string verdict(const KeyReport& report) {
    if (!report.miss) return "stored: a run finds it";
    const std::string detail = report.detail.empty() ? "" : cat(": ", shown(report.detail));
    switch (*report.miss) {
        case Miss::NeverStored:
            return "a miss: it was asked for and never stored";
        case Miss::Evicted:
            return "a miss: it had to make room for others";
        case Miss::Expired:
            return "a miss: its lifetime is over";
        case Miss::Invalidated:
            return cat("a miss: a tag was invalidated", detail);
        case Miss::Damaged:
            return cat("a miss: its file was damaged", detail);
        case Miss::Refused:
            return cat("a miss: it was not kept", detail);
        case Miss::OtherVersion:
            return "a miss: another version of hone wrote it";
        case Miss::Unusable:
            return cat("a miss: the cache folder could not be used", detail);
        case Miss::Removed:
            return cat("a miss: it was stored and is gone", detail);
    }
    return "a miss";
}

void add_entry(const KeyReport::Entry& entry, Lines& lines) {
    std::vector<std::string> tags;
    for (const std::string& tag : entry.facts.tags)
        tags.push_back(shown(tag));
    lines.emplace_back("size", cat(human_bytes(entry.raw_bytes), ", stored in ", human_bytes(entry.stored_bytes), " (",
                                   codec_name(entry.codec), ")"));
    lines.emplace_back("computed",
                       cat(ago(entry.facts.created_wall_ns), ", took ", human_seconds(seconds(entry.facts.cost_ns))));
    lines.emplace_back("used",
                       cat(ago(entry.used_wall_ns), "; in ", entry.uses, entry.uses == 1 ? " minute" : " minutes"));
    if (entry.facts.expires_wall_ns != 0) lines.emplace_back("expires", ago(entry.facts.expires_wall_ns));
    lines.emplace_back("tags", join(tags, ", "));
}

Lines lines_of(const KeyReport& report) {
    Lines lines = {{"key", report.key.hex()}};
    const std::string task = report.task.empty() ? "" : cat("/", report.task);
    lines.emplace_back("of", report.app.empty() && task.empty() ? "unknown" : shown(report.app + task));
    lines.emplace_back("verdict", verdict(report));
    if (report.noted_wall_ns != 0 && report.miss) lines.emplace_back("noted", ago(report.noted_wall_ns));
    if (report.entry) add_entry(*report.entry, lines);
    for (const auto& [name, value] : grouped(report.parts))
        lines.emplace_back(cat("part ", shown(name)), brief(value));
    if (!report.nearest) return lines;
    lines.emplace_back("nearest", cat(report.nearest->key.hex().substr(0, kShortKey), ", computed ",
                                      ago(report.nearest->created_wall_ns)));
    for (const KeyDifference& part : report.nearest->differences)
        lines.emplace_back(cat("differs in ", shown(part.name)),
                           cat(brief(part.here), " here, ", brief(part.there), " there"));
    return lines;
}

std::string aligned(const Lines& lines) {
    std::size_t widest = 0;
    for (const auto& [what, known] : lines)
        widest = std::max(widest, display_width(what));
    std::string text;
    for (const auto& [what, known] : lines)
        text += cat(what, std::string(widest - display_width(what) + 2, ' '), known, '\n');
    return text;
}

}  // namespace

int cache_why(Session& session, Engine& engine, const std::string& key) {
    const KeyReport report = engine.explain_key(key);
    const std::string format_text = session.settings.value("format");
    const Format format = parse_format(format_text.empty() ? "table" : format_text);
    if (format == Format::Json) return print(json_of(report).dump(2) + "\n"), 0;
    const Lines lines = lines_of(report);
    if (format == Format::Table) return print(aligned(lines)), 0;
    std::vector<std::string> what, known;
    for (const auto& [name, value] : lines) {
        what.push_back(name);
        known.push_back(value);
    }
    print_table(session.settings, Table({Column::text("what", what), Column::text("known", known)}));
    return 0;
}

}  // namespace hone::cli
