#include "hone/cache/key_record.h"

#include <algorithm>
#include <utility>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/cache/key_parts.h"
#include "hone/cache/lock_file.h"
#include "hone/cache/value.h"
#include "hone/cache/value_compression.h"

namespace hone {
namespace {

constexpr std::string_view kMagic = "HONEASKD";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kLongestText = 4096;
constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20;

/// A note says that a key was asked for and nothing more. Only inside this file.
constexpr std::string_view kOnlyAsked = "?";

std::string encode_notes(const std::vector<KeyNote>& notes) {
    Encoder body;
    body.u64(notes.size());
    for (const KeyNote& note : notes) {
        body.u64(note.key.high);
        body.u64(note.key.low);
        body.text(note.app);
        body.text(note.task);
        body.text(note.parts);
        body.i64(note.wall_ns);
        body.u8(static_cast<std::uint8_t>(note.miss));
        body.text(note.detail);
    }
    CompressedValue packed = compress_if_worth(body.bytes(), 0, 0);
    Encoder out;
    out.raw(kMagic.data(), kMagic.size());
    out.u32(kVersion);
    out.u8(static_cast<std::uint8_t>(packed.codec));
    out.u64(body.bytes().size());
    out.text(packed.codec == ValueCodec::Raw ? body.bytes() : packed.bytes);
    out.u64(hash64(out.bytes()));
    return out.take();
}

/// Fault::Input for bytes that are no record of this version.
std::vector<KeyNote> decode_notes(std::string_view bytes) {
    if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + sizeof(std::uint64_t))
        fail(Fault::Input, "no record of keys");
    const std::string_view hashed = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
    if (Decoder(bytes.substr(hashed.size())).u64() != hash64(hashed)) fail(Fault::Input, "a record of keys is damaged");
    Decoder in(hashed.substr(kMagic.size()));
    if (in.u32() != kVersion) fail(Fault::Input, "a record of keys is of another version");
    const auto codec = codec_of(in.u8());
    if (!codec) fail(Fault::Input, "a record of keys is written in an unknown way");
    const std::uint64_t raw_bytes = in.u64();
    const std::string body = decompress(*codec, in.text(), raw_bytes);
    in.finish();

    Decoder fields(body);
    std::vector<KeyNote> notes(fields.count(4 * sizeof(std::uint64_t)));
    for (KeyNote& note : notes) {
        note.key = Codec<Digest>::decode(fields);
        note.app = fields.text();
        note.task = fields.text();
        note.parts = fields.text();
        note.wall_ns = fields.i64();
        if (!is_plausible_ns(note.wall_ns))
            fail(Fault::Input, "a record of keys names a time that cannot be: ", note.wall_ns);
        const std::uint8_t miss = fields.u8();
        if (miss > static_cast<std::uint8_t>(Miss::Removed))
            fail(Fault::Input, "a record of keys has an unknown reason");
        note.miss = static_cast<Miss>(miss);
        note.detail = fields.text();
    }
    fields.finish();
    return notes;
}

std::vector<KeyNote> read_notes(Files& files, const Path& file) {
    const auto identity = files.identity(file);
    if (!identity || identity->size > kLargestFile) return {};
    try {
        return decode_notes(read_file(files, file));
    } catch (const Error& error) {
        if (error.fault() != Fault::Input && error.fault() != Fault::NotFound) throw;
        return {};
    }
}

/// What is known of a key after `later` was noted.
KeyNote updated(const KeyNote& before, KeyNote later) {
    if (later.app.empty() && later.task.empty() && later.parts.empty()) {
        later.app = before.app;
        later.task = before.task;
        later.parts = before.parts;
    }
    if (later.miss == Miss::NeverStored && later.detail == kOnlyAsked) {
        later.miss = before.miss;
        later.detail = before.detail;
    }
    return later;
}

std::string shortened(std::string_view text) {
    return std::string(text.substr(0, kLongestText));
}

}  // namespace

