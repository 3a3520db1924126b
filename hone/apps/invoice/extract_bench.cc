// Documents from bytes to checked lines: one confined process for each, the worker warm.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/sample.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"

namespace hone::invoice {
namespace {

struct Paper {
    std::string pdf;
    std::size_t lines = 0;
};

Paper paper_of(char kind, std::size_t lines, std::uint64_t start) {
    const Sample sample = make_sample(kind, lines, start, {});
    return {sample_pdf(sample, {}), sample.truth.lines.size()};
}

/// Reads, extracts and checks; returns how many lines were found in documents whose checks all hold.
std::size_t lines_of(DocumentReader& reader, const Paper& paper) {
    DocumentText text;
    text.form = FileForm::Pdf;
    DocumentRequest request{paper.pdf};
    request.ocr = OcrMode::Never;
    const auto failure =
        reader.read(request, text.info, [&](DocumentPage&& page) { text.pages.push_back(std::move(page)); }, {});
    check(!failure, "the document is read");
    std::vector<LadderResult> results = climb(text, {});
    check(results.size() == 1, "a file is one document");
    Document& document = results.front().document;
    check_document({}, document);
    return document.status == Status::Ok ? document.lines.size() : 0;
}

double milliseconds_of(const std::function<void()>& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// The time below which `share` of the calls stay.
double quantile_of(std::vector<double> times, double share) {
    std::sort(times.begin(), times.end());
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

double three_digits(double value) {
    return std::round(value * 1000) / 1000;
}

std::vector<double> times_of(DocumentReader& reader, const Paper& paper, int calls) {
    check(lines_of(reader, paper) == paper.lines, "every line is found");
    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(calls));
    for (int i = 0; i < calls; ++i)
        times.push_back(milliseconds_of([&] { keep(lines_of(reader, paper)); }));
    return times;
}

/// `pdftotext -layout FILE` as a process of its own, as invoice2data calls it; nothing if it is not installed.
std::optional<double> pdftotext_ms(const Path& file, int calls) {
    std::vector<double> times;
    for (int i = 0; i < calls; ++i) {
        int status = -1;
        const double ms = milliseconds_of([&] {
            std::string name = file.string();
            std::string program = "pdftotext", layout = "-layout", out = "/dev/null";
            char* const words[] = {program.data(), layout.data(), name.data(), out.data(), nullptr};
            pid_t child = 0;
            if (::posix_spawnp(&child, "pdftotext", nullptr, nullptr, words, environ) == 0)
                ::waitpid(child, &status, 0);
        });
        if (status != 0) return std::nullopt;
        times.push_back(ms);
    }
    return quantile_of(times, 0.5);
}

/// A line "Name:\tvalue kB" of a process's status; 0 if there is none.
std::uint64_t number_in_status(std::string_view status, std::string_view name) {
    for (const std::string& line : split(status, '\n')) {
        if (!line.starts_with(name)) continue;
        const std::size_t begin = line.find_first_of("0123456789");
        if (begin == std::string::npos) return 0;
        const std::size_t end = line.find_first_not_of("0123456789", begin);
        return static_cast<std::uint64_t>(parse_int64(line.substr(begin, end - begin)).value_or(0));
    }
    return 0;
}

/// The largest peak of resident memory among the workers of this process and their children, so far.
std::uint64_t worker_peak_bytes() {
    std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> workers;  // by number: parent, peak
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string number = entry.path().filename().string();
        if (number.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file(entry.path() / "status");
        const std::string status(std::istreambuf_iterator<char>(file), {});
        if (!status.starts_with("Name:\thone-docworker\n")) continue;
        workers[static_cast<std::uint64_t>(parse_int64(number).value_or(0))] = {
            number_in_status(status, "PPid:"), number_in_status(status, "VmHWM:") * 1024};
    }
    std::uint64_t peak = 0;
    const auto own = static_cast<std::uint64_t>(::getpid());
    for (const auto& [number, worker] : workers) {
        const auto parent = workers.find(worker.first);
        const bool is_ours = worker.first == own || (parent != workers.end() && parent->second.first == own);
        if (is_ours) peak = std::max(peak, worker.second);
    }
    return peak;
}

/// What the processes that read a document take at most. Looked at as each page comes: its process waits for the
/// pages to be taken, and so is there until the last ones.
std::uint64_t memory_of(DocumentReader& reader, const Paper& paper) {
    std::uint64_t peak = 0;
    std::size_t pages = 0;
    DocumentInfo info;
    DocumentRequest request{paper.pdf};
    request.ocr = OcrMode::Never;
    const auto failure = reader.read(request, info,
                                     [&](DocumentPage&&) {
                                         ++pages;
                                         peak = std::max(peak, worker_peak_bytes());
                                     },
                                     {});
    check(!failure && pages == info.pages && peak > 0, "the document is read, and its reader seen");
    return peak;
}

void bench_mix(DocumentReader& reader, Bench& bench) {
    std::vector<Paper> mix;
    for (const char kind : {'A', 'B', 'R', 'H', 'K', 'G'})
        for (std::uint64_t start = 1; start <= 8; ++start)
            mix.push_back(paper_of(kind, 10 + start, start));
    std::size_t expected = 0, found = 0;
    for (const Paper& paper : mix)
        expected += paper.lines;
    for (const Paper& paper : mix)
        found += lines_of(reader, paper);
    check(found == expected, "every line of the mix is found");
    std::vector<double> rounds;
    rounds.reserve(5);
    for (int i = 0; i < 5; ++i)
        rounds.push_back(milliseconds_of([&] {
            for (const Paper& paper : mix)
                keep(lines_of(reader, paper));
        }));
    const double best = *std::min_element(rounds.begin(), rounds.end());
    bench.report.at_least("extract", "documents of six kinds, one after the other",
                          std::round(1e3 * static_cast<double>(mix.size()) / best), "1/s", 150, "10 to 18 lines each");
}

}  // namespace
}  // namespace hone::invoice

namespace hone {

void bench_extract(Bench& bench) {
    using namespace invoice;
    std::error_code ignored;
    const Path worker = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "hone-docworker";
    if (!real_files().identity(worker)) {
        bench.report.figure("extract", "documents", 0, "", "not measured: hone-docworker was not built");
        return;
    }
    const auto reader = make_document_reader(worker.string(), 1);
    const Paper page = paper_of('A', 9, 7);
    const Paper fifteen = paper_of('A', 135, 7);
    const std::vector<double> one = times_of(*reader, page, 60);
    bench.report.at_most("extract", "one page, median", three_digits(quantile_of(one, 0.5)), "ms", 10,
                         "from the bytes to checked lines, in a process of its own");
    bench.report.figure("extract", "one page, 95 of 100", three_digits(quantile_of(one, 0.95)), "ms");
    const std::vector<double> many = times_of(*reader, fifteen, 60);
    bench.report.figure("extract", "15 pages, median", three_digits(quantile_of(many, 0.5)), "ms");
    bench.report.at_most("extract", "15 pages, 95 of 100", three_digits(quantile_of(many, 0.95)), "ms", 40);
    const Paper large = paper_of('A', 1800, 7);
    bench.report.at_most("extract", "200 pages, median", three_digits(quantile_of(times_of(*reader, large, 5), 0.5)),
                         "ms", 250);
    bench.report.at_most("extract", "200 pages, peak memory of the reading processes",
                         three_digits(static_cast<double>(memory_of(*reader, large)) / (1 << 20)), "MiB", 128,
                         "resident, the larger of the warm parent and its child");
    bench_mix(*reader, bench);
    const Path file = bench.folder / "fifteen.pdf";
    write_file(real_files(), file, fifteen.pdf);
    const Path single = bench.folder / "one.pdf";
    write_file(real_files(), single, page.pdf);
    const auto peer_one = pdftotext_ms(single, 20);
    const auto peer_many = pdftotext_ms(file, 20);
    if (!peer_one || !peer_many) {
        bench.report.figure("extract", "peer: pdftotext", 0, "", "not measured: pdftotext is not installed");
        return;
    }
    bench.report.figure("extract", "peer: pdftotext, one page, text alone", three_digits(*peer_one), "ms",
                        "a process for each document, as invoice2data starts it");
    bench.report.figure("extract", "peer: pdftotext, 15 pages, text alone", three_digits(*peer_many), "ms");
}

}  // namespace hone
