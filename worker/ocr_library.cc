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
// Pictures of fewer dots are enlarged before they are recognised, if they are not huge.
constexpr double kLeastDpi = 220;
constexpr float kEnlarged = 2;
constexpr std::uint64_t kMostEnlarged = 10'000'000;

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

/// Whitens specks: what is black and no larger than two pixels either way at 300 dpi, if there is a lot of it. Points
/// and dots of print are larger.
void remove_specks(Pix* gray, double dpi) {
    constexpr l_int32 kBlack = 170, kFew = 30;
    const auto smallest_print = static_cast<l_int32>(3 * dpi / kUsualDpi);
    const PixOwner black(pixThresholdToBinary(gray, kBlack));
    if (!black) return;
    const PixOwner specks(
        pixSelectBySize(black.get(), smallest_print, smallest_print, 8, L_SELECT_IF_BOTH, L_SELECT_IF_LT, nullptr));
    l_int32 count = 0;
    if (!specks || pixCountConnComp(specks.get(), 8, &count) != 0 || count < kFew) return;
    pixSetMasked(gray, specks.get(), 255);
}

HoneOcrWord word_at(const tesseract::ResultIterator& at) {
    int left = 0, top = 0, right = 0, bottom = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    at.BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
    HoneOcrWord word{static_cast<float>(left), static_cast<float>(top), static_cast<float>(right),
                     static_cast<float>(bottom)};
    word.baseline = word.y1;
    if (at.Baseline(tesseract::RIL_TEXTLINE, &x1, &y1, &x2, &y2)) word.baseline = static_cast<float>(y1 + y2) / 2;
    float descenders = 0, ascenders = 0;
    at.RowAttributes(&word.line_height, &descenders, &ascenders);
    if (!(word.line_height > 0)) word.line_height = word.y1 - word.y0;
    word.confidence = at.Confidence(tesseract::RIL_WORD);
    return word;
}

struct FoundWord {
    HoneOcrWord word;
    std::string text;
};

/// What was recognised with the picture one way up.
struct Reading {
    std::vector<FoundWord> words;
    HoneOcrPose pose{};

    /// Mean confidence of the letters, per cent; 0 without any.
    double confidence() const {
        double sum = 0, letters = 0;
        for (const FoundWord& one : words) {
            sum += static_cast<double>(one.word.confidence) * static_cast<double>(one.text.size());
            letters += static_cast<double>(one.text.size());
        }
        return letters > 0 ? sum / letters : 0;
    }
    /// What speaks for this way up: letters that are surer than chance.
    double weight() const {
        double sum = 0;
        for (const FoundWord& one : words)
            sum += std::max(0.0, static_cast<double>(one.word.confidence) - 50) * static_cast<double>(one.text.size());
        return sum;
    }
};

/// Recognises a picture that stands upright but for a small lean.
Reading read_leaning(tesseract::TessBaseAPI& recogniser, Pix* pix) {
    Reading reading;
    const float degrees = skew_of(pix);
    PixOwner turned;
    if (degrees != 0)
        turned.reset(
            pixRotate(pix, static_cast<l_float32>(degrees * kPi / 180), L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0));
    reading.pose.lean_degrees = turned ? degrees : 0;
    recogniser.SetImage(turned ? turned.get() : pix);
    if (recogniser.Recognize(nullptr) != 0) return reading;
    reading.pose.is_read = true;
    const std::unique_ptr<tesseract::ResultIterator> at(recogniser.GetIterator());
    if (!at) return reading;  // an empty page
    do {
        const std::unique_ptr<const char[]> text(at->GetUTF8Text(tesseract::RIL_WORD));
        if (text && text[0] != '\0') reading.words.push_back({word_at(*at), text.get()});
    } while (at->Next(tesseract::RIL_WORD));
    return reading;
}

