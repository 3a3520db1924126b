#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/cache/key.h"
#include "hone/cache/value.h"
#include "hone/cache/value_compression.h"
#include "hone/memory/budget.h"

namespace hone {

/// An entry as read from disk: bytes whose checksum was right.
struct DiskEntry {
    std::string bytes;
    EntryFacts facts;
    std::string app, task;
    Reservation room;  ///< what `bytes` take, if a budget was to be charged
};

/// When an entry was stored, by the clocks of the process that did it: what tells whether a lifetime has passed.
struct StoredTime {
    std::int64_t wall_ns = 0;
    std::int64_t monotonic_ns = 0;
    std::uint64_t boot = 0;  ///< hash of the id of that start of the machine; 0: unknown
};

/// What an entry file says before its payload. The file is: magic, format version, size of the header, key, times,
/// app, task, tags with their generations, parts of the key, codec, sizes and XXH3-64 of the payload as it lies there,
/// XXH3-64 of all of that; then the payload. Every format version keeps the first three and that last one.
struct DiskEntryHeader {
    static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
    static constexpr std::uint32_t kVersion = 2;

    Digest key;
    std::string app, task;
    EntryFacts facts;
    std::vector<std::uint64_t> generations;  ///< of facts.tags, in their order, when the entry was stored
    StoredTime stored;
    std::string key_parts;  ///< encode_key_parts()
    ValueCodec codec = ValueCodec::Raw;
    std::uint64_t raw_bytes = 0;      ///< of the value
    std::uint64_t payload_bytes = 0;  ///< of the value as it lies in the file
    std::uint64_t payload_hash = 0;
};

/// The bytes of a header. Requires: a generation for each tag.
std::string encode_disk_header(const DiskEntryHeader& header);
/// Reads what encode_disk_header() gave; Fault::Input for any other bytes.
DiskEntryHeader decode_disk_header(std::string_view bytes);

/// The header of an entry file of `file_bytes`, without its payload; nothing if it is a whole header of another format
/// version. Fault::Input if it is damaged or if the file is not as long as the header says.
std::optional<DiskEntryHeader> read_disk_header(InputFile& file, std::uint64_t file_bytes);

struct StoredDiskEntry {
    DiskEntry entry;
    std::vector<std::uint64_t> generations;
    StoredTime stored;
};
/// The whole entry; nothing if it is of another format version. Fault::Input if anything is damaged or if it is of
/// another key. What a header says of sizes is compared with the file, and charged to `budget` before it is allocated:
/// the payload while it is unpacked, the value as long as the entry holds it; Fault::Limit if that has no room.
std::optional<StoredDiskEntry> read_disk_entry(InputFile& file, std::uint64_t file_bytes, const Digest& key,
                                               Budget* budget = nullptr);

}  // namespace hone
