// One end of a PPP link (RFC 1661), from LCP through the login to IPCP: octets of the line and IP
// packets in and out, on ticks. The provider's end, which can impair every packet, and the
// client's. It has no line and no clock.
#pragma once

#include "core/latest_tick.hpp"
#include "serial/ppp/auth_exchange.hpp"
#include "serial/ppp/hdlc_frame.hpp"
#include "serial/ppp/ipcp.hpp"
#include "serial/ppp/lcp.hpp"
#include "serial/ppp/ppp_impairments.hpp"
#include "serial/ppp/ppp_settings.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::ppp {

/// RFC 1661 §3.2.
enum class Phase : std::uint8_t { dead, establish, authenticate, network, terminate };
std::string_view name(Phase phase);

/// The points at which faults are evaluated: before LCP's first packet, as a login begins,
/// before IPCP's first packet.
enum class At : std::uint8_t { lcp, auth, ipcp };

/// An event of the link, for the Journal.
struct PppNote {
    enum class Kind : std::uint8_t { sent, received, phase, up, down, failed } kind;
    std::string text;     // a packet's text, a phase's name, why it failed
    std::string octets{}; // of a packet: protocol field and information; passwords are starred
};

/// What the owner must do.
struct Actions {
    std::string octets;               // to the line
    std::vector<std::string> packets; // IP packets from the peer, as they came
    std::vector<PppNote> notes;       // empty without Settings::journal
    bool hang_up = false;             // the link is over: after the octets, drop the carrier

    /// Keeps the memory.
    void clear();
};

class Link {
public:
    /// `ask` is called within open() or on_octets() or on_tick(), and may call apply() with the
    /// same tick and Actions.
    Link(Settings settings, Rng dice, std::function<void(At, Link&)> ask = {});
    Link(const Link&) = delete; // its parts point at each other
    Link& operator=(const Link&) = delete;

    /// The carrier is there. It may be called again once the phase is dead.
    void open(Tick now, Actions& out);
    /// Ends the link: sends a Terminate-Request, and hangs up after the answer to it.
    void close(Tick now, Actions& out);
    void on_carrier_lost(Tick now, Actions& out);

    void on_octets(std::string_view octets, Tick now, Actions& out);
    /// An IP packet to the peer. Dropped where IP is not up, or where it is longer than peer_mru().
    void on_packet(std::string_view ip, Tick now, Actions& out);

    void on_tick(Tick now, Actions& out); // call it once now >= deadline()
    /// Tick::max(): none.
    Tick deadline() const;

    /// An act of faults::Layer::ppp, from here on. What is negotiated earlier than it is applied
    /// counts when it is negotiated again.
    void apply(const faults::Impairment& impairment, Tick now, Actions& out);

    Phase phase() const { return phase_; }
    /// IP packets pass.
    bool up() const { return up_; }
    /// Why the link failed or who ended it; empty: it has not, or close() ended it.
    std::string_view why() const { return why_; }
    std::uint16_t peer_mru() const { return lcp_->peer().mru; }
    /// The user who logged in; empty: no login was required, or none is complete.
    const std::string& user() const { return user_; }

    /// Host order; 0: none. A client's are what it was given.
    std::uint32_t address() const { return ipcp_->address(); }
    std::uint32_t peer_address() const { return ipcp_->peer_address(); }
    std::uint32_t dns1() const { return ipcp_->dns1(); }
    std::uint32_t dns2() const { return ipcp_->dns2(); }

private:
    void on_frame(const Frame& frame, Tick now, Actions& out);
    void on_unknown(const Frame& frame, Tick now, Actions& out);
    void on_rejected(std::uint16_t protocol, Tick now, Actions& out);

    void lcp_event(Event event, Tick now, Actions& out);
    void ipcp_event(Event event, Tick now, Actions& out);
    void perform_lcp(const Steps& steps, Tick now, Actions& out);
    void perform_ipcp(const Steps& steps, Tick now, Actions& out);
    void perform_exchange(AuthExchange& exchange, const Steps& steps, Tick now, Actions& out);

    void lcp_up(Tick now, Actions& out);
    void lcp_down(Tick now, Actions& out);
    void log_in(std::string_view method, Tick now, Actions& out);
    void logged_in(Tick now, Actions& out);
    void begin_network(Tick now, Actions& out);
    void begin(std::unique_ptr<AuthExchange>& slot, std::unique_ptr<AuthExchange> exchange,
               Tick now, Actions& out);
    void ipcp_up(Tick now, Actions& out);
    void end_up(Actions& out);
    void fail(std::string why, Tick now, Actions& out);
    void finish(bool hang_up, Actions& out);

    void transmit(std::uint16_t protocol, std::string_view information, Actions& out);
    void damage_length(std::string& packet);
    void enter(Phase phase, Actions& out);
    bool asked(At at, Phase phase);
    void set_escapes();
    bool is_client() const { return context_.settings.role == Role::client; }

    LatestTick latest_;
    Context context_;
    std::function<void(At, Link&)> ask_;
    std::optional<Lcp> lcp_; // never empty; made anew with each call
    std::optional<Ipcp> ipcp_;
    std::unique_ptr<AuthExchange> login_;       // kept until LCP goes down
    std::unique_ptr<AuthExchange> after_login_; // CBCP or CCP, after the login
    Encoder lcp_encoder_, encoder_;
    Decoder decoder_;
    Phase phase_ = Phase::dead;
    bool up_ = false;
    std::string why_, user_;
};

} // namespace smtpsim::ppp
