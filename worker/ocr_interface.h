#pragma once
#include <cstddef>
#include <cstdint>

// What the worker and libhone_ocr.so say to each other. The library is opened by children that recognise text, so that
// the others start without it.

/// A recognised word in pixels from the top left corner of the picture as it was turned.
struct HoneOcrWord {
    float x0, y0, x1, y1;
    float baseline;
    float line_height;  ///< of the line that it stands in, from the feet of p to the head of d
    float confidence;   ///< per cent
    const char* text;   ///< UTF-8, of the call
};

struct HoneOcrPicture {
    std::uint32_t width, height;
    const unsigned char* gray;  ///< rows from the top
    double dpi;
};

/// How a picture was turned: by quarters, then about its middle until its lines were level. Both clockwise.
struct HoneOcrPose {
    bool is_read;  ///< false if recognition failed
    int quarters;
    float lean_degrees;
};

extern "C" {
/// Loads the data of languages such as "eng+deu"; nullptr if they are not installed.
using HoneOcrStart = void* (*)(const char* languages);
/// Recognises a picture and hands over its words in reading order, where they stand once the picture is upright and its
/// lines are level. Other ways up are tried only where the words come out doubtful.
using HoneOcrRead = HoneOcrPose (*)(void* recogniser, const HoneOcrPicture* picture, void* receiver,
                                    void (*word)(void* receiver, const HoneOcrWord* word));
/// Decodes page `index` (from 0) of a PNG, JPEG or TIFF file and hands it over in shades of gray; returns the number of
/// pages, or 0 if it is none or larger than `most_pixels`. An index beyond the end hands nothing over.
using HoneOcrDecode = std::uint32_t (*)(const void* bytes, std::size_t size, std::uint32_t index,
                                        std::uint64_t most_pixels, void* receiver,
                                        void (*take)(void* receiver, const HoneOcrPicture* picture));
}
