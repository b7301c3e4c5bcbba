// Authentication (RFC 1661 §3.5) with PAP, CHAP, MS-CHAP or EAP, one side of it: packets in and
// out, then accepted or refused. Also CBCP and CCP, which come between the login and IPCP. A CHAP
// or PAP failure is decided in the files of the methods: chap.cpp, pap.cpp.
#pragma once

#include "serial/ppp/context.hpp"
#include "serial/ppp/packet.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// Steps: `send`, and once `up` (it goes on) or `finished` (the link is to end).
class AuthExchange {
public:
    AuthExchange(std::uint16_t protocol, Context& context)
        : context_(context), protocol_(protocol) {}
    virtual ~AuthExchange() = default;
    AuthExchange(const AuthExchange&) = delete;
    AuthExchange& operator=(const AuthExchange&) = delete;

    virtual void start(Tick now, Steps& out) = 0;
    /// Also after the outcome: a peer that has lost the answer asks again.
    virtual void receive(const Packet& packet, Tick now, Steps& out) = 0;
    void on_tick(Tick now, Steps& out);
    Tick deadline() const { return deadline_; }

    std::uint16_t protocol() const { return protocol_; }
    /// The user's name, as far as it is known.
    const std::string& user() const { return user_; }
    /// Why the link is to end.
    const std::string& text() const { return text_; }

protected:
    /// Sends `packet` now, and again each time the restart timer expires, until another packet is
    /// sent or the outcome is known.
    void insist(std::string packet, Tick now, Steps& out);
    /// Waits for the peer's first packet, no longer than insist() would repeat.
    void wait(Tick now);
    /// Sends nothing more, and waits without end.
    void hush() { deadline_ = Tick::max(); }
    /// Sends the provider's answer, and settles. The peer may ask for the answer again.
    void answer(bool accepted, std::string packet, Steps& out);
    void settle(bool accepted, std::string text, Steps& out);
    bool settled() const { return settled_; }

    /// Provider: the identifier to answer under.
    std::uint8_t answer_id(std::uint8_t id) const {
        return static_cast<std::uint8_t>(id + (context_.impairments.auth_wrong_id ? 1 : 0));
    }
    /// Provider: the text of a refusal that an act asks for; empty: the login is to be judged.
    std::string forced_refusal() const;
    /// Provider: nothing: no such user. Where every user is accepted, so is this one.
    const std::string* password_of(std::string_view user) const;
    bool lets_in_anyone() const { return context_.settings.users.empty(); }

    Context& context_;
    std::string user_;

private:
    std::uint16_t protocol_;
    std::string insisted_; // empty: it only waits
    int left_ = 0;         // repetitions left
    Tick deadline_ = Tick::max();
    bool settled_ = false;
    std::string text_;
};

/// `method`: value of the Authentication-Protocol option. Nothing: not one of ours.
std::unique_ptr<AuthExchange> make_login(std::string_view method, Context& context);

std::unique_ptr<AuthExchange> make_pap(Context& context);
/// `algorithm`: 5, 0x80 or 0x81.
std::unique_ptr<AuthExchange> make_chap(std::uint8_t algorithm, Context& context);
std::unique_ptr<AuthExchange> make_eap(Context& context);
std::unique_ptr<AuthExchange> make_cbcp(Context& context);
std::unique_ptr<AuthExchange> make_ccp(Context& context);

} // namespace smtpsim::ppp
