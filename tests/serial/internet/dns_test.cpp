#include "serial/internet/dns.hpp"
#include "tests/catch.hpp"
#include "tests/serial/internet/octets.hpp"

using namespace smtpsim::internet;
using smtpsim::faults::Act;
using testing::hexadecimal;
using testing::octets;

namespace {

const std::string header = "1234 0100 0001 0000 0000 0000"; // one question, recursion desired
const std::string mail_isp = "04 6d61696c 03 697370 00";    // mail.isp

const dns::Zone zone{.hosts = {{"mail.isp", 0x0a000219}, {"smtp.isp", 0x0a000219}},
                     .mail = {{"example.org", "mail.isp"}, {"example.org", "smtp.isp"}}};

std::string question(std::string_view name, std::uint16_t type) {
    std::string out = octets(header);
    while (!name.empty()) {
        const std::size_t length = std::min(name.find('.'), name.size());
        out += static_cast<char>(length);
        out += name.substr(0, length);
        name.remove_prefix(std::min(length + 1, name.size()));
    }
    out += '\0';
    out += static_cast<char>(type >> 8);
    out += static_cast<char>(type & 0xff);
    return out += octets("0001");
}

std::optional<dns::Answer> ask(const std::string& message, std::optional<Act> fault = {}) {
    const auto query = dns::read(message);
    return query ? dns::answer(*query, zone, fault) : std::nullopt;
}

std::string said(const std::string& message, std::optional<Act> fault = {}) {
    const auto answer = ask(message, fault);
    return answer ? hexadecimal(answer->message) : "nothing";
}

dns::Rcode rcode(const std::string& message, std::optional<Act> fault = {}) {
    return ask(message, fault).value().rcode;
}

std::size_t records(const dns::Answer& answer) {
    return static_cast<std::size_t>(static_cast<unsigned char>(answer.message[6]) << 8 |
                                    static_cast<unsigned char>(answer.message[7]));
}

} // namespace

TEST_CASE("A name is answered with its address, to the octet") {
    CHECK(said(octets(header + mail_isp + "0001 0001")) ==
          hexadecimal(octets("1234 8180 0001 0001 0000 0000" + mail_isp + "0001 0001" +
                             "c00c 0001 0001 00000000 0004 0a000219")));
    CHECK(ask(question("mail.isp", 1))->addresses == std::vector<Address>{0x0a000219});
}

TEST_CASE("Names are the same in any case, and come back as they were asked for") {
    const auto answer = ask(question("MAIL.isp", 1));
    REQUIRE(answer);
    CHECK(records(*answer) == 1);
    CHECK(answer->message.substr(12, 9) == "\x04MAIL\x03isp");
}

TEST_CASE("A mail domain is answered with its hosts, and with their addresses beside") {
    CHECK(
        said(octets(header + "07 6578616d706c65 03 6f7267 00" + "000f 0001")) ==
        hexadecimal(octets("1234 8180 0001 0002 0000 0002 07 6578616d706c65 03 6f7267 00 000f 0001"
                           "c00c 000f 0001 00000000 000c 000a 04 6d61696c 03 697370 00"
                           "c00c 000f 0001 00000000 000c 0014 04 736d7470 03 697370 00"
                           "04 6d61696c 03 697370 00 0001 0001 00000000 0004 0a000219"
                           "04 736d7470 03 697370 00 0001 0001 00000000 0004 0a000219")));
}

TEST_CASE("An address is answered with the first name that has it") {
    const auto answer = ask(question("25.2.0.10.in-addr.arpa", 12));
    REQUIRE(answer);
    CHECK(hexadecimal(answer->message)
              .ends_with(hexadecimal(octets("c00c 000c 0001 00000000 000a" + mail_isp))));
}

TEST_CASE("A missing type of a name is NOERROR, a missing name NXDOMAIN") {
    const auto aaaa = ask(question("mail.isp", 28));
    REQUIRE(aaaa);
    CHECK(aaaa->rcode == dns::Rcode::no_error);
    CHECK(records(*aaaa) == 0);
    CHECK(rcode(question("isp", 1)) == dns::Rcode::no_error); // RFC 8020: names are below it
    CHECK(rcode(question("", 2)) == dns::Rcode::no_error);
    CHECK(rcode(question("sp", 1)) == dns::Rcode::nx_domain);
    CHECK(rcode(question("pop.isp", 1)) == dns::Rcode::nx_domain);
    CHECK(said(question("x", 1)) ==
          hexadecimal(octets("1234 8183 0001 0000 0000 0000 01 78 00 0001 0001")));
}

