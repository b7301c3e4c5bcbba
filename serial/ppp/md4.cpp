#include "serial/ppp/md4.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace smtpsim::ppp {

namespace {

using Words = std::array<std::uint32_t, 4>;
constexpr std::size_t md4_block_size = 64, md4_length_size = 8;

struct Round { // RFC 1320 §3.4
    std::uint32_t constant;
    std::array<std::uint8_t, 16> order;
    std::array<int, 4> shifts;
};

constexpr std::array rounds{
    Round{0, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {3, 7, 11, 19}},
    Round{0x5a827999, {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15}, {3, 5, 9, 13}},
    Round{0x6ed9eba1, {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}, {3, 9, 11, 15}},
};

constexpr std::uint32_t mixed(std::size_t round, std::uint32_t x, std::uint32_t y,
                              std::uint32_t z) {
    if (round == 0) return (x & y) | (~x & z);
    if (round == 1) return (x & y) | (x & z) | (y & z);
    return x ^ y ^ z;
}

std::uint32_t word_at(std::string_view block, std::size_t index) { // lowest octet first
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;)
        out = out << 8U | static_cast<std::uint8_t>(block[4 * index + i]);
    return out;
}

void digest_block(std::string_view block, Words& state) {
    auto [a, b, c, d] = state;
    for (std::size_t round = 0; round < rounds.size(); ++round)
        for (std::size_t step = 0; step < 16; ++step) {
            const Round& row = rounds[round];
            const std::uint32_t sum =
                a + mixed(round, b, c, d) + word_at(block, row.order[step]) + row.constant;
            a = d;
            d = c;
            c = b;
            b = std::rotl(sum, row.shifts[step % 4]);
        }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

} // namespace

std::string md4(std::string_view octets) {
    std::string padded{octets};
    padded += static_cast<char>(0x80);
    while (padded.size() % md4_block_size != md4_block_size - md4_length_size) padded += '\0';
    const std::uint64_t bits = 8 * static_cast<std::uint64_t>(octets.size());
    for (unsigned shift = 0; shift < 64; shift += 8) padded += static_cast<char>(bits >> shift);

    Words state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (std::string_view rest = padded; !rest.empty(); rest.remove_prefix(md4_block_size))
        digest_block(rest.substr(0, md4_block_size), state);

    std::string out;
    for (const std::uint32_t word : state)
        for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(word >> shift);
    return out;
}

} // namespace smtpsim::ppp
