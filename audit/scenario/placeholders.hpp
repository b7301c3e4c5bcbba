// {name} in the words of a command: a fixed list, no recursion.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::scenario {

struct PlaceholderRow {
    std::string_view name, summary;
};
inline constexpr std::array placeholder_table{
    PlaceholderRow{"host", "where the server is: localhost"},
    PlaceholderRow{"port", "its port"},
    PlaceholderRow{"tls-port", "its port where TLS comes before the greeting"},
    PlaceholderRow{"modem", "a pseudo-terminal with a modem that reaches the server"},
    PlaceholderRow{"sender", "the sender's address"},
    PlaceholderRow{"recipient", "the first recipient's address"},
    PlaceholderRow{"message", "a file with the message, lines end in LF"},
    PlaceholderRow{"message-crlf", "the same with CRLF"},
    PlaceholderRow{"content", "the message itself, lines end in LF"},
    PlaceholderRow{"content-crlf", "the same with CRLF"},
    PlaceholderRow{"dir", "a folder that is removed in the end"},
    PlaceholderRow{"ca", "a file with the certificate that is to be trusted"},
    PlaceholderRow{"user", "a name to log in with"},
    PlaceholderRow{"password", "its password"},
    PlaceholderRow{"adapter", "the folder of the client's file"},
    PlaceholderRow{"smtpsim", "this program, where it is itself the client"},
    PlaceholderRow{"number", "of the client, from 1, where several run at once"},
};

using Values = std::map<std::string, std::string, std::less<>>;

/// `text` with the values; braces around anything else stay.
std::string filled(std::string_view text, const Values& values);

/// The names between braces in `text` that look like placeholders.
std::vector<std::string> placeholders_in(std::string_view text);

/// What is wrong with the first that is neither in the table nor in `others`; or nothing.
std::optional<std::string> unknown_placeholder(std::string_view text, const Values& others = {});

} // namespace smtpsim::scenario
