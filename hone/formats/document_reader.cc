#include "hone/formats/document_reader.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "hone/base/clock.h"
#include "hone/formats/document_protocol.h"
#include "hone/formats/worker_process.h"
#include "hone/parallel/cores.h"

namespace hone {
namespace {

using namespace documents;

constexpr int kLookMs = 20;            // how often a wait looks at Cancel
constexpr int kHelloMs = 5000;         // until a worker that says nothing counts as none
constexpr unsigned kMostRestarts = 3;  // of children of one document
constexpr std::size_t kPiece = 1U << 20U;

/// How the work of one child ended.
struct Ending {
    bool is_done = false;
    bool is_about_document = false;  ///< a failure that says nothing can be read, now or later
    DocumentFailure failure;
};

Ending lost(std::string code, std::string message) {
    return {false, false, {std::move(code), std::move(message)}};
}

/// A child under way, killed unless it has said Done.
class Child {
public:
    Child(std::shared_ptr<WorkerProcess> worker, const Descriptor& document, std::uint64_t number,
          CorrelationId correlation)
        : worker_(std::move(worker)),
          number_(number),
          correlation_(correlation),
          channel_(worker_->start(document, number, correlation)) {}
    ~Child() {
        if (channel_.number() >= 0 && !is_done_) worker_->kill(number_, correlation_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    bool has_started() const { return channel_.number() >= 0; }
    void has_ended() { is_done_ = true; }
    void set_deadline(std::int64_t monotonic_ns) { deadline_ns_ = monotonic_ns; }
    bool is_late() const { return is_late_; }

    /// False if the child does not listen any more.
    bool send(FrameType type, const std::string& payload) {
        const std::string bytes = frame_bytes(type, correlation_, payload);
        return ::send(channel_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }

    /// The next frame; nothing if the child ended, is late or sent what is no frame of its own.
    std::optional<std::pair<FrameType, std::string>> receive(const Cancel& cancel) {
        std::string head;
        if (!fill(head, kHeaderBytes, cancel)) return std::nullopt;
        const std::optional<FrameHeader> header = read_header(head);
        if (!header || header->correlation != correlation_) return std::nullopt;
        std::string payload;
        if (!fill(payload, header->payload_bytes, cancel)) return std::nullopt;
        return std::pair(header->type, std::move(payload));
    }

private:
    /// Grows `to` as bytes come, so that a length alone costs nothing.
    bool fill(std::string& to, std::size_t bytes, const Cancel& cancel) {
        while (to.size() < bytes) {
            if (!wait(cancel)) return false;
            const std::size_t had = to.size();
            to.resize(had + std::min(bytes - had, kPiece));
            const ssize_t got = ::recv(channel_.number(), to.data() + had, to.size() - had, MSG_DONTWAIT);
            to.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
        }
        return true;
    }

    bool wait(const Cancel& cancel) {
        pollfd channel{channel_.number(), POLLIN, 0};
        for (;;) {
            cancel.check();
            if (::poll(&channel, 1, kLookMs) > 0) return true;
            is_late_ = real_clock().monotonic_ns() > deadline_ns_;
            if (is_late_) return false;
        }
    }

    std::shared_ptr<WorkerProcess> worker_;
    std::uint64_t number_;
    CorrelationId correlation_;
    Descriptor channel_;
    std::int64_t deadline_ns_ = INT64_MAX;
    bool is_done_ = false;
    bool is_late_ = false;
};

/// Bounds how many children run at once.
class Slots {
public:
    explicit Slots(std::size_t count) : free_(count) {}
    void take(const Cancel& cancel) {
        std::unique_lock lock(mutex_);
        while (free_ == 0) {
            cancel.check();
            came_free_.wait_for(lock, std::chrono::milliseconds(kLookMs));
        }
        --free_;
    }
    void give_back() {
        const std::lock_guard lock(mutex_);
        ++free_;
        came_free_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable came_free_;
    std::size_t free_;
};

class Slot {
public:
    Slot(Slots& slots, const Cancel& cancel) : slots_(slots) { slots_.take(cancel); }
    ~Slot() { slots_.give_back(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

private:
    Slots& slots_;
};

using PageSink = std::function<void(DocumentPage&&)>;

/// One document on its way: which page is next, and what is known.
struct Progress {
    std::uint32_t next = 1;
    std::uint32_t last = 0;  ///< 0 = not known yet
    DocumentInfo& info;
    const PageSink& page;
    DocumentReader::Raster* raster = nullptr;
    std::optional<DocumentPage> in_hand = std::nullopt;  ///< taken in, not handed over yet
    Logger log = {};

    bool has_all_pages() const { return last != 0 && next > last; }
};

/// To whom pages of a document go, and where is said what happens.
struct Listener {
    const PageSink& page;
    Logger log;
};

std::string_view job_name(JobKind kind) {
    return kind == JobKind::Text ? "text" : kind == JobKind::Ocr ? "recognition" : "picture";
}

bool is_pdf(std::string_view bytes) {
    return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos;
}

/// PNG, JPEG or TIFF.
bool is_picture(std::string_view bytes) {
    using namespace std::string_view_literals;
    return bytes.starts_with("\x89PNG\r\n") || bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("II*\0"sv) ||
           bytes.starts_with("MM\0*"sv);
}

DocumentPage failed_page(std::uint32_t number, const std::string& code) {
    DocumentPage page;
    page.number = number;
    page.source = PageSource::None;
    page.is_usable = false;
    page.failure = code;
    return page;
}

/// Takes one frame of a child in; throws Fault::Input if no honest child sends it now.
std::optional<Ending> take(Progress& progress, const Job& job, FrameType type, std::string_view payload) {
    const bool is_known = progress.last != 0;
    if (type == FrameType::Failure) {
        const FailureFrame failure = decode_failure(payload);
        return Ending{false, failure.page == 0 && !is_known, {failure.code, failure.message}};
    }
    if (type == FrameType::Info) {
        const DocumentInfo info = decode_info(payload);
        if (is_known && info.pages != progress.info.pages) fail(Fault::Input, "the number of pages must stay");
        progress.info.pages = info.pages;
        progress.info.is_encrypted = info.is_encrypted;
        progress.last = job.last_page == 0 ? info.pages : std::min(job.last_page, info.pages);
        return std::nullopt;
    }
    if (!is_known) fail(Fault::Input, "facts must come before pages");
    if (type == FrameType::Page && job.kind != JobKind::Raster) {
        DocumentPage page = decode_page(payload);
        if (page.number != progress.next || progress.has_all_pages()) fail(Fault::Input, "pages must come in order");
        progress.in_hand = std::move(page);
        ++progress.next;
    } else if (type == FrameType::Attachment && progress.info.attachments.size() < kMostAttachments) {
        progress.info.attachments.push_back(decode_attachment(payload));
    } else if (type == FrameType::Pixels && progress.raster != nullptr) {
        *progress.raster = decode_raster(payload);
        progress.next = progress.last + 1;
    } else if (type == FrameType::Done && progress.has_all_pages()) {
        return Ending{true, false, {}};
    } else {
        fail(Fault::Input, "a frame out of turn: ", static_cast<int>(type));
    }
    return std::nullopt;
}

class WorkerReader final : public DocumentReader {
public:
    WorkerReader(std::string executable, std::size_t processes, DocumentTimes times)
        : executable_(std::move(executable)), times_(times), slots_(processes) {}

    std::optional<DocumentFailure> read(const DocumentRequest& request, DocumentInfo& info, const PageSink& page,
                                        const Cancel& cancel) override {
        Job job;
        job.password = request.password;
        job.wants_words = request.wants_words;
        job.wants_attachments = request.wants_attachments;
        job.first_page = std::max(request.first_page, 1U);
        job.last_page = request.last_page;
        info = {};
        cancel.check();
        if (auto refusal = refuse(request)) return refusal;
        const Descriptor document = memory_file(request.bytes);
        if (!is_pdf(request.bytes)) {
            job.kind = JobKind::Ocr;
            job.languages = request.languages;
            const Slot slot(slots_, cancel);
            return read_picture(document, job, info, {page, request.log}, cancel);
        }
        const PageSink recognise = [&](DocumentPage&& read) {
            if (wants_recognition(request.ocr, read))
                page(recognised(document, request, std::move(read), cancel));
            else
                page(std::move(read));
        };
        Progress progress{job.first_page, 0, info, recognise};
        progress.log = request.log;
        const Slot slot(slots_, cancel);
        return work(document, job, progress, cancel);
    }

    std::optional<DocumentFailure> raster(const DocumentRequest& request, std::uint32_t page, double dpi,
                                          Raster& raster, const Cancel& cancel) override {
        raster = {};
        Job job;
        job.kind = JobKind::Raster;
        job.password = request.password;
        job.wants_attachments = false;
        job.first_page = job.last_page = page;
        job.dpi = dpi;
        DocumentInfo info;
        std::string code;
        const PageSink keep_failure = [&](DocumentPage&& failed) { code = std::move(failed.failure); };
        Progress progress{page, 0, info, keep_failure, &raster};
        progress.log = request.log;
        cancel.check();
        if (auto refusal = refuse(request)) return refusal;
        const Slot slot(slots_, cancel);
        std::optional<DocumentFailure> failure = work(memory_file(request.bytes), job, progress, cancel);
        if (!failure && !code.empty()) failure = {code, cat("page ", page, " cannot be drawn")};
        if (!failure && raster.gray.empty()) failure = {"damaged", cat("there is no page ", page)};
        return failure;
    }

    std::string version() override {
        const std::string hello = greeting();
        return hello.substr(0, hello.find('\n'));
    }

    std::string confinement() override {
        const std::string hello = greeting();
        const std::size_t end = hello.find('\n');
        return end == std::string::npos ? std::string() : hello.substr(end + 1);
    }

private:
    DocumentFailure no_worker() const {
        return {"no_pdf_worker", executable_.empty()
                                     ? "PDFs need hone-docworker, which is not here: install its packages "
                                       "(libpoppler-dev, libpoppler-private-dev, libseccomp-dev) and build"
                                     : cat("hone-docworker cannot be started: ", executable_)};
    }

    /// Requires: mutex_ held.
    std::shared_ptr<WorkerProcess> start_worker() {
        if (executable_.empty()) return nullptr;
        try {
            worker_ = std::make_shared<WorkerProcess>(executable_);
        } catch (const Error&) {  // said by no_worker(): a document without a reader is no end of a run
            worker_ = nullptr;
        }
        return worker_;
    }

    /// The warm worker, started at first use; another one in the place of `dead`.
    std::shared_ptr<WorkerProcess> worker(const WorkerProcess* dead = nullptr) {
        const std::lock_guard lock(mutex_);
        return worker_ && worker_.get() != dead ? worker_ : start_worker();
    }

    std::string greeting() {
        const std::lock_guard lock(mutex_);
        if (!greeting_) {
            if (!worker_) start_worker();
            greeting_ = worker_ ? worker_->hello(kHelloMs) : std::string();
        }
        return *greeting_;
    }

    static std::optional<DocumentFailure> refuse(const DocumentRequest& request) {
        if (request.bytes.empty()) return DocumentFailure{"empty", "the document has no bytes"};
        if (request.bytes.size() > kMostBytes)
            return DocumentFailure{"too_large",
                                   cat("expected at most ", kMostBytes, " bytes, found ", request.bytes.size())};
        if (is_pdf(request.bytes)) return std::nullopt;
        if (!is_picture(request.bytes))
            return DocumentFailure{"unsupported", "expected a PDF (%PDF- in the first 1024 bytes), PNG, JPEG or TIFF"};
        if (request.ocr == OcrMode::Never)
            return DocumentFailure{"unsupported", "a picture has no text; recognition is switched off"};
        return std::nullopt;
    }

    /// The page read by recognition, in a child of its own, or the page as it was with the reason why not.
    DocumentPage recognised(const Descriptor& document, const DocumentRequest& request, DocumentPage page,
                            const Cancel& cancel) {
        Job job;
        job.kind = JobKind::Ocr;
        job.password = request.password;
        job.languages = request.languages;
        job.wants_attachments = false;
        job.first_page = job.last_page = page.number;
        DocumentInfo info;
        std::optional<DocumentPage> seen;
        const PageSink keep = [&](DocumentPage&& read) { seen = std::move(read); };
        Progress progress{page.number, 0, info, keep};
        progress.log = request.log;
        const std::optional<DocumentFailure> failure = work(document, job, progress, cancel);
        if (seen && seen->failure.empty()) return std::move(*seen);
        page.failure = failure ? failure->code : seen ? seen->failure : "damaged";
        return page;
    }

    /// Recognises the pages of a picture file, each in a child of its own.
    std::optional<DocumentFailure> read_picture(const Descriptor& document, Job job, DocumentInfo& info,
                                                const Listener& to, const Cancel& cancel) {
        const std::uint32_t first = job.first_page, asked = job.last_page;
        std::uint32_t last = first;
        for (std::uint32_t number = first; number <= last; ++number) {
            job.first_page = job.last_page = number;
            Progress progress{number, 0, info, to.page};
            progress.log = to.log;
            std::optional<DocumentFailure> failure = work(document, job, progress, cancel);
            if (failure && number == first) return failure;
            if (failure) to.page(failed_page(number, failure->code));
            if (number == first) last = asked == 0 ? info.pages : std::min(asked, info.pages);
        }
        return std::nullopt;
    }

    /// Reads a document by as many children as it takes.
    std::optional<DocumentFailure> work(const Descriptor& document, Job job, Progress& progress, const Cancel& cancel) {
        for (unsigned restarts = 0;; ++restarts) {
            job.first_page = progress.next;
            progress.info.attachments.clear();
            const Ending ending = attempt(document, job, progress, cancel);
            if (ending.is_done) return std::nullopt;
            say_lost(progress, job, ending);
            if (ending.is_about_document) return ending.failure;
            if (progress.last == 0) {
                if (restarts > 0 || ending.failure.code != "worker_crashed") return ending.failure;
            } else if (progress.has_all_pages()) {
                progress.info.attachments_failure = ending.failure.code;
                return std::nullopt;
            } else {
                skip(progress, ending.failure.code, restarts < kMostRestarts ? 1 : kMostPages);
                if (progress.has_all_pages()) return std::nullopt;
            }
        }
    }

    static void say_lost(const Progress& progress, const Job& job, const Ending& ending) {
        if (ending.is_about_document) return;  // of interest to who asked, who says it
        progress.log.warning("reading ended early", {{"code", ending.failure.code},
                                                     {"reason", ending.failure.message},
                                                     {"work", job_name(job.kind)},
                                                     {"page", progress.next},
                                                     {"pages", progress.info.pages}});
    }

    /// Hands over the next pages as failed.
    static void skip(Progress& progress, const std::string& code, std::uint32_t pages) {
        for (; pages > 0 && !progress.has_all_pages(); --pages)
            progress.page(failed_page(progress.next++, code));
    }

    Ending attempt(const Descriptor& document, const Job& job, Progress& progress, const Cancel& cancel) {
        std::shared_ptr<WorkerProcess> warm = worker();
        for (int tries = 0; warm && tries < 2; ++tries) {
            Child child(warm, document, count_.fetch_add(1) + 1, progress.log.id());
            if (child.has_started() && child.send(FrameType::Open, encode_job(job)))
                return listen(child, job, progress, cancel);
            warm = worker(warm.get());  // it has gone: another one
        }
        Ending ending = lost("worker_crashed", "hone-docworker ends as soon as it is started");
        if (!warm) ending = {false, true, no_worker()};
        return ending;
    }

    Ending listen(Child& child, const Job& job, Progress& progress, const Cancel& cancel) {
        std::int64_t start_ns = real_clock().monotonic_ns();
        const std::uint64_t page_ms = job.kind == JobKind::Text ? times_.page_ms : times_.ocr_page_ms;
        const auto allow = [&](std::uint64_t pages) {
            child.set_deadline(start_ns + static_cast<std::int64_t>(times_.document_ms + pages * page_ms) * 1'000'000);
        };
        allow(progress.info.pages);
        while (const auto frame = child.receive(cancel)) {
            std::optional<Ending> ending;
            try {
                ending = take(progress, job, frame->first, frame->second);
            } catch (const Error& error) {
                if (error.fault() != Fault::Input) throw;
                return lost("worker_crashed", cat("hone-docworker sent what it never sends: ", error.message()));
            }
            if (progress.in_hand) {
                const std::int64_t handed_over_ns = real_clock().monotonic_ns();
                progress.page(std::move(*progress.in_hand));
                progress.in_hand.reset();
                start_ns += real_clock().monotonic_ns() - handed_over_ns;  // not the child's time
            }
            allow(progress.info.pages);
            if (!ending) continue;
            if (ending->is_done) child.has_ended();
            return *ending;
        }
        if (child.is_late()) return lost("timeout", "reading took longer than allowed");
        return lost("worker_crashed", "the process that read the document ended");
    }

    std::string executable_;
    DocumentTimes times_;
    Slots slots_;
    std::atomic<std::uint64_t> count_ = 0;
    std::mutex mutex_;
    std::shared_ptr<WorkerProcess> worker_;
    std::optional<std::string> greeting_;
};

}  // namespace

std::unique_ptr<DocumentReader> make_document_reader(const std::string& executable, std::size_t processes,
                                                     DocumentTimes times) {
    return std::make_unique<WorkerReader>(executable, processes == 0 ? usable_cores() : processes, times);
}

bool wants_recognition(OcrMode mode, const DocumentPage& page) {
    if (mode != OcrMode::Auto || !page.failure.empty()) return mode == OcrMode::Always && page.failure.empty();
    const bool is_unreadable = page.assigned_glyphs * std::uint64_t{10} < page.glyphs * std::uint64_t{7};
    return !page.is_usable && (page.has_image || is_unreadable);
}

}  // namespace hone
