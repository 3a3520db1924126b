#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/cache/disk_entry.h"
#include "hone/cache/key_parts.h"
#include "hone/cache/key_record.h"
#include "hone/cache/tag_generations.h"

namespace hone {

/// What is known of one key: its entry on disk, or why there is none.
struct KeyReport {
    Digest key;
    std::string app, task;
    KeyParts parts;  ///< in brief, as encode_key_parts() keeps them; empty: unknown

    /// What its file says, if there is one; a file may be there and still be a miss, for instance an expired one.
    struct Entry {
        EntryFacts facts;
        ValueCodec codec = ValueCodec::Raw;
        std::uint64_t raw_bytes = 0;     ///< of the value
        std::uint64_t stored_bytes = 0;  ///< of its file
        std::int64_t used_wall_ns = 0;   ///< the last use, to a minute
        unsigned uses = 1;               ///< in different minutes, the put included; at most kMostUses
    };
    std::optional<Entry> entry;

    std::optional<Miss> miss;  ///< nothing: a look-up now would find it
    std::string detail;
    std::int64_t noted_wall_ns = 0;  ///< when it was last asked for, put or dropped; 0: not noted

    /// The entry of the same application and task whose key differs least from this one, the newest of equals.
    struct Nearest {
        Digest key;
        std::int64_t created_wall_ns = 0;
        std::vector<KeyDifference> differences;  ///< `here` is this key
    };
    std::optional<Nearest> nearest;  ///< only of keys that are misses and whose parts are known
};

/// Makes reports of the keys of one cache folder. Not thread-safe. Writes nothing, but that a damaged file of a tag is
/// begun anew, as any look-up does.
class KeyReporter {
public:
    /// `shelves` holds the folders "00" to "ff"; `notes` is KeyRecord::all(); `now` are the clocks.
    KeyReporter(Files& files, Path shelves, TagGenerations& tags, std::vector<KeyNote> notes, StoredTime now)
        : files_(files), shelves_(std::move(shelves)), tags_(tags), notes_(std::move(notes)), now_(now) {}

    /// The key whose hexadecimal digest starts with `prefix`, stored or noted. Fault::Usage unless that is at least six
    /// hexadecimal letters that fit one key only; Fault::NotFound if they fit none.
    Digest key_of(std::string_view prefix);
    /// Reads the header of the key's entry, and of all entries if there is none.
    KeyReport report(const Digest& key);

private:
    std::vector<Digest> matching(std::string_view prefix);
    void add_entry(KeyReport& report);
    void add_note(KeyReport& report);
    std::optional<KeyReport::Nearest> nearest_to(const KeyReport& report);

    Files& files_;
    Path shelves_;
    TagGenerations& tags_;
    std::vector<KeyNote> notes_;
    StoredTime now_;
};

}  // namespace hone
