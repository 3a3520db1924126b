#include "hone/cache/disk_entry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hone/base/codec.h"
#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::string_view kMagic = "HONEDISK";
constexpr std::size_t kPrefixBytes = kMagic.size() + 2 * sizeof(std::uint32_t);
constexpr std::size_t kHashBytes = sizeof(std::uint64_t);
constexpr std::size_t kFirstRead = 4096 + 1024;  // a value of 4 KiB and its header come with one call

std::size_t size_of(const DiskEntryHeader& header) {
    constexpr std::size_t kNumbers = 16;  // key, times, lengths of texts, count of tags, payload
    std::size_t size = kPrefixBytes + kNumbers * sizeof(std::uint64_t) + sizeof(std::uint8_t);
    size += header.app.size() + header.task.size() + header.key_parts.size();
    for (const std::string& tag : header.facts.tags)
        size += 2 * sizeof(std::uint64_t) + tag.size();
    return size + kHashBytes;
}

struct Prefix {
    std::uint32_t version = 0;
    std::size_t header_bytes = 0;
};

/// What the header that starts with these bytes says of itself.
Prefix prefix_of(std::string_view start) {
    if (start.size() < kPrefixBytes || !start.starts_with(kMagic)) fail(Fault::Input, "no entry of the disk cache");
    Decoder in(start.substr(kMagic.size()));
    const std::uint32_t version = in.u32();
    const std::uint32_t size = in.u32();
    if (size < kPrefixBytes + kHashBytes || size > DiskEntryHeader::kMaxBytes)
        fail(Fault::Input, "the header of an entry cannot have ", size, " bytes");
    return {version, size};
}

/// The header without its checksum, which must be right.
std::string_view unsealed(std::string_view bytes) {
    const std::string_view hashed = bytes.substr(0, bytes.size() - kHashBytes);
    if (Decoder(bytes.substr(hashed.size())).u64() != hash64(hashed))
        fail(Fault::Input, "the header of an entry is damaged");
    return hashed;
}

/// A header and the bytes of the payload that were read with it.
struct Start {
    std::optional<DiskEntryHeader> header;  // nothing: of another format version
    std::size_t header_bytes = 0;
    std::array<std::byte, kFirstRead> bytes;
    std::size_t got = 0;

    std::span<const std::byte> payload() const {
        return header_bytes < got ? std::span(bytes).first(got).subspan(header_bytes) : std::span<const std::byte>();
    }
};

void read_exactly(InputFile& file, std::uint64_t offset, std::span<std::byte> into) {
    const std::size_t got = file.read_at(offset, into);
    if (got != into.size()) fail(Fault::Input, "an entry ended after ", offset + got, " bytes");
}

void read_start(InputFile& file, std::uint64_t file_bytes, std::size_t first_read, Start& start) {
    start.got = static_cast<std::size_t>(std::min<std::uint64_t>(file_bytes, first_read));
    read_exactly(file, 0, std::span(start.bytes).first(start.got));
    std::string_view bytes = as_text(std::span(start.bytes).first(start.got));
    const Prefix prefix = prefix_of(bytes);
    start.header_bytes = prefix.header_bytes;
    if (start.header_bytes > file_bytes) fail(Fault::Input, "an entry ended within its header");
    std::string longer;
    if (start.header_bytes > start.got) {
        longer.resize(start.header_bytes);
        read_exactly(file, 0, std::as_writable_bytes(std::span(longer)));
        bytes = longer;
    }
    bytes = bytes.substr(0, start.header_bytes);
    if (prefix.version != DiskEntryHeader::kVersion) {
        unsealed(bytes);  // damage is not taken for another version
        return;
    }
    start.header = decode_disk_header(bytes);
    if (start.header->payload_bytes != file_bytes - start.header_bytes)
        fail(Fault::Input, "expected an entry with ", start.header->payload_bytes, " bytes of payload, found ",
             file_bytes - start.header_bytes);
}

/// The payload: what came with the header and what follows, checked. `room` is what is charged for it, and for the
/// value after it; nothing is allocated before.
std::string read_payload(InputFile& file, const Start& start, Reservation& room) {
    const DiskEntryHeader& header = *start.header;
    std::string bytes(as_text(start.payload()));
    if (const std::size_t here = bytes.size(); here < header.payload_bytes) {
        bytes.resize(static_cast<std::size_t>(header.payload_bytes));
        read_exactly(file, start.header_bytes + here, std::as_writable_bytes(std::span(bytes)).subspan(here));
    }
    if (hash64(bytes) != header.payload_hash) fail(Fault::Input, "the payload of an entry is damaged");
    if (header.codec == ValueCodec::Raw) return bytes;
    std::string value = decompress(header.codec, bytes, header.raw_bytes);
    std::string().swap(bytes);
    if (room.bytes() > 0) room.resize(header.raw_bytes);
    return value;
}

/// What the payload and the value take while both are there. Both are bounded by the length of the file.
std::uint64_t most_bytes(const DiskEntryHeader& header) {
    return header.payload_bytes + (header.codec == ValueCodec::Raw ? 0 : header.raw_bytes);
}

