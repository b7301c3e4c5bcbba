#include "serial/internet/ip.hpp"
#include "tests/catch.hpp"
#include "tests/serial/internet/octets.hpp"

using namespace smtpsim::internet;
using testing::hexadecimal;
using testing::octets;

namespace {

constexpr Address peer = 0x0a00020f, mail = 0x0a000219; // 10.0.2.15, 10.0.2.25

// The checksums in this file were not made by the code under test.
const std::string syn = octets("4500 0028 0001 4000 4006 22a8 0a00020f 0a000219"
                               "0401 0019 00000064 00000000 5002 2000 733d 0000");

std::string with(std::string packet, std::size_t at, char octet) {
    packet.at(at) = octet;
    return packet;
}

/// With the header's checksum made right again.
std::string amended(std::string packet, std::size_t at, char octet) {
    packet.at(at) = octet;
    const std::size_t header = std::size_t{4} * (static_cast<unsigned char>(packet[0]) & 15);
    packet[10] = packet[11] = 0;
    const std::uint16_t sum = checksum(std::string_view{packet}.substr(0, header));
    packet[10] = static_cast<char>(sum >> 8);
    packet[11] = static_cast<char>(sum & 0xff);
    return packet;
}

} // namespace

TEST_CASE("The checksum is that of RFC 1071 §3's example") {
    CHECK(checksum(octets("0001 f203 f4f5 f6f7")) == static_cast<std::uint16_t>(~0xddf2));
    CHECK(checksum(octets("0001 f203 f4f5 f6")) == static_cast<std::uint16_t>(~0xdcfb));
    CHECK(checksum("") == 0xffff);
}

TEST_CASE("A segment is read field by field") {
    const auto packet = parse(syn);
    REQUIRE(packet);
    CHECK(packet->source == peer);
    CHECK(packet->destination == mail);
    CHECK(packet->protocol == tcp);
    CHECK(packet->source_port == 1025);
    CHECK(packet->destination_port == 25);
    CHECK(packet->sequence == 100);
    CHECK(packet->window == 8192);
    CHECK(packet->data.empty());
    CHECK(packet->opens());
}

TEST_CASE("A packet with any wrong field is refused") {
    CHECK_FALSE(parse(""));
    for (std::size_t size = 0; size < syn.size(); ++size)
        CHECK_FALSE(parse(std::string_view{syn}.substr(0, size)));
    CHECK_FALSE(parse(amended(syn, 0, 0x65))); // version 6
    CHECK_FALSE(parse(with(syn, 0, 0x44)));    // a header of 16 octets
    CHECK_FALSE(parse(with(syn, 0, 0x4f)));    // longer than the packet
    CHECK_FALSE(parse(amended(syn, 3, 0x13))); // shorter than its header
    CHECK_FALSE(parse(amended(syn, 3, 0x29))); // longer than it is
    CHECK_FALSE(parse(amended(syn, 3, 0x27))); // too short for TCP
    CHECK_FALSE(parse(with(syn, 8, 1)));       // a wrong checksum
    CHECK_FALSE(parse(amended(syn, 6, 0x20))); // more fragments
    CHECK_FALSE(parse(amended(syn, 7, 0x01))); // after the first fragment
    CHECK_FALSE(parse(with(syn, 32, 0x40)));   // a TCP header of 16 octets
    CHECK_FALSE(parse(with(syn, 32, 0x60)));   // longer than the segment
    CHECK_FALSE(parse(with(syn, 35, 1)));      // a wrong TCP checksum
}

TEST_CASE("Padding after the packet is left out") {
    const std::string padded = syn + "\x01\x02";
    const auto packet = parse(padded);
    REQUIRE(packet);
    CHECK(packet->octets == syn);
}

TEST_CASE("Options of the IP header are skipped") {
    std::string packet = syn;
    packet.insert(20, octets("01010101"));
    packet = amended(amended(packet, 0, 0x46), 3, 0x2c);
    const auto read = parse(packet);
    REQUIRE(read);
    CHECK(read->destination_port == 25);
}

