#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hone/formats/document_reader.h"

namespace hone {

/// A reader for tests: hands over pages that it was told, by the bytes of the document. Thread-safe once told.
class FakeDocumentReader final : public DocumentReader {
public:
    struct Answer {
        std::vector<DocumentPage> pages;
        std::vector<DocumentAttachment> attachments;
        std::optional<DocumentFailure> failure;
    };
    /// What to answer for a document of these bytes; any other is "damaged".
    void tell(std::string bytes, Answer answer) { answers_[std::move(bytes)] = std::move(answer); }

    std::optional<DocumentFailure> read(const DocumentRequest& request, DocumentInfo& info,
                                        const std::function<void(DocumentPage&&)>& page,
                                        const Cancel& cancel) override {
        const auto answer = answers_.find(std::string(request.bytes));
        if (answer == answers_.end()) return DocumentFailure{"damaged", "nobody told of these bytes"};
        if (answer->second.failure) return answer->second.failure;
        info = {};
        info.pages = static_cast<std::uint32_t>(answer->second.pages.size());
        if (request.wants_attachments) info.attachments = answer->second.attachments;
        for (const DocumentPage& told : answer->second.pages) {
            cancel.check();
            page(DocumentPage(told));
        }
        return std::nullopt;
    }
    std::optional<DocumentFailure> raster(const DocumentRequest&, std::uint32_t, double, Raster& raster,
                                          const Cancel&) override {
        raster = {1, 1, "\xFF"};
        return std::nullopt;
    }
    std::string version() override { return "fake reader"; }

private:
    std::map<std::string, Answer> answers_;
};

}  // namespace hone
