#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/log.h"
#include "hone/parallel/cancel.h"

namespace hone {

/// A word on a page: its box in points from the top left corner of the page, and what was read.
struct WordBox {
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    float baseline = 0;
    float size = 0;                 ///< of the font, in points
    std::uint8_t confidence = 100;  ///< of optical recognition, per cent; 100 for text of the document
    std::string text;               ///< UTF-8
    bool operator==(const WordBox&) const = default;
};

/// How the text of a page was had.
enum class PageSource : std::uint8_t { Text, EmbeddedOcr, Ocr, None };
std::string_view page_source_name(PageSource source);  ///< "text", "embedded_ocr", "ocr", "none"

/// One page as the document worker reads it.
struct DocumentPage {
    std::uint32_t number = 0;     ///< from 1
    float width = 0, height = 0;  ///< of the upright page (after `turned`), points
    std::string layout;           ///< as `pdftotext -layout` prints it, with the form feed at the end
    std::vector<WordBox> words;   ///< as `pdftotext -bbox-layout` finds them, reading order of the document
    PageSource source = PageSource::Text;
    bool is_usable = true;   ///< at least 20 glyphs of which 70 % are assigned characters
    bool has_image = false;  ///< an image covers half of the page (looked for only where text is hidden or not usable)
    /// How recognition turned the picture of the page, clockwise: by 0, 90, 180 or 270 degrees until it was upright,
    /// then by a few about its middle until its lines were level. Words stand where they are after both.
    std::uint16_t turned = 0;
    float lean = 0;
    std::uint32_t glyphs = 0;           ///< of the document's text; 0 for recognised text
    std::uint32_t assigned_glyphs = 0;  ///< those of them that stand for assigned characters
    std::string failure;  ///< error code of a page that could not be read: "limit", "worker_crashed", ...; or empty
    bool operator==(const DocumentPage&) const = default;
};

/// A file inside a document.
struct DocumentAttachment {
    std::string name;
    std::string bytes;
    bool operator==(const DocumentAttachment&) const = default;
};

/// When pages are recognised optically.
enum class OcrMode : std::uint8_t { Never, Auto, Always };

struct DocumentRequest {
    std::string_view bytes;                        ///< PDF, PNG, JPEG or TIFF; must live during the call
    std::string password;                          ///< empty = none
    OcrMode ocr = OcrMode::Auto;                   ///< Auto: pages without usable text
    std::vector<std::string> languages = {"eng"};  ///< of optical recognition
    bool wants_words = true;
    bool wants_attachments = true;
    std::uint32_t first_page = 1, last_page = 0;  ///< 0 = the end
    Logger log = {};  ///< of who asks: its id stands in every frame, and children that are lost are said in it
};

/// Whether a page that was read as text is to be recognised: in mode Auto when it has no usable text and there is
/// something to see.
bool wants_recognition(OcrMode mode, const DocumentPage& page);

/// What is known of a document besides its pages.
struct DocumentInfo {
    std::uint32_t pages = 0;
    bool is_encrypted = false;
    std::vector<DocumentAttachment> attachments;  ///< at most 32 of 10 MiB; larger ones are left out
    std::string attachments_failure;              ///< error code if reading them failed; or empty
};

/// Why a document could not be read at all. `code` is one of encrypted damaged empty unsupported too_large
/// too_many_pages limit timeout worker_crashed no_pdf_worker.
struct DocumentFailure {
    std::string code;
    std::string message;
};

/// Reads documents that nobody vouches for, in processes of their own: the file hone-docworker, one child per document,
/// confined (no network, no files, limits of time and memory). Thread-safe: calls run side by side, each in a child.
class DocumentReader {
public:
    virtual ~DocumentReader() = default;

    /// Hands over the pages in order as they come; a page that fails is handed over with its failure, and reading goes
    /// on. Returns the facts, or why there is nothing. Throws Fault::Cancelled within 100 ms of a request to stop.
    virtual std::optional<DocumentFailure> read(const DocumentRequest& request, DocumentInfo& info,
                                                const std::function<void(DocumentPage&&)>& page,
                                                const Cancel& cancel) = 0;
    /// A page as 8-bit gray pixels, rows from the top; for pictures with boxes drawn on. Pages of picture files are
    /// given as they are, made smaller by a whole number where they have at least twice the dots per inch asked for.
    struct Raster {
        std::uint32_t width = 0, height = 0;
        std::string gray;
    };
    virtual std::optional<DocumentFailure> raster(const DocumentRequest& request, std::uint32_t page, double dpi,
                                                  Raster& raster, const Cancel& cancel) = 0;
    /// Versions that decide what is read ("hone-docworker 0.1, poppler 22.12.0, tesseract 5.3.0"); part of keys. Empty
    /// if there is no worker.
    virtual std::string version() = 0;
    /// What confines the children on this machine, for people: "no_new_privs, rlimits, seccomp, landlock".
    virtual std::string confinement() { return {}; }
};

/// Wall time that a child may take before it is killed. For one page of optical recognition `ocr_page_ms`.
struct DocumentTimes {
    std::uint32_t document_ms = 15'000;
    std::uint32_t page_ms = 50;  ///< more for each page
    std::uint32_t ocr_page_ms = 30'000;
};

/// The reader that starts `executable`; an empty or absent one fails every call with no_pdf_worker and says how to
/// install it. At most `processes` children at once (0 = one for each core).
std::unique_ptr<DocumentReader> make_document_reader(const std::string& executable, std::size_t processes,
                                                     DocumentTimes times = {});

}  // namespace hone
