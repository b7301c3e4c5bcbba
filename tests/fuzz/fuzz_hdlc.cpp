// PPP frames: whatever comes, the pieces it comes in do not show, and what is encoded comes back.
#include "serial/ppp/hdlc_frame.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace smtpsim::ppp;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

constexpr std::size_t limit = 300;

std::string decoded(std::string_view octets, std::size_t piece, Accm passed_over) {
    Decoder decoder{limit};
    decoder.pass_over(passed_over);
    std::string out;
    while (!octets.empty()) {
        std::string_view part = octets.substr(0, piece);
        octets.remove_prefix(part.size());
        while (const auto frame = decoder.next(part)) {
            must(frame->information.size() <= limit);
            out += std::to_string(frame->protocol) + ':';
            out += frame->information;
        }
    }
    return out + std::to_string(decoder.bad());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4) return 0;
    const std::string_view octets{reinterpret_cast<const char*>(data) + 4, size - 4};
    const Accm accm = data[0] * 0x01010101U;
    const std::string whole = decoded(octets, octets.size() + 1, accm);
    must(decoded(octets, 1, accm) == whole);
    must(decoded(octets, 1 + data[1] % 16U, accm) == whole);

    Encoder encoder;
    encoder.escape(accm);
    encoder.compress((data[2] & 1U) != 0, (data[2] & 2U) != 0);
    const auto protocol = static_cast<std::uint16_t>((data[3] & 0xfeU) << 8U | 0x21U);
    const std::string_view information = octets.substr(0, limit - 6);
    std::string line;
    encoder.encode(protocol, information, false, line);
    Decoder decoder{limit};
    decoder.pass_over(accm); // what is escaped is not passed over
    std::string_view rest = line;
    const auto frame = decoder.next(rest);
    must(frame && frame->protocol == protocol && frame->information == information);
    return 0;
}
