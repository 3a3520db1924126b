#include "hone/memory/buffer.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::size_t kAlignment = 64;
// From here on pages come from the system and go back to it at once; the allocator would keep freed ones.
constexpr std::size_t kMapped = std::size_t{256} << 10;

std::byte* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    if (size >= kMapped) {
        void* pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED) fail(Fault::Limit, "the system has no memory for a buffer of bytes: ", size);
        return static_cast<std::byte*>(pages);
    }
    void* block = std::aligned_alloc(kAlignment, (size + kAlignment - 1) / kAlignment * kAlignment);
    if (block == nullptr) fail(Fault::Limit, "the system has no memory for a buffer of bytes: ", size);
    return static_cast<std::byte*>(block);
}

void give_back(std::byte* data, std::size_t size) {
    if (size >= kMapped)
        ::munmap(data, size);
    else
        std::free(data);
}

}  // namespace

Buffer::Buffer(Budget& budget, std::size_t size) : reservation_(budget, size), data_(allocate(size)), size_(size) {}

Buffer::~Buffer() {
    give_back(data_, size_);
}

Buffer::Buffer(Buffer&& other) noexcept
    : reservation_(std::move(other.reservation_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    if (this == &other) return *this;
    give_back(data_, size_);
    reservation_ = std::move(other.reservation_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

}  // namespace hone
