// The 16-bit frame check sequence (FCS, a CRC) of HDLC framing: RFC 1662 Appendix C.
#pragma once

#include <cstdint>
#include <string_view>

namespace smtpsim::ppp {

inline constexpr std::uint16_t fcs_start = 0xffff;
/// The FCS over a frame and its own FCS.
inline constexpr std::uint16_t fcs_good = 0xf0b8;

/// Continues from `fcs`. The complement is sent after a frame, low octet first.
std::uint16_t fcs16(std::string_view octets, std::uint16_t fcs = fcs_start);

} // namespace smtpsim::ppp
