#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/cache/disk_cache.h"

namespace {

/// A header with the right sizes and checksum around arbitrary fields, so that these are reached.
std::string sealed_header(std::string_view fields) {
    constexpr std::size_t kAround = 8 + 2 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
    hone::Encoder out;
    out.raw("HONEDISK", 8);
    out.u32(hone::DiskEntryHeader::kVersion);
    out.u32(static_cast<std::uint32_t>(kAround + fields.size()));
    out.raw(fields.data(), fields.size());
    out.u64(hone::hash64(out.bytes()));
    return out.take();
}

void try_header(std::string_view fields) {
    const std::string bytes = sealed_header(fields);
    hone::DiskEntryHeader header;
    try {
        header = hone::decode_disk_header(bytes);
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input, "damage is Fault::Input");
        return;
    }
    hone::check(hone::encode_disk_header(header) == bytes, "a header reads back as it was written");
}

/// A file of any content under the name of an entry: a miss, and gone; or a miss because it would take more memory than
/// there is; or an entry that reads the same again.
void try_file(std::string_view bytes) {
    hone::MemoryFiles files;
    hone::FakeClock clock;
    hone::Budget budget("fuzz", 1 << 18);
    hone::DiskCache cache(
        {.folder = "/cache", .limit_bytes = 1 << 30, .files = &files, .clock = &clock, .budget = &budget});
    hone::Key key;
    key.digest = {1, 2};
    const hone::Path folder = "/cache/v1/00";
    files.make_folders(folder);
    write_file(files, folder / key.digest.hex().substr(2), bytes);
    hone::DiskCache::Answer answer = cache.look_up(key);
    const bool stays = answer.entry || answer.miss == hone::Miss::Unusable;
    hone::check(stays == (files.list(folder).size() == 1), "damage is removed");
    hone::check(cache.stats().damaged <= 1, "damage is counted once");
    if (answer.entry) {
        const std::string first = answer.entry->bytes;
        hone::check(budget.used() == first.size(), "an entry is charged");
        answer.entry.reset();
        hone::check(cache.find(key)->bytes == first, "an entry reads the same again");
    }
    hone::check(budget.used() == 0, "what was charged is given back");
    cache.walk();
}

}  // namespace

/// The first byte picks: fields of a header, or a whole file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0)
        try_header(bytes);
    else
        try_file(bytes);
    return 0;
}
