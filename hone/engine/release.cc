#include <elf.h>
#include <link.h>

#include <cstring>

#include "hone/base/hash.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"

namespace hone {
namespace {

/// Hexadecimal GNU build id of the main program; empty if it was linked without one.
int find_build_id(dl_phdr_info* info, std::size_t, void* out) {
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& header = info->dlpi_phdr[i];
        if (header.p_type != PT_NOTE) continue;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives addresses as numbers
        const char* at = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
        const char* const end = at + header.p_memsz;
        while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof note);
            const char* const name = at + sizeof note;
            const char* const content = name + (note.n_namesz + 3) / 4 * 4;
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
                *static_cast<std::string*>(out) = digest_of(std::string_view(content, note.n_descsz)).hex();
                return 1;
            }
            at = content + (note.n_descsz + 3) / 4 * 4;
        }
    }
    return 1;  // The main program comes first; others do not count.
}

}  // namespace

std::string release() {
    static const std::string text = [] {
        std::string build_id;
        ::dl_iterate_phdr(find_build_id, &build_id);
        return build_id.empty() ? std::string(HONE_VERSION) : cat(HONE_VERSION, '+', build_id.substr(0, 12));
    }();
    return text;
}

}  // namespace hone
