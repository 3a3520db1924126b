#include "hone/apps/invoice/document_text.h"

#include <algorithm>
#include <optional>

#include "hone/apps/invoice/extract_log.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/error.h"
#include "hone/base/sha256.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
/// What a child that reads text, and one that recognises a page, take at most as a rule.
constexpr std::uint64_t kTextBytes = 24 * kMiB;
constexpr std::uint64_t kOcrBytes = 250 * kMiB;

bool is_text_name(std::string_view name) {
    return to_lower(name).ends_with(".txt");
}

/// The child's memory, or as much of it as there is: what it really takes is bounded by its own limits.
Reservation reserve_for_child(Budget& budget, std::uint64_t bytes) {
    if (auto held = budget.try_reserve(bytes)) return std::move(*held);
    if (auto held = budget.try_reserve(bytes / 4)) return std::move(*held);
    return {};
}

/// What may open a document: the password; the same in Latin letters of one byte, as encryption before AES-256 wants
/// it; none, for documents among locked ones that need none.
std::vector<std::string> passwords_to_try(const std::string& password) {
    std::vector<std::string> all = {password};
    std::string latin;
    for (std::size_t at = 0; at < password.size();) {
        const char32_t code = next_code(password, at);
        if (code > 0xFF) break;
        latin += static_cast<char>(code);
        if (at == password.size() && latin != password) all.push_back(latin);
    }
    if (!password.empty()) all.emplace_back();
    return all;
}

/// Asks the worker. Sets what it says in `text`.
void ask_worker(Run& run, DocumentRequest request, DocumentText& text) {
    const bool is_ocr = request.ocr == OcrMode::Always;
    const Reservation held = reserve_for_child(run.budget(), is_ocr ? kOcrBytes : kTextBytes);
    std::optional<DocumentFailure> failure;
    const std::vector<std::string> passwords = passwords_to_try(request.password);
    for (const std::string& password : passwords) {
        request.password = text.password = password;
        failure = run.exec().blocking([&] {
            return run.documents().read(
                request, text.info, [&](DocumentPage&& page) { text.pages.push_back(std::move(page)); }, run.cancel());
        });
        if (!failure || failure->code != "encrypted") break;
    }
    for (const DocumentPage& page : text.pages)
        do_not_keep_failure(run, page.failure);
    do_not_keep_failure(run, text.info.attachments_failure);
    if (!failure) return;
    do_not_keep_failure(run, failure->code);
    text.failure_code = failure->code;
    text.failure = failure->code == "encrypted" && passwords.size() > 1 ? "the password does not open the document"
                                                                        : failure->message;
}

/// A file as text. Pictures are recognised whole, unless `rules` forbid it.
DocumentText read_document_text(Run& run, const Input& input, const ReadRules& rules) {
    const std::string bytes = run.read(input);
    DocumentText text;
    text.sha256 = sha256_hex(bytes);
    text.form = file_form(input.path.string(), bytes);
    if (text.form == FileForm::Text) {
        text.pages = layout_pages(bytes);
        text.info.pages = static_cast<std::uint32_t>(text.pages.size());
    } else if (text.form == FileForm::Xml) {
        text.info.attachments.push_back({"", bytes});
    } else if (bytes.empty()) {
        text.failure_code = "empty";
        text.failure = "the file has no bytes";
    } else if (text.form == FileForm::Unknown) {
        text.failure_code = "unsupported";
        text.failure = "expected a PDF, a picture (PNG, JPEG, TIFF), an e-invoice in XML or a .txt file";
    } else {
        DocumentRequest request{bytes};
        request.log = run.log().named("documents");
        request.password = rules.password;
        request.languages = rules.languages;
        const bool is_picture = text.form == FileForm::Picture;
        request.ocr = is_picture && rules.ocr != OcrMode::Never ? OcrMode::Always : OcrMode::Never;
        ask_worker(run, request, text);
    }
    return text;
}

/// Page `number` as it is recognised.
DocumentText recognise(Run& run, const Input& input, const ReadRules& rules, std::uint32_t number) {
    const std::string bytes = run.read(input);
    DocumentText text;
    DocumentRequest request{bytes};
    request.log = run.log().named("documents");
    request.password = rules.password;
    request.languages = rules.languages;
    request.ocr = OcrMode::Always;
    request.wants_attachments = false;
    request.first_page = request.last_page = number;
    ask_worker(run, request, text);
    return text;
}

std::string joined_rules(const ReadRules& rules, bool is_picture_read) {
    return cat(is_picture_read ? "ocr " : "no ocr ", join(rules.languages, ","));
}

ReadRules split_rules(const std::string& joined) {
    const bool is_read = joined.starts_with("ocr ");
    ReadRules rules;
    rules.ocr = is_read ? OcrMode::Always : OcrMode::Never;
    rules.languages = split(joined.substr(joined.find(' ', is_read ? 0 : 3) + 1), ',');
    return rules;
}

