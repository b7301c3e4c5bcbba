#include "serial/ppp/fcs.hpp"

#include <array>
#include <cstddef>

namespace smtpsim::ppp {

namespace {

constexpr std::size_t slices = 8;
using Table = std::array<std::uint16_t, 256>;

/// Row n: the effect of an octet with n octets of zero after it, so that eight octets are looked
/// up at once and none waits for the one before it.
constexpr std::array<Table, slices> make_tables() {
    constexpr unsigned polynomial = 0x8408; // x^16 + x^12 + x^5 + 1, lowest bit first
    std::array<Table, slices> tables{};
    for (unsigned octet = 0; octet < 256; ++octet) {
        unsigned value = octet;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? value >> 1U ^ polynomial : value >> 1U;
        tables[0][octet] = static_cast<std::uint16_t>(value);
    }
    for (std::size_t row = 1; row < slices; ++row)
        for (std::size_t octet = 0; octet < 256; ++octet) {
            const unsigned before = tables[row - 1][octet];
            tables[row][octet] =
                static_cast<std::uint16_t>(before >> 8U ^ tables[0][before & 0xffU]);
        }
    return tables;
}

constexpr std::array<Table, slices> tables = make_tables();

constexpr unsigned at(const char* octets, std::size_t index) {
    return static_cast<unsigned char>(octets[index]);
}

} // namespace

std::uint16_t fcs16(std::string_view octets, std::uint16_t fcs) {
    const char* next = octets.data();
    std::size_t left = octets.size();
    unsigned value = fcs;
    for (; left >= slices; left -= slices, next += slices) {
        unsigned sum = tables[7][at(next, 0) ^ (value & 0xffU)];
        sum ^= tables[6][at(next, 1) ^ value >> 8U];
        for (std::size_t i = 2; i < slices; ++i) sum ^= tables[slices - 1 - i][at(next, i)];
        value = sum;
    }
    for (; left > 0; --left, ++next) value = value >> 8U ^ tables[0][(value ^ at(next, 0)) & 0xffU];
    return static_cast<std::uint16_t>(value);
}

} // namespace smtpsim::ppp
