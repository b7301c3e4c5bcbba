// The SASL mechanisms that a server may offer with AUTH: one row each.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::sasl {

enum class Mechanism : std::uint8_t {
    plain,
    login,
    cram_md5,
    digest_md5,
    scram_sha_1,
    scram_sha_1_plus,
    scram_sha_256,
    scram_sha_256_plus,
    xoauth2,
    oauthbearer,
    external,
    anonymous,
};

struct MechanismRow {
    Mechanism mechanism;
    std::string_view name;
    bool in_clear;     // a listener learns the password or token
    bool needs_users;  // the server must know the password: it cannot accept every client
    bool server_first; // the server sends the first challenge, so there is no initial response
    bool needs_tls;    // it binds to the TLS channel, or asks for the client's certificate
    std::string_view source;
};

/// In enum order.
inline constexpr std::array mechanism_table{
    MechanismRow{Mechanism::plain, "PLAIN", true, false, false, false, "RFC 4616"},
    MechanismRow{Mechanism::login, "LOGIN", true, false, false, false,
                 "draft-murchison-sasl-login-00"},
    MechanismRow{Mechanism::cram_md5, "CRAM-MD5", false, true, true, false, "RFC 2195"},
    MechanismRow{Mechanism::digest_md5, "DIGEST-MD5", false, true, true, false, "RFC 2831"},
    MechanismRow{Mechanism::scram_sha_1, "SCRAM-SHA-1", false, true, false, false, "RFC 5802"},
    MechanismRow{Mechanism::scram_sha_1_plus, "SCRAM-SHA-1-PLUS", false, true, false, true,
                 "RFC 5802"},
    MechanismRow{Mechanism::scram_sha_256, "SCRAM-SHA-256", false, true, false, false, "RFC 7677"},
    MechanismRow{Mechanism::scram_sha_256_plus, "SCRAM-SHA-256-PLUS", false, true, false, true,
                 "RFC 7677"},
    MechanismRow{Mechanism::xoauth2, "XOAUTH2", true, false, false, false,
                 "Google, OAuth 2.0 Mechanism"},
    MechanismRow{Mechanism::oauthbearer, "OAUTHBEARER", true, false, false, false, "RFC 7628"},
    MechanismRow{Mechanism::external, "EXTERNAL", false, false, false, true, "RFC 4422 Appendix A"},
    MechanismRow{Mechanism::anonymous, "ANONYMOUS", false, false, false, false, "RFC 4505"},
};

constexpr const MechanismRow& row(Mechanism mechanism) {
    return mechanism_table.at(static_cast<std::size_t>(mechanism));
}
static_assert(std::ranges::all_of(mechanism_table, [](const MechanismRow& entry) {
    return &row(entry.mechanism) == &entry;
}));

/// The mechanism of this name. Case does not matter (RFC 4422 §3.1 requires capitals; servers are
/// lenient). nullopt: none of the table.
std::optional<Mechanism> mechanism_named(std::string_view name);

} // namespace smtpsim::sasl
