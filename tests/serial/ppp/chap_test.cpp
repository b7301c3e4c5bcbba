#include "serial/ppp/md4.hpp"
#include "serial/ppp/ms_chap.hpp"
#include "tests/catch.hpp"

using namespace smtpsim::ppp;

namespace {

std::string octets(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return out;
}

} // namespace

TEST_CASE("MD4 gives the digests of RFC 1320") {
    CHECK(upper_hex(md4("")) == "31D6CFE0D16AE931B73C59D7E0C089C0");
    CHECK(upper_hex(md4("abc")) == "A448017AAF21D8525FC10AE87AA6729D");
    CHECK(upper_hex(md4("message digest")) == "D9130A8164549FE818874806E1C7014B");
    CHECK(upper_hex(md4("1234567890123456789012345678901234567890123456789012345678901234567890"
                        "1234567890")) == "E33B4DDC9C38F2199C3E7B164FCC0536");
}

TEST_CASE("MS-CHAP answers as in RFC 2433") {
    const std::string hash = nt_hash("MyPw");
    CHECK(upper_hex(hash) == "FC156AF7EDCD6C0EDDE3337D427F4EAC");
    CHECK(upper_hex(nt_response(octets("102DB5DF085D3041"), hash)) ==
          "4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
}

TEST_CASE("MS-CHAP version 2 answers and proves as in RFC 2759") {
    const std::string challenge = octets("5B5D7C7D7B3F2F3E3C2C602132262628");
    const std::string peer_challenge = octets("21402324255E262A28295F2B3A337C7E");
    const std::string hash = nt_hash("clientPass");
    CHECK(upper_hex(hash) == "44EBBA8D5312B8D611474411F56989AE");
    CHECK(upper_hex(md4(hash)) == "41C00C584BD2D91C4017A2A12FA59F3F");
    const std::string question = challenge_hash(peer_challenge, challenge, "User");
    CHECK(upper_hex(question) == "D02E4386BCE91226");
    const std::string response = nt_response(question, hash);
    CHECK(upper_hex(response) == "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
    CHECK(proof_of_password(hash, response, peer_challenge, challenge, "User") ==
          "S=407A5589115FD0D6209F510FE9C04566932CDA56");
}

TEST_CASE("a password is hashed as UTF-16, and a domain is no part of a name") {
    CHECK(nt_hash("\xc3\xa9") == md4(std::string{"\xe9\x00", 2}));
    CHECK(nt_hash("\xe9") == nt_hash("\xc3\xa9")); // ISO 8859-1
    CHECK(nt_hash("\xf0\x9f\x98\x80") == md4(std::string{"\x3d\xd8\x00\xde", 4}));
    CHECK(without_domain("POST\\jdoe") == "jdoe");
    CHECK(without_domain("jdoe") == "jdoe");
}
