// The SMTP state machine of one connection. Octets and ticks in, ProtocolEvents out; what was then
// really said comes back through settle(). Its states and what moves them: session_state.hpp.
// Must not know sockets, the clock, chance or faults.
//
//     session.cpp              begins and ends, reads lines, yields the next event
//     session_transitions.cpp  what a reply that was said changes
//     session_commands.cpp     judges a command: known, allowed, in order, its argument
//     session_mail.cpp         judges MAIL and RCPT
//     session_data.cpp         content after DATA, and the reply after the message
//     session_bdat.cpp         BDAT
//     session_auth.cpp         AUTH
//     session_secrets.cpp      passwords masked in all that is shown
//     session_tls.cpp          the handshake, and what clients do before and after it
//     session_xclient.cpp      XCLIENT and XFORWARD
#pragma once

#include "smtp/announced_extensions.hpp"
#include "smtp/input_buffer.hpp"
#include "smtp/parameter.hpp"
#include "smtp/path.hpp"
#include "smtp/protocol_event.hpp"
#include "smtp/server_settings.hpp"
#include "smtp/server_state.hpp"
#include "smtp/session_state.hpp"
#include "smtp/transaction.hpp"

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace smtpsim::smtp {

class Session {
public:
    struct Options {
        bool keep_content = false;   // collect the message for content()
        bool reveal_secrets = false; // ProtocolEvents show passwords as they were sent
        bool tls_at_once = false;    // before the greeting (RFC 8314 §3.3)
    };
    /// All outlive the session. `client_ip`: as Values::client_ip shows it.
    Session(const ServerSettings& settings, ServerState& server_state, Options options,
            std::string_view client_ip);

    /// The first ProtocolEvent: the greeting, or the TLS handshake that comes before it.
    ProtocolEvent begin();
    /// Octets of the client that arrived at `at`. See InputBuffer::give.
    void give(std::string_view bytes, Tick at) { input_.give(bytes, at); }
    /// Call before the octets given end their life. See InputBuffer::keep.
    void keep_unread() { input_.keep(); }
    std::string_view unread() const { return input_.unread(); }

    /// The next ProtocolEvent in what was given, or nullopt where more is needed. Call settle() for
    /// each that has a reply before asking again; an event's views live until then.
    std::optional<ProtocolEvent> next(Tick now);
    /// Which code the client was sent in reply to `event`, or nullopt where nothing was sent, which
    /// counts as the healthy reply. Only this moves the session: see session_state.hpp.
    void settle(const ProtocolEvent& event, std::optional<ReplyCode> said);
    /// The reply to EHLO announced this, not what the server honours. Call after settle().
    void announce(Announced announced);
    /// A fault has taken STARTTLS off the reply to EHLO, although the server has it: a client that
    /// goes on in the clear accepts a downgrade (RFC 8314 §3).
    void keep_back_tls();
    /// The octets of the last reply left at `at`; commands that arrived until then were pipelined
    /// (RFC 2920 §3.1).
    void replied(Tick at) { replied_at_ = at; }

    // After a ProtocolEvent of Stage::tls nothing is read until the handshake ends.
    /// TLS comes first here, and what has arrived is none.
    bool speaks_no_tls() const;
    /// Has a TLS record, a handshake's or an alert, arrived, at the front or after other octets?
    bool handshake_has_begun() const;
    /// Drops what came in the clear before the handshake. After STARTTLS that is a finding
    /// (RFC 3207 §4). The event has no reply.
    ProtocolEvent drop_clear();
    /// Takes the octets of the handshake that have arrived, and leaves none unread.
    std::string take_handshake();
    /// The handshake is done. `channel` outlives the session; `wrong_certificate`: the server's is
    /// one that a client should refuse.
    void secured(const sasl::Channel& channel, bool wrong_certificate);
    bool within_tls() const { return tls_.channel != nullptr; }

    /// The client was silent for longer than limits.idle: a farewell (RFC 5321 §4.5.3.2.7).
    ProtocolEvent idle() const;
    /// Call once it is known that no more will come. What is left unread of a client that has
    /// closed, and the findings about its end. The event has no reply.
    ProtocolEvent at_end(bool client_closed);

    /// Content events go up to this octet on the wire, and no further until the next call.
    void stop_content_at(std::uint64_t wire_octets) { transaction_.content_stop = wire_octets; }

    /// Within a transaction or a message: a server that is asked to stop lets it end.
    bool busy() const { return transaction_.open || !is_in<state::Commands>(); }
    std::string_view client_ip() const { return client_ip_; } // XCLIENT changes it
    /// Who has logged in; empty: no one, or without a name.
    std::string_view user() const { return user_ ? std::string_view(*user_) : ""; }
    std::string_view helo() const { return hello_.name; } // as HELO, EHLO, LHLO or XCLIENT gave it
    std::string_view sender() const { return transaction_.sender; }
    std::span<const std::string> recipients() const { return transaction_.recipients.all(); }
    std::string_view content() const { return transaction_.text; } // with Options::keep_content
    std::uint64_t content_octets() const { return transaction_.content.wire_octets(); } // so far

private:
    /// HELO, EHLO or LHLO, as accepted last.
    struct Hello {
        enum class Kind : std::uint8_t { none, helo, ehlo } kind = Kind::none;
        std::string name;
        bool list_holds = false; // XCLIENT made it another client's, who was given EHLO's list
    };
    /// What a client that has missed a refusal may send next as if it were commands.
    enum class Stray : std::uint8_t {
        none,
        content,  // of DATA
        response, // to AUTH
    };
    struct LastCommand {
        std::optional<Verb> verb; // none: no command yet
        /// What was read last may be followed in its group, whatever the verb: a message.
        bool leads_group = false;
        bool message = false; // it was content that DATA brought
        Stray stray = Stray::none;
    };
    /// What should have ended the session.
    struct Farewell {
        bool greeting_refused = false;
        bool said_421 = false;
        bool quit = false; // the client said it
    };
    struct TlsTrust {
        const sasl::Channel* channel = nullptr; // null: in the clear
        bool refused = false;                   // STARTTLS was, and nothing was made of it yet
        /// What the client's next step will show, if it is one that it should not take:
        /// certificate_not_checked at anything but QUIT, trusted_before_tls and downgrade_accepted
        /// at MAIL and AUTH.
        Findings pending;
    };
    /// AUTH. It begins when the command is judged, before settle() is given the reply that leads
    /// to state::Responding; and what a fault lets the client believe goes by the last one.
    struct AuthExchange {
        std::unique_ptr<sasl::Exchange> mechanism; // null: none is under way
        std::optional<Reply> challenge;            // the last one: an event's reply may point to it
        std::string user;                          // who the client says it is
        bool response_in_clear = false; // the next response shows a password, without TLS
    };
    /// Of octets that are shown.
    struct Masking {
        std::string text;         // an event's views may point into it
        bool within_line = false; // the line that is being read belongs to a login
    };
    using TakenParameters = std::bitset<parameter_table.size()>; // by KnownParameter::sets

    template <class State> bool is_in() const { return std::holds_alternative<State>(state_); }
    bool esmtp() const { return hello_.kind == Hello::Kind::ehlo; }
    /// May a client use it: did the last reply to EHLO list it?
    bool announced(Extension extension) const;
    bool was_given_list() const { return esmtp() || hello_.list_holds; }
    bool honours(Extension extension) const;
    bool knows(const VerbRow& verb) const;
    bool refuses(Findings departures) const;

    // session.cpp
    ProtocolEvent event_at(Stage stage) const;
    ProtocolEvent greet();
    std::optional<ProtocolEvent> next_turn();
    std::optional<ProtocolEvent> next_command();
    void judge_line(ProtocolEvent& event, std::string_view text);
    void judge_overlong_line(ProtocolEvent& event);
    void note_fragment(std::string_view octets);
    void note_length(ProtocolEvent& event, Verb verb, std::uint64_t octets) const;
    std::uint64_t line_octets_max() const;
    std::uint64_t command_octets_max(Verb verb) const;
    bool is_ahead(Tick arrived) const { return replied_at_ && arrived <= *replied_at_; }
    void note_pipelining(Tick arrived, bool content, Findings& findings) const;
    void say(ProtocolEvent& event, ReplyId id) const;
    void say_error_or_close(ProtocolEvent& event);
    void end_transaction();
    void forget_client();

    // session_transitions.cpp
    void settle_command(const ProtocolEvent& event, ReplyCode code);
    void settle_accepted(const ProtocolEvent& event);
    void settle_hello(const ProtocolEvent& event, ReplyCode code);
    void settle_mail(const ProtocolEvent& event);
    void settle_rcpt(const ProtocolEvent& event);
    void settle_message(ReplyCode code);
    Stray stray_after(const ProtocolEvent& event, ReplyCode code) const;

    // session_commands.cpp
    void judge(ProtocolEvent& event, const Command& command);
    void judge_command(ProtocolEvent& event, const Command& command);
    bool is_http(std::string_view line, const Command& command) const;
    bool is_foreign_command(std::string_view word) const;
    bool lacks(const VerbRow& verb) const;
    ReplyId refusal_or(ReplyId judged, const VerbRow& verb) const;
    bool has_refused_octets(ProtocolEvent& event, const VerbRow& verb) const;
    void note_command(ProtocolEvent& event, const Command& command);
    void judge_unknown(ProtocolEvent& event, std::string_view word) const;
    void judge_known(ProtocolEvent& event, const VerbRow& verb, std::string_view argument);
    ReplyId reply_to_unknown(const VerbRow& verb) const;
    std::optional<ReplyId> judge_rights(const VerbRow& verb) const;
    ReplyId judge_order(ProtocolEvent& event, const VerbRow& verb) const;
    ReplyId judge_order_of_mail(ProtocolEvent& event, const VerbRow& verb) const;
    ReplyId judge_order_of_data(ProtocolEvent& event, const VerbRow& verb) const;
    ReplyId judge_argument(ProtocolEvent& event, const VerbRow& verb, std::string_view argument);
    ReplyId judge_required(ProtocolEvent& event, const VerbRow& verb,
                           std::string_view argument) const;

    // session_mail.cpp
    ReplyId judge_path(ProtocolEvent& event, const VerbRow& verb, std::string_view argument);
    ReplyId judge_reverse_path(ProtocolEvent& event, const VerbRow& verb, const Path& path);
    ReplyId judge_forward_path(ProtocolEvent& event, const VerbRow& verb, const Path& path);
    bool needs_utf8(ProtocolEvent& event, const Path& path) const;
    ReplyId judge_mailbox(const VerbRow& verb, std::string_view mailbox);
    std::optional<ReplyId> judge_parameters(ProtocolEvent& event, const Path& path,
                                            bool of_mail) const;
    const ParameterRow* brought_by(const KnownParameter& known) const;
    std::optional<ReplyId> judge_parameter(ProtocolEvent& event, const Parameter& parameter,
                                           bool of_mail, TakenParameters& taken) const;
    bool is_of_too_many_domains(std::string_view domain) const;

    // session_data.cpp
    std::optional<ProtocolEvent> next_content();
    ProtocolEvent next_delivery();
    void judge_message(ProtocolEvent& event, std::span<const std::string> recipients);
    Findings message_findings() const;
    bool has_room_at_data() const;

    // session_bdat.cpp
    void judge_chunk(ProtocolEvent& event, std::string_view argument);
    void pass_over_chunk(ProtocolEvent& event, std::string_view argument);
    bool reads_on_at_bdat() const;
    std::optional<ReplyId> chunk_refusal(std::uint64_t octets) const;
    std::optional<ProtocolEvent> next_chunk();
    std::optional<ProtocolEvent> next_refused_chunk();
    ProtocolEvent chunk_event(std::uint64_t octets_max) const;
    void settle_chunk(ReplyCode code);

    // session_secrets.cpp
    bool reads_secret() const;
    bool may_be_answered(const ProtocolEvent& event) const;
    void mask(ProtocolEvent& event, std::size_t from);
    void mask_initial_response(ProtocolEvent& event);
    std::string without_secrets(std::string_view octets) const;

    // session_auth.cpp
    void note_auth(ProtocolEvent& event, std::string_view argument) const;
    void judge_auth(ProtocolEvent& event, std::string_view argument);
    std::optional<ReplyId> auth_refusal(ProtocolEvent& event, std::string_view name,
                                        std::string_view initial_response) const;
    void begin_auth(sasl::Mechanism mechanism);
    void judge_response(ProtocolEvent& event, std::string_view text);
    void answer(ProtocolEvent& event, std::optional<std::string_view> response);
    void settle_auth(ReplyCode code);

    // session_tls.cpp
    bool begins_handshake() const;
    ProtocolEvent handshake_out_of_place();
    ProtocolEvent begin_handshake();
    void pend(Finding finding, bool holds);
    void note_tls(ProtocolEvent& event);
    void take_list(const Announced& announced);
    void settle_starttls(ReplyCode code);

    // session_xclient.cpp
    ReplyId judge_attributes(const VerbRow& verb, std::string_view argument) const;
    bool takes_attribute(const VerbRow& verb, std::string_view name) const;
    void be_another_client(std::string_view line);
    void set_client_attribute(std::string_view name, std::string value);

    const ServerSettings& settings_;
    ServerState& server_state_;
    Options options_;
    SessionState state_;
    InputBuffer input_;
    Transaction transaction_;
    Hello hello_;
    std::unique_ptr<const Announced> announced_otherwise_; // than the settings say
    const Announced* announced_;                           // by the last reply to EHLO
    AuthExchange auth_;
    std::optional<std::string> user_; // who has logged in
    std::string client_ip_;
    struct Overlong {
        std::uint64_t octets = 0; // read so far
        Verb verb = Verb::unknown;
    } overlong_; // the line over the limit that is being read
    Masking masking_;
    TlsTrust tls_;
    LastCommand last_;
    Farewell farewell_;
    std::uint64_t errors_ = 0, messages_ = 0;
    Tick now_{}; // of the last next()
    std::optional<Tick> replied_at_;
    bool arrived_ahead_ = false; // the line in hand, of the reply before it
};

} // namespace smtpsim::smtp
