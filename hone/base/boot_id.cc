#include "hone/base/boot_id.h"

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/text.h"

namespace hone {
namespace {

std::string read_boot_id() {
    try {
        return std::string(trim(read_file(real_files(), "/proc/sys/kernel/random/boot_id")));
    } catch (const Error& error) {
        if (error.fault() == Fault::Bug) throw;
        return {};  // which boot_id() documents
    }
}

}  // namespace

const std::string& boot_id() {
    static const std::string id = read_boot_id();
    return id;
}

}  // namespace hone
