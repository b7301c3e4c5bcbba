#include "smtp/sasl/hash.hpp"

#include "core/check.hpp"
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace smtpsim::sasl {
namespace {

const EVP_MD* algorithm(Hash hash) {
    switch (hash) {
    case Hash::md5: return EVP_md5();
    case Hash::sha1: return EVP_sha1();
    case Hash::sha256: break;
    }
    return EVP_sha256();
}

const unsigned char* data(std::string_view octets) {
    return reinterpret_cast<const unsigned char*>(octets.data());
}

using Buffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text(const Buffer& buffer, unsigned size) {
    return {reinterpret_cast<const char*>(buffer.data()), size};
}

} // namespace

std::string digest(Hash hash, std::string_view octets) {
    Buffer out;
    unsigned size = 0;
    EVP_Digest(octets.data(), octets.size(), out.data(), &size, algorithm(hash), nullptr);
    return text(out, size);
}

std::string hmac(Hash hash, std::string_view key, std::string_view octets) {
    Buffer out;
    unsigned size = 0;
    HMAC(algorithm(hash), key.data(), static_cast<int>(key.size()), data(octets), octets.size(),
         out.data(), &size);
    return text(out, size);
}

std::string stretched(Hash hash, std::string_view password, std::string_view salt, int rounds) {
    Buffer out;
    const int size = EVP_MD_get_size(algorithm(hash));
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), data(salt),
                      static_cast<int>(salt.size()), rounds, algorithm(hash), size, out.data());
    return text(out, static_cast<unsigned>(size));
}

std::string hex(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(octets.size() * 2);
    for (const char c : octets) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

std::string exclusive_or(std::string_view a, std::string_view b) {
    ensure(a.size() == b.size(), "octets that are combined are of one length");
    std::string out(a);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
    return out;
}

} // namespace smtpsim::sasl
