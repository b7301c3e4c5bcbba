// The server's side of one SASL exchange: the client's octets in, challenges and a verdict out.
// Sans I/O, and with the nonce given to it, so that the same client octets give the same
// challenges.
#pragma once

#include "smtp/sasl/mechanism.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::sasl {

/// Names and passwords; tokens stand in a password's place. Empty: whoever comes is let in.
using Users = std::map<std::string, std::string, std::less<>>;

/// What the TLS channel knows, for EXTERNAL and the -PLUS mechanisms.
struct Channel {
    std::string certificate_name;                             // of the client; empty: none shown
    std::map<std::string, std::string, std::less<>> bindings; // "tls-exporter" to its octets
};

struct Context {
    const Users& users;
    std::string_view host;
    std::string nonce;                // visible ASCII without a comma
    const Channel* channel = nullptr; // null: no TLS
    bool offers_binding = false;      // a -PLUS mechanism is on the list
    std::string salt{};               // SCRAM; empty: made of the host's and the user's name
};

enum class Verdict : std::uint8_t {
    challenge, // Step::octets go out, a response is to come
    accepted,
    denied,    // wrong name, password, token or proof
    malformed, // no message of this mechanism
};

struct Step {
    Verdict verdict;
    std::string octets; // of a challenge, not yet in Base64
};

class Exchange {
public:
    virtual ~Exchange() = default;
    /// `response`: decoded. The first call has the initial response, or nullopt where the client
    /// gave none (not the same as an empty one).
    virtual Step next(std::optional<std::string_view> response) = 0;

    /// Who the client says it is, as soon as that is known.
    const std::string& user() const { return user_; }

protected:
    std::string user_;
};

std::unique_ptr<Exchange> begin(Mechanism mechanism, const Context& context);

} // namespace smtpsim::sasl
