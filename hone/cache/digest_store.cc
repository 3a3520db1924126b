#include "hone/cache/digest_store.h"

#include <algorithm>
#include <utility>

#include "hone/base/codec.h"
#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::string_view kMagic = "HONEDIG1";
constexpr std::int64_t kYoungNs = 2LL * 1'000'000'000;  // a second change might not show in times of coarse steps

std::uint64_t count_of_blocks(std::uint64_t size) {
    return size / FileDigest::kBlockBytes + (size % FileDigest::kBlockBytes != 0 ? 1 : 0);
}

/// True if the file was last changed long enough before `wall_ns` for its times to tell a later change.
bool is_settled(const FileIdentity& identity, std::int64_t wall_ns) {
    return identity.mtime_ns <= wall_ns - kYoungNs && identity.ctime_ns <= wall_ns - kYoungNs;
}

struct Record {
    FileIdentity identity;
    std::int64_t wall_ns = 0;  ///< before the file was read
    std::vector<Digest> blocks;
};

std::string encode(const Record& record) {
    Encoder out;
    out.raw(kMagic.data(), kMagic.size());
    out.u64(record.identity.device);
    out.u64(record.identity.inode);
    out.u64(record.identity.size);
    out.i64(record.identity.mtime_ns);
    out.i64(record.identity.ctime_ns);
    out.i64(record.wall_ns);
    Codec<std::vector<Digest>>::encode(out, record.blocks);
    out.u64(hash64(out.bytes()));
    return out.take();
}

/// Fault::Input if the bytes are damaged.
Record decode(std::string_view bytes) {
    constexpr std::size_t kHashBytes = sizeof(std::uint64_t);
    if (bytes.size() < kMagic.size() + kHashBytes || !bytes.starts_with(kMagic))
        fail(Fault::Input, "no record of a digest");
    const std::string_view hashed = bytes.substr(0, bytes.size() - kHashBytes);
    if (Decoder(bytes.substr(hashed.size())).u64() != hash64(hashed))
        fail(Fault::Input, "the record of a digest is damaged");
    Decoder in(hashed.substr(kMagic.size()));
    Record record;
    record.identity.device = in.u64();
    record.identity.inode = in.u64();
    record.identity.size = in.u64();
    record.identity.mtime_ns = in.i64();
    record.identity.ctime_ns = in.i64();
    record.wall_ns = in.i64();
    record.blocks = Codec<std::vector<Digest>>::decode(in);
    in.finish();
    if (record.blocks.size() != count_of_blocks(record.identity.size))
        fail(Fault::Input, "the record of a digest has ", record.blocks.size(), " blocks for ", record.identity.size,
             " bytes");
    return record;
}

[[noreturn]] void fail_changed(const Path& file) {
    fail(Fault::Input, "changed while read: ", file);
}

/// Digest of one block, read in pieces of the buffer.
Digest digest_of_block(InputFile& input, std::uint64_t offset, std::uint64_t size, std::span<std::byte> buffer,
                       const Cancel& cancel) {
    Hasher hasher;
    for (std::uint64_t done = 0; done < size;) {
        cancel.check();
        const auto piece = buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - done)));
        const std::size_t got = input.read_at(offset + done, piece);
        hasher.add(piece.first(got));
        if (got < piece.size()) break;  // the file became shorter, which its identity tells
        done += got;
    }
    return hasher.digest();
}

FileDigest digest_by_reading(InputFile& input, std::uint64_t size, const Exec& exec, std::size_t buffer_bytes) {
    constexpr std::uint64_t kBlock = FileDigest::kBlockBytes;
    FileDigest digest;
    digest.size = size;
    digest.blocks.resize(static_cast<std::size_t>(count_of_blocks(size)));
    exec.for_each_range("digest of a file", digest.blocks.size(), [&](std::size_t begin, std::size_t end) {
        const std::size_t room = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_bytes, size));
        const auto buffer = std::make_unique_for_overwrite<std::byte[]>(room);
        for (std::size_t i = begin; i < end; ++i)
            digest.blocks[i] = digest_of_block(input, i * kBlock, std::min(kBlock, size - i * kBlock),
                                               {buffer.get(), room}, exec.cancel());
    });
    digest.digest = FileDigest::combine(size, digest.blocks);
    return digest;
}

}  // namespace

Digest FileDigest::combine(std::uint64_t size, const std::vector<Digest>& blocks) {
    Hasher hasher;
    hasher.add_integer(size);
    for (const Digest& block : blocks) {
        hasher.add_integer(block.high);
        hasher.add_integer(block.low);
    }
    return hasher.digest();
}

DigestStore::DigestStore(Options options)
    : files_(options.files != nullptr ? *options.files : real_files()),
      clock_(options.clock != nullptr ? *options.clock : real_clock()),
      folder_(std::move(options.folder)),
      trust_nothing_(options.trust_nothing),
      marks_(std::make_unique<FallbackMarks>(options.trace, "digest store")) {}

std::optional<DigestStore::Answer> DigestStore::recall(const Path& record, const FileIdentity& identity) {
    if (trust_nothing_ || folder_.empty()) return std::nullopt;
    try {
        if (!files_.identity(record)) return std::nullopt;
        Record found = decode(read_file(files_, record));
        if (found.identity != identity || !is_settled(identity, found.wall_ns)) return std::nullopt;
        if (!is_settled(identity, clock_.wall_ns())) return std::nullopt;  // the clock was set back
        const Digest digest = FileDigest::combine(identity.size, found.blocks);
        return Answer{{digest, identity.size, std::move(found.blocks)}, identity, true};
    } catch (const Error& error) {
        marks_->failed("recall a digest", error);
        return std::nullopt;
    }
}

void DigestStore::remember(const Path& record, const Answer& answer, std::int64_t wall_ns) {
    if (folder_.empty() || !is_settled(answer.identity, wall_ns)) return;
    try {
        if (!files_.identity(folder_)) files_.make_folders(folder_, true);
        write_file(files_, record, encode({answer.identity, wall_ns, answer.digest.blocks}));
    } catch (const Error& error) {
        marks_->failed("remember a digest", error);
    }
}

DigestStore::Answer DigestStore::digest(const Path& file, const Exec& exec, std::size_t buffer_bytes) {
    check(buffer_bytes > 0 && FileDigest::kBlockBytes % buffer_bytes == 0, "a buffer divides a block of a digest");
    std::error_code ignored;  // without a working folder the path is taken as it is
    const Path absolute = std::filesystem::absolute(file, ignored);
    const Path record = folder_ / digest_of((absolute.empty() ? file : absolute).lexically_normal().native()).hex();

    if (const auto now = files_.identity(file)) {
        if (auto answer = recall(record, *now)) return *std::move(answer);
    }
    const std::int64_t wall_ns = clock_.wall_ns();
    const auto input = files_.open(file);
    Answer answer;
    answer.identity = input->identity();
    answer.digest = digest_by_reading(*input, answer.identity.size, exec, buffer_bytes);
    if (input->identity() != answer.identity || files_.identity(file) != answer.identity) fail_changed(file);
    remember(record, answer, wall_ns);
    return answer;
}

}  // namespace hone
