#include "hone/base/codec.h"

#include <bit>

namespace hone {

static_assert(std::endian::native == std::endian::little, "the codec copies numbers as they lie in memory");

namespace {

std::size_t padding(std::size_t at, std::size_t alignment) {
    check(alignment > 0, "an alignment is above zero");
    return (alignment - at % alignment) % alignment;
}

Severity read_severity(Decoder& in) {
    const std::uint8_t value = in.u8();
    if (value > static_cast<std::uint8_t>(Severity::Error))
        fail(Fault::Input, "stored bytes are damaged: expected a severity 0 to 2, found ", value);
    return static_cast<Severity>(value);
}

void encode_issue(Encoder& out, const Issue& issue) {
    out.text(issue.file);
    out.i64(issue.row);
    out.text(issue.column);
    out.u8(static_cast<std::uint8_t>(issue.severity));
    out.text(issue.message);
}

Issue decode_issue(Decoder& in, const std::string& id) {
    Issue issue;
    issue.id = id;
    issue.file = in.text();
    issue.row = in.i64();
    issue.column = in.text();
    issue.severity = read_severity(in);
    issue.message = in.text();
    return issue;
}

}  // namespace

void Encoder::text(std::string_view value) {
    u64(value.size());
    raw(value.data(), value.size());
}

void Encoder::align(std::size_t alignment) {
    out_.append(padding(out_.size(), alignment), '\0');
}

std::string_view Decoder::text() {
    return as_text(raw(count(1)));
}

bool Decoder::flag() {
    const std::uint8_t value = u8();
    if (value > 1) fail(Fault::Input, "stored bytes are damaged: expected a flag 0 or 1, found ", value);
    return value == 1;
}

std::span<const std::byte> Decoder::raw(std::size_t size) {
    if (size > left())
        fail(Fault::Input, "stored bytes are damaged: expected ", size, " bytes, found ", left(), " at byte ", at_);
    const auto bytes = bytes_.subspan(at_, size);
    at_ += size;
    return bytes;
}

void Decoder::align(std::size_t alignment) {
    for (const std::byte byte : raw(padding(at_, alignment))) {
        if (byte != std::byte{0})
            fail(Fault::Input, "stored bytes are damaged: expected zeros for alignment before byte ", at_);
    }
}

std::size_t Decoder::count(std::size_t least_bytes) {
    check(least_bytes > 0, "a counted thing takes bytes");
    const std::uint64_t count = u64();
    if (count > left() / least_bytes)
        fail(Fault::Input, "stored bytes are damaged: expected ", count, " entries of at least ", least_bytes,
             " bytes, found ", left(), " bytes at byte ", at_);
    return static_cast<std::size_t>(count);
}

void Decoder::finish() const {
    if (left() > 0)
        fail(Fault::Input, "stored bytes are damaged: expected the end, found ", left(), " more at byte ", at_);
}

void Codec<IssueList>::encode(Encoder& out, const IssueList& value) {
    out.u64(value.kinds_.size());
    for (const auto& [id, kind] : value.kinds_) {
        std::map<Severity, std::uint64_t> dropped = kind.by_severity;
        for (const Issue& issue : kind.kept)
            --dropped[issue.severity];
        out.text(id);
        out.u64(dropped.size());
        for (const auto& [severity, count] : dropped) {
            out.u8(static_cast<std::uint8_t>(severity));
            out.u64(count);
        }
        out.u64(kind.kept.size());
        for (const Issue& issue : kind.kept)
            encode_issue(out, issue);
    }
}

IssueList Codec<IssueList>::decode(Decoder& in) {
    IssueList list;
    const std::size_t kinds = in.count(3 * sizeof(std::uint64_t));
    for (std::size_t i = 0; i < kinds; ++i) {
        const std::string id(in.text());
        const std::size_t severities = in.count(1 + sizeof(std::uint64_t));
        for (std::size_t k = 0; k < severities; ++k) {
            const Severity severity = read_severity(in);
            list.add_count(id, severity, in.u64());
        }
        const std::size_t kept = in.count(4 * sizeof(std::uint64_t) + 1);
        for (std::size_t k = 0; k < kept; ++k)
            list.add(decode_issue(in, id));
    }
    return list;
}

}  // namespace hone
