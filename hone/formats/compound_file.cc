#include "hone/formats/compound_file.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/little_endian.h"

namespace hone {
namespace {

constexpr std::uint32_t kMostSector = 0xFFFFFFFA;  // larger numbers are marks, such as the end of a chain
constexpr std::size_t kMiniBytes = 64;
constexpr std::uint64_t kMiniCutoff = 4096;  // smaller streams lie in small sectors
constexpr std::size_t kHeaderBytes = 512;

[[noreturn]] void fail_damaged(std::string_view what) {
    fail(Fault::Input, "the .xls file is damaged: ", what);
}

std::vector<std::uint32_t> numbers(std::string_view bytes) {
    std::vector<std::uint32_t> result;
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4)
        result.push_back(le32(bytes, i));
    return result;
}

}  // namespace

CompoundFile::CompoundFile(std::string_view bytes) : bytes_(bytes) {
    constexpr std::size_t kShiftPlace = 30, kFolderPlace = 48, kMiniTablePlace = 60;
    if (bytes.size() < kHeaderBytes) fail_damaged("it is cut off");
    const std::uint16_t shift = le16(bytes, kShiftPlace);
    if (shift != 9 && shift != 12) fail_damaged("its sectors are neither 512 nor 4096 bytes");
    sector_bytes_ = std::size_t{1} << shift;
    read_sector_table();
    read_entries(chain(le32(bytes, kFolderPlace)));
    if (le32(bytes, kMiniTablePlace) < kMostSector) next_mini_ = numbers(chain(le32(bytes, kMiniTablePlace)));
    if (!next_mini_.empty() && !entries_.empty()) mini_ = chain(entries_.front().start);
}

std::string_view CompoundFile::sector(std::uint32_t number) const {
    const std::uint64_t place = (std::uint64_t{number} + 1) * sector_bytes_;
    if (place >= bytes_.size()) fail_damaged("a sector lies behind its end");
    return bytes_.substr(place, sector_bytes_);
}

/// The table of next sectors: its own sectors are listed in the header, then in a chain of sectors of their own.
void CompoundFile::read_sector_table() {
    constexpr std::size_t kListPlace = 76, kMorePlace = 68;
    const std::size_t most = bytes_.size() / sector_bytes_ + 1;
    std::vector<std::uint32_t> list = numbers(bytes_.substr(kListPlace, kHeaderBytes - kListPlace));
    std::uint32_t more = le32(bytes_, kMorePlace);
    for (std::size_t i = 0; more < kMostSector; ++i) {
        std::vector<std::uint32_t> part = numbers(sector(more));
        if (part.size() != sector_bytes_ / 4 || i > most) fail_damaged("its list of tables");
        more = part.back();
        part.pop_back();
        list.insert(list.end(), part.begin(), part.end());
    }
    std::size_t tables = 0;
    for (const std::uint32_t number : list) {
        if (number >= kMostSector) continue;
        if (++tables > most) fail_damaged("its list of tables");
        const std::vector<std::uint32_t> part = numbers(sector(number));
        next_.insert(next_.end(), part.begin(), part.end());
    }
    // Sectors behind the end of the file are in no chain.
    next_.resize(std::min(next_.size(), most));
}

std::string CompoundFile::chain(std::uint32_t start) const {
    std::string result;
    std::size_t steps = 0;
    for (std::uint32_t number = start; number < kMostSector; number = next_[number]) {
        if (number >= next_.size() || ++steps > next_.size()) fail_damaged("a chain of sectors");
        result += sector(number);
    }
    return result;
}

void CompoundFile::read_entries(std::string_view folder) {
    constexpr std::size_t kEntryBytes = 128, kNamePlace = 64, kKindPlace = 66, kStartPlace = 116, kSizePlace = 120;
    for (std::size_t at = 0; at + kEntryBytes <= folder.size(); at += kEntryBytes) {
        const std::string_view raw = folder.substr(at, kEntryBytes);
        Entry entry;
        const std::size_t name_bytes = std::min<std::size_t>(le16(raw, kNamePlace), kNamePlace);
        for (std::size_t i = 0; i + 4 <= name_bytes; i += 2)
            entry.name += le16(raw, i) < 0x80 ? static_cast<char>(raw[i]) : '?';
        entry.is_stream = raw[kKindPlace] == 2;
        entry.start = le32(raw, kStartPlace);
        entry.size = le32(raw, kSizePlace);
        entries_.push_back(std::move(entry));
    }
}

const CompoundFile::Entry* CompoundFile::find(std::string_view name) const {
    for (const Entry& entry : entries_)
        if (entry.is_stream && equal_ignoring_case(entry.name, name)) return &entry;
    return nullptr;
}

bool CompoundFile::has(std::string_view name) const {
    return find(name) != nullptr;
}

std::string CompoundFile::read(std::string_view name) const {
    const Entry* entry = find(name);
    if (entry == nullptr) fail_damaged(cat("it has no stream ", name));
    std::string result;
    if (entry->size >= kMiniCutoff) {
        result = chain(entry->start);
    } else {
        std::size_t steps = 0;
        for (std::uint32_t number = entry->start; number < kMostSector; number = next_mini_[number]) {
            const std::uint64_t place = std::uint64_t{number} * kMiniBytes;
            if (number >= next_mini_.size() || place >= mini_.size() || ++steps > next_mini_.size())
                fail_damaged("a chain of small sectors");
            result += std::string_view(mini_).substr(place, kMiniBytes);
        }
    }
    if (result.size() < entry->size) fail_damaged(cat("the stream ", name, " is cut off"));
    result.resize(entry->size);
    return result;
}

}  // namespace hone
