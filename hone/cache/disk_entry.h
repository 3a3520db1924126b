#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/base/hash.h"
#include "hone/cache/key.h"
#include "hone/cache/value.h"

namespace hone {

/// An entry as read from disk: bytes whose checksum was right.
struct DiskEntry {
    std::string bytes;
    EntryFacts facts;
    std::string app, task;
};

/// What an entry file says before its payload. The file is: magic, format version, size of the header, key, times,
/// app, task, tags with their generations, size and XXH3-64 of the payload, XXH3-64 of all of that; then the payload.
struct DiskEntryHeader {
    static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

    Digest key;
    std::string app, task;
    EntryFacts facts;
    std::vector<std::uint64_t> generations;  ///< of facts.tags, in their order, when the entry was stored
    std::uint64_t payload_bytes = 0;
    std::uint64_t payload_hash = 0;
};

/// The bytes of a header. Requires: a generation for each tag.
std::string encode_disk_header(const DiskEntryHeader& header);
/// Reads what encode_disk_header() gave; Fault::Input for any other bytes.
DiskEntryHeader decode_disk_header(std::string_view bytes);

/// The header of an entry file of `file_bytes`, without its payload; Fault::Input if it is damaged or if the file is
/// not as long as the header says.
DiskEntryHeader read_disk_header(InputFile& file, std::uint64_t file_bytes);

struct StoredDiskEntry {
    DiskEntry entry;
    std::vector<std::uint64_t> generations;
};
/// The whole entry; Fault::Input if anything is damaged or if it is of another key.
StoredDiskEntry read_disk_entry(InputFile& file, std::uint64_t file_bytes, const Digest& key);

}  // namespace hone
