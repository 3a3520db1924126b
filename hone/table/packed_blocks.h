#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/base/function_ref.h"
#include "hone/parallel/exec.h"
#include "hone/table/packed_frame.h"

namespace hone {

/// Bytes of rows in blocks of kPackedBlock rows, the last one shorter, and where each block starts.
class PackedBlocks {
public:
    PackedBlocks() = default;
    /// Makes each block by append(begin, end, out), which must depend on its rows alone. Blocks are made in any order
    /// and at the same time if that pays; the bytes are the same.
    static PackedBlocks make(std::string_view site, std::size_t rows, const Exec& exec,
                             FunctionRef<void(std::size_t, std::size_t, std::string&)> append);

    std::size_t rows() const { return rows_; }
    std::size_t count() const { return starts_.empty() ? 0 : starts_.size() - 1; }
    std::size_t rows_of(std::size_t block) const { return std::min(kPackedBlock, rows_ - block * kPackedBlock); }
    std::span<const std::byte> block(std::size_t i) const {
        return as_bytes(std::string_view(bytes_)).subspan(starts_[i], starts_[i + 1] - starts_[i]);
    }
    std::size_t packed_bytes() const { return bytes_.size(); }
    std::uint64_t memory_bytes() const {
        return sizeof(PackedBlocks) + bytes_.capacity() + starts_.capacity() * sizeof(std::uint64_t);
    }

    /// Calls read(block, first row in it, rows from there) for the blocks of rows begin..end-1, in order.
    void for_each_block(std::size_t begin, std::size_t end,
                        FunctionRef<void(std::size_t, std::size_t, std::size_t)> read) const;

    void encode(Encoder& out) const { out.text(bytes_); }
    /// Reads encode() of `rows` rows back; skip(in, rows) steps over one block. Fault::Input for other bytes.
    static PackedBlocks decode(Decoder& in, std::size_t rows, FunctionRef<void(Decoder&, std::size_t)> skip);

private:
    std::size_t rows_ = 0;
    std::string bytes_;
    std::vector<std::uint64_t> starts_;  // and the end
};

}  // namespace hone
