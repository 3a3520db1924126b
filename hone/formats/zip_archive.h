#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hone/base/function_ref.h"

namespace hone {

/// The parts of a zip file in memory, read one after the other. Not thread-safe.
class ZipArchive {
public:
    /// Reads the directory at the end of `bytes`, which must outlive the archive. All parts together may unpack to
    /// `most_unpacked_bytes`. Fault::Input if it is damaged.
    ZipArchive(std::string_view bytes, std::uint64_t most_unpacked_bytes);
    ~ZipArchive();
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    bool has(std::string_view name) const;
    /// Hands the content of a part to `sink` in pieces of up to 64 KiB; its checksum is compared at the end.
    /// Fault::Input if there is no such part, or a damaged or encrypted one; Fault::Limit above the limit.
    void read(std::string_view name, FunctionRef<void(std::string_view piece)> sink);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::uint64_t unpacked_left_;
};

}  // namespace hone