/// The quarters of a turn to try after none, the likeliest first, from heads and feet of letters.
std::vector<int> quarters_to_try(Pix* gray) {
    std::vector<int> quarters = {1, 3, 2};
    const PixOwner black(pixThresholdToBinary(gray, 150));
    l_float32 up = 0, left = 0;
    l_int32 orientation = L_TEXT_ORIENT_UNKNOWN;
    if (!black || pixOrientDetect(black.get(), &up, &left, 0, 0) != 0) return quarters;
    makeOrientDecision(up, left, 0, 0, &orientation, 0);
    const int likely = orientation == L_TEXT_ORIENT_LEFT    ? 1
                       : orientation == L_TEXT_ORIENT_DOWN  ? 2
                       : orientation == L_TEXT_ORIENT_RIGHT ? 3
                                                            : 0;
    std::stable_partition(quarters.begin(), quarters.end(), [&](int one) { return one == likely; });
    return quarters;
}

/// Recognises a picture; where its words come out doubtful, also turned by quarters, until one way up is sure.
Reading read_any_way_up(tesseract::TessBaseAPI& recogniser, Pix* pix) {
    constexpr double kDoubtful = 60, kSure = 75;
    Reading best = read_leaning(recogniser, pix);
    if (!best.pose.is_read || best.words.empty() || best.confidence() >= kDoubtful) return best;
    for (const int quarters : quarters_to_try(pix)) {
        const PixOwner turned(pixRotateOrth(pix, quarters));
        if (!turned) continue;
        Reading reading = read_leaning(recogniser, turned.get());
        reading.pose.quarters = quarters;
        const bool is_sure = reading.confidence() >= kSure;
        if (reading.pose.is_read && reading.weight() > best.weight()) best = std::move(reading);
        if (is_sure) break;
    }
    return best;
}

/// How many pages a TIFF file has; counted no further than a document may have.
std::uint32_t tiff_pages(const l_uint8* data, std::size_t size) {
    constexpr std::uint32_t kEnough = 2001;
    std::uint32_t pages = 0;
    l_int32 width = 0, height = 0;
    while (pages < kEnough && readHeaderMemTiff(data, size, static_cast<l_int32>(pages), &width, &height, nullptr,
                                                nullptr, nullptr, nullptr, nullptr) == 0)
        ++pages;
    return pages;
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

__attribute__((visibility("default"))) HoneOcrPose hone_ocr_read(void* handle, const HoneOcrPicture* picture,
                                                                 void* receiver,
                                                                 void (*take)(void*, const HoneOcrWord*)) {
    auto& recogniser = *static_cast<tesseract::TessBaseAPI*>(handle);
    PixOwner pix = pix_of(*picture);
    if (!pix) return {};
    remove_specks(pix.get(), picture->dpi);
    float scale = 1;
    if (picture->dpi < kLeastDpi && std::uint64_t{picture->width} * picture->height <= kMostEnlarged) {
        PixOwner larger(pixScale(pix.get(), kEnlarged, kEnlarged));
        if (larger) {
            pix = std::move(larger);
            scale = 1 / kEnlarged;
        }
    }
    const Reading reading = read_any_way_up(recogniser, pix.get());
    for (const FoundWord& found : reading.words) {
        HoneOcrWord word = found.word;
        for (float* const length : {&word.x0, &word.y0, &word.x1, &word.y1, &word.baseline, &word.line_height})
            *length *= scale;
        word.text = found.text.c_str();
        take(receiver, &word);
    }
    return reading.pose;
}

__attribute__((visibility("default"))) std::uint32_t hone_ocr_decode(const void* bytes, std::size_t size,
                                                                     std::uint32_t index, std::uint64_t most_pixels,
                                                                     void* receiver,
                                                                     void (*take)(void*, const HoneOcrPicture*)) {
    const auto* const data = static_cast<const l_uint8*>(bytes);
    l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, has_map = 0;
    if (pixReadHeaderMem(data, size, &format, &width, &height, &bits, &samples, &has_map) != 0) return 0;
    const bool is_tiff = format >= IFF_TIFF && format <= IFF_TIFF_ZIP;
    const std::uint32_t pages = is_tiff ? tiff_pages(data, size) : 1;
    if (index >= pages) return pages;
    if (is_tiff && readHeaderMemTiff(data, size, static_cast<l_int32>(index), &width, &height, nullptr, nullptr,
                                     nullptr, nullptr, nullptr) != 0)
        return 0;
    if (width <= 0 || height <= 0 ||
        static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > most_pixels)
        return 0;
    const PixOwner pix(is_tiff ? pixReadMemTiff(data, size, static_cast<l_int32>(index)) : pixReadMem(data, size));
    if (!pix) return 0;
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
