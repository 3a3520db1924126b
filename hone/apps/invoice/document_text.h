#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/engine/run.h"
#include "hone/formats/document_protocol.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// What a file is, by its first bytes, or by its name for plain text.
enum class FileForm : std::uint8_t { Pdf, Picture, Xml, Text, Unknown };
FileForm file_form(std::string_view name, std::string_view bytes);

/// What was read of a file: its pages, or why there are none.
struct DocumentText {
    FileForm form = FileForm::Unknown;
    std::string sha256;
    DocumentInfo info;
    std::vector<DocumentPage> pages;
    std::string failure_code, failure;
    std::string password;                         ///< that opened it; never kept
    std::string page_failure_code, page_failure;  ///< of the first page whose recognition failed; never remembered

    std::uint64_t memory_bytes() const;
};

/// How documents are read.
struct ReadRules {
    OcrMode ocr = OcrMode::Auto;
    std::vector<std::string> languages;  ///< of optical recognition, as Tesseract names them
    std::string password;                ///< with one nothing is remembered
};

/// Texts of documents, in their order.
struct ReadDocuments {
    std::vector<std::shared_ptr<const DocumentText>> texts;
    std::vector<double> seconds;  ///< that each took, for the log: zeros when nothing is said
};

/// Reads `count` files from number `first` of the input `parameter`, side by side, each in a process of its own; then
/// the pages among them that need optical recognition, as many at once as there is memory for. A page that failed as
/// text is tried once more in this way. What was read is remembered by the content of the file. An unreadable document
/// is an answer; the issue of a file that is gone or changes meanwhile is added to the run, and its text is null.
ReadDocuments read_documents(Run& run, std::string_view parameter, std::size_t first, std::size_t count,
                             const ReadRules& rules);

/// Keeps what `run` gives out of the cache if `code`, of a failure to read or to draw, may be one of the moment: a
/// process that crashed or was killed, or a limit of time or memory. The same document may be readable next time.
void do_not_keep_failure(Run& run, std::string_view code);

/// The layout texts of all pages, one after the other.
std::string layout_text(std::span<const DocumentPage> pages);

}  // namespace hone::invoice

namespace hone {

template <>
struct Codec<invoice::DocumentText> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const invoice::DocumentText& value);
    static invoice::DocumentText decode(Decoder& in);
};

}  // namespace hone
