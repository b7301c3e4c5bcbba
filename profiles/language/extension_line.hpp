// A line of `server.extensions`: "SIZE 10240000".
#pragma once

#include "smtp/server_settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

/// A server may list anything that fits a line. What is no ehlo-line gets a warning.
inline constexpr std::string_view extension_pattern = R"(^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$)";

struct ExtensionLine {
    std::string keyword;                      // upper case
    std::optional<smtp::Extension> extension; // one whose behaviour the engine has
    std::vector<std::string> parameters;      // "AUTH=LOGIN" is how servers of 1997 wrote them
};
ExtensionLine parse_extension(std::string_view line);

/// What is odd about this line, or "".
std::string odd_extension(std::string_view text);

/// Sets what the parameters of a known extension promise; leaves what they do not name.
void set_announced_limits(const ExtensionLine& line, smtp::Limits& limits);

} // namespace smtpsim::profiles
