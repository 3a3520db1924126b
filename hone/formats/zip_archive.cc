#include "hone/formats/zip_archive.h"

#include <minizip/unzip.h>

#include <array>
#include <cstring>
#include <map>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// What minizip takes for an open file: the bytes and a place in them.
struct Memory {
    std::string_view bytes;
    ZPOS64_T place = 0;
};

voidpf open_memory(voidpf opaque, const void* /*name*/, int /*mode*/) {
    return opaque;
}

uLong read_memory(voidpf opaque, voidpf /*stream*/, void* into, uLong size) {
    Memory& memory = *static_cast<Memory*>(opaque);
    if (memory.place >= memory.bytes.size()) return 0;
    const std::string_view piece = memory.bytes.substr(memory.place, size);
    std::memcpy(into, piece.data(), piece.size());
    memory.place += piece.size();
    return static_cast<uLong>(piece.size());
}

uLong write_memory(voidpf /*opaque*/, voidpf /*stream*/, const void* /*from*/, uLong /*size*/) {
    return 0;
}

ZPOS64_T tell_memory(voidpf opaque, voidpf /*stream*/) {
    return static_cast<Memory*>(opaque)->place;
}

long seek_memory(voidpf opaque, voidpf /*stream*/, ZPOS64_T offset, int origin) {
    Memory& memory = *static_cast<Memory*>(opaque);
    const ZPOS64_T start = origin == ZLIB_FILEFUNC_SEEK_CUR   ? memory.place
                           : origin == ZLIB_FILEFUNC_SEEK_END ? memory.bytes.size()
                                                              : 0;
    if (offset > memory.bytes.size() || start + offset > memory.bytes.size()) return -1;
    memory.place = start + offset;
    return 0;
}

int close_memory(voidpf /*opaque*/, voidpf /*stream*/) {
    return 0;
}

int error_of_memory(voidpf /*opaque*/, voidpf /*stream*/) {
    return 0;
}

struct CloseZip {
    void operator()(void* zip) const { unzClose(zip); }
};

[[noreturn]] void fail_damaged(std::string_view what) {
    fail(Fault::Input, "the zip file is damaged: ", what);
}

}  // namespace

struct ZipArchive::Parts {
    Memory memory;
    std::unique_ptr<void, CloseZip> zip;
    std::map<std::string, unz64_file_pos, std::less<>> places;  ///< by name in lower case, as names are compared
};

ZipArchive::ZipArchive(std::string_view bytes, std::uint64_t most_unpacked_bytes)
    : parts_(std::make_unique<Parts>()), unpacked_left_(most_unpacked_bytes) {
    constexpr std::size_t kMostParts = 20'000;
    parts_->memory.bytes = bytes;
    zlib_filefunc64_def functions = {open_memory, read_memory,  write_memory,    tell_memory,
                                     seek_memory, close_memory, error_of_memory, &parts_->memory};
    parts_->zip.reset(unzOpen2_64("", &functions));
    if (!parts_->zip) fail_damaged("it has no directory");
    int state = unzGoToFirstFile(parts_->zip.get());
    for (std::size_t i = 0; state == UNZ_OK; ++i, state = unzGoToNextFile(parts_->zip.get())) {
        if (i == kMostParts) fail(Fault::Limit, "a workbook has at most ", kMostParts, " parts; this one has more");
        std::array<char, 512> name{};
        unz_file_info64 info{};
        unz64_file_pos place{};
        if (unzGetCurrentFileInfo64(parts_->zip.get(), &info, name.data(), name.size() - 1, nullptr, 0, nullptr, 0) !=
                UNZ_OK ||
            unzGetFilePos64(parts_->zip.get(), &place) != UNZ_OK)
            fail_damaged("its directory");
        parts_->places.emplace(to_lower(name.data()), place);
    }
    if (state != UNZ_END_OF_LIST_OF_FILE) fail_damaged("its directory");
}

ZipArchive::~ZipArchive() = default;

bool ZipArchive::has(std::string_view name) const {
    return parts_->places.contains(to_lower(name));
}

void ZipArchive::read(std::string_view name, FunctionRef<void(std::string_view piece)> sink) {
    const auto found = parts_->places.find(to_lower(name));
    if (found == parts_->places.end()) fail_damaged(cat("it has no part ", name));
    void* zip = parts_->zip.get();
    unz64_file_pos place = found->second;
    unz_file_info64 info{};
    if (unzGoToFilePos64(zip, &place) != UNZ_OK ||
        unzGetCurrentFileInfo64(zip, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
        fail_damaged(name);
    if ((info.flag & 1U) != 0) fail(Fault::Input, "the file is encrypted: ", name);
    if (unzOpenCurrentFile(zip) != UNZ_OK) fail_damaged(name);
    std::string piece(std::size_t{64} << 10, '\0');
    int size = 0;
    while ((size = unzReadCurrentFile(zip, piece.data(), static_cast<unsigned>(piece.size()))) > 0) {
        if (static_cast<std::uint64_t>(size) > unpacked_left_)
            fail(Fault::Limit, "the file unpacks to more than it may: ", name);
        unpacked_left_ -= static_cast<std::uint64_t>(size);
        sink(std::string_view(piece).substr(0, static_cast<std::size_t>(size)));
    }
    if (unzCloseCurrentFile(zip) != UNZ_OK || size < 0) fail_damaged(name);
}

}  // namespace hone
