#include "serial/ppp/ms_chap.hpp"

#include "core/text.hpp"
#include "serial/ppp/md4.hpp"
#include "smtp/sasl/hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace smtpsim::ppp {

namespace {

constexpr std::size_t des_block_size = 8, des_key_size = 7;

/// 56 bits, seven to an octet: the lowest bit of each is the parity, which DES ignores.
std::array<unsigned char, des_block_size> des_key(std::string_view bits) {
    std::uint64_t all = 0;
    for (const char c : bits) all = all << 8U | static_cast<std::uint8_t>(c);
    std::array<unsigned char, des_block_size> key;
    for (unsigned i = 0; i < des_block_size; ++i)
        key[i] = static_cast<unsigned char>((all >> (49 - 7 * i) & 0x7f) << 1U);
    return key;
}

/// DES as triple DES with the same key three times: the middle one undoes the first.
std::string des(std::string_view block, std::string_view bits) {
    const auto single = des_key(bits);
    std::array<unsigned char, 3 * des_block_size> key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = single[i % des_block_size];
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
    std::array<unsigned char, 2 * des_block_size> out;
    int size = 0;
    if (!context ||
        EVP_EncryptInit_ex(context.get(), EVP_des_ede3_ecb(), nullptr, key.data(), nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_EncryptUpdate(context.get(), out.data(), &size,
                          reinterpret_cast<const unsigned char*>(block.data()),
                          des_block_size) != 1)
        throw std::runtime_error{"OpenSSL has no triple DES"};
    return {reinterpret_cast<const char*>(out.data()), des_block_size};
}

void append_utf16(std::uint32_t unit, std::string& out) {
    out += static_cast<char>(unit);
    out += static_cast<char>(unit >> 8U);
}

/// Lowest octet first. What is no UTF-8 is taken as ISO 8859-1.
std::string utf16(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto lead = static_cast<std::uint8_t>(text[0]);
        const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::uint32_t character = size == 1 ? lead : lead & (0x7fU >> size);
        bool whole = text.size() >= size;
        for (std::size_t i = 1; whole && i < size; ++i) {
            const auto next = static_cast<std::uint8_t>(text[i]);
            whole = (next & 0xc0U) == 0x80;
            character = character << 6U | (next & 0x3fU);
        }
        text.remove_prefix(whole ? size : 1);
        if (!whole) character = lead;
        if (character < 0x10000) {
            append_utf16(character, out);
        } else {
            append_utf16(0xd800 + ((character - 0x10000) >> 10U), out);
            append_utf16(0xdc00 + (character & 0x3ffU), out);
        }
    }
    return out;
}

std::string sha1(std::string_view octets) { return sasl::digest(sasl::Hash::sha1, octets); }

} // namespace

std::string nt_hash(std::string_view password) { return md4(utf16(password)); }

std::string nt_response(std::string_view challenge, std::string_view hash) {
    std::string keys{hash};
    keys.resize(3 * des_key_size);
    std::string out;
    for (std::size_t i = 0; i < 3; ++i)
        out += des(challenge, std::string_view{keys}.substr(des_key_size * i, des_key_size));
    return out;
}

std::string challenge_hash(std::string_view peer_challenge, std::string_view challenge,
                           std::string_view user) {
    std::string all{peer_challenge};
    all += challenge;
    all += user;
    return sha1(all).substr(0, des_block_size);
}

std::string proof_of_password(std::string_view hash, std::string_view response,
                              std::string_view peer_challenge, std::string_view challenge,
                              std::string_view user) {
    constexpr std::string_view magic1 = "Magic server to client signing constant";
    constexpr std::string_view magic2 = "Pad to make it do more than one iteration";
    std::string first = md4(hash);
    first += response;
    first += magic1;
    std::string second = sha1(first);
    second += challenge_hash(peer_challenge, challenge, user);
    second += magic2;
    return "S=" + upper_hex(sha1(second));
}

std::string_view without_domain(std::string_view user) {
    return user.substr(user.rfind('\\') + 1); // npos + 1 is 0
}

std::string upper_hex(std::string_view octets) {
    std::string out = sasl::hex(octets);
    for (char& c : out) c = to_upper(c);
    return out;
}

} // namespace smtpsim::ppp
