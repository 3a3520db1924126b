#include "hone/raster/picture_rows.h"

#include <algorithm>
#include <span>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kMostColors = 256;

Rgb rgb_of(std::uint32_t color) {
    return {static_cast<std::uint8_t>(color >> 16), static_cast<std::uint8_t>(color >> 8),
            static_cast<std::uint8_t>(color)};
}

}  // namespace

PictureRows::PictureRows(PngShape shape) : shape_(std::move(shape)) {
    indices_.reserve(std::size_t{shape_.width} * shape_.height);
    bytes_.resize(std::size_t{3} * shape_.width);
}

int PictureRows::index_of(std::uint32_t color) {
    constexpr std::uint32_t kSpread = 0x9E3779B1;  // multiplicative hash by the golden ratio
    for (std::size_t slot = color * kSpread >> 22;; slot = (slot + 1) % kSlots) {
        if (slots_[slot] == 0) {
            if (palette_.size() == kMostColors) return -1;
            palette_.push_back(color);
            slots_[slot] = static_cast<std::uint16_t>(palette_.size());
        }
        if (palette_[slots_[slot] - 1U] == color) return slots_[slot] - 1;
    }
}

bool PictureRows::add_indices(const std::uint32_t* pixels) {
    const std::size_t start = indices_.size();
    std::uint32_t last = ~std::uint32_t{0};  // no colour
    int index = 0;
    for (std::size_t i = 0; i < shape_.width; ++i) {
        if (const std::uint32_t color = pixels[i] & 0xffffff; color != last) {
            last = color;
            index = index_of(last);
            if (index < 0) {
                indices_.resize(start);
                return false;
            }
        }
        indices_.push_back(static_cast<std::uint8_t>(index));
    }
    return true;
}

void PictureRows::open() {
    writer_ = std::make_unique<PngWriter>(shape_, [this](std::string_view bytes) { file_ += bytes; });
}

void PictureRows::give_up_palette() {
    open();
    for (std::size_t start = 0; start < indices_.size(); start += shape_.width) {
        for (std::size_t i = 0; i < shape_.width; ++i) {
            const Rgb rgb = rgb_of(palette_[indices_[start + i]]);
            std::ranges::copy(rgb, bytes_.begin() + static_cast<std::ptrdiff_t>(3 * i));
        }
        writer_->row(bytes_);
    }
    indices_ = {};
}

void PictureRows::add(const std::uint32_t* pixels) {
    if (!writer_ && add_indices(pixels)) return;
    if (!writer_) give_up_palette();
    for (std::size_t i = 0; i < shape_.width; ++i) {
        bytes_[3 * i] = static_cast<std::uint8_t>(pixels[i] >> 16);
        bytes_[3 * i + 1] = static_cast<std::uint8_t>(pixels[i] >> 8);
        bytes_[3 * i + 2] = static_cast<std::uint8_t>(pixels[i]);
    }
    writer_->row(bytes_);
}

std::string PictureRows::finish() {
    if (!writer_) {
        for (const std::uint32_t color : palette_)
            shape_.palette.push_back(rgb_of(color));
        open();
        for (std::size_t start = 0; start < indices_.size(); start += shape_.width)
            writer_->row(std::span(indices_).subspan(start, shape_.width));
    }
    writer_->finish();
    return std::move(file_);
}

}  // namespace hone
