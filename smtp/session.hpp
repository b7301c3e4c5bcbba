// The SMTP state machine of one connection. Bytes and ticks in, ProtocolEvents out; what was then
// really said comes back through settle(). No socket, no clock, no dice.
#pragma once

#include "smtp/content.hpp"
#include "smtp/input_buffer.hpp"
#include "smtp/path.hpp"
#include "smtp/protocol_event.hpp"
#include "smtp/server_settings.hpp"
#include "smtp/server_state.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

class Session {
public:
    struct Options {
        bool keep_content = false;   // collect the message for content()
        bool reveal_secrets = false; // ProtocolEvents show passwords as they were sent
        bool tls_at_once = false;    // before the greeting (RFC 8314 §3.3)
    };
    /// All outlive the session.
    Session(const ServerSettings& settings, ServerState& server_state, Options options,
            std::string_view client_ip);

    /// The first ProtocolEvent: the greeting, or the TLS handshake that comes before it.
    ProtocolEvent begin();
    /// See InputBuffer::give.
    void give(std::string_view bytes, Tick at) { input_.give(bytes, at); }
    void keep_unread() { input_.keep(); }
    std::string_view unread() const { return input_.unread(); }

    /// The next ProtocolEvent in what was given, or nullopt where more is needed. Call settle() for
    /// each before asking again.
    std::optional<ProtocolEvent> next(Tick now);
    /// What came of it: the code that was said, or nullopt where nothing was. Nothing counts as the
    /// healthy reply.
    void settle(const ProtocolEvent& event, std::optional<ReplyCode> said);
    /// The reply to EHLO promised this, not what the server honours: findings go by what was said.
    void announce(Announced announced);
    /// A fault has taken STARTTLS off the reply to EHLO: it is there, whatever the profile says.
    void keep_back_tls() { tls_kept_back_ = !within_tls(); }
    // Behind a ProtocolEvent of Stage::tls nothing is read until the handshake's end.
    /// TLS comes first here, and what has come is none.
    bool speaks_no_tls() const;
    bool handshake_has_begun() const;
    /// What came in the clear before the handshake: thrown away, and behind STARTTLS a finding
    /// (RFC 3207 §4).
    ProtocolEvent drop_clear();
    /// What has come of the handshake.
    std::string take_handshake();
    /// `channel` outlives the session; `wrong`: the server's certificate is one that a client
    /// should refuse.
    void secured(const sasl::Channel& channel, bool wrong);
    bool within_tls() const { return channel_ != nullptr; }
    /// The octets of the last reply left at `at`; commands that arrived until then were pipelined.
    void replied(Tick at) { replied_at_ = at; }

    ProtocolEvent idle() const;
    /// Once it is known that no more will come: what a client that has closed left behind, and
    /// what it should not have done.
    ProtocolEvent at_end(bool client_closed);

    /// Content ProtocolEvents do not go past this many wire octets until the next call.
    void stop_content_at(std::uint64_t wire_octets) { content_stop_ = wire_octets; }

    /// Within a transaction or a message: a server that is asked to stop lets it end.
    bool busy() const { return in_transaction_ || state_ != State::commands; }
    std::string_view client_ip() const { return client_ip_; } // XCLIENT changes it
    std::string_view user() const { return user_; }           // who has logged in
    std::string_view helo() const { return helo_; }
    std::string_view sender() const { return sender_; }
    std::span<const std::string> recipients() const {
        return {recipients_.data(), recipient_count_};
    }
    std::string_view content() const { return text_; }
    std::uint64_t content_octets() const { return content_.wire_octets(); } // so far

private:
    enum class State : std::uint8_t {
        commands,
        content,    // behind 354
        delivering, // the message is complete
        chunk,      // octets of BDAT
        skipping,   // octets of a BDAT that was refused
        responding, // behind 334
        tls_due,
        greeting, // behind a handshake that came first
        handshake,
    };

