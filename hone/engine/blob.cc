#include "hone/engine/blob.h"

#include <algorithm>
#include <utility>

namespace hone {

std::shared_ptr<const Blob> Blob::of(std::string bytes) {
    std::shared_ptr<Blob> blob(new Blob);
    blob->size_ = bytes.size();
    blob->digest_ = digest_of(bytes);
    blob->bytes_ = std::move(bytes);
    return blob;
}

std::shared_ptr<const Blob> Blob::lazy(std::uint64_t size, Digest digest, std::function<std::string()> load) {
    std::shared_ptr<Blob> blob(new Blob);
    blob->size_ = size;
    blob->digest_ = digest;
    blob->load_ = std::move(load);
    return blob;
}

bool BlobRoom::take(std::uint64_t bytes) {
    const auto wanted = static_cast<std::int64_t>(bytes);
    if (left_.fetch_sub(wanted, std::memory_order_relaxed) >= wanted) return true;
    give(bytes);
    return false;
}

Blob::~Blob() {
    if (room_) room_->give(size_);
    if (files_ == nullptr || is_given_away_) return;
    try {
        files_->remove(file_);
    } catch (const Error&) {  // A file left in the work folder is swept with the folder.
    }
}

Path Blob::file() const {
    const std::lock_guard lock(mutex_);
    return file_;
}

bool Blob::move_to(const Path& path) const {
    if (files_ == nullptr) return false;
    const std::lock_guard lock(mutex_);
    if (is_given_away_) return false;
    try {
        files_->rename(file_, path);
    } catch (const Error&) {  // Another file system, perhaps; who copies instead hears of anything worse.
        return false;
    }
    file_ = path;
    is_given_away_ = true;
    return true;
}

void Blob::read(const std::function<void(std::span<const std::byte>)>& piece) const {
    if (files_ == nullptr) {
        if (!load_) return piece(as_bytes(bytes_));
        const std::string loaded = load_();
        return piece(as_bytes(loaded));
    }
    Path path;
    bool is_checked = false;
    {
        const std::lock_guard lock(mutex_);
        path = file_;
        is_checked = is_given_away_;
    }
    read_file(path, is_checked, piece);
}

void Blob::read_file(const Path& path, bool is_checked,
                     const std::function<void(std::span<const std::byte>)>& piece) const {
    const auto file = files_->open(path);
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(size_, BlobWriter::kInMemory));
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(room);
    Hasher hasher;
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(size_ - at, room));
        const std::size_t got = file->read_at(at, {buffer.get(), most});
        if (got == 0) fail(Fault::System, "a file became shorter while it was needed: ", path);
        const std::span<const std::byte> found(buffer.get(), got);
        if (is_checked) hasher.add(found);
        piece(found);
        at += got;
    }
    if (is_checked && (hasher.digest() != digest_ || file->identity().size != size_))
        fail(Fault::System, "a file was changed while its bytes were still needed: ", path);
}

std::string Blob::bytes() const {
    if (files_ == nullptr && !load_) return bytes_;
    std::string all;
    all.reserve(size_);
    read([&all](std::span<const std::byte> piece) { all.append(as_text(piece)); });
    return all;
}

BlobWriter::BlobWriter(Files& files, Path folder, Budget& budget, std::shared_ptr<BlobRoom> room)
    : files_(files), folder_(std::move(folder)), reservation_(budget, kInMemory), room_(std::move(room)) {}

BlobWriter::~BlobWriter() {
    if (!file_) return;
    file_.reset();
    try {
        files_.remove(path_);
    } catch (const Error&) {  // Nothing depends on the file any more.
    }
}

void BlobWriter::write(std::string_view text) {
    hasher_.add(text);
    size_ += text.size();
    while (!text.empty()) {
        if (buffer_.empty() && text.size() >= kInMemory) {
            append_to_file(text.substr(0, kInMemory));
            text.remove_prefix(kInMemory);
            continue;
        }
        const std::size_t take = std::min(text.size(), kInMemory - buffer_.size());
        buffer_.append(text.substr(0, take));
        text.remove_prefix(take);
        if (buffer_.size() == kInMemory) spill();
    }
}

void BlobWriter::append_to_file(std::string_view bytes) {
    if (!file_) {
        files_.make_folders(folder_);
        path_ = temporary_beside(folder_ / "artifact");
        file_ = files_.create(path_, true);
    }
    file_->append(as_bytes(bytes));
}

void BlobWriter::spill() {
    append_to_file(buffer_);
    buffer_.clear();
}

std::shared_ptr<const Blob> BlobWriter::finish() {
    std::shared_ptr<Blob> blob(new Blob);
    blob->size_ = size_;
    blob->digest_ = hasher_.digest();
    if (!file_ && room_) {
        if (room_->take(size_))
            blob->room_ = room_;
        else
            spill();
    }
    if (file_) {
        if (!buffer_.empty()) spill();
        file_->finish();
        blob->files_ = &files_;
        blob->file_ = path_;
        file_.reset();
    } else {
        blob->bytes_ = std::move(buffer_);
    }
    reservation_.reset();
    return blob;
}

}  // namespace hone
