#include "hone/apps/eyemap/type_streams.h"

#include <algorithm>
#include <string>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone::eyemap {
namespace {

constexpr std::uint64_t kLeastSpilled = std::uint64_t{1} << 20;  // less is not worth a file

}  // namespace

TypeStreams::TypeStreams(const Spill& spill, std::uint64_t most_held_bytes)
    : spill_(spill), most_held_bytes_(most_held_bytes), held_(*spill.budget, 0) {}

TypeStreams::~TypeStreams() {
    for (SpillFile& file : files_) {
        file.file.reset();
        try {
            spill_.files->remove(file.path);
        } catch (const Error&) {
            // A file that stays is taken by remove_leftovers() when this process has ended.
        }
    }
}

void TypeStreams::add() {
    streams_.emplace_back();
}

std::uint64_t TypeStreams::bytes(std::size_t stream) const {
    const Stream& of = streams_[stream];
    std::uint64_t sum = 0;
    for (const Segment& segment : of.segments)
        sum += segment.size;
    for (std::size_t b = 0; b < of.blocks.size(); ++b)
        sum +=
            b + 1 == of.blocks.size() ? static_cast<std::size_t>(of.at - of.blocks[b].data.get()) : of.blocks[b].filled;
    return sum;
}

void TypeStreams::append_slowly(std::size_t stream, std::span<const std::uint8_t> bytes) {
    const auto size_of_next = [&] {
        const Stream& to = streams_[stream];
        const std::size_t next = to.blocks.empty() ? kLeastBlock : std::min(2 * to.blocks.back().capacity, kMostBlock);
        return std::max(next, bytes.size());
    };
    std::size_t size = size_of_next();
    const std::uint64_t held = held_.bytes();
    const std::uint64_t half = (held + spill_.budget->available()) / 2;
    const bool may_spill = held >= std::min(kLeastSpilled, most_held_bytes_) && spill_.files != nullptr;
    if (may_spill && held + size > std::min(half, most_held_bytes_)) {
        spill_all();
        size = size_of_next();
    }
    held_.resize(held_.bytes() + size);
    Stream& to = streams_[stream];
    to.close();
    to.blocks.push_back({std::make_unique_for_overwrite<std::uint8_t[]>(size), 0, size});
    to.at = to.blocks.back().data.get();
    to.end = to.at + size;
    std::copy(bytes.begin(), bytes.end(), to.at);
    to.at += bytes.size();
}

void TypeStreams::spill_all() {
    spill_.files->make_folders(spill_.folder, true);
    files_.push_back({temporary_beside(spill_.folder / "rows"), nullptr});
    SpillFile& made = files_.back();
    const auto file = spill_.files->create(made.path, true);
    std::uint64_t offset = 0;
    for (Stream& stream : streams_) {
        stream.close();
        for (const Block& block : stream.blocks) {
            const auto bytes = std::as_bytes(std::span(block.data.get(), block.filled));
            file->append(bytes);
            stream.segments.push_back({static_cast<std::uint32_t>(files_.size() - 1),
                                       static_cast<std::uint32_t>(block.filled), offset, hash64(bytes)});
            offset += block.filled;
        }
        stream.blocks.clear();
        stream.at = stream.end = nullptr;
    }
    file->finish();
    spilled_bytes_ += offset;
    held_.resize(0);
    made.file = spill_.files->open(made.path);
}

void TypeStreams::give_up_memory() {
    if (spill_.files != nullptr && held_.bytes() > 0) spill_all();
}

void TypeStreams::read_segment(const Segment& segment, std::span<std::byte> into) const {
    const SpillFile& file = files_[segment.file];
    if (file.file->read_at(segment.offset, into) != segment.size || hash64(into) != segment.hash)
        fail(Fault::System, "a temporary file is damaged: what was read is not what was written: ", file.path);
}

void TypeStreams::for_each_block(std::size_t stream, FunctionRef<void(std::span<const std::uint8_t>)> take) const {
    const Stream& of = streams_[stream];
    std::uint32_t largest = 0;
    for (const Segment& segment : of.segments)
        largest = std::max(largest, segment.size);
    Buffer buffer(*spill_.budget, largest);
    for (const Segment& segment : of.segments) {
        const std::span<std::byte> into = buffer.bytes().first(segment.size);
        read_segment(segment, into);
        take({reinterpret_cast<const std::uint8_t*>(into.data()), into.size()});
    }
    for (const Block& block : of.blocks) {
        const bool is_last = &block == &of.blocks.back();
        take({block.data.get(), is_last ? static_cast<std::size_t>(of.at - block.data.get()) : block.filled});
    }
}

Buffer TypeStreams::read(std::size_t stream) const {
    const Stream& of = streams_[stream];
    Buffer all(*spill_.budget, bytes(stream));
    std::span<std::byte> left = all.bytes();
    for (const Segment& segment : of.segments) {
        const std::span<std::byte> into = left.first(segment.size);
        read_segment(segment, into);
        left = left.subspan(segment.size);
    }
    for (const Block& block : of.blocks) {
        const bool is_last = &block == &of.blocks.back();
        const std::size_t filled = is_last ? static_cast<std::size_t>(of.at - block.data.get()) : block.filled;
        std::copy_n(reinterpret_cast<const std::byte*>(block.data.get()), filled, left.data());
        left = left.subspan(filled);
    }
    return all;
}

}  // namespace hone::eyemap