// Parts that are remembered: functions of the content of the file and of the words in `rules`.
DocumentText text_part(Run& run, const Input& input, const std::string& form, const std::string& rules) {
    (void)form;  // two names of the same bytes may be read in different ways
    return read_document_text(run, input, split_rules(rules));
}
DocumentText recognised_part(Run& run, const Input& input, const std::string& rules, const std::uint32_t& page) {
    return recognise(run, input, split_rules(rules), page);
}

using Texts = std::vector<std::shared_ptr<const DocumentText>>;

std::shared_ptr<const DocumentText> text_of(Run& run, const Input& input, const ReadRules& rules) {
    if (!rules.password.empty()) return std::make_shared<const DocumentText>(read_document_text(run, input, rules));
    const std::string form = is_text_name(input.path.string()) ? "text" : "by content";
    return run.memo<DocumentText>("text", 2, &text_part, input, form, joined_rules(rules, rules.ocr != OcrMode::Never));
}

/// Nothing, and an Issue, for a file that is gone or changes meanwhile. Too little memory is an error of the run: a
/// result must not depend on it.
std::shared_ptr<const DocumentText> text_or_issue(Run& run, const Input& input, const ReadRules& rules) {
    try {
        return text_of(run, input, rules);
    } catch (const Error& error) {
        if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
        run.do_not_keep("a file went away or changed while it was read");
        Issue issue;
        issue.id = "invoice.document-failed";
        issue.file = input.label;
        issue.severity = Severity::Error;
        issue.message = error.message();
        run.issues().add(std::move(issue));
        return nullptr;
    }
}

/// A page to be recognised, and what came of it.
struct PageJob {
    std::size_t document = 0;
    std::uint32_t page = 0;
    std::optional<DocumentPage> result;
    double seconds = 0;   ///< for the log
    std::string failure;  ///< of the result, in words
};

std::vector<PageJob> pages_to_recognise(const Texts& texts, OcrMode mode) {
    std::vector<PageJob> jobs;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i] || texts[i]->form != FileForm::Pdf) continue;
        for (const DocumentPage& page : texts[i]->pages)
            if (wants_recognition(mode, page) || (mode != OcrMode::Never && !page.failure.empty()))
                jobs.push_back({i, page.number, std::nullopt});
    }
    return jobs;
}

/// The page, and if it failed, why in words.
std::pair<DocumentPage, std::string> recognised_page(Run& run, const Input& input, const ReadRules& rules,
                                                     std::uint32_t page) {
    std::shared_ptr<const DocumentText> read;
    if (rules.password.empty())
        read = run.memo<DocumentText>("recognised page", 1, &recognised_part, input, joined_rules(rules, true), page);
    else
        read = std::make_shared<const DocumentText>(recognise(run, input, rules, page));
    if (!read->pages.empty()) {
        const DocumentPage& answer = read->pages.front();
        if (answer.failure != "unsupported") return {answer, ""};
        // The reader gives a code for a page, no words; this code has two causes.
        return {answer, cat("the data of Tesseract for ", join(rules.languages, "+"),
                            ", or libhone_ocr.so beside hone-docworker, are not installed")};
    }
    DocumentPage failed;
    failed.number = page;
    failed.source = PageSource::None;
    failed.failure = read->failure_code.empty() ? "damaged" : read->failure_code;
    return {std::move(failed), read->failure};
}

/// Puts recognised pages in the place of those that could not be read as text.
void put_pages(std::vector<PageJob>& jobs, Texts& texts) {
    for (std::size_t at = 0; at < jobs.size();) {
        const std::size_t document = jobs[at].document;
        DocumentText text = *texts[document];
        for (; at < jobs.size() && jobs[at].document == document; ++at) {
            if (!jobs[at].result) continue;
            if (text.page_failure.empty() && !jobs[at].failure.empty()) {
                text.page_failure_code = jobs[at].result->failure;
                text.page_failure = jobs[at].failure;
            }
            for (DocumentPage& page : text.pages) {
                if (page.number != jobs[at].page) continue;
                if (jobs[at].result->failure.empty() || page.failure.empty()) page = std::move(*jobs[at].result);
            }
        }
        texts[document] = std::make_shared<const DocumentText>(std::move(text));
    }
}

}  // namespace

FileForm file_form(std::string_view name, std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos) return FileForm::Pdf;
    for (const std::string_view magic : {"\x89PNG\r\n"sv, "\xFF\xD8\xFF"sv, "II*\0"sv, "MM\0*"sv})
        if (bytes.starts_with(magic)) return FileForm::Picture;
    if (is_text_name(name)) return FileForm::Text;
    std::string_view start = bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes;
    while (!start.empty() && (start.front() == ' ' || start.front() == '\n' || start.front() == '\r'))
        start.remove_prefix(1);
    return start.starts_with('<') ? FileForm::Xml : FileForm::Unknown;
}

