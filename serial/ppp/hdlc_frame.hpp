// HDLC framing of PPP on an asynchronous line (RFC 1662): flags, escapes (ACCM), address and
// control field, FCS. Encoder and Decoder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// Control characters 0 to 31 as bits: Async-Control-Character-Map, RFC 1662 §7.1.
using Accm = std::uint32_t;
inline constexpr Accm every_control = 0xffffffff;

struct Frame {
    std::uint16_t protocol;
    std::string_view information;
};

class Encoder {
public:
    Encoder() { escape(every_control); }

    void escape(Accm accm);
    /// Protocol- and Address-and-Control-Field-Compression: RFC 1661 §6.5, §6.6.
    void compress(bool protocol, bool address) {
        compresses_protocol_ = protocol;
        compresses_address_ = address;
    }
    /// Appends a whole frame between flags. `spoil`: with a wrong FCS.
    void encode(std::uint16_t protocol, std::string_view information, bool spoil,
                std::string& out) const;

private:
    void append(std::string_view octets, std::string& out) const;

    std::array<bool, 256> escaped_{};
    bool compresses_protocol_ = false, compresses_address_ = false;
};

/// Accepts frames with and without compressed fields at any time (RFC 1662 §3.1).
class Decoder {
public:
    /// `limit`: octets of the longest frame, its header and FCS included.
    explicit Decoder(std::size_t limit) : limit_(limit) {}

    /// Unescaped control characters that the line may have put in: they are passed over. 0: they
    /// are taken as data.
    void pass_over(Accm accm) { passed_over_ = accm; }

    /// Takes octets off the front up to the end of the next good frame, which is valid until the
    /// next call. Nothing: all are taken.
    std::optional<Frame> next(std::string_view& octets);

    /// Frames thrown away: a wrong FCS, too short, too long, no protocol.
    std::uint64_t bad() const { return bad_; }

private:
    void take(std::string_view run);
    std::optional<Frame> finish();

    std::size_t limit_;
    Accm passed_over_ = 0;
    std::string frame_;
    bool escape_ = false, too_long_ = false;
    bool whole_ = false; // frame_ is what was given out last
    std::uint64_t bad_ = 0;
};

} // namespace smtpsim::ppp
