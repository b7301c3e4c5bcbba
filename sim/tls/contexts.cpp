#include "sim/tls/contexts.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::tls {
namespace {

int number(smtp::TlsVersion version) { return TLS1_VERSION + static_cast<int>(version); }

std::string name(smtp::TlsVersion version) {
    return std::string(smtp::tls_version_names.at(static_cast<std::size_t>(version)));
}

const smtp::TlsSettings& settings_of(void* entry) {
    return *static_cast<const smtp::TlsSettings*>(entry);
}

bool is_of_1_3(const SSL_CIPHER* cipher) {
    return SSL_CIPHER_get_auth_nid(cipher) == NID_auth_any; // RFC 8446 §B.4
}

int on_server_name(SSL* ssl, int* alert, void* argument) {
    const auto& names = settings_of(argument).names;
    const char* const wanted = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (wanted == nullptr || names.empty()) return SSL_TLSEXT_ERR_OK;
    if (std::ranges::any_of(
            names, [&](const std::string& name) { return equal_ignoring_case(name, wanted); }))
        return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int on_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
            unsigned int in_size, void* argument) {
    const auto& known = *static_cast<const std::string*>(argument);
    unsigned char* chosen = nullptr;
    const int found =
        SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>(known.data()),
                              static_cast<unsigned>(known.size()), in, in_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Any certificate of a client will do: what it says is recorded.
int on_client_certificate(int, X509_STORE_CTX*) { return 1; }

int verify_mode(smtp::ClientCertificate wanted) {
    switch (wanted) {
    case smtp::ClientCertificate::none: break;
    case smtp::ClientCertificate::requested: return SSL_VERIFY_PEER;
    case smtp::ClientCertificate::required:
        return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    }
    return SSL_VERIFY_NONE;
}

/// Is there one for the context's versions, of TLS 1.3 or of those before?
bool has_cipher(SSL_CTX* context, bool of_1_3) {
    const Connection connection{SSL_new(context)};
    STACK_OF(SSL_CIPHER)* const ciphers = SSL_get1_supported_ciphers(connection.get());
    bool found = false;
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i)
        found |= is_of_1_3(sk_SSL_CIPHER_value(ciphers, i)) == of_1_3;
    sk_SSL_CIPHER_free(ciphers);
    return found;
}

/// Does the client take a server with an ECDSA key, as far as it has said?
bool takes_ecdsa(SSL* ssl) {
    const int algorithms = SSL_get_sigalgs(ssl, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
    bool signature = algorithms == 0; // none before TLS 1.2
    for (int i = 0; i < algorithms && !signature; ++i) {
        int kind = NID_undef;
        SSL_get_sigalgs(ssl, i, &kind, nullptr, nullptr, nullptr, nullptr);
        signature = kind == EVP_PKEY_EC;
    }
    if (!signature || SSL_version(ssl) >= TLS1_3_VERSION) return signature;
    const STACK_OF(SSL_CIPHER)* const theirs = SSL_get_client_ciphers(ssl);
    STACK_OF(SSL_CIPHER)* const ours = SSL_get_ciphers(ssl);
    for (int i = 0; i < sk_SSL_CIPHER_num(theirs); ++i) {
        const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(theirs, i);
        if (SSL_CIPHER_get_auth_nid(cipher) != NID_auth_ecdsa) continue;
        for (int j = 0; j < sk_SSL_CIPHER_num(ours); ++j)
            if (sk_SSL_CIPHER_value(ours, j) == cipher) return true;
    }
    return false;
}

} // namespace

/// An RSA key is made for the first client that knows nothing else.
int Contexts::on_certificate(SSL* ssl, void* argument) {
    Entry& entry = *static_cast<Entry*>(argument);
    if (takes_ecdsa(ssl)) return 1;
    std::call_once(entry.rsa_made, [&] {
        entry.rsa = entry.authority.identity(entry.settings.certificate, KeyKind::rsa);
    });
    SSL_use_certificate(ssl, entry.rsa.certificate.get());
    SSL_use_PrivateKey(ssl, entry.rsa.key.get());
    for (const X509Certificate& certificate : entry.rsa.chain)
        SSL_add1_chain_cert(ssl, certificate.get());
    return 1;
}

Result<SSL_CTX*> Contexts::context(const smtp::TlsSettings& settings) {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(entries_, settings, &Entry::settings);
    if (found != entries_.end()) return found->context.get();
    Entry& entry = entries_.emplace_back(settings, authority_);
    if (auto filled = fill(entry); filled.has_error()) {
        entries_.pop_back();
        return filled.error();
    }
    return entry.context.get();
}

Result<void> Contexts::fill(Entry& entry) {
    const smtp::TlsSettings& settings = entry.settings;
    SSL_CTX* const context = entry.context.get();
    SSL_CTX_set_security_level(context, 0); // the profile decides what is good enough
    SSL_CTX_set_min_proto_version(context, number(settings.least));
    SSL_CTX_set_max_proto_version(context, number(settings.most));
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION);
    const std::string& ciphers = settings.ciphers;
    const bool of_1_3 = ciphers.starts_with("TLS_");
    if (!ciphers.empty()) {
        const bool known = of_1_3 ? SSL_CTX_set_ciphersuites(context, ciphers.c_str()) == 1
                                  : SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1;
        if (!known || !has_cipher(context, of_1_3))
            return Failure{"OpenSSL has no ciphers " + ciphers + " for " + name(settings.least) +
                           ".." + name(settings.most)};
    }
    SSL_CTX_set_dh_auto(context, 1);
    if (!settings.tickets) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    }
    constexpr std::string_view ours = "smtpsim";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(ours.data()),
                                   static_cast<unsigned>(ours.size()));
    SSL_CTX_set_tlsext_servername_callback(context, on_server_name);
    SSL_CTX_set_tlsext_servername_arg(context, &entry.settings);
    for (const std::string& protocol : settings.alpn)
        entry.alpn += static_cast<char>(protocol.size()) + protocol;
    if (!entry.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, on_alpn, &entry.alpn);
    SSL_CTX_set_verify(context, verify_mode(settings.client_certificate), on_client_certificate);

    Identity identity = entry.authority.identity(settings.certificate);
    SSL_CTX_use_certificate(context, identity.certificate.get());
    SSL_CTX_use_PrivateKey(context, identity.key.get());
    for (X509Certificate& certificate : identity.chain)
        SSL_CTX_add0_chain_cert(context, certificate.release());
    if (settings.certificate != smtp::Certificate::weak_key)
        SSL_CTX_set_cert_cb(context, on_certificate, &entry);
    return {};
}

} // namespace smtpsim::tls
