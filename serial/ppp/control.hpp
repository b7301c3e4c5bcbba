// A control protocol (RFC 1661 §4, §5): Configure-Request, -Ack, -Nak, -Reject, Terminate and
// Code-Reject on the automaton's table. LCP and IPCP derive from it and add their options.
#pragma once

#include "serial/ppp/automaton.hpp"
#include "serial/ppp/context.hpp"
#include "serial/ppp/packet.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

class Control {
public:
    /// `context` outlives it.
    explicit Control(Context& context) : context_(context) {}
    virtual ~Control() = default;
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    /// Up, Down, Open, Close and the two RXJ.
    void on(Event event, Tick now, Steps& out) { on(event, nullptr, now, out); }
    void receive(std::string_view information, Tick now, Steps& out);
    virtual void on_tick(Tick now, Steps& out);
    virtual Tick deadline() const;
    State state() const { return state_; }

    /// Gives up with the reason `why`.
    void fail(std::string why, Tick now, Steps& out);
    /// Why it gave up, or how the peer ended it; empty: neither.
    const std::string& why() const { return why_; }

protected:
    struct Answer {
        Code code;            // configure_ack, _nak or _reject
        std::string value{};  // of a Nak
        bool patient = false; // Max-Failure does not make it a Configure-Reject
    };

    /// The options to be asked for. It changes only with what is received and with acts.
    virtual std::string wishes() = 0;
    virtual Answer judge(const Option& option) = 0;
    /// The peer's options as we acknowledged them.
    virtual void agree(std::string_view options) = 0;
    /// A Configure-Nak or -Reject; a text: the reason why the link ends.
    virtual std::string on_nak_or_reject(Code code, const Option& option) = 0;
    /// An option with a value that is another each time.
    virtual std::string nonsense() = 0;
    /// A code beyond the first seven. Nothing: it is not known.
    virtual std::optional<Event> on_other_code(const Packet&, Steps&) { return std::nullopt; }
    virtual std::string echo_reply(const Packet&) { return {}; }

    static void send(std::string packet, Steps& out) {
        out.push_back({Step::Kind::send, std::move(packet)});
    }

    Context& context_;

private:
    struct Reply {
        Code code;
        std::string options;
    };
    struct Held {
        Tick due;
        std::string packet;
    };

    void on(Event event, const Packet* cause, Tick now, Steps& out);
    void on_request(const Packet& packet, Tick now, Steps& out);
    void on_refusal(const Packet& packet, Tick now, Steps& out);
    Reply reply_to(std::string_view options);
    void send_request(bool again, Tick now, Steps& out);
    void send_refusal(std::uint8_t id, Tick now, Steps& out);
    void send_held(Tick now, Steps& out);
    bool answers_request(const Packet& packet);
    void start_timer(Tick now);

    State state_ = State::initial;
    Tick deadline_ = Tick::max(); // of the restart timer
    int restarts_ = 0;            // the restart counter
    std::uint8_t request_id_ = 0, other_id_ = 0;
    std::string request_;      // the options that we asked for last
    bool outstanding_ = false; // and nothing has come back
    Reply reply_{};            // to the peer's last Configure-Request
    int refusals_sent_ = 0, refusals_heard_ = 0;
    std::optional<Held> held_;
    Tick last_held_ = Tick::min();
    std::string why_;
};

} // namespace smtpsim::ppp
