// libhone_ocr.so: optical recognition by Tesseract, pictures by Leptonica.
#include <leptonica/allheaders.h>
#include <tesseract/baseapi.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "worker/ocr_interface.h"

namespace {

constexpr float kLeastSkewDegrees = 0.2F;
constexpr float kLeastSkewConfidence = 3.0F;
constexpr double kPi = 3.14159265358979323846;
constexpr int kUsualDpi = 300;

struct PixDeleter {
    void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixOwner = std::unique_ptr<Pix, PixDeleter>;

PixOwner pix_of(const HoneOcrPicture& picture) {
    PixOwner pix(pixCreate(static_cast<l_int32>(picture.width), static_cast<l_int32>(picture.height), 8));
    if (!pix) return nullptr;
    const l_int32 words_per_line = pixGetWpl(pix.get());
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        l_uint32* const line = pixGetData(pix.get()) + static_cast<std::size_t>(y) * words_per_line;
        const unsigned char* const row = picture.gray + static_cast<std::size_t>(y) * picture.width;
        for (std::uint32_t x = 0; x < picture.width; ++x)
            SET_DATA_BYTE(line, x, row[x]);
    }
    const auto dpi = static_cast<l_int32>(std::lround(picture.dpi));
    pixSetResolution(pix.get(), dpi, dpi);
    return pix;
}

/// By how many degrees clockwise the picture must be turned to stand upright; 0 if it is not worth it.
float skew_of(Pix* gray) {
    const PixOwner black(pixThresholdToBinary(gray, 150));
    float degrees = 0, confidence = 0;
    if (!black || pixFindSkew(black.get(), &degrees, &confidence) != 0) return 0;
    return std::fabs(degrees) >= kLeastSkewDegrees && confidence >= kLeastSkewConfidence ? degrees : 0;
}

/// Turns places of a picture that was turned clockwise about its middle back.
class Turn {
public:
    Turn(float degrees, const Pix* pix)
        : sine_(std::sin(degrees * kPi / 180)),
          cosine_(std::cos(degrees * kPi / 180)),
          x_(pixGetWidth(pix) / 2.0),
          y_(pixGetHeight(pix) / 2.0) {}
    void back(float& x, float& y) const {
        const double dx = x - x_, dy = y - y_;
        x = static_cast<float>(x_ + dx * cosine_ + dy * sine_);
        y = static_cast<float>(y_ - dx * sine_ + dy * cosine_);
    }

private:
    double sine_, cosine_, x_, y_;
};

/// The box of the word in the picture as it was given: its middle is turned back, its sides stay upright.
HoneOcrWord word_at(const tesseract::ResultIterator& at, const Turn& turn, const char* text) {
    int left = 0, top = 0, right = 0, bottom = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    at.BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
    const float half_width = static_cast<float>(right - left) / 2, half_height = static_cast<float>(bottom - top) / 2;
    float base = static_cast<float>(bottom), height = 0, descenders = 0, ascenders = 0;
    if (at.Baseline(tesseract::RIL_TEXTLINE, &x1, &y1, &x2, &y2)) base = static_cast<float>(y1 + y2) / 2;
    at.RowAttributes(&height, &descenders, &ascenders);
    if (!(height > 0)) height = 2 * half_height;
    float x = static_cast<float>(left) + half_width, y = static_cast<float>(top) + half_height;
    const float below = base - y;
    turn.back(x, y);
    return {x - half_width,
            y - half_height,
            x + half_width,
            y + half_height,
            y + below,
            height,
            at.Confidence(tesseract::RIL_WORD),
            text};
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) void* hone_ocr_start(const char* languages) {
    auto recogniser = std::make_unique<tesseract::TessBaseAPI>();
    if (recogniser->Init(nullptr, languages, tesseract::OEM_LSTM_ONLY) != 0) return nullptr;
    recogniser->SetPageSegMode(tesseract::PSM_SINGLE_BLOCK);
    recogniser->SetVariable("preserve_interword_spaces", "1");
    return recogniser.release();  // lives as long as the process
}

__attribute__((visibility("default"))) bool hone_ocr_read(void* handle, const HoneOcrPicture* picture, void* receiver,
                                                          void (*take)(void*, const HoneOcrWord*)) {
    auto& recogniser = *static_cast<tesseract::TessBaseAPI*>(handle);
    PixOwner pix = pix_of(*picture);
    if (!pix) return false;
    const float degrees = skew_of(pix.get());
    const Turn turn(degrees, pix.get());
    if (degrees != 0) {
        PixOwner turned(pixRotate(pix.get(), static_cast<l_float32>(degrees * kPi / 180), L_ROTATE_AREA_MAP,
                                  L_BRING_IN_WHITE, 0, 0));
        if (turned) pix = std::move(turned);
    }
    recogniser.SetImage(pix.get());
    if (recogniser.Recognize(nullptr) != 0) return false;
    const std::unique_ptr<tesseract::ResultIterator> at(recogniser.GetIterator());
    if (!at) return true;  // an empty page
    do {
        const std::unique_ptr<const char[]> text(at->GetUTF8Text(tesseract::RIL_WORD));
        if (!text || text[0] == '\0') continue;
        const HoneOcrWord word = word_at(*at, turn, text.get());
        take(receiver, &word);
    } while (at->Next(tesseract::RIL_WORD));
    return true;
}

__attribute__((visibility("default"))) std::uint32_t hone_ocr_decode(const void* bytes, std::size_t size,
                                                                     std::uint32_t index, std::uint64_t most_pixels,
                                                                     void* receiver,
                                                                     void (*take)(void*, const HoneOcrPicture*)) {
    const auto* const data = static_cast<const l_uint8*>(bytes);
    l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, has_map = 0;
    if (pixReadHeaderMem(data, size, &format, &width, &height, &bits, &samples, &has_map) != 0) return 0;
    if (width <= 0 || height <= 0 ||
        static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > most_pixels)
        return 0;
    std::uint32_t pages = 1;
    PixOwner pix;
    if (format >= IFF_TIFF && format <= IFF_TIFF_ZIP) {
        for (std::size_t offset = 0;; ++pages) {
            PixOwner page(pixReadMemFromMultipageTiff(data, size, &offset));
            if (!page) return pages - 1;
            if (pages - 1 == index) pix = std::move(page);
            if (offset == 0) break;
        }
    } else if (index == 0) {
        pix.reset(pixReadMem(data, size));
        if (!pix) return 0;
    }
    if (!pix) return pages;
    const PixOwner gray(pixConvertTo8(pix.get(), 0));
    if (!gray) return 0;
    std::vector<unsigned char> rows;
    const auto w = static_cast<std::uint32_t>(pixGetWidth(gray.get()));
    const auto h = static_cast<std::uint32_t>(pixGetHeight(gray.get()));
    if (std::uint64_t{w} * h > most_pixels) return 0;
    rows.resize(std::size_t{w} * h);
    for (std::uint32_t y = 0; y < h; ++y) {
        const l_uint32* const line = pixGetData(gray.get()) + static_cast<std::size_t>(y) * pixGetWpl(gray.get());
        for (std::uint32_t x = 0; x < w; ++x)
            rows[std::size_t{y} * w + x] = GET_DATA_BYTE(line, x);
    }
    const int dpi = pixGetXRes(pix.get()) > 0 ? pixGetXRes(pix.get()) : kUsualDpi;
    const HoneOcrPicture picture{w, h, rows.data(), static_cast<double>(dpi)};
    take(receiver, &picture);
    return pages;
}
}
