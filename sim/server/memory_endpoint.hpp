// The endpoint without a wire: a Conversation on virtual time, for tests and generated logs.
#pragma once

#include "sim/server/conversation.hpp"
#include "sim/server/network_link.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::server {

class MemoryEndpoint {
public:
    /// Connects at `start`. Every exchange takes one microsecond, so that a client which waits for
    /// its reply can be distinguished from one that does not.
    MemoryEndpoint(Instance& instance, Tick start, bool tls_at_once = false);

    /// Sends `bytes`, lets the server's own delays pass, ten minutes of them at most (RFC 5321
    /// §4.5.3.2.6: no client waits longer), and returns what the server said meanwhile.
    std::string say(std::string_view bytes);
    /// Lets time pass; returns what the server said meanwhile.
    std::string pass(Duration time);
    /// The handshake that the server asks for, if one is due.
    const std::optional<smtp::TlsSettings>& handshake() const { return handshake_; }
    /// Nothing is encrypted here: it is as if the handshake had agreed on this. Returns what the
    /// server said then.
    std::string secure(smtp::TlsInfo info = {"TLSv1.3", "TLS_AES_256_GCM_SHA384", "", "", {}});
    /// The client closes its side.
    std::string close();

    const std::string& greeting() const { return greeting_; }
    /// Everything the server said, and where its TCP segments were parted.
    const std::string& said() const { return said_; }
    const std::vector<std::size_t>& cuts() const { return cuts_; }
    /// How many TCP segments it would have taken, were none too long.
    std::size_t segments() const { return segments_; }
    Ending ending() const { return ending_; }
    bool half_closed() const { return half_closed_; }
    Tick now() const { return now_; }
    /// When the server said something last.
    Tick said_at() const { return said_at_; }
    /// What the server has not read yet.
    const std::string& unread() const { return unread_; }

private:
    std::string take(std::size_t from);
    void settle();
    void deliver();
    void collect();
    void hear(std::string_view octets);
    void change_line();
    bool busy() const;
    Tick due() const;
    void tick();

    Tick now_, said_at_{};
    Instance& instance_;
    Conversation conversation_;
    std::optional<Link> link_; // none: octets arrive as they are sent
    Actions actions_;
    std::string said_, greeting_, unread_;
    std::vector<std::size_t> cuts_;
    std::size_t segments_ = 0;
    std::optional<smtp::TlsSettings> handshake_;
    Ending ending_ = Ending::none;
    bool half_closed_ = false, closed_ = false;
};

} // namespace smtpsim::server