std::string_view miss_name(Miss miss) {
    switch (miss) {
        case Miss::NeverStored:
            return "never stored";
        case Miss::Evicted:
            return "evicted";
        case Miss::Expired:
            return "expired";
        case Miss::Invalidated:
            return "invalidated";
        case Miss::Damaged:
            return "damaged";
        case Miss::Refused:
            return "refused";
        case Miss::OtherVersion:
            return "of another version";
        case Miss::Unusable:
            return "folder unusable";
        case Miss::Removed:
            return "removed";
    }
    return "never stored";
}

/// The note of a key as the newest one; makes it if there is none. Requires: the lock is held.
KeyNote& KeyRecord::touch(const Digest& key) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        order_.splice(order_.begin(), order_, found->second);
    } else {
        if (order_.size() >= kMost) {
            by_key_.erase(order_.back().key);
            order_.pop_back();
        }
        order_.push_front({.key = key, .miss = Miss::NeverStored, .detail = std::string(kOnlyAsked)});
        by_key_.emplace(key, order_.begin());
    }
    has_news_ = true;
    order_.front().wall_ns = clock_.wall_ns();
    return order_.front();
}

void KeyRecord::note_asked(const Key& key) {
    std::string parts = encode_key_parts(key.parts);
    const std::lock_guard lock(mutex_);
    KeyNote& note = touch(key.digest);
    note.app = shortened(key.app);
    note.task = shortened(key.task);
    note.parts = std::move(parts);
}

void KeyRecord::note(const Key& key, Miss miss, std::string_view detail) {
    std::string parts = encode_key_parts(key.parts);
    const std::lock_guard lock(mutex_);
    KeyNote& note = touch(key.digest);
    note.app = shortened(key.app);
    note.task = shortened(key.task);
    note.parts = std::move(parts);
    note.miss = miss;
    note.detail = shortened(detail);
}

void KeyRecord::note(const Digest& key, Miss miss, std::string_view detail) {
    const std::lock_guard lock(mutex_);
    KeyNote& note = touch(key);
    note.miss = miss;
    note.detail = shortened(detail);
}

void KeyRecord::note_stored(const Key& key) {
    const std::lock_guard lock(mutex_);
    if (!by_key_.contains(key.digest)) return;
    KeyNote& note = touch(key.digest);
    note.miss = Miss::Removed;  // what it will be should its file be gone without another note
    note.detail.clear();
}

bool KeyRecord::has_news() const {
    const std::lock_guard lock(mutex_);
    return has_news_;
}

std::vector<KeyNote> KeyRecord::merged_with_file() const {
    std::unordered_map<Digest, KeyNote, DigestHash> merged;
    for (KeyNote& note : read_notes(files_, file_))
        merged.insert_or_assign(note.key, std::move(note));
    {
        const std::lock_guard lock(mutex_);
        for (const KeyNote& note : order_) {
            const auto before = merged.find(note.key);
            merged.insert_or_assign(note.key, before == merged.end() ? note : updated(before->second, note));
        }
    }
    std::vector<KeyNote> notes;
    notes.reserve(merged.size());
    for (auto& [key, note] : merged)
        notes.push_back(std::move(note));
    std::ranges::sort(notes, [](const KeyNote& a, const KeyNote& b) {
        return a.wall_ns != b.wall_ns ? a.wall_ns > b.wall_ns : a.key < b.key;
    });
    if (notes.size() > kMost) notes.resize(kMost);
    return notes;
}

std::vector<KeyNote> KeyRecord::all() const {
    std::vector<KeyNote> notes = merged_with_file();
    for (KeyNote& note : notes) {
        if (note.miss == Miss::NeverStored && note.detail == kOnlyAsked) note.detail.clear();
    }
    return notes;
}

/// Whoever cannot have the lock within some tries saves all the same: that may lose the notes of another process, which
/// costs an explanation and nothing else.
void KeyRecord::save() {
    LockFile lock(files_, clock_, Path(file_) += ".lock");
    constexpr int kTries = 100;
    for (int i = 0; i < kTries && !lock.try_acquire(); ++i) {
    }
    write_file(files_, file_, encode_notes(merged_with_file()));
    lock.release();
    const std::lock_guard guard(mutex_);
    has_news_ = false;
}

}  // namespace hone
