#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/memory/budget.h"

namespace hone {

/// Uninitialised bytes, aligned to 64, charged to a budget. Movable. Large ones are returned to the system at once.
class Buffer {
public:
    Buffer() = default;
    /// Fault::Limit if the budget has no room.
    Buffer(Budget& budget, std::size_t size);
    ~Buffer();
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;

    std::byte* data() { return data_; }
    const std::byte* data() const { return data_; }
    std::size_t size() const { return size_; }
    std::span<std::byte> bytes() { return {data_, size_}; }
    std::span<const std::byte> bytes() const { return {data_, size_}; }

private:
    Reservation reservation_;
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

/// A growing array of trivially copyable values whose memory is charged to a budget before it is allocated.
/// Growth at the end is amortised; reserve() exactly when the size is known. Movable. Not thread-safe.
template <class T>
class BudgetVector {
    static_assert(std::is_trivially_copyable_v<T>, "BudgetVector holds plain values");

public:
    explicit BudgetVector(Budget& budget) : budget_(&budget) {}
    BudgetVector(BudgetVector&& other) noexcept
        : budget_(other.budget_), buffer_(std::move(other.buffer_)), size_(std::exchange(other.size_, 0)) {}
    BudgetVector& operator=(BudgetVector&& other) noexcept {
        budget_ = other.budget_;
        buffer_ = std::move(other.buffer_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }

    void reserve(std::size_t capacity);
    void resize(std::size_t size);
    void push_back(const T& value) {
        const T copy = value;  // may lie in the memory that growing frees
        if (size_ == capacity()) grow(size_ + 1);
        data()[size_++] = copy;
    }
    /// Requires: `values` lie elsewhere.
    void append(std::span<const T> values);
    void clear() { size_ = 0; }
    /// Frees all memory.
    void reset() {
        buffer_ = Buffer();
        size_ = 0;
    }

    T* data() { return reinterpret_cast<T*>(buffer_.data()); }
    const T* data() const { return reinterpret_cast<const T*>(buffer_.data()); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::size_t capacity() const { return buffer_.size() / sizeof(T); }
    T& operator[](std::size_t i) { return data()[i]; }
    const T& operator[](std::size_t i) const { return data()[i]; }
    T* begin() { return data(); }
    T* end() { return data() + size_; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size_; }
    operator std::span<const T>() const { return {data(), size_}; }
    Budget& budget() const { return *budget_; }

private:
    void grow(std::size_t least);
    Budget* budget_;
    Buffer buffer_;
    std::size_t size_ = 0;
};

template <class T>
void BudgetVector<T>::reserve(std::size_t capacity_wanted) {
    if (capacity_wanted <= capacity()) return;
    if (capacity_wanted > Budget::kUnlimited / sizeof(T)) fail(Fault::Limit, "too many values: ", capacity_wanted);
    Buffer larger(*budget_, capacity_wanted * sizeof(T));
    if (size_ > 0) std::copy(begin(), end(), reinterpret_cast<T*>(larger.data()));
    buffer_ = std::move(larger);
}

template <class T>
void BudgetVector<T>::grow(std::size_t least) {
    reserve(std::max(least, capacity() + capacity() / 2 + 16));
}

template <class T>
void BudgetVector<T>::resize(std::size_t size) {
    reserve(size);
    for (std::size_t i = size_; i < size; ++i)
        data()[i] = T{};
    size_ = size;
}

template <class T>
void BudgetVector<T>::append(std::span<const T> values) {
    if (size_ + values.size() > capacity()) grow(size_ + values.size());
    std::copy(values.begin(), values.end(), data() + size_);
    size_ += values.size();
}

}  // namespace hone
