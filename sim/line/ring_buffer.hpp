// A queue that nothing is moved within: it grows by doubling and goes round.
#pragma once

#include "core/check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace smtpsim::line {

/// Of values that are cheap to copy. Memory of more than `kept` octets is given back once it is
/// empty.
template <typename T> class RingBuffer {
public:
    static constexpr std::size_t smallest = 64; // slots; a power of two
    static constexpr std::size_t kept = 4096;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T& front() const {
        ensure(size_ > 0, "a ring whose front is read is not empty");
        return slots_[head_];
    }

    void push(std::span<const T> values) {
        if (values.size() > slots_.size() - size_) grow(size_ + values.size());
        const std::size_t tail = wrapped(head_ + size_);
        const std::size_t straight = std::min(values.size(), slots_.size() - tail);
        std::copy_n(values.begin(), straight, slots_.begin() + offset(tail));
        std::copy(values.begin() + offset(straight), values.end(), slots_.begin());
        size_ += values.size();
        ensure(size_ <= slots_.size(), "a ring holds no more than it has slots");
    }

    /// The oldest `count`, in two parts, of which the second may be empty; valid until the next
    /// push or pop.
    std::array<std::span<const T>, 2> first(std::size_t count) const {
        ensure(count <= size_, "what is read from a ring is in it");
        const std::size_t straight = std::min(count, slots_.size() - head_);
        const std::span<const T> all{slots_};
        return {all.subspan(head_, straight), all.first(count - straight)};
    }

    void pop(std::size_t count) {
        ensure(count <= size_, "what leaves a ring was in it");
        size_ -= count;
        if (size_ == 0)
            clear();
        else
            head_ = wrapped(head_ + count);
    }

    void clear() {
        head_ = size_ = 0;
        if (slots_.size() * sizeof(T) > kept) slots_ = {};
    }

private:
    static std::ptrdiff_t offset(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }
    std::size_t wrapped(std::size_t index) const { return index & (slots_.size() - 1); }

    void grow(std::size_t needed) {
        std::size_t slots = std::max(smallest, slots_.size());
        while (slots < needed) slots *= 2;
        ensure((slots & (slots - 1)) == 0, "a ring's slots are a power of two");
        std::vector<T> larger(slots);
        auto to = larger.begin();
        for (const std::span<const T> part : first(size_))
            to = std::copy(part.begin(), part.end(), to);
        slots_ = std::move(larger);
        head_ = 0;
    }

    std::vector<T> slots_; // a power of two of them, or none
    std::size_t head_ = 0, size_ = 0;
};

} // namespace smtpsim::line
