// How a server does TLS: what a profile may ask for. Must not know OpenSSL or how it is done.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

enum class Certificate : std::uint8_t {
    good,
    expired,
    not_yet_valid,
    wrong_host,
    self_signed,
    unknown_ca,
    weak_key,
    weak_hash,
    wrong_usage,
    incomplete_chain,
    revoked,
    nul_in_name,
    huge_chain,
    another,
};

struct CertificateRow {
    Certificate certificate;
    std::string_view name, summary;
    bool wrong; // a client that checks it must refuse it; false where a list or a policy decides
};

/// In enum order.
inline constexpr std::array certificate_table{
    CertificateRow{Certificate::good, "good",
                   "signed by the CA of --ca-file, for server.hostname, "
                   "localhost, 127.0.0.1 and ::1",
                   false},
    CertificateRow{Certificate::expired, "expired", "its time is over since yesterday", true},
    CertificateRow{Certificate::not_yet_valid, "not-yet-valid", "its time begins tomorrow", true},
    CertificateRow{Certificate::wrong_host, "wrong-host", "for elsewhere.invalid only", true},
    CertificateRow{Certificate::self_signed, "self-signed", "signed by its own key", true},
    CertificateRow{Certificate::unknown_ca, "unknown-ca", "signed by a CA that is not in --ca-file",
                   true},
    CertificateRow{Certificate::weak_key, "weak-key", "an RSA key of 1,024 bits", false},
    CertificateRow{Certificate::weak_hash, "weak-hash", "signed with SHA-1", false},
    CertificateRow{Certificate::wrong_usage, "wrong-usage", "for TLS clients, not for servers",
                   true},
    CertificateRow{Certificate::incomplete_chain, "incomplete-chain",
                   "the intermediate CA's certificate is not sent", true},
    CertificateRow{Certificate::revoked, "revoked", "revoked by the list of --crl-file", false},
    CertificateRow{Certificate::nul_in_name, "nul-in-name",
                   "its name is server.hostname, then NUL and another domain", true},
    CertificateRow{Certificate::huge_chain, "huge-chain",
                   "good, but sent with 200 certificates that have nothing to do with it", false},
    CertificateRow{Certificate::another, "another", "good, but of another key", false},
};

constexpr const CertificateRow& row(Certificate certificate) {
    return certificate_table.at(static_cast<std::size_t>(certificate));
}
static_assert([] {
    for (const CertificateRow& entry : certificate_table)
        if (&row(entry.certificate) != &entry) return false;
    return true;
}());

enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };
inline constexpr std::array<std::string_view, 4> tls_version_names{"TLSv1.0", "TLSv1.1", "TLSv1.2",
                                                                   "TLSv1.3"};

enum class ClientCertificate : std::uint8_t { none, requested, required };
inline constexpr std::array<std::string_view, 3> client_certificate_names{"none", "requested",
                                                                          "required"};

/// Where in the handshake the server falls silent.
enum class TlsStall : std::uint8_t {
    none,
    server_hello, // nothing is sent after the ClientHello
    certificate,  // ServerHello is sent, nothing after it
    finished,     // nothing is sent after the client's last flight
};
inline constexpr std::array<std::string_view, 4> tls_stall_names{"none", "server-hello",
                                                                 "certificate", "finished"};

struct TlsAlertRow {
    std::string_view name;
    std::uint8_t code;
};
/// RFC 8446 §6.
inline constexpr std::array tls_alert_table{
    TlsAlertRow{"close_notify", 0},           TlsAlertRow{"unexpected_message", 10},
    TlsAlertRow{"handshake_failure", 40},     TlsAlertRow{"bad_certificate", 42},
    TlsAlertRow{"certificate_unknown", 46},   TlsAlertRow{"illegal_parameter", 47},
    TlsAlertRow{"access_denied", 49},         TlsAlertRow{"decode_error", 50},
    TlsAlertRow{"protocol_version", 70},      TlsAlertRow{"insufficient_security", 71},
    TlsAlertRow{"internal_error", 80},        TlsAlertRow{"inappropriate_fallback", 86},
    TlsAlertRow{"user_canceled", 90},         TlsAlertRow{"unrecognized_name", 112},
    TlsAlertRow{"certificate_required", 116}, TlsAlertRow{"no_application_protocol", 120},
};

struct TlsSettings {
    Certificate certificate = Certificate::good;
    TlsVersion least = TlsVersion::tls1_2, most = TlsVersion::tls1_3; // RFC 8996
    std::string ciphers; // as OpenSSL writes lists of them; empty: its own choice
    ClientCertificate client_certificate = ClientCertificate::none;
    std::vector<std::string> alpn;  // that the server knows; empty: it does not look
    std::vector<std::string> names; // that SNI may ask for; empty: any
    bool tickets = true;
    bool close_notify = true;
    std::optional<std::uint64_t> record_octets; // of payload a record, at most
    TlsStall stall = TlsStall::none;
    std::optional<std::uint8_t> alert; // in place of ServerHello

    bool operator==(const TlsSettings&) const = default;
};

/// How a fault changes the server's settings for one handshake.
using TlsChange = std::function<void(TlsSettings&)>;

} // namespace smtpsim::smtp
