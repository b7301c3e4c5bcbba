// Text and octets as XML and HTML take them, in content and in quoted attributes alike.
#pragma once

#include <string>
#include <string_view>

namespace smtpsim::report {

/// Text in UTF-8: what is no character of XML 1.0 (§2.2), or would act or deceive, shows as \xNN.
std::string markup(std::string_view text);

/// Octets of a peer: the same after visible().
std::string markup_octets(std::string_view octets);

} // namespace smtpsim::report
