// What the TLS connections of a server share: its authority, and a context for each way to do TLS.
#pragma once

#include "core/problem.hpp"
#include "sim/tls/authority.hpp"
#include "smtp/tls_settings.hpp"

#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace smtpsim::tls {

class Contexts { // any thread
public:
    explicit Contexts(std::string hostname) : authority_(std::move(hostname)) {}

    const Authority& authority() const { return authority_; }

    /// Errors: OpenSSL has none of the ciphers for these versions.
    Result<SSL_CTX*> context(const smtp::TlsSettings& settings);

private:
    struct Entry {
        Entry(smtp::TlsSettings how, const Authority& by)
            : settings(std::move(how)), authority(by), context(SSL_CTX_new(TLS_server_method())) {}

        smtp::TlsSettings settings;
        const Authority& authority;
        Context context;
        std::string alpn; // as on the wire
        std::once_flag rsa_made;
        Identity rsa;
    };
    static Result<void> fill(Entry& entry);
    static int on_certificate(SSL* ssl, void* entry);

    Authority authority_;
    std::mutex mutex_;
    std::deque<Entry> entries_; // never moved: contexts point into them
};

} // namespace smtpsim::tls
