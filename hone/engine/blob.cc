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
    if (files_ == nullptr) return;
    try {
        files_->remove(file_);
    } catch (const Error&) {  // A file left in the work folder is swept with the folder.
    }
}

void Blob::read(const std::function<void(std::span<const std::byte>)>& piece) const {
    if (files_ == nullptr) {
        if (!load_) return piece(as_bytes(bytes_));
        const std::string loaded = load_();
        return piece(as_bytes(loaded));
    }
    const auto file = files_->open(file_);
    std::string buffer(BlobWriter::kInMemory, '\0');
    const std::span<std::byte> into(reinterpret_cast<std::byte*>(buffer.data()), buffer.size());
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t got = file->read_at(at, into);
        if (got == 0) fail(Fault::System, "a work file became shorter: ", file_);
        piece(into.first(got));
        at += got;
    }
}

std::string Blob::bytes() const {
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
        const std::size_t take = std::min(text.size(), kInMemory - buffer_.size());
        buffer_.append(text.substr(0, take));
        text.remove_prefix(take);
        if (buffer_.size() == kInMemory) spill();
    }
}

void BlobWriter::spill() {
    if (!file_) {
        files_.make_folders(folder_);
        path_ = temporary_beside(folder_ / "artifact");
        file_ = files_.create(path_, true);
    }
    file_->append(as_bytes(buffer_));
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
