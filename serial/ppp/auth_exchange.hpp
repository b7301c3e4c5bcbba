// One side of an exchange of packets that has an outcome: a login (RFC 1661 §3.5), and what else
// may stand between LCP and IPCP.
#pragma once

#include "serial/ppp/context.hpp"
#include "serial/ppp/packet.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

/// Steps: `send`, and once `up` (it goes on) or `finished` (the link is to end).
class Dialogue {
public:
    Dialogue(std::uint16_t protocol, Context& context) : context_(context), protocol_(protocol) {}
    virtual ~Dialogue() = default;
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    virtual void start(Tick now, Steps& out) = 0;
    /// Also behind the outcome: a peer that has lost the answer asks again.
    virtual void receive(const Packet& packet, Tick now, Steps& out) = 0;
    void on_tick(Tick now, Steps& out);
    Tick deadline() const { return deadline_; }

    std::uint16_t protocol() const { return protocol_; }
    /// Who logs in, as far as is known.
    const std::string& user() const { return user_; }
    /// Why the link is to end.
    const std::string& text() const { return text_; }

protected:
    /// Says it now, and again each time the restart timer expires, until something else is said or
    /// the outcome is known.
    void insist(std::string packet, Tick now, Steps& out);
    /// Waits for the peer to begin, as long as one would insist.
    void wait(Tick now);
    /// Says nothing more, and waits for ever.
    void hush() { deadline_ = Tick::max(); }
    /// Says the provider's answer, and settles. It may be asked for again.
    void answer(bool accepted, std::string packet, Steps& out);
    void settle(bool accepted, std::string text, Steps& out);
    bool settled() const { return settled_; }

    /// Provider: the identifier to answer under.
    std::uint8_t answer_id(std::uint8_t id) const {
        return static_cast<std::uint8_t>(id + (context_.impairments.auth_wrong_id ? 1 : 0));
    }
    /// Provider: the text of a refusal that an act asks for; empty: the login is to be judged.
    std::string forced_refusal() const;
    /// Provider: nothing: no such user. Where anyone is let in, so is this one.
    const std::string* password_of(std::string_view user) const;
    bool lets_in_anyone() const { return context_.settings.users.empty(); }

    Context& context_;
    std::string user_;

private:
    std::uint16_t protocol_;
    std::string insisted_; // empty: it only waits
    int left_ = 0;         // times it is said again
    Tick deadline_ = Tick::max();
    bool settled_ = false;
    std::string text_;
};

/// `method`: value of the Authentication-Protocol option. Nothing: not one of ours.
std::unique_ptr<Dialogue> make_login(std::string_view method, Context& context);

std::unique_ptr<Dialogue> make_pap(Context& context);
/// `algorithm`: 5, 0x80 or 0x81.
std::unique_ptr<Dialogue> make_chap(std::uint8_t algorithm, Context& context);
std::unique_ptr<Dialogue> make_eap(Context& context);
std::unique_ptr<Dialogue> make_cbcp(Context& context);
std::unique_ptr<Dialogue> make_ccp(Context& context);

} // namespace smtpsim::ppp
