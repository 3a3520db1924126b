#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/formats/document_protocol.h"
#include "worker/ocr_interface.h"

namespace hone::worker {

/// Optical recognition. The library and its languages are opened by the constructor, before the process is confined;
/// after that nothing is opened any more.
class Recogniser {
public:
    /// Throws Refusal "unsupported" if the library or a language is not installed.
    explicit Recogniser(const std::vector<std::string>& languages);
    /// One that only decodes pictures: page() must not be called.
    static Recogniser for_pictures() { return {}; }

    /// Recognises a page that measures `width` by `height` points. Its layout comes from the same code as that of
    /// documents: the words are set on a page of their own and read from there.
    DocumentPage page(const HoneOcrPicture& picture, std::uint32_t number, float width, float height) const;
    /// Reads the pages `first` to `last` (0 = the end) of a picture file: hands over how many it has, then those.
    /// Throws Refusal.
    void pages_of_picture(std::string_view bytes, std::uint32_t first, std::uint32_t last,
                          const std::function<void(std::uint32_t pages)>& count,
                          const std::function<void(DocumentPage&&)>& take) const;
    /// A page of a picture file; made smaller by a whole number where it has at least twice `dpi`. Throws Refusal.
    DocumentReader::Raster raster_of_picture(std::string_view bytes, std::uint32_t page, double dpi) const;

private:
    Recogniser();

    HoneOcrStart start_ = nullptr;
    HoneOcrRead read_ = nullptr;
    HoneOcrDecode decode_ = nullptr;
    void* recogniser_ = nullptr;
};

}  // namespace hone::worker
