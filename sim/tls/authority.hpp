// A certificate authority in memory, and the certificates it makes, good ones and wrong ones.
#pragma once

#include "sim/tls/openssl.hpp"
#include "smtp/tls_settings.hpp"

#include <array>
#include <string>
#include <vector>

namespace smtpsim::tls {

enum class KeyKind { ec, rsa }; // P-256; 2,048 bits

struct Identity {
    Key key;
    X509Certificate certificate;
    std::vector<X509Certificate> chain; // sent along
};

class Authority {
public:
    /// `hostname`: for whom its certificates are, besides localhost and the loopback addresses.
    /// Keys are new every time; times go by the system's clock, as those who check them do.
    explicit Authority(std::string hostname);

    /// `key`: of the server; weak_key has its own. An RSA key takes a tenth of a second.
    Identity identity(smtp::Certificate kind, KeyKind key = KeyKind::ec) const;

    /// PEM: what a client has to trust.
    std::string certificate_pem() const;
    /// PEM: the list that revokes the certificate of smtp::Certificate::revoked.
    std::string revocation_list_pem() const;

private:
    std::string hostname_;
    Key key_, leaf_key_;
    X509Certificate certificate_;
};

} // namespace smtpsim::tls
