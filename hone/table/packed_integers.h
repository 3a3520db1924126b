#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/packed_blocks.h"

namespace hone {

/// How a block of integers is kept.
enum class IntegerWay : std::uint8_t {
    Frame,  ///< differences from one number, in as many bits as the range needs; outliers beside
    Delta,  ///< differences between neighbours, as a frame
    Runs,   ///< values and lengths of runs, each as a frame
};

/// Appends a block in the way that takes the fewest bytes. Numbers that share a divisor after their least is taken away
/// are divided by it first. Requires: 0 < values.size() <= kPackedBlock.
void append_integer_block(std::string& out, std::span<const std::int64_t> values);
/// Reads out.size() values of a block; Fault::Input if the bytes cannot be one. Reads any bytes safely.
void read_integer_block(Decoder& in, std::span<std::int64_t> out);

/// What a block is like, for people.
struct IntegerBlock {
    IntegerWay way = IntegerWay::Frame;
    unsigned width = 0;        ///< bits of a value, a difference, or a value of a run
    std::size_t outliers = 0;  ///< values, differences or runs beside
    bool is_divided = false;
};
/// Steps over a block of `count` values; Fault::Input if the bytes cannot be one.
IntegerBlock skip_integer_block(Decoder& in, std::size_t count);

/// A sequence of integers in blocks, each in its own way. The form is the same for any Exec. Immutable; threads may
/// read it at the same time.
class PackedIntegers {
public:
    PackedIntegers() = default;
    static PackedIntegers pack(std::span<const std::int64_t> values, const Exec& exec = {});

    std::size_t size() const { return blocks_.rows(); }
    /// The values from row `begin` on, as many as `out` takes. Unpacks the blocks touched.
    /// Requires: begin + out.size() <= size().
    void read(std::size_t begin, std::span<std::int64_t> out) const;
    const PackedBlocks& blocks() const { return blocks_; }
    /// "frame, 9.9 bits a value, 1 % outliers": what most blocks are like.
    std::string in_words() const;

    void encode(Encoder& out) const { blocks_.encode(out); }
    /// Reads encode() of `size` values back. Allocates no more than a small multiple of the bytes at hand.
    static PackedIntegers decode(Decoder& in, std::size_t size);

private:
    PackedBlocks blocks_;
};

}  // namespace hone
