// The SMTP state machine of one connection. Bytes and ticks in, Moments out; what was then really
// said comes back through settle(). No socket, no clock, no dice.
#pragma once

#include "sim/smtp/content.hpp"
#include "sim/smtp/inbox.hpp"
#include "sim/smtp/mailroom.hpp"
#include "sim/smtp/moment.hpp"
#include "sim/smtp/path.hpp"
#include "sim/smtp/personality.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

class Session {
public:
    /// All outlive the session. `keep_content`: collect the message for content().
    Session(const Personality& personality, Mailroom& mailroom, bool keep_content,
            std::string_view client_ip);

    Moment greet() const;
    /// See Inbox::give.
    void give(std::string_view bytes, Tick at) { inbox_.give(bytes, at); }
    void keep_unread() { inbox_.keep(); }
    std::string_view unread() const { return inbox_.unread(); }

    /// The next Moment in what was given, or nullopt where more is needed. Call settle() for each
    /// before asking again.
    std::optional<Moment> next(Tick now);
    /// What came of it: the code that was said, or nullopt where nothing was. Nothing counts as the
    /// healthy reply.
    void settle(const Moment& moment, std::optional<ReplyCode> said);
    /// The reply to EHLO lists these, not what the server honours: findings go by what was said.
    void announce(std::uint32_t extensions) { announced_ = extensions; }
    /// The octets of the last reply left at `at`; commands that arrived until then were pipelined.
    void replied(Tick at) { replied_at_ = at; }

    Moment idle() const;
    /// What the client should not have done, once it is known that no more will come.
    Findings at_end(bool client_closed) const;

    /// Content Moments do not go past this many wire octets until the next call.
    void stop_content_at(std::uint64_t wire_octets) { content_stop_ = wire_octets; }

    /// Within a transaction or a message: a server that is asked to stop lets it end.
    bool busy() const { return in_transaction_ || state_ != State::commands; }
    std::string_view helo() const { return helo_; }
    std::string_view sender() const { return sender_; }
    std::span<const std::string> recipients() const {
        return {recipients_.data(), recipient_count_};
    }
    std::string_view content() const { return text_; }
    std::uint64_t message_octets() const { return content_.octets(); }

private:
    enum class State : std::uint8_t { commands, content, delivering };

    std::optional<Moment> next_command();
    std::optional<Moment> next_content();
    Moment next_delivery();
    void note_pipelining(Tick arrived, bool content, Findings& findings) const;
    bool refuses(Findings departures) const;
    /// May a client use it: did the last reply to EHLO list it?
    bool announced(Extension extension) const;
    bool knows(const VerbRow& verb) const;

    void judge(Moment& moment, std::string_view argument);
    ReplyId judge_order(Moment& moment, const VerbRow& verb) const;
    ReplyId judge_argument(Moment& moment, const VerbRow& verb, std::string_view argument);
    ReplyId judge_reverse_path(Moment& moment, const VerbRow& verb, const Path& path);
    ReplyId judge_forward_path(Moment& moment, const VerbRow& verb, const Path& path);
    ReplyId judge_parameters(Moment& moment, const Path& path, bool of_mail) const;
    void say(Moment& moment, ReplyId id) const;
    void say_error_or_close(Moment& moment);

    void begin_content();
    void end_transaction();

    const Personality& personality_;
    Mailroom& mailroom_;
    Inbox inbox_;
    Content content_;
    std::string helo_, sender_, text_;
    std::vector<std::string> recipients_; // the first recipient_count_ are in use
    std::size_t recipient_count_ = 0;
    std::size_t delivered_ = 0; // recipients answered after the final dot
    std::uint64_t declared_octets_ = 0;
    std::uint64_t content_stop_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t errors_ = 0, messages_ = 0;
    std::string_view client_ip_;
    std::uint32_t announced_; // bits of Extension
    Tick now_{};
    std::optional<Tick> replied_at_;
    Verb previous_ = Verb::unknown; // before the first command: meaningless
    State state_ = State::commands;
    bool any_command_ = false;
    bool keep_content_;
    bool greeted_ = false;
    bool esmtp_ = false;
    bool in_transaction_ = false;
    bool refused_ = false; // the greeting was a refusal
    bool said_421_ = false;
    bool quit_ = false;
    bool data_refused_ = false; // the last command was a refused DATA
};

} // namespace smtpsim::smtp
