// The 16-bit frame check sequence: RFC 1662 Appendix C.
#pragma once

#include <cstdint>
#include <string_view>

namespace smtpsim::ppp {

inline constexpr std::uint16_t fcs_start = 0xffff;
/// What the FCS comes to over a frame and its own FCS.
inline constexpr std::uint16_t fcs_good = 0xf0b8;

/// Goes on from `fcs`. What is sent behind a frame is the complement, low octet first.
std::uint16_t fcs16(std::string_view octets, std::uint16_t fcs = fcs_start);

} // namespace smtpsim::ppp