    ProtocolEvent greet();
    std::optional<ProtocolEvent> next_command();
    std::optional<ProtocolEvent> next_content();
    std::optional<ProtocolEvent> next_chunk();
    ProtocolEvent next_delivery();
    ProtocolEvent next_handshake();
    ProtocolEvent handshake_out_of_place();
    bool reads_secret() const;
    bool may_be_answered(const ProtocolEvent& event) const;
    void mask(ProtocolEvent& event, std::size_t from);
    void mask_initial_response(ProtocolEvent& event);
    std::string without_secrets(std::string_view octets) const;
    void note_pipelining(Tick arrived, bool content, Findings& findings) const;
    void note_tls(ProtocolEvent& event);
    bool refuses(Findings departures) const;
    /// May a client use it: did the last reply to EHLO list it?
    bool announced(Extension extension) const;
    bool honours(Extension extension) const;
    bool knows(const VerbRow& verb) const;

    void judge(ProtocolEvent& event, std::string_view argument);
    ReplyId judge_order(ProtocolEvent& event, const VerbRow& verb) const;
    ReplyId judge_argument(ProtocolEvent& event, const VerbRow& verb, std::string_view argument);
    ReplyId judge_reverse_path(ProtocolEvent& event, const VerbRow& verb, const Path& path);
    ReplyId judge_forward_path(ProtocolEvent& event, const VerbRow& verb, const Path& path);
    ReplyId judge_parameters(ProtocolEvent& event, const Path& path, bool of_mail) const;
    ReplyId judge_attributes(const VerbRow& verb, std::string_view argument) const;
    std::optional<ReplyId> judge_rights(const VerbRow& verb) const;
    bool is_of_too_many_domains(std::string_view domain) const;
    bool has_room_at_data() const;
    void be_another_client(std::string_view line);
    void judge_chunk(ProtocolEvent& event, std::string_view argument);
    void note_auth(ProtocolEvent& event, std::string_view argument) const;
    void judge_auth(ProtocolEvent& event, std::string_view argument);
    void judge_response(ProtocolEvent& event, std::string_view text);
    void answer(ProtocolEvent& event, std::optional<std::string_view> response);
    void say(ProtocolEvent& event, ReplyId id) const;
    void say_error_or_close(ProtocolEvent& event);

    void settle_message(ReplyCode code);
    void settle_auth(const ProtocolEvent& event, ReplyCode code);
    void settle_chunk(ReplyCode code);
    void forget(); // all that was said so far: RFC 3207 §4.2
    void begin_content();
    void end_transaction();

    const ServerSettings& settings_;
    ServerState& server_state_;
    Options options_;
    InputBuffer input_;
    Content content_;
    std::string helo_, sender_, text_, user_, client_ip_;
    std::vector<std::string> recipients_; // the first recipient_count_ are in use
    std::size_t recipient_count_ = 0;
    std::size_t delivered_ = 0; // recipients answered behind the message
    std::uint64_t declared_octets_ = 0;
    std::uint64_t content_stop_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t chunk_octets_left_ = 0;
    std::uint64_t errors_ = 0, messages_ = 0;
    Announced announced_;
    Tick now_{};
    std::optional<Tick> replied_at_;
    const sasl::Channel* channel_ = nullptr; // of TLS
    std::unique_ptr<sasl::Exchange> exchange_;
    std::optional<Reply> challenge_; // its last one
    std::string tried_user_, masked_;
    Verb previous_ = Verb::unknown; // before the first command: meaningless
    State state_ = State::commands;
    bool any_command_ = false;
    bool greeted_ = false;
    bool esmtp_ = false;
    bool in_transaction_ = false;
    bool utf8_ = false, binary_ = false; // as MAIL declared
    bool chunked_ = false;               // the transaction has a BDAT
    bool chunk_is_last_ = false;
    bool chunk_failed_ = false; // nothing but RSET helps: RFC 3030 §2
    bool refused_ = false;      // the greeting was a refusal
    bool said_421_ = false;
    bool quit_ = false;
    bool data_refused_ = false;    // the last command was a refused DATA
    bool secret_line_ = false;     // the line that is being read
    bool may_be_response_ = false; // AUTH was refused; its responses may follow all the same
    bool shows_secret_ = false;    // the next response does, and there is no TLS
    bool authenticated_ = false;
    bool wrong_certificate_ = false; // and no command has come since
    bool tls_kept_back_ = false;     // STARTTLS was refused, or there and not listed
    bool hears_no_ehlo_ = false;     // TLS has begun and no EHLO has come since
};

} // namespace smtpsim::smtp