/// Fault::Input unless the sizes fit the codec.
void check_sizes(const DiskEntryHeader& header) {
    const bool fits = header.codec == ValueCodec::Raw ? header.raw_bytes == header.payload_bytes
                                                      : header.raw_bytes <= most_raw_bytes(header.payload_bytes);
    if (!fits) fail(Fault::Input, header.payload_bytes, " bytes of an entry cannot hold ", header.raw_bytes);
}

/// Fault::Input for times that cannot be.
void check_times(const DiskEntryHeader& header) {
    for (const std::int64_t ns : {header.facts.created_wall_ns, header.facts.cost_ns, header.facts.expires_wall_ns,
                                  header.stored.wall_ns, header.stored.monotonic_ns})
        if (!is_plausible_ns(ns)) fail(Fault::Input, "an entry names a time that cannot be: ", ns);
}

}  // namespace

std::string encode_disk_header(const DiskEntryHeader& header) {
    check(header.generations.size() == header.facts.tags.size(), "each tag of an entry has a generation");
    const std::size_t size = size_of(header);
    Encoder out;
    out.raw(kMagic.data(), kMagic.size());
    out.u32(DiskEntryHeader::kVersion);
    out.u32(static_cast<std::uint32_t>(std::min<std::size_t>(size, ~std::uint32_t{0})));
    out.u64(header.key.high);
    out.u64(header.key.low);
    out.i64(header.facts.created_wall_ns);
    out.i64(header.facts.cost_ns);
    out.i64(header.facts.expires_wall_ns);
    out.u64(header.facts.fence);
    out.i64(header.stored.wall_ns);
    out.i64(header.stored.monotonic_ns);
    out.u64(header.stored.boot);
    out.text(header.app);
    out.text(header.task);
    out.u64(header.facts.tags.size());
    for (std::size_t i = 0; i < header.generations.size(); ++i) {
        out.text(header.facts.tags[i]);
        out.u64(header.generations[i]);
    }
    out.text(header.key_parts);
    out.u8(static_cast<std::uint8_t>(header.codec));
    out.u64(header.raw_bytes);
    out.u64(header.payload_bytes);
    out.u64(header.payload_hash);
    out.u64(hash64(out.bytes()));
    check(out.bytes().size() == size, "the size of a header is known before it is written");
    return out.take();
}

DiskEntryHeader decode_disk_header(std::string_view bytes) {
    const Prefix prefix = prefix_of(bytes);
    if (prefix.header_bytes != bytes.size()) fail(Fault::Input, "the header of an entry has another size");
    const std::string_view hashed = unsealed(bytes);
    if (prefix.version != DiskEntryHeader::kVersion)
        fail(Fault::Input, "expected format ", DiskEntryHeader::kVersion, " of an entry, found ", prefix.version);
    Decoder in(hashed.substr(kPrefixBytes));
    DiskEntryHeader header;
    header.key = Codec<Digest>::decode(in);
    header.facts.created_wall_ns = in.i64();
    header.facts.cost_ns = in.i64();
    header.facts.expires_wall_ns = in.i64();
    header.facts.fence = in.u64();
    header.stored.wall_ns = in.i64();
    header.stored.monotonic_ns = in.i64();
    header.stored.boot = in.u64();
    header.app = in.text();
    header.task = in.text();
    const std::size_t tags = in.count(2 * sizeof(std::uint64_t));
    header.facts.tags.reserve(tags);
    header.generations.reserve(tags);
    for (std::size_t i = 0; i < tags; ++i) {
        header.facts.tags.emplace_back(in.text());
        header.generations.push_back(in.u64());
    }
    header.key_parts = in.text();
    const auto codec = codec_of(in.u8());
    if (!codec) fail(Fault::Input, "an entry is written in an unknown way");
    header.codec = *codec;
    header.raw_bytes = in.u64();
    header.payload_bytes = in.u64();
    header.payload_hash = in.u64();
    in.finish();
    check_sizes(header);
    check_times(header);
    return header;
}

std::optional<DiskEntryHeader> read_disk_header(InputFile& file, std::uint64_t file_bytes) {
    constexpr std::size_t kUsualHeader = 1024;
    Start start;
    read_start(file, file_bytes, kUsualHeader, start);
    return std::move(start.header);
}

std::optional<StoredDiskEntry> read_disk_entry(InputFile& file, std::uint64_t file_bytes, const Digest& key,
                                               Budget* budget) {
    Start start;
    read_start(file, file_bytes, kFirstRead, start);
    if (!start.header) return std::nullopt;
    DiskEntryHeader& header = *start.header;
    if (header.key != key) fail(Fault::Input, "an entry lies under the name of another key");

    StoredDiskEntry stored;
    if (budget != nullptr) stored.entry.room = budget->reserve(most_bytes(header));
    stored.entry.bytes = read_payload(file, start, stored.entry.room);
    stored.entry.facts = std::move(header.facts);
    stored.entry.app = std::move(header.app);
    stored.entry.task = std::move(header.task);
    stored.generations = std::move(header.generations);
    stored.stored = header.stored;
    return stored;
}

}  // namespace hone