void do_not_keep_failure(Run& run, std::string_view code) {
    const bool is_lost_worker = code == "no_pdf_worker" && !run.documents().version().empty();
    if (is_lost_worker || code == "worker_crashed" || code == "timeout" || code == "limit")
        run.do_not_keep(cat("a document or page was not read, perhaps for the moment only: ", code));
}

std::uint64_t DocumentText::memory_bytes() const {
    std::uint64_t bytes = sizeof *this + failure.size();
    for (const DocumentAttachment& attachment : info.attachments)
        bytes += attachment.name.size() + attachment.bytes.size();
    for (const DocumentPage& page : pages)
        bytes += sizeof page + page.layout.size() + page.words.size() * (sizeof(WordBox) + 8);
    return bytes;
}

std::string layout_text(std::span<const DocumentPage> pages) {
    std::string text;
    for (const DocumentPage& page : pages)
        text += page.layout;
    return text;
}

ReadDocuments read_documents(Run& run, std::string_view parameter, std::size_t first, std::size_t count,
                             const ReadRules& rules) {
    std::vector<double> seconds(count);
    Texts texts = run.map<std::shared_ptr<const DocumentText>>("read documents", count, [&](Run& item, std::size_t i) {
        number_log(item, first + i);
        const auto time = item.item_time("document", first + i);
        auto text = text_or_issue(item, item.input(parameter, first + i), rules);
        seconds[i] = item.logged_seconds();
        return text;
    });
    std::vector<PageJob> jobs = pages_to_recognise(texts, rules.ocr);
    const std::uint64_t at_once = std::max<std::uint64_t>(1, run.budget().attainable() / kOcrBytes);
    for (std::size_t begin = 0; begin < jobs.size(); begin += at_once) {
        const std::size_t batch = std::min<std::size_t>(at_once, jobs.size() - begin);
        auto pages =
            run.map<std::pair<DocumentPage, std::string>>("recognise pages", batch, [&](Run& item, std::size_t i) {
                PageJob& job = jobs[begin + i];
                number_log(item, first + job.document);
                const auto time = item.item_time("document", first + job.document);
                auto page = recognised_page(item, item.input(parameter, first + job.document), rules, job.page);
                job.seconds = item.logged_seconds();
                item.log().debug("page recognised", {{"page", job.page}, {"seconds", job.seconds}});
                return page;
            });
        for (std::size_t i = 0; i < batch; ++i) {
            jobs[begin + i].result = std::move(pages[i].first);
            jobs[begin + i].failure = std::move(pages[i].second);
            seconds[jobs[begin + i].document] += jobs[begin + i].seconds;
        }
        run.progress("pages recognised", begin + batch, jobs.size());
    }
    put_pages(jobs, texts);
    return {std::move(texts), std::move(seconds)};
}

}  // namespace hone::invoice

namespace hone {

void Codec<invoice::DocumentText>::encode(Encoder& out, const invoice::DocumentText& value) {
    out.u8(static_cast<std::uint8_t>(value.form));
    out.text(value.sha256);
    out.text(value.failure_code);
    out.text(value.failure);
    out.u32(value.info.pages);
    out.u8(value.info.is_encrypted ? 1 : 0);
    out.text(value.info.attachments_failure);
    out.u64(value.info.attachments.size());
    for (const DocumentAttachment& attachment : value.info.attachments) {
        out.text(attachment.name);
        out.text(attachment.bytes);
    }
    Codec<std::vector<DocumentPage>>::encode(out, value.pages);
}

invoice::DocumentText Codec<invoice::DocumentText>::decode(Decoder& in) {
    invoice::DocumentText value;
    const std::uint8_t form = in.u8();
    if (form > static_cast<std::uint8_t>(invoice::FileForm::Unknown)) fail(Fault::Input, "no form of a file: ", form);
    value.form = static_cast<invoice::FileForm>(form);
    value.sha256 = in.text();
    value.failure_code = in.text();
    value.failure = in.text();
    value.info.pages = in.u32();
    value.info.is_encrypted = in.u8() != 0;
    value.info.attachments_failure = in.text();
    const std::size_t attachments = in.count(16);
    for (std::size_t i = 0; i < attachments; ++i) {
        DocumentAttachment attachment;
        attachment.name = in.text();
        attachment.bytes = in.text();
        value.info.attachments.push_back(std::move(attachment));
    }
    value.pages = Codec<std::vector<DocumentPage>>::decode(in);
    return value;
}

}  // namespace hone
