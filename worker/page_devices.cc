#include "worker/page_devices.h"

#include <GfxState.h>
#include <utf8proc.h>

#include <algorithm>

namespace hone::worker {
namespace {

void append(void* layout, const char* text, int length) {
    static_cast<std::string*>(layout)->append(text, static_cast<std::size_t>(length));
}

bool is_assigned(Unicode c) {
    if (c == 0xFFFD || c > 0x10FFFF) return false;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
            return false;
        default:
            return true;
    }
}

}  // namespace

CountingTextDevice::CountingTextDevice(std::string& layout) : TextOutputDev(&append, &layout, true, 0, false, false) {}

void CountingTextDevice::startPage(int number, GfxState* state, XRef* xref) {
    counts_ = {};
    TextOutputDev::startPage(number, state, xref);
}

void CountingTextDevice::drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x,
                                  double origin_y, CharCode code, int bytes, const Unicode* unicode, int length) {
    ++counts_.all;
    if (length > 0 && std::all_of(unicode, unicode + length, is_assigned)) ++counts_.assigned;
    if ((state->getRender() & 3) == 3) ++counts_.invisible;
    TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, unicode, length);
}

void ImageDevice::see(GfxState* state) {
    const double* m = state->getCTM();
    const auto [left, right] = std::minmax({m[4], m[4] + m[0], m[4] + m[2], m[4] + m[0] + m[2]});
    const auto [top, bottom] = std::minmax({m[5], m[5] + m[1], m[5] + m[3], m[5] + m[1] + m[3]});
    const double width = std::min(right, width_) - std::max(left, 0.0);
    const double height = std::min(bottom, height_) - std::max(top, 0.0);
    if (width > 0 && height > 0) covered_ = std::max(covered_, width * height / (width_ * height_));
}

void ImageDevice::drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert,
                                bool interpolate, bool is_inline) {
    see(state);
    OutputDev::drawImageMask(state, ref, stream, width, height, invert, interpolate, is_inline);
}

void ImageDevice::drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                            GfxImageColorMap* colors, bool interpolate, const int* mask, bool is_inline) {
    see(state);
    OutputDev::drawImage(state, ref, stream, width, height, colors, interpolate, mask, is_inline);
}

void ImageDevice::drawMaskedImage(GfxState* state, Object*, Stream*, int, int, GfxImageColorMap*, bool, Stream*, int,
                                  int, bool, bool) {
    see(state);
}

void ImageDevice::drawSoftMaskedImage(GfxState* state, Object*, Stream*, int, int, GfxImageColorMap*, bool, Stream*,
                                      int, int, GfxImageColorMap*, bool) {
    see(state);
}

}  // namespace hone::worker
