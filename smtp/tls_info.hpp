// What a finished TLS handshake has agreed on.
#pragma once

#include "smtp/sasl/exchange.hpp"

#include <string>

namespace smtpsim::smtp {

struct TlsInfo {
    std::string version;     // "TLSv1.3"
    std::string cipher;      // "TLS_AES_256_GCM_SHA384"
    std::string server_name; // that the client asked for (SNI); empty: none
    std::string alpn;        // empty: none
    sasl::Channel channel;
};

} // namespace smtpsim::smtp
