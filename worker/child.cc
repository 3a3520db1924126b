#include "worker/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <string>

#include "worker/confine.h"
#include "worker/pdf_document.h"
#include "worker/recognise.h"

namespace hone::worker {
namespace {

using namespace documents;

constexpr std::uint32_t kLargestJob = 64U << 10U;
constexpr double kRecognitionDpi = 300;
constexpr ChildLimits kRecognitionLimits = {1400ULL << 20U, 60};

// What a signal handler needs to say why the page in hand is lost. Only the handler reads it while a document is
// parsed.
struct LastWords {
    int channel = -1;
    int complaints = -1;  // read end of what is written to stderr
    volatile sig_atomic_t is_writing = 0;
    std::array<char, 256> frame{};
    std::size_t frame_bytes = 0;
};
LastWords last_words;

void prepare_last_words(CorrelationId correlation, std::uint32_t page) {
    const std::string bytes =
        frame_bytes(FrameType::Failure, correlation,
                    encode_failure({page, "limit", "reading took more time or memory than allowed"}));
    std::memcpy(last_words.frame.data(), bytes.data(), std::min(bytes.size(), last_words.frame.size()));
    last_words.frame_bytes = std::min(bytes.size(), last_words.frame.size());
}

[[noreturn]] void say_limit() {
    if (last_words.is_writing == 0 && ::write(last_words.channel, last_words.frame.data(), last_words.frame_bytes) > 0)
        ::_exit(0);
    ::_exit(1);
}

void on_cpu_limit(int) {
    say_limit();
}

/// poppler says "Out of memory" before it aborts; other aborts are crashes.
void on_abort(int) {
    std::array<char, 512> said{};
    const ssize_t length = ::read(last_words.complaints, said.data(), said.size() - 1);
    if (length > 0 && std::strstr(said.data(), "Out of memory") != nullptr) say_limit();
    ::_exit(1);
}

bool read_exactly(int from, char* to, std::size_t bytes) {
    while (bytes > 0) {
        const ssize_t got = ::read(from, to, bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        bytes -= static_cast<std::size_t>(got);
    }
    return true;
}

void send(CorrelationId correlation, FrameType type, std::string_view payload) {
    const std::string bytes = frame_bytes(type, correlation, payload);
    last_words.is_writing = 1;
    for (std::string_view left = bytes; !left.empty();) {
        const ssize_t sent = ::write(last_words.channel, left.data(), left.size());
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) ::_exit(1);  // nobody listens any more
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
    last_words.is_writing = 0;
}

std::optional<Job> read_job(int channel) {
    std::array<char, kHeaderBytes> head{};
    if (!read_exactly(channel, head.data(), head.size())) return std::nullopt;
    const std::optional<FrameHeader> header = read_header({head.data(), head.size()});
    if (!header || header->type != FrameType::Open || header->payload_bytes > kLargestJob) return std::nullopt;
    std::string payload(header->payload_bytes, '\0');
    if (!read_exactly(channel, payload.data(), payload.size())) return std::nullopt;
    return decode_job(payload);
}

std::string_view map_document(int document) {
    struct stat about {};
    if (::fstat(document, &about) != 0 || about.st_size <= 0) throw Refusal{"empty", "the document has no bytes"};
    const auto size = static_cast<std::size_t>(about.st_size);
    void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, document, 0);
    if (bytes == MAP_FAILED) throw Refusal{"limit", "the document cannot be mapped"};
    return {static_cast<const char*>(bytes), size};
}

void watch_signals() {
    std::array<int, 2> pipe_ends{};
    if (::pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
        last_words.complaints = pipe_ends[0];
        ::dup2(pipe_ends[1], STDERR_FILENO);
        ::close(pipe_ends[1]);
    }
    ::signal(SIGXCPU, &on_cpu_limit);
    ::signal(SIGABRT, &on_abort);
    ::signal(SIGPIPE, SIG_IGN);
}

void send_page(CorrelationId correlation, const DocumentPage& page) {
    std::string payload = encode_page(page);
    if (payload.size() > kLargestPayload) {
        DocumentPage failed;
        failed.number = page.number;
        failed.failure = "limit";
        failed.source = PageSource::None;
        failed.is_usable = false;
        payload = encode_page(failed);
    }
    send(correlation, FrameType::Page, payload);
}

bool is_pdf(std::string_view bytes) {
    return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos;
}

void read_picture(const Recogniser& recogniser, const Job& job, std::string_view bytes, CorrelationId correlation,
                  std::uint32_t& page) {
    const auto count = [&](std::uint32_t pages) {
        DocumentInfo info;
        info.pages = pages;
        send(correlation, FrameType::Info, encode_info(info));
        page = std::max(job.first_page, 1U);
        prepare_last_words(correlation, page);
    };
    if (job.kind == JobKind::Raster) {
        const DocumentReader::Raster raster = recogniser.raster_of_picture(bytes, job.first_page, job.dpi);
        count(job.first_page);
        send(correlation, FrameType::Pixels, encode_raster(raster));
        return;
    }
    recogniser.pages_of_picture(bytes, job.first_page, job.last_page, count, [&](DocumentPage&& read) {
        send_page(correlation, read);
        prepare_last_words(correlation, ++page);
    });
}

DocumentPage recognise(const Recogniser& recogniser, const PdfDocument& document, std::uint32_t number) {
    const DocumentReader::Raster raster = document.raster(number, kRecognitionDpi);
    const auto [width, height] = document.size(number);
    const HoneOcrPicture picture{raster.width, raster.height,
                                 reinterpret_cast<const unsigned char*>(raster.gray.data()), kRecognitionDpi};
    return recogniser.page(picture, number, width, height);
}

void read_document(const Job& job, std::string_view bytes, CorrelationId correlation, const Recogniser* recogniser,
                   std::uint32_t& page) {
    const PdfDocument document(bytes, job.password);
    const DocumentInfo info = document.info();
    send(correlation, FrameType::Info, encode_info(info));
    if (job.kind == JobKind::Raster) {
        if (job.first_page == 0 || job.first_page > info.pages) throw Refusal{"damaged", "there is no such page"};
        send(correlation, FrameType::Pixels, encode_raster(document.raster(job.first_page, job.dpi)));
        return;
    }
    const std::uint32_t last = job.last_page == 0 ? info.pages : std::min(job.last_page, info.pages);
    for (page = std::max(job.first_page, 1U); page <= last; ++page) {
        prepare_last_words(correlation, page);
        send_page(correlation, recogniser != nullptr ? recognise(*recogniser, document, page)
                                                     : document.page(page, job.wants_words));
    }
    page = 0;
    prepare_last_words(correlation, 0);
    // After the pages: a hostile attachment costs none of them.
    if (!job.wants_attachments) return;
    document.attachments(
        [&](DocumentAttachment&& file) { send(correlation, FrameType::Attachment, encode_attachment(file)); });
}

}  // namespace

int serve_document(int document, int channel, CorrelationId correlation) {
    last_words.channel = channel;
    prepare_last_words(correlation, 0);
    watch_signals();
    std::uint32_t page = 0;  // in hand; 0 = the document
    try {
        const std::optional<Job> job = read_job(channel);
        if (!job) return 1;
        const std::string_view bytes = map_document(document);
        std::optional<Recogniser> recogniser;
        if (job->kind == JobKind::Ocr)
            recogniser.emplace(job->languages);
        else if (job->kind == JobKind::Raster && !is_pdf(bytes))
            recogniser.emplace(Recogniser::for_pictures());
        if (!confine(job->kind == JobKind::Ocr ? kRecognitionLimits : ChildLimits())) return 1;
        if (recogniser && !is_pdf(bytes))
            read_picture(*recogniser, *job, bytes, correlation, page);
        else
            read_document(*job, bytes, correlation, recogniser ? &*recogniser : nullptr, page);
        send(correlation, FrameType::Done, {});
        return 0;
    } catch (const Refusal& refusal) {
        send(correlation, FrameType::Failure, encode_failure({page, refusal.code, refusal.message}));
    } catch (const std::bad_alloc&) {
        say_limit();
    } catch (const Error&) {
        return 1;  // hone sent what it never sends
    }
    return 0;
}

}  // namespace hone::worker
