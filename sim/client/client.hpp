// The reference client: a persona that sends mail. Bytes, ticks and news of the connection in,
// actions out. No socket, no clock; what it does is in its own Journal, in which `received` is what
// it said and `sent` what it received, as in a server's.
#pragma once

#include "core/latest_tick.hpp"
#include "sim/client/persona.hpp"
#include "sim/client/replies.hpp"
#include "sim/journal/journal.hpp"
#include "smtp/stage.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::client {

struct Mail {
    std::string sender;
    std::vector<std::string> recipients;
    std::string content; // lines end in LF or CRLF; not stuffed
};

enum class Outcome : std::uint8_t { none, delivered, deferred, failed }; // the worse, the greater
constexpr std::string_view name(Outcome outcome) {
    constexpr std::array<std::string_view, 4> names{"none", "delivered", "deferred", "failed"};
    return names.at(static_cast<std::size_t>(outcome));
}

/// What the client reports to its user of one mail.
struct Report {
    Outcome outcome = Outcome::none;
    std::string reason; // the reply's last line, or the name of the trouble
    smtp::Stage stage = smtp::Stage::connect;
    std::size_t accepted = 0; // recipients, in the last attempt
    std::uint64_t attempts = 0;
};

/// What the endpoint must do, in this order.
struct Actions {
    bool connect = false; // resolve, then on_connecting, in the end on_connected or on_trouble
    std::string octets;
    bool close = false;

    void clear() { *this = {}; }
};

struct Target {
    std::string host; // as the user named it
    std::uint16_t port = 25;
    bool lmtp = false; // LHLO, and a reply to the message from each recipient: RFC 2033 §4
};

class Client {
public:
    /// `own_name`: what it says after EHLO. `journal` and `persona` outlive it.
    Client(const Persona& persona, Target target, std::string own_name, std::vector<Mail> mails,
           journal::Journal& journal);

    void start(Tick now, Actions& out);
    /// Once for each address that is tried. Empty: the name was not found, and on_trouble follows.
    void on_connecting(std::string_view address, Tick now);
    void on_connected(std::string_view server, std::string_view own, Tick now);
    /// It could not connect, or the connection was reset.
    void on_trouble(journal::TroubleKind kind, Tick now, Actions& out);
    void on_bytes(std::string_view bytes, Tick now, Actions& out);
    void on_eof(Tick now, Actions& out);
    void on_tick(Tick now, Actions& out); // call it once now >= deadline()

    /// Tick::max(): none.
    Tick deadline() const { return deadline_; }
    /// A connection is open, or being opened.
    bool connected() const { return state_ != State::waiting && state_ != State::done; }
    bool finished() const { return state_ == State::done; }
    const std::vector<Report>& results() const { return results_; }

private:
    enum class State : std::uint8_t { connecting, open, waiting, done };

    void handle(const Reply& reply, Tick now, Actions& out);
    void handle_greeting(const Reply& reply, Tick now, Actions& out);
    void handle_hello(const Reply& reply, smtp::Stage stage, Tick now, Actions& out);
    void handle_recipient(const Reply& reply);
    void handle_refusal(const Reply& reply, smtp::Stage stage);
    void handle_message(const Reply& reply, Tick now, Actions& out);
    void handle_data(const Reply& reply, Tick now, Actions& out);
    void go_on(smtp::Stage done, const Reply& reply, Tick now, Actions& out);

    void say(smtp::Stage stage, std::string line, Tick now, Actions& out);
    void fall_out(smtp::Stage stage, Tick now, Actions& out);
    void say_hello(Tick now, Actions& out);
    void say_mail(Tick now, Actions& out);
    void say_recipients(std::size_t from, std::size_t count, Tick now, Actions& out);
    void say_content(bool any, Tick now, Actions& out);
    void next_mail(Tick now, Actions& out);
    void quit(Tick now, Actions& out);

    void settle(Outcome outcome, std::string reason, smtp::Stage stage);
    void settle_all(Outcome outcome, const std::string& reason, smtp::Stage stage);
    Outcome judged(const Reply& reply) const;
    void end_message(Tick now, Actions& out);
    void end_session(journal::ClosedBy by, Tick now);
    void hang_up(Tick now, Actions& out);
    bool offers(std::string_view keyword) const;
    smtp::Stage due() const;
    void wait_for_reply(Tick now);

    const Persona& persona_;
    Target target_;
    std::string own_name_;
    std::vector<Mail> mails_;
    journal::Journal& journal_;
    std::vector<Report> results_; // one a mail

    LatestTick latest_;
    State state_ = State::done;
    std::uint64_t session_ = 0;
    Tick deadline_ = Tick::max();
    std::string tried_; // addresses: " at ::1, 127.0.0.1"
    Replies replies_;
    std::deque<smtp::Stage> awaited_;  // whose replies are due
    std::vector<std::string> offered_; // upper case keywords
    bool quitting_ = false;
    std::uint64_t octets_in_ = 0, octets_out_ = 0, delivered_ = 0;

    std::size_t mail_ = 0;                 // in hand
    std::size_t asked_ = 0, accepted_ = 0; // of its recipients
    Outcome refusal_ = Outcome::none;      // the worst of a recipient, at RCPT or (LMTP) at the end
    std::string refusal_reason_;
    smtp::Stage refused_at_ = smtp::Stage::rcpt;
    bool in_transaction_ = false; // MAIL was accepted, and the message has had no reply
    bool open_for_all_ = false;   // DATA went out together with MAIL and RCPT
};

} // namespace smtpsim::client
