#include "core/rng.hpp"
#include "serial/ppp/fcs.hpp"
#include "serial/ppp/hdlc_frame.hpp"
#include "tests/catch.hpp"

#include <vector>

using namespace smtpsim;
using namespace smtpsim::ppp;

namespace {

constexpr std::uint16_t lcp = 0xc021;

std::string encoded(const Encoder& encoder, std::uint16_t protocol, std::string_view information) {
    std::string out;
    encoder.encode(protocol, information, false, out);
    return out;
}

/// "protocol:information" of each good frame.
std::vector<std::string> decoded(Decoder& decoder, std::string_view octets) {
    std::vector<std::string> out;
    while (const auto frame = decoder.next(octets))
        out.push_back(std::to_string(frame->protocol) + ':' + std::string{frame->information});
    return out;
}

std::string random_octets(std::size_t size, Rng& dice) {
    std::string out;
    while (out.size() < size) out += static_cast<char>(dice.below(256));
    return out;
}

std::uint16_t fcs_by_bits(std::string_view octets) { // RFC 1662 Appendix C.1
    unsigned fcs = 0xffff;
    for (const char c : octets) {
        fcs ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) fcs = (fcs & 1U) != 0 ? fcs >> 1U ^ 0x8408U : fcs >> 1U;
    }
    return static_cast<std::uint16_t>(fcs);
}

} // namespace

TEST_CASE("the FCS is that of X.25") {
    CHECK(static_cast<std::uint16_t>(~fcs16("123456789")) == 0x906e); // its published check value
    CHECK(fcs16("") == fcs_start);
    CHECK(fcs16("123456789\x6e\x90") == fcs_good);
}

TEST_CASE("eight octets at once give the FCS of one at a time") {
    Rng dice{1, "fcs"};
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string octets = random_octets(size, dice);
        CHECK(fcs16(octets) == fcs_by_bits(octets));
        CHECK(fcs16(octets.substr(size / 3), fcs16(octets.substr(0, size / 3))) == fcs16(octets));
    }
}

TEST_CASE(
    "before anything is agreed on, all control characters are escaped and nothing is compressed") {
    const std::string information{"\x01\x01\x00\x04", 4};
    const std::string frame = encoded({}, lcp, information);
    CHECK(frame.starts_with("\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21\x7d\x20\x7d\x24"));
    CHECK(frame.ends_with("\x7e"));
}

TEST_CASE("fields are compressed and characters left alone where that was agreed on") {
    Encoder encoder;
    encoder.escape(0x000a0000);
    encoder.compress(true, true);
    CHECK(encoded(encoder, 0x21, "\x01\x11\x13").starts_with("\x7e\x21\x01\x7d\x31\x7d\x33"));
    CHECK(encoded(encoder, lcp, "x").starts_with("\x7e\xc0\x21x")); // has no short form
}

TEST_CASE("frames are decoded, however the line cuts them") {
    Rng dice{2, "frames"};
    for (int round = 0; round < 200; ++round) {
        Encoder encoder;
        encoder.escape(static_cast<Accm>(dice.below(0x100000000)));
        encoder.compress(dice.chance({1, 2}), dice.chance({1, 2}));
        Decoder decoder{2000};
        std::string line;
        std::vector<std::string> sent;
        for (int i = 0; i < 4; ++i) {
            const std::uint16_t protocol = dice.chance({1, 2}) ? 0x21 : lcp;
            const std::string information = random_octets(dice.below(300), dice);
            sent.push_back(std::to_string(protocol) + ':' + information);
            encoder.encode(protocol, information, false, line);
        }
        std::vector<std::string> received;
        for (std::string_view rest = line; !rest.empty();) {
            const std::size_t size = 1 + dice.below(40);
            for (auto& frame : decoded(decoder, rest.substr(0, size)))
                received.push_back(std::move(frame));
            rest.remove_prefix(std::min(size, rest.size()));
        }
        REQUIRE(received == sent);
        REQUIRE(decoder.bad() == 0);
    }
}

TEST_CASE("a damaged frame is discarded, and the next one is not") {
    Decoder decoder{100};
    std::string line;
    Encoder{}.encode(lcp, "one", true, line);
    Encoder{}.encode(lcp, "two", false, line);
    CHECK(decoded(decoder, line) == std::vector<std::string>{"49185:two"});
    CHECK(decoder.bad() == 1);
}

TEST_CASE("a frame that is too long, too short, aborted or without a protocol is discarded") {
    Decoder decoder{20};
    CHECK(decoded(decoder, encoded({}, lcp, std::string(17, 'x'))).empty());
    CHECK(decoded(decoder, std::string{"\x7e\x41\x7e"}).empty());
    CHECK(decoded(decoder, std::string{"\x7e"} + "abcdef\x7d\x7e").empty());
    CHECK(decoded(decoder, encoded({}, 0x2020, "x")).empty());
    CHECK(decoder.bad() == 4);
    CHECK(decoded(decoder, encoded({}, lcp, std::string(14, 'x'))).size() == 1);
}

TEST_CASE("octets before the first flag are lost without effect on later frames") {
    Decoder decoder{100};
    CHECK(decoded(decoder, "CONNECT 33600\r\n" + encoded({}, lcp, "x")).size() == 1);
}

TEST_CASE("unescaped control characters are data or are ignored") {
    Encoder careless;
    careless.escape(0);
    const std::string frame = encoded(careless, lcp, "a\x11z");
    Decoder tolerant{100}, strict{100};
    strict.pass_over(every_control);
    CHECK(decoded(tolerant, frame).size() == 1);
    CHECK(decoded(strict, frame).empty());
    std::string spoilt_by_line = encoded({}, lcp, "az");
    spoilt_by_line.insert(5, "\x11");
    CHECK(decoded(strict, spoilt_by_line) == std::vector<std::string>{"49185:az"});
}
