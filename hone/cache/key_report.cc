#include "hone/cache/key_report.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/cache/disk_shelf.h"
#include "hone/cache/disk_shelves.h"
#include "hone/cache/entry_lifetime.h"

namespace hone {
namespace {

constexpr std::size_t kShortest = 6;
constexpr std::size_t kWhole = 32;
constexpr std::size_t kExamples = 4;

Path path_of(const Path& shelves, const Digest& key) {
    const std::string hex = key.hex();
    return shelves / hex.substr(0, 2) / hex.substr(2);
}

/// Parts as noted; none if they are damaged.
KeyParts parts_of(std::string_view bytes) {
    try {
        return decode_key_parts(bytes);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        return {};
    }
}

std::string lower_hex(std::string_view prefix) {
    std::string lower(prefix);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'F') letter = static_cast<char>(letter - 'A' + 'a');
    }
    const bool is_hex = lower.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hex || lower.size() < kShortest || lower.size() > kWhole)
        fail(Fault::Usage, "expected ", kShortest, " to ", kWhole, " hexadecimal letters of a key, found '", prefix,
             "'");
    return lower;
}

}  // namespace

std::vector<Digest> KeyReporter::matching(std::string_view prefix) {
    std::vector<Digest> keys;
    const std::string shelf(prefix.substr(0, 2));
    for (const FolderEntry& entry : files_.list(shelves_ / shelf)) {
        const auto digest = Digest::from_hex(cat(shelf, entry.name));
        if (digest && !entry.is_folder && digest->hex().starts_with(prefix)) keys.push_back(*digest);
    }
    for (const KeyNote& note : notes_) {
        if (note.key.hex().starts_with(prefix)) keys.push_back(note.key);
    }
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

Digest KeyReporter::key_of(std::string_view prefix) {
    const std::vector<Digest> keys = matching(lower_hex(prefix));
    if (keys.empty())
        throw Error(Fault::NotFound, cat("no result is stored under this key and none was asked for lately: ", prefix))
            .with_mend("`--explain` and execution.json show the keys of a run.");
    if (keys.size() > 1) {
        std::vector<std::string> examples;
        for (std::size_t i = 0; i < std::min(keys.size(), kExamples); ++i)
            examples.push_back(keys[i].hex());
        fail(Fault::Usage, keys.size(), " keys start with ", prefix, ": ", join(examples, ", "),
             keys.size() > kExamples ? ", ..." : "");
    }
    return keys.front();
}

/// What the key's file says, and whether a look-up would take it.
void KeyReporter::add_entry(KeyReport& report) {
    std::optional<DiskEntryHeader> header;
    FileIdentity identity;
    try {
        const auto file = files_.open(path_of(shelves_, report.key));
        identity = file->identity();
        header = read_disk_header(*file, identity.size);
        if (header && !read_disk_entry(*file, identity.size, report.key)) header.reset();
    } catch (const Error& error) {
        if (error.fault() == Fault::NotFound) return;
        if (error.fault() != Fault::Input) throw;
        report.miss = Miss::Damaged;
        report.detail = error.message();
        return;
    }
    report.miss.reset();
    report.detail.clear();
    if (!header) {
        report.miss = Miss::OtherVersion;
        return;
    }
    report.app = header->app;
    report.task = header->task;
    report.parts = parts_of(header->key_parts);
    report.entry = {header->facts, header->codec,     header->raw_bytes,
                    identity.size, identity.mtime_ns, uses_of(identity.mtime_ns)};
    const std::vector<std::uint64_t> generations = tags_.of(header->facts.tags);
    const auto differs = std::ranges::mismatch(generations, header->generations);
    if (differs.in1 != generations.end()) {
        report.miss = Miss::Invalidated;
        report.detail = header->facts.tags[static_cast<std::size_t>(differs.in1 - generations.begin())];
    } else if (is_expired(header->facts, header->stored, now_)) {
        report.miss = Miss::Expired;
    }
}

void KeyReporter::add_note(KeyReport& report) {
    const auto note = std::ranges::find(notes_, report.key, &KeyNote::key);
    if (note == notes_.end()) return;
    report.app = note->app;
    report.task = note->task;
    report.parts = parts_of(note->parts);
    report.miss = note->miss;
    report.detail = note->detail;
    report.noted_wall_ns = note->wall_ns;
}

std::optional<KeyReport::Nearest> KeyReporter::nearest_to(const KeyReport& report) {
    std::optional<KeyReport::Nearest> nearest;
    for (std::size_t shelf = 0; shelf < DiskShelves::kShelves; ++shelf) {
        const Path folder = shelves_ / shelf_name(shelf);
        for (const FolderEntry& entry : files_.list(folder)) {
            if (entry.is_folder || !is_entry_name(entry.name)) continue;
            try {
                const auto file = files_.open(folder / entry.name);
                const auto header = read_disk_header(*file, file->identity().size);
                if (!header || header->key == report.key) continue;
                if (header->app != report.app || header->task != report.task) continue;
                auto found = differences(report.parts, parts_of(header->key_parts));
                const std::int64_t created = header->facts.created_wall_ns;
                const bool is_nearer =
                    !nearest || found.size() < nearest->differences.size() ||
                    (found.size() == nearest->differences.size() && created > nearest->created_wall_ns);
                if (is_nearer) nearest = {header->key, created, std::move(found)};
            } catch (const Error& error) {
                if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
            }
        }
    }
    return nearest;
}

KeyReport KeyReporter::report(const Digest& key) {
    KeyReport report;
    report.key = key;
    report.miss = Miss::NeverStored;
    add_note(report);
    add_entry(report);
    if (report.miss && !report.parts.empty()) report.nearest = nearest_to(report);
    return report;
}

}  // namespace hone
