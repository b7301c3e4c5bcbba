// A range of TLS versions as profiles write it: TLSv1.2, or TLSv1.0..TLSv1.2.
#pragma once

#include "smtp/tls_settings.hpp"

#include <optional>
#include <string_view>

namespace smtpsim::smtp {

struct TlsVersions {
    std::optional<TlsVersion> least, most; // nullopt: no version of that name
};
TlsVersions tls_versions(std::string_view text);

} // namespace smtpsim::smtp
