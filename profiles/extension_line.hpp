// A line of `server.extensions`: "SIZE 10240000".
#pragma once

#include "sim/smtp/personality.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::profiles {

/// A keyword, then parameters; "AUTH=LOGIN" is how servers of 1997 wrote it. Parameters are of
/// visible characters (RFC 5321 §4.1.1.1, ehlo-line).
inline constexpr std::string_view extension_pattern =
    R"(^[A-Za-z0-9][A-Za-z0-9-]*(=[\x21-\x7e]+)?( [\x21-\x7e]+)*$)";

struct ExtensionLine {
    std::string keyword;                      // upper case
    std::optional<smtp::Extension> extension; // one whose behaviour the engine has
    std::optional<std::uint64_t> size;        // SIZE n, where n is not 0 (RFC 1870 §4: no limit)
};
ExtensionLine parse_extension(std::string_view line);

/// What is wrong with announcing this, or "".
std::string wrong_extension(std::string_view line);

} // namespace smtpsim::profiles
