#include "profiles/language/tls_versions.hpp"

#include <algorithm>

namespace smtpsim::profiles {
namespace {

std::optional<smtp::TlsVersion> tls_version(std::string_view text) {
    const auto* const found = std::ranges::find(smtp::tls_version_names, text);
    if (found == smtp::tls_version_names.end()) return std::nullopt;
    return static_cast<smtp::TlsVersion>(found - smtp::tls_version_names.begin());
}

} // namespace

TlsVersions tls_versions(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return {tls_version(text), tls_version(text)};
    return {tls_version(text.substr(0, dots)), tls_version(text.substr(dots + 2))};
}

} // namespace smtpsim::profiles
