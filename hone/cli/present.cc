#include "hone/cli/present.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/table/encodings.h"

namespace hone::cli {
namespace {

constexpr std::size_t kExamples = 3;

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

void collect(const Json& value, const std::string& name, std::vector<std::pair<std::string, std::string>>& lines) {
    if (value.is_object()) {
        for (const auto& [member, inner] : value.members())
            collect(inner, name.empty() ? member : cat(name, '.', member), lines);
        return;
    }
    if (value.is_array()) return;
    lines.emplace_back(name, value.is_text() ? value.text() : value.dump(0));
}

std::string place(const Issue& issue) {
    std::string text = issue.file;
    if (issue.row > 0) text += cat(text.empty() ? "line " : ", line ", issue.row);
    if (!issue.column.empty()) text += cat(text.empty() ? "" : ", ", issue.column);
    return text.empty() ? text : cat(text, ": ");
}

}  // namespace

void print(std::string_view text) {
    if (!write_all(STDOUT_FILENO, text)) fail_system(errno, "write", "standard output");
}

void say(std::string_view text) {
    (void)write_all(STDERR_FILENO, text);
}

std::size_t terminal_width() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
    return 4096;
}

std::string summary_lines(const Json& summary) {
    std::vector<std::pair<std::string, std::string>> lines;
    collect(summary, {}, lines);
    std::size_t widest = 0;
    for (const auto& [name, value] : lines)
        widest = std::max(widest, display_width(name));
    std::string text;
    for (const auto& [name, value] : lines)
        text += cat(name, std::string(widest - display_width(name) + 2, ' '), value, '\n');
    return text;
}

void print_table(const Settings& settings, const Table& table) {
    const std::string format = settings.value("format");
    switch (parse_format(format.empty() ? "table" : format)) {
        case Format::Json:
            return print(to_json_rows(table, 1) + "\n");
        case Format::Ndjson:
            return print(to_ndjson(table));
        case Format::Csv:
            return print(to_csv(table));
        case Format::Table:
            return print(to_terminal(table, {.width = terminal_width(), .most_rows = 200}));
    }
}

namespace {

/// A result that is one text and nothing else: what a program prints that writes to standard output.
const Blob* only_text(const Outputs& outputs) {
    if (outputs.artifacts().size() != 1) return nullptr;
    const Artifact& one = outputs.artifacts().front();
    const bool is_text =
        one.media.starts_with("text/") || one.media == "application/json" || one.media == "application/xml";
    return is_text ? one.blob.get() : nullptr;
}

}  // namespace

void print_result(const Result& result, Format format) {
    if (const Blob* text = only_text(*result.outputs))
        return text->read([](std::span<const std::byte> piece) {
            print({reinterpret_cast<const char*>(piece.data()), piece.size()});
        });
    const Table* table = result.outputs->main_table();
    switch (format) {
        case Format::Json:
            return print(json_document(result));
        case Format::Csv:
            return print(table != nullptr ? to_csv(*table) : std::string());
        case Format::Ndjson:
            return print(table != nullptr ? to_ndjson(*table) : std::string());
        case Format::Table:
            break;
    }
    print(summary_lines(result.outputs->summary()));
    if (table == nullptr) return;
    print("\n");
    print(to_terminal(*table, {.width = terminal_width()}));
}

void say_issues(const IssueList& issues) {
    std::map<std::string, std::vector<Issue>> first;
    for (Issue& issue : issues.kept())
        if (auto& kept = first[issue.id]; kept.size() < kExamples) kept.push_back(std::move(issue));
    for (const auto& [id, count] : issues.counts()) {
        const auto& examples = first[id];
        const std::string_view severity = examples.empty() ? "note" : severity_name(examples.front().severity);
        say(cat(severity, " ", id, count == 1 ? "" : cat(", ", human_count(static_cast<std::int64_t>(count)), " times"),
                '\n'));
        for (const Issue& issue : examples)
            say(cat("    ", place(issue), issue.message, '\n'));
    }
    if (!issues.empty()) say("`hone help ID` explains each of them.\n");
}

void say_error(const Error& error) {
    say(cat("hone: ", error.message(), '\n'));
    if (!error.mend().empty()) say(cat("      ", error.mend(), '\n'));
    const std::string id = error.id().empty() ? std::string(fault_name(error.fault())) : error.id();
    if (error.fault() != Fault::Cancelled) say(cat("      (`hone help ", id, "`)\n"));
}

}  // namespace hone::cli
