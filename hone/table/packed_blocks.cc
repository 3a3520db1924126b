#include "hone/table/packed_blocks.h"

#include <algorithm>

#include "hone/base/error.h"

namespace hone {
namespace {

// Blocks that one piece of work makes: some 0.5 ms.
constexpr std::size_t kBlocksTogether = 64;

std::size_t blocks_of(std::size_t rows) {
    return rows / kPackedBlock + (rows % kPackedBlock != 0 ? 1 : 0);
}

struct BlockBytes {
    std::string bytes;
    std::vector<std::uint64_t> ends;
};

}  // namespace

PackedBlocks PackedBlocks::make(std::string_view site, std::size_t rows, const Exec& exec,
                                FunctionRef<void(std::size_t, std::size_t, std::string&)> append) {
    PackedBlocks made;
    made.rows_ = rows;
    if (rows == 0) return made;
    const std::size_t blocks = blocks_of(rows);
    std::vector<BlockBytes> pieces((blocks + kBlocksTogether - 1) / kBlocksTogether);
    exec.for_each(site, pieces.size(), [&](std::size_t i) {
        BlockBytes& piece = pieces[i];
        const std::size_t last = std::min(blocks, (i + 1) * kBlocksTogether);
        for (std::size_t block = i * kBlocksTogether; block < last; ++block) {
            append(block * kPackedBlock, std::min(rows, (block + 1) * kPackedBlock), piece.bytes);
            piece.ends.push_back(piece.bytes.size());
        }
    });
    std::size_t bytes = 0;
    for (const BlockBytes& piece : pieces)
        bytes += piece.bytes.size();
    made.bytes_.reserve(bytes);
    made.starts_.reserve(blocks + 1);
    made.starts_.push_back(0);
    for (const BlockBytes& piece : pieces) {
        for (const std::uint64_t end : piece.ends)
            made.starts_.push_back(made.bytes_.size() + end);
        made.bytes_ += piece.bytes;
    }
    return made;
}

void PackedBlocks::for_each_block(std::size_t begin, std::size_t end,
                                  FunctionRef<void(std::size_t, std::size_t, std::size_t)> read) const {
    check(begin <= end && end <= rows_, "rows of a packed column exist");
    while (begin < end) {
        const std::size_t block = begin / kPackedBlock;
        const std::size_t first = begin % kPackedBlock;
        const std::size_t rows = std::min(kPackedBlock - first, end - begin);
        read(block, first, rows);
        begin += rows;
    }
}

PackedBlocks PackedBlocks::decode(Decoder& in, std::size_t rows, FunctionRef<void(Decoder&, std::size_t)> skip) {
    PackedBlocks made;
    made.rows_ = rows;
    const std::string_view bytes = in.text();
    if (rows / kPackedBlock > bytes.size())
        fail(Fault::Input, "packed bytes are fewer than their blocks: ", bytes.size());
    made.bytes_ = bytes;
    if (rows == 0 && !bytes.empty()) fail(Fault::Input, "packed bytes of no rows are not empty");
    if (rows == 0) return made;
    made.starts_.reserve(blocks_of(rows) + 1);
    made.starts_.push_back(0);
    Decoder blocks(made.bytes_);
    for (std::size_t done = 0; done < rows; done += kPackedBlock) {
        skip(blocks, std::min(kPackedBlock, rows - done));
        made.starts_.push_back(bytes.size() - blocks.left());
    }
    blocks.finish();
    return made;
}

}  // namespace hone
