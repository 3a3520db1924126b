#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hone/formats/png.h"

namespace hone {

/// Rows of pixels on their way to a PNG: kept as one byte a pixel while there are at most 256 colours, so that the file
/// can have a palette; as soon as there are more, everything goes out as plain colours. Not thread-safe.
class PictureRows {
public:
    /// `shape` without a palette: it is made here, of the colours in the order in which they occur.
    explicit PictureRows(PngShape shape);

    /// The next row from the top, shape.width pixels 0x??rrggbb: the highest byte is not looked at.
    void add(const std::uint32_t* pixels);
    /// The file. Requires: all rows were added; call once.
    std::string finish();

    /// Memory for a picture of so many pixels, besides the file.
    static std::uint64_t memory_bytes(std::uint64_t pixels) { return pixels; }

private:
    static constexpr std::size_t kSlots = 1024;
    /// Index of a colour in the palette; -1 if there is no room for it.
    int index_of(std::uint32_t color);
    bool add_indices(const std::uint32_t* pixels);
    void give_up_palette();
    void open();

    PngShape shape_;
    std::string file_;
    std::unique_ptr<PngWriter> writer_;          // once it is known how the file looks
    std::vector<std::uint8_t> indices_;          // rows so far
    std::vector<std::uint8_t> bytes_;            // one row as plain colours
    std::vector<std::uint32_t> palette_;         // colours by index
    std::array<std::uint16_t, kSlots> slots_{};  // index + 1 by hash of the colour
};

}  // namespace hone
