// The server's side of one SASL exchange (RFC 4422 §3): the client's octets in, challenges and a
// verdict out. Must not know SMTP, sockets, the clock or chance: the nonce is given, so that the
// same client octets give the same challenges. Each mechanism has a file of its name.
#pragma once

#include "smtp/sasl/mechanism.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::sasl {

/// Names and passwords; a token stands in a password's place. Empty: every name and password is
/// right.
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
    /// Takes the client's next message, decoded from Base64; returns a challenge, not yet in
    /// Base64, or the verdict. A client may go on after a verdict: then it is judged again.
    /// Shape:  the first call has the initial response, or nullopt where the client gave none (not
    ///         the same as an empty one).
    /// Errors: Verdict::malformed.
    virtual Step next(std::optional<std::string_view> response) = 0;

    /// The name that the client gives, as soon as that is known; empty until then.
    const std::string& user() const { return user_; }

protected:
    std::string user_;
};

/// Begins an exchange. `context.users` outlive it; so does `context.channel`, if not null.
std::unique_ptr<Exchange> begin(Mechanism mechanism, const Context& context);

} // namespace smtpsim::sasl
