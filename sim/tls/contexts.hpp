// What the TLS connections of a server share: its authority, and a context for each way to do TLS.
#pragma once

#include "sim/core/problem.hpp"
#include "sim/smtp/tls_settings.hpp"
#include "sim/tls/authority.hpp"

#include <deque>
#include <mutex>
#include <string>

namespace smtpsim::tls {

class Contexts { // any thread
public:
    explicit Contexts(std::string hostname) : authority_(std::move(hostname)) {}

    const Authority& authority() const { return authority_; }

    /// Errors: OpenSSL has none of the ciphers.
    Result<SSL_CTX*> context(const smtp::TlsSettings& settings);

private:
    struct Entry {
        smtp::TlsSettings settings;
        Context context;
        std::string alpn; // as on the wire
    };
    Result<void> fill(Entry& entry) const;

    Authority authority_;
    std::mutex mutex_;
    std::deque<Entry> entries_; // never moved: contexts point into them
};

} // namespace smtpsim::tls
