#include "sim/tls/contexts.hpp"

#include "sim/core/text.hpp"

#include <algorithm>

namespace smtpsim::tls {
namespace {

int number(smtp::TlsVersion version) { return TLS1_VERSION + static_cast<int>(version); }

const smtp::TlsSettings& settings_of(void* entry) {
    return *static_cast<const smtp::TlsSettings*>(entry);
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

} // namespace

Result<SSL_CTX*> Contexts::context(const smtp::TlsSettings& settings) {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(entries_, settings, &Entry::settings);
    if (found != entries_.end()) return found->context.get();
    Entry& entry =
        entries_.emplace_back(Entry{settings, Context{SSL_CTX_new(TLS_server_method())}, {}});
    if (auto filled = fill(entry); filled.has_error()) {
        entries_.pop_back();
        return filled.error();
    }
    return entry.context.get();
}

Result<void> Contexts::fill(Entry& entry) const {
    const smtp::TlsSettings& settings = entry.settings;
    SSL_CTX* const context = entry.context.get();
    SSL_CTX_set_security_level(context, 0); // the profile decides what is good enough
    SSL_CTX_set_min_proto_version(context, number(settings.least));
    SSL_CTX_set_max_proto_version(context, number(settings.most));
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION);
    const std::string& ciphers = settings.ciphers;
    const bool of_1_3 = ciphers.starts_with("TLS_");
    if (!ciphers.empty() && (of_1_3 ? SSL_CTX_set_ciphersuites(context, ciphers.c_str())
                                    : SSL_CTX_set_cipher_list(context, ciphers.c_str())) != 1)
        return Failure{"OpenSSL has no ciphers " + ciphers};
    if (!settings.tickets) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    }
    constexpr std::string_view name = "smtpsim";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<unsigned>(name.size()));
    SSL_CTX_set_tlsext_servername_callback(context, on_server_name);
    SSL_CTX_set_tlsext_servername_arg(context, &entry.settings);
    for (const std::string& protocol : settings.alpn)
        entry.alpn += static_cast<char>(protocol.size()) + protocol;
    if (!entry.alpn.empty()) SSL_CTX_set_alpn_select_cb(context, on_alpn, &entry.alpn);
    SSL_CTX_set_verify(context, verify_mode(settings.client_certificate), on_client_certificate);

    Identity identity = authority_.identity(settings.certificate);
    SSL_CTX_use_certificate(context, identity.certificate.get());
    SSL_CTX_use_PrivateKey(context, identity.key.get());
    for (X509Certificate& certificate : identity.chain)
        SSL_CTX_add0_chain_cert(context, certificate.release());
    return {};
}

} // namespace smtpsim::tls
