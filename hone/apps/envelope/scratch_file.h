#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "hone/base/files.h"
#include "hone/table/spill.h"

namespace hone::envelope {

/// A temporary file that is written at its end and read anywhere. It has a name only while it is being opened, so
/// nothing of it outlives the process, however that ends. append() belongs to one thread at a time; read() is
/// thread-safe.
class ScratchFile {
public:
    /// In the folder of `spill`, which is made if absent; `what` is part of the name. Fault::Limit if there is no place
    /// to spill to.
    ScratchFile(const Spill& spill, std::string_view what);

    /// Returns where the bytes begin. Fault::System if the disk is full or fails.
    std::uint64_t append(std::span<const std::byte> bytes);
    /// Fills `into` from `offset`, where that much was written. Fault::System if the disk fails.
    void read(std::uint64_t offset, std::span<std::byte> into) const;
    /// Bytes written so far.
    std::uint64_t size() const { return size_; }

private:
    std::unique_ptr<OutputFile> out_;
    std::unique_ptr<InputFile> in_;
    std::uint64_t size_ = 0;
};

/// Fault::System unless the bytes have this hash64().
void require_hash(std::span<const std::byte> bytes, std::uint64_t hash);

}  // namespace hone::envelope
