#include "audit/report/hexdump.hpp"

#include "core/text.hpp"

namespace smtpsim::report {
namespace {

constexpr std::size_t row_octets = 16;

void append_hex(std::size_t value, int digits, std::string& out) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += "0123456789abcdef"[value >> shift & 15];
}

} // namespace

std::vector<std::string> hexdump(std::string_view octets) {
    std::vector<std::string> rows;
    for (std::size_t at = 0; at < octets.size(); at += row_octets) {
        const std::string_view row = octets.substr(at, row_octets);
        std::string& out = rows.emplace_back();
        append_hex(at, 4, out);
        out += ' ';
        for (std::size_t i = 0; i < row_octets; ++i) {
            out += ' ';
            if (i < row.size())
                append_hex(static_cast<unsigned char>(row[i]), 2, out);
            else
                out += "  ";
        }
        out += "  ";
        for (const char c : row)
            out += is_control(c) || static_cast<unsigned char>(c) >= 0x80 ? '.' : c;
    }
    return rows;
}

} // namespace smtpsim::report
