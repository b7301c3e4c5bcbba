#include "smtp/yaml/tls_versions.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

std::optional<TlsVersion> tls_version(std::string_view text) {
    const auto* const found = std::ranges::find(tls_version_names, text);
    if (found == tls_version_names.end()) return std::nullopt;
    return static_cast<TlsVersion>(found - tls_version_names.begin());
}

} // namespace

TlsVersions tls_versions(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return {tls_version(text), tls_version(text)};
    return {tls_version(text.substr(0, dots)), tls_version(text.substr(dots + 2))};
}

} // namespace smtpsim::smtp
