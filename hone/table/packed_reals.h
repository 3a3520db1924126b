#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/packed_blocks.h"

namespace hone {

/// How a block of doubles is kept.
enum class RealWay : std::uint8_t {
    Scaled,  ///< integers by a power of ten: what was read from a text with few decimals (the idea of ALP, Afroozeh and
             ///< Boncz 2023, with a division, which is exact for every such text); others bit for bit beside
    Bits,    ///< their bits as integers, without the trailing zeros that all share
    Near,    ///< integers by a power of ten, and how many doubles lie between there and the value: sums and products of
             ///< decimals with their rounding errors
};

/// Appends a block in the way that takes fewer bytes. Requires: 0 < values.size() <= kPackedBlock.
void append_real_block(std::string& out, std::span<const double> values);
/// Reads out.size() values, each with the bits it had (negative zero and the payload of nan too); Fault::Input if the
/// bytes cannot be a block. Reads any bytes safely.
void read_real_block(Decoder& in, std::span<double> out);

/// What a block of doubles is like, for people.
struct RealBlock {
    RealWay way = RealWay::Scaled;
    unsigned decimals = 0;
    std::size_t exceptions = 0;  ///< values kept beside
};
/// Steps over a block of `count` values; Fault::Input if the bytes cannot be one.
RealBlock skip_real_block(Decoder& in, std::size_t count);

/// A sequence of doubles in blocks, each in its own way; read() gives every bit back. The form is the same for any
/// Exec. Immutable; threads may read it at the same time.
class PackedReals {
public:
    PackedReals() = default;
    static PackedReals pack(std::span<const double> values, const Exec& exec = {});

    std::size_t size() const { return blocks_.rows(); }
    /// The values from row `begin` on, as many as `out` takes. Unpacks the blocks touched.
    /// Requires: begin + out.size() <= size().
    void read(std::size_t begin, std::span<double> out) const;
    const PackedBlocks& blocks() const { return blocks_; }
    /// "2 decimals, 13.2 bits a value": what most blocks are like.
    std::string in_words() const;

    void encode(Encoder& out) const { blocks_.encode(out); }
    /// Reads encode() of `size` values back. Allocates no more than a small multiple of the bytes at hand.
    static PackedReals decode(Decoder& in, std::size_t size);

private:
    PackedBlocks blocks_;
};

}  // namespace hone
