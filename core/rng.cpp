#include "core/rng.hpp"

namespace smtpsim {

MersenneTwister::MersenneTwister(std::uint64_t seed) {
    state_[0] = seed;
    for (std::size_t i = 1; i < words; ++i)
        state_[i] = 6364136223846793005U * (state_[i - 1] ^ (state_[i - 1] >> 62U)) + i;
}

void MersenneTwister::twist() {
    constexpr std::size_t shift = 156;
    constexpr std::uint64_t high_bits = ~std::uint64_t{0} << 31U, matrix = 0xb5026f5aa96619e9U;
    for (std::size_t i = 0; i < words; ++i) {
        const std::uint64_t mixed =
            (state_[i] & high_bits) | (state_[(i + 1) % words] & ~high_bits);
        state_[i] = state_[(i + shift) % words] ^ (mixed >> 1U) ^ ((mixed & 1U) != 0 ? matrix : 0);
    }
    used_ = 0;
}

std::uint64_t MersenneTwister::operator()() {
    if (used_ == words) twist();
    std::uint64_t out = state_[used_++];
    out ^= (out >> 29U) & 0x5555555555555555U;
    out ^= (out << 17U) & 0x71d67fffeda60000U;
    out ^= (out << 37U) & 0xfff7eee000000000U;
    return out ^ (out >> 43U);
}

} // namespace smtpsim
