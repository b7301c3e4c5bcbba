// The mail that a client is given, and whether what a server has kept is that mail.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::scenario {

struct Mail {
    std::string sender = "jdoe@somewhere.com", recipient = "janed@elsewhere.com";
    std::string content; // lines end in LF
};
/// A short message that both ends of a test know.
const Mail& usual_mail();

/// So much of a message is kept to be compared.
inline constexpr std::size_t compared_octets_max = 1UL << 16;

struct StoredMail {
    std::string sender;
    std::vector<std::string> recipients;
    std::string content;       // dots undone; no more than is compared
    bool acknowledged = false; // with 2yz
};

/// What is wrong with what was kept: another envelope, or the lines of the body given are not
/// in it, one after the other. The text around them is the client's: header fields, and parts
/// of MIME where it makes a message of what it takes for a text.
std::optional<std::string> damage(const Mail& given, const StoredMail& kept);

} // namespace smtpsim::scenario
