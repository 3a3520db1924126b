#include "hone/apps/invoice/extract_log.h"

namespace hone::invoice {
namespace {

void log_pages(const Logger& log, const Document& document) {
    for (const PageState& page : document.pages) {
        if (page.failure.empty())
            log.debug("page read", {{"page", page.number}, {"source", page.method}, {"rows", page.rows}});
        else
            log.warning("page failed", {{"page", page.number}, {"source", page.method}, {"code", page.failure}});
    }
}

}  // namespace

void number_log(Run& item, std::size_t index) {
    item.set_log(item.log().with("document", index + 1));
}

void log_documents(const Run& item, const FileInHand& file, const std::vector<LadderResult>& results) {
    if (!item.log().is_on(LogLevel::Error)) return;
    const double seconds = file.read_seconds + item.logged_seconds();
    for (std::size_t part = 0; part < results.size(); ++part) {
        const Document& document = results[part].document;
        const Logger log = results.size() == 1 ? item.log() : item.log().with("part", part + 1);
        log_pages(log, document);
        const std::string vendor = document.vendor.value.value_or("");
        if (document.status == Status::Failed)
            log.warning("document failed", {{"file", file.input.path.string()},
                                            {"vendor", vendor},
                                            {"status", status_name(document.status)},
                                            {"seconds", seconds},
                                            {"pages", document.pages.size()},
                                            {"code", document.failure_code},
                                            {"reason", document.failure}});
        else
            log.info("document read", {{"file", file.input.path.string()},
                                       {"vendor", vendor},
                                       {"status", status_name(document.status)},
                                       {"seconds", seconds},
                                       {"pages", document.pages.size()},
                                       {"method", document.method}});
    }
}

void log_extraction(const Run& item, const FileInHand& file, const DocumentText& text,
                    const TemplateExtraction& extraction) {
    const Logger& log = item.log();
    if (!log.is_on(LogLevel::Error)) return;
    const double seconds = file.read_seconds + item.logged_seconds();
    if (!text.failure_code.empty())
        return log.warning("document failed", {{"file", file.input.path.string()},
                                               {"status", status_name(Status::Failed)},
                                               {"seconds", seconds},
                                               {"pages", text.pages.size()},
                                               {"code", text.failure_code},
                                               {"reason", text.failure}});
    log.info("document read", {{"file", file.input.path.string()},
                               {"template", extraction.template_name},
                               {"status", status_name(extraction.output ? Status::Ok : Status::NoData)},
                               {"seconds", seconds},
                               {"pages", text.pages.size()}});
}

}  // namespace hone::invoice