TEST_CASE("A datagram is cut to its length, and its checksum may be missing") {
    const std::string query = octets("4500 0021 0001 4000 4011 22a4 0a00020f 0a000219"
                                     "0401 0035 000c 0000 61626364 ff");
    const auto packet = parse(query);
    REQUIRE(packet);
    CHECK(packet->data == "abcd");
    CHECK(packet->source_port == 1025);
    CHECK(packet->destination_port == 53);
    CHECK_FALSE(parse(with(query, 25, 0x0e))); // longer than its packet
    CHECK_FALSE(parse(with(query, 25, 0x07))); // shorter than its header
    CHECK_FALSE(parse(with(query, 27, 0x01))); // a checksum, and a wrong one
}

TEST_CASE("The SYN is answered with a RST that acknowledges it") {
    CHECK(hexadecimal(reset(*parse(syn)).value()) ==
          hexadecimal(octets("4500 0028 0000 4000 4006 22a9 0a000219 0a00020f"
                             "0019 0401 00000000 00000065 5014 0000 932a 0000")));
}

TEST_CASE("A segment with an acknowledgment is answered with a RST at its place, a RST not") {
    const std::string data = tcp_packet({.source = peer,
                                         .destination = mail,
                                         .source_port = 1025,
                                         .destination_port = 25,
                                         .sequence = 7,
                                         .acknowledgment = 9,
                                         .flags = control::ack,
                                         .data = "QUIT\r\n"});
    const std::string answer = reset(*parse(data)).value();
    const auto packet = parse(answer);
    REQUIRE(packet);
    CHECK(packet->flags == control::rst);
    CHECK(packet->sequence == 9);
    CHECK_FALSE(reset(*packet));
}

TEST_CASE("A built segment is read as it was meant") {
    const std::string octets = tcp_packet({.source = peer,
                                           .destination = mail,
                                           .source_port = 1025,
                                           .destination_port = 25,
                                           .sequence = 0xfffffffe,
                                           .acknowledgment = 3,
                                           .flags = control::syn,
                                           .window = 4096,
                                           .mss = 536,
                                           .data = "odd"});
    const auto packet = parse(octets);
    REQUIRE(packet);
    CHECK(packet->sequence == 0xfffffffe);
    CHECK(packet->acknowledgment == 3);
    CHECK(packet->window == 4096);
    CHECK(packet->data == "odd");
    CHECK(hexadecimal(packet->payload.substr(20, 4)) == "02040218");
}

TEST_CASE("A datagram is answered from port to port") {
    const std::string query = octets("4500 0020 0001 4000 4011 22a5 0a00020f 0a000219"
                                     "0401 0035 000c 0000 61626364");
    CHECK(hexadecimal(udp_reply(*parse(query), "abcd")) ==
          hexadecimal(octets("4500 0020 0000 4000 4011 22a6 0a000219 0a00020f"
                             "0035 0401 000c 1eb2 61626364")));
}

TEST_CASE("An Echo is answered with its data, and another type or a wrong checksum is seen") {
    const std::string ping = octets("4500 0020 0001 4000 4001 22b5 0a00020f 0a000219"
                                    "0800 3336 0001 0002 61626364");
    CHECK(hexadecimal(echo_reply(*parse(ping))) ==
          hexadecimal(octets("4500 0020 0000 4000 4001 22b6 0a000219 0a00020f"
                             "0000 3b36 0001 0002 61626364")));
    CHECK(parse(ping)->icmp_type == icmp_echo);
    CHECK_FALSE(parse(with(ping, 31, 0)));
}

TEST_CASE("ICMP Unreachable carries the packet's header and eight octets") {
    const Address gateway = 0x0a000201;
    const std::string sent = unreachable(gateway, host_unreachable, *parse(syn)).value();
    const auto packet = parse(sent);
    REQUIRE(packet);
    CHECK(packet->source == gateway);
    CHECK(packet->destination == peer);
    CHECK(packet->protocol == icmp);
    CHECK(hexadecimal(packet->payload.substr(0, 2)) == "0301");
    CHECK(packet->data == syn.substr(0, 28));
    CHECK_FALSE(unreachable(gateway, host_unreachable, *packet)); // never about an error

    const std::string broadcast = ip_packet(peer, 0xffffffff, 89, "x");
    CHECK_FALSE(unreachable(gateway, host_unreachable, *parse(broadcast)));
}

TEST_CASE("An address is written with dots") {
    CHECK(text(mail) == "10.0.2.25");
    CHECK(text(0) == "0.0.0.0");
    CHECK(text(0xffffffff) == "255.255.255.255");
}