TEST_CASE("ANY is answered with all records") {
    CHECK(records(ask(question("mail.isp", 255)).value()) == 1);
    CHECK(records(ask(question("example.org", 255)).value()) == 2);
}

TEST_CASE("EDNS and all other octets after the question are ignored") {
    std::string query = question("mail.isp", 1);
    const std::string plain = said(query);
    query[11] = 1;
    CHECK(said(query + octets("00 0029 1000 00000000 0000")) == plain);
}

TEST_CASE("Another class is refused, another operation not implemented") {
    CHECK(rcode(octets(header + mail_isp + "0001 0003")) == dns::Rcode::refused);
    CHECK(said(octets("1234 2900 0001 0000 0000 0000")) == // UPDATE
          hexadecimal(octets("1234 a984 0000 0000 0000 0000")));
}

TEST_CASE("No question and several are a format error") {
    const std::string error = hexadecimal(octets("1234 8181 0000 0000 0000 0000"));
    CHECK(said(octets("1234 0100 0000 0000 0000 0000")) == error);
    CHECK(said(octets("1234 0100 0002 0000 0000 0000" + mail_isp + "0001 0001" + mail_isp +
                      "0001 0001")) == error);
}

TEST_CASE("A question that cannot be read is a format error") {
    const std::string query = question("mail.isp", 1);
    for (std::size_t size = 12; size < query.size(); ++size)
        CHECK(rcode(query.substr(0, size)) == dns::Rcode::form_err);
    CHECK(rcode(octets(header + "c00c 0001 0001")) == dns::Rcode::form_err); // to itself
    CHECK(rcode(octets(header + "01 61 c00c 0001 0001")) == dns::Rcode::form_err);
    CHECK(rcode(octets(header + "c0ff 0001 0001")) == dns::Rcode::form_err);
    CHECK(rcode(octets(header + "40 61 00 0001 0001")) == dns::Rcode::form_err);
}

TEST_CASE("A name has 255 octets at most") {
    const std::string label(63, 'a');
    const std::string three = label + '.' + label + '.' + label + '.';
    CHECK(rcode(question(three + std::string(61, 'a'), 1)) == dns::Rcode::nx_domain);
    CHECK(rcode(question(three + std::string(62, 'a'), 1)) == dns::Rcode::form_err);
    CHECK(dns::valid_name(three + std::string(61, 'a')));
    CHECK_FALSE(dns::valid_name(three + std::string(62, 'a')));
    CHECK_FALSE(dns::valid_name("a..b"));
    CHECK_FALSE(dns::valid_name("a."));
    CHECK_FALSE(dns::valid_name(""));
    CHECK_FALSE(dns::valid_name(label + "a"));
}

TEST_CASE("Odd octets of a name are escaped") {
    const auto query = dns::read(octets(header + "06 612e5c00ff20 00 0001 0001"));
    REQUIRE(query);
    CHECK(query->name == "a\\046\\092\\000\\255\\032");
}

TEST_CASE("Messages other than queries are not answered") {
    CHECK(said("") == "nothing");
    CHECK(said(octets("1234 0100 0001 0000 0000 00")) == "nothing");
    CHECK(said(octets("1234 8180 0001 0000 0000 0000" + mail_isp + "0001 0001")) == "nothing");
}

TEST_CASE("An answer has 512 octets at most, and TC says that records are missing") {
    dns::Zone large;
    for (Address host = 0; host < 100; ++host)
        large.hosts.push_back({"mail.isp", 0x0a000000 + host});
    const std::string message = question("mail.isp", 1);
    const auto answer = dns::answer(dns::read(message).value(), large);
    REQUIRE(answer);
    CHECK(answer->message.size() <= 512);
    CHECK(records(*answer) == (512 - message.size()) / 16);
    CHECK(answer->addresses.size() == records(*answer));
    CHECK((answer->message[2] & 0x02) != 0); // TC
}

TEST_CASE("Faults replace the name server's answer") {
    const std::string query = question("mail.isp", 1);
    CHECK(rcode(query, Act::nxdomain) == dns::Rcode::nx_domain);
    CHECK(rcode(query, Act::servfail) == dns::Rcode::serv_fail);
    CHECK(said(query, Act::no_answer) == "nothing");
    CHECK(ask(query, Act::wrong_address)->addresses == std::vector<Address>{0xc0000201});
    CHECK(ask(question("pop.isp", 1), Act::wrong_address)->addresses.size() == 1);
    CHECK(said(question("example.org", 15), Act::wrong_address)
              .ends_with(hexadecimal(octets("0004 c0000201"))));
}
