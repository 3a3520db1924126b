#include "hone/apps/envelope/scratch_file.h"

#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone::envelope {
namespace {

/// The name of a file for as long as it has one.
struct Name {
    Files& files;
    Path path;

    ~Name() {
        try {
            files.remove(path);
        } catch (const Error&) {
            // A file that stays is taken by remove_leftovers() when this process has ended.
        }
    }
};

}  // namespace

ScratchFile::ScratchFile(const Spill& spill, std::string_view what) {
    check(spill.budget != nullptr, "what may spill has a budget");
    if (spill.files == nullptr)
        fail(Fault::Limit, what, " do not fit their memory and have no folder to spill to; ", spill.budget->describe());
    spill.files->make_folders(spill.folder, true);
    const Path path = temporary_beside(spill.folder / what);
    out_ = spill.files->create(path, true);
    const Name name{*spill.files, path};
    in_ = spill.files->open(path);
}

std::uint64_t ScratchFile::append(std::span<const std::byte> bytes) {
    const std::uint64_t offset = size_;
    out_->append(bytes);
    size_ += bytes.size();
    return offset;
}

void ScratchFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    if (in_->read_at(offset, into) != into.size())
        fail(Fault::System, "a temporary file is shorter than what was written to it: ", offset);
}

void require_hash(std::span<const std::byte> bytes, std::uint64_t hash) {
    if (hash64(bytes) != hash)
        fail(Fault::System, "a temporary file is damaged: what was read is not what was written");
}

}  // namespace hone::envelope
