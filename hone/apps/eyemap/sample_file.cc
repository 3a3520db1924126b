#include "hone/apps/eyemap/sample_file.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Fields of a line as they stand there, quotes included.
std::vector<std::string> raw_fields(std::string_view line) {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    for (const char letter : line) {
        if (letter == '"') is_quoted = !is_quoted;
        if (letter == ',' && !is_quoted)
            fields.emplace_back();
        else
            fields.back() += letter;
    }
    return fields;
}

/// "ME_R_col_34_30" with its numbers in hexadecimal; nothing changes if that shows no letter.
bool to_hex_place(std::string& place) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::vector<std::string> parts = split(place, '_');
    bool shows = false;
    for (std::size_t i = 3; i < parts.size(); ++i) {
        std::string hex;
        for (unsigned long left = std::stoul(parts[i]); left > 0 || hex.empty(); left /= 16) {
            hex.insert(hex.begin(), kDigits[left % 16]);
            shows = shows || left % 16 >= 10;
        }
        parts[i] = hex;
    }
    if (shows) place = join(parts, "_");
    return shows;
}

}  // namespace

SampleFile::SampleFile(std::string name, std::string_view header, Sink sink, SampleLines lines,
                       std::vector<SampleEdit> edits)
    : name_(std::move(name)),
      header_(split(header, ',')),
      sink_(std::move(sink)),
      lines_(lines),
      edits_(std::move(edits)) {
    if (lines_.has_crlf_and_bom) {
        constexpr std::string_view kMark = "\xEF\xBB\xBF";
        digest_.add(kMark);
        bytes_ += kMark.size();
        sink_(kMark);
    }
    put(cat(header, '\n'));
    lines_out_ = 1;
}

void SampleFile::write(std::string_view text, std::uint64_t rows) {
    const bool is_touched = std::ranges::any_of(
        edits_, [&](const SampleEdit& edit) { return edit.row >= rows_ && edit.row < rows_ + rows; });
    if (is_touched)
        put_edited(text);
    else if (!is_ended_)
        put(text), lines_out_ += rows;
    rows_ += rows;
}

Json SampleFile::entry() const {
    Json entry = Json::object();
    entry.set("file", name_).set("bytes", bytes_);
    if (!header_.empty()) entry.set("rows", lines_out_ - 1);
    return entry.set("sha256", digest_.hex());
}

void SampleFile::put(std::string_view text) {
    if (lines_.separator != ',' || lines_.has_crlf_and_bom) {
        buffer_.clear();
        bool is_quoted = false;
        for (const char letter : text) {
            if (letter == '"') is_quoted = !is_quoted;
            if (letter == '\n' && lines_.has_crlf_and_bom) buffer_ += '\r';
            buffer_ += letter == ',' && !is_quoted ? lines_.separator : letter;
        }
        text = buffer_;
    }
    digest_.add(text);
    bytes_ += text.size();
    sink_(text);
}

void SampleFile::put_edited(std::string_view lines) {
    for (std::uint64_t row = rows_; !lines.empty() && !is_ended_; ++row) {
        const std::size_t end = lines.find('\n');
        put_row(std::string(lines.substr(0, end)), row);
        lines = lines.substr(end + 1);
    }
}

void SampleFile::put_row(std::string line, std::uint64_t row) {
    bool is_repeated = false;
    for (SampleEdit& edit : edits_) {
        if (edit.row != row) continue;
        if (!change(edit, line)) {
            ++edit.row;
            continue;
        }
        Json entry = Json::object();
        entry.set("fault", edit.fault).set("file", name_).set("row", row).set("line", lines_out_ + 1);
        faults_.push_back(std::move(entry));
        is_repeated = is_repeated || edit.kind == SampleEdit::Kind::Repeat;
        is_ended_ = is_ended_ || edit.kind == SampleEdit::Kind::Truncate;
    }
    if (is_ended_) return put(std::string_view(line).substr(0, line.size() / 2)), static_cast<void>(++lines_out_);
    line += '\n';
    for (int i = is_repeated ? 2 : 1; i > 0; --i) {
        put(line);
        ++lines_out_;
    }
}

bool SampleFile::change(const SampleEdit& edit, std::string& line) const {
    std::vector<std::string> fields = raw_fields(line);
    for (const std::string& column : edit.columns) {
        const auto at = std::ranges::find(header_, column);
        check(at != header_.end(), cat("a mistake is made in a column that exists: ", column));
        std::string& field = fields[static_cast<std::size_t>(at - header_.begin())];
        if (edit.kind == SampleEdit::Kind::HexPlace && !to_hex_place(field)) return false;
        if (edit.kind == SampleEdit::Kind::OtherSide) field.assign(1, field == "L" ? 'R' : 'L');
        if (edit.kind != SampleEdit::Kind::Set) continue;
        const std::size_t star = edit.text.find('*');
        field = star == std::string::npos ? edit.text : cat(field, edit.text.substr(star + 1));
    }
    line = join(fields, ",");
    return true;
}

}  // namespace hone::eyemap
