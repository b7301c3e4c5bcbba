#include "sim/client/client.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::client {
namespace {

using journal::ClosedBy;
using journal::TroubleKind;
using smtp::Stage;

bool unsettled(const Report& result) { return result.outcome == Outcome::none; }

Outcome outcome_of(TroubleKind kind) { // RFC 5321 §5.1: a name that is not there stays so
    return kind == TroubleKind::host_not_found ? Outcome::failed : Outcome::deferred;
}

std::string on_wire(std::string_view content, bool stuffed, bool bare) {
    std::string out;
    out.reserve(content.size() + content.size() / 32 + 8);
    while (!content.empty()) {
        const std::size_t feed = content.find('\n');
        std::string_view line = content.substr(0, feed);
        content.remove_prefix(feed == std::string_view::npos ? content.size() : feed + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (stuffed && line.starts_with('.')) out += '.'; // RFC 5321 §4.5.2
        out += line;
        out += bare ? "\n" : "\r\n";
    }
    return out;
}

bool has_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
}

} // namespace

Client::Client(const Persona& persona, Target target, std::string own_name, std::vector<Mail> mails,
               journal::Journal& journal)
    : persona_(persona), target_(std::move(target)), own_name_(std::move(own_name)),
      mails_(std::move(mails)), journal_(journal), results_(mails_.size()) {}

void Client::start(Tick now, Actions& out) {
    latest_.advance(now);
    ++session_;
    for (Report& result : results_) {
        if (result.outcome == Outcome::deferred) result.outcome = Outcome::none;
        if (unsettled(result)) ++result.attempts;
    }
    state_ = State::connecting;
    deadline_ = now + persona_.connect_timeout;
    tried_.clear();
    replies_.clear();
    awaited_.clear();
    offered_.clear();
    quitting_ = in_transaction_ = false;
    octets_in_ = octets_out_ = delivered_ = 0;
    out.connect = true;
}

void Client::on_connecting(std::string_view address, Tick now) {
    latest_.advance(now);
    journal_.record(session_, now, journal::Connecting{target_.host, target_.port, address});
    if (address != target_.host && !address.empty())
        tried_ += (tried_.empty() ? " at " : ", ") + std::string(address);
}

void Client::on_connected(std::string_view server, std::string_view own, Tick now) {
    latest_.advance(now);
    journal_.record(session_, now, journal::Opened{server, own, target_.host});
    state_ = State::open;
    awaited_.push_back(Stage::connect);
    wait_for_reply(now);
}

void Client::on_trouble(TroubleKind kind, Tick now, Actions& out) {
    journal_.record(session_, now, journal::Trouble{kind, faults::stage_of(due())});
    const bool resends = due() == Stage::message && persona_.errs(Mistake::resends_at_once) &&
                         results_[mail_].attempts < 2;
    if (resends) {
        journal_.record(session_, now,
                        journal::Closed{ClosedBy::server, octets_in_, octets_out_, delivered_});
        return start(now, out);
    }
    std::string reason{journal::name(kind)};
    if (state_ == State::connecting) reason += tried_;
    settle_all(outcome_of(kind), reason, due());
    end_session(kind == TroubleKind::reset ? ClosedBy::server_reset : ClosedBy::server, now);
}

void Client::on_bytes(std::string_view bytes, Tick now, Actions& out) {
    latest_.advance(now);
    octets_in_ += bytes.size();
    replies_.give(bytes);
    while (state_ == State::open && !awaited_.empty()) {
        auto line = replies_.line();
        if (!line) return;
        if (journal_.on())
            journal_.record(session_, now, journal::Sent{faults::stage_of(due()), *line + "\r\n"});
        wait_for_reply(now);
        if (line->empty() && !replies_.in_reply()) continue; // an empty line says nothing
        if (const auto reply = replies_.add(*std::move(line))) handle(*reply, now, out);
    }
}

void Client::on_eof(Tick now, Actions& out) {
    latest_.advance(now);
    if (state_ != State::open) return;
    if (quitting_) return end_session(ClosedBy::server, now);
    on_trouble(TroubleKind::dropped, now, out);
    out.close = true;
}

void Client::on_tick(Tick now, Actions& out) {
    latest_.advance(now);
    if (now < deadline_) return;
    switch (state_) {
    case State::connecting: return on_trouble(TroubleKind::connect_timed_out, now, out);
    case State::open:
        if (quitting_) return hang_up(now, out);
        journal_.record(session_, now,
                        journal::Trouble{TroubleKind::reply_timed_out, faults::stage_of(due())});
        settle_all(Outcome::deferred, std::string(journal::name(TroubleKind::reply_timed_out)),
                   due());
        return hang_up(now, out);
    case State::waiting: return start(now, out);
    case State::done: return;
    }
}

void Client::handle(const Reply& reply, Tick now, Actions& out) {
    const Stage to = awaited_.front();
    awaited_.pop_front();
    if (to == Stage::quit) return hang_up(now, out);
    const bool farewell = reply.code == 421 && !persona_.errs(Mistake::goes_on_after_421);
    if (farewell || reply.code == 0) { // RFC 5321 §3.8: the server closes, or it speaks no SMTP
        settle_all(Outcome::deferred, reply.line, to);
        return hang_up(now, out);
    }
    switch (to) {
    case Stage::connect: return handle_greeting(reply, now, out);
    case Stage::ehlo:
    case Stage::helo: return handle_hello(reply, to, now, out);
    case Stage::rset:
        if (reply.positive()) return say_mail(now, out);
        settle_all(judged(reply), reply.line, Stage::rset);
        return quit(now, out);
    case Stage::data: return handle_data(reply, now, out);
    case Stage::message: return handle_message(reply, now, out);
    case Stage::rcpt: handle_recipient(reply); break;
    default: // MAIL
        in_transaction_ = reply.positive();
        if (!reply.positive()) settle(judged(reply), reply.line, Stage::mail);
    }
    if (!open_for_all_) go_on(to, reply, now, out);
}

/// The next command of a client that waits for each reply.
void Client::go_on(Stage done, const Reply& reply, Tick now, Actions& out) {
    const std::size_t all = mails_[mail_].recipients.size();
    if (done == Stage::mail) {
        if (!reply.positive()) return end_message(now, out);
        return say_recipients(0, std::min<std::size_t>(all, 1), now, out);
    }
    if (asked_ < all) return say_recipients(asked_, 1, now, out);
    const bool enough = accepted_ > 0 && (refusal_ == Outcome::none || persona_.partial);
    if (enough || persona_.errs(Mistake::data_without_recipients))
        return say(Stage::data, "DATA", now, out);
    settle(refusal_, refusal_reason_, Stage::rcpt);
    end_message(now, out);
}

void Client::handle_greeting(const Reply& reply, Tick now, Actions& out) {
    if (reply.code == 220) return say_hello(now, out);
    settle_all(judged(reply), reply.line, Stage::connect);
    quit(now, out);
}

void Client::handle_hello(const Reply& reply, Stage stage, Tick now, Actions& out) {
    if (reply.positive()) {
        for (std::size_t i = 1; stage == Stage::ehlo && i < reply.lines.size(); ++i) {
            const std::string_view line = reply.lines[i];
            offered_.push_back(lower(line.substr(0, line.find_first_of(" ="))));
        }
        return next_mail(now, out);
    }
    const bool unsupported = reply.code == 500 || reply.code == 502 || reply.code == 504;
    const bool falls_back = stage == Stage::ehlo && !target_.lmtp &&
                            ((persona_.fallback == Fallback::unsupported && unsupported) ||
                             (persona_.fallback == Fallback::refused && reply.severity() == 5));
    if (falls_back) return say(Stage::helo, "HELO " + own_name_, now, out);
    settle_all(judged(reply), reply.line, stage);
    quit(now, out);
}

void Client::handle_recipient(const Reply& reply) {
    if (reply.positive()) {
        ++accepted_;
        results_[mail_].accepted = accepted_;
    } else {
        handle_refusal(reply, Stage::rcpt);
    }
}

void Client::handle_refusal(const Reply& reply, Stage stage) {
    const Outcome outcome = judged(reply);
    if (outcome < refusal_) return;
    refusal_ = outcome;
    refusal_reason_ = reply.line;
    refused_at_ = stage;
}

void Client::handle_data(const Reply& reply, Tick now, Actions& out) {
    const bool wanted = unsettled(results_[mail_]) &&
                        (accepted_ > 0 || persona_.errs(Mistake::data_without_recipients));
    if (reply.severity() == 3) { // where nothing is to be sent, a lone dot: RFC 2920 §3.1
        if (!wanted) settle(refusal_, refusal_reason_, Stage::rcpt);
        return say_content(wanted, now, out);
    }
    if (accepted_ == 0 && refusal_ != Outcome::none)
        settle(refusal_, refusal_reason_, Stage::rcpt);
    else
        settle(judged(reply), reply.line, Stage::data);
    end_message(now, out);
}

void Client::handle_message(const Reply& reply, Tick now, Actions& out) {
    if (!reply.positive()) handle_refusal(reply, Stage::message);
    if (!awaited_.empty()) return; // LMTP: another recipient's
    in_transaction_ = false;
    if (reply.positive()) ++delivered_;
    if (refusal_ != Outcome::none)
        settle(refusal_, refusal_reason_, refused_at_);
    else
        settle(Outcome::delivered, reply.line, Stage::message);
    end_message(now, out);
}

void Client::say(Stage stage, std::string line, Tick now, Actions& out) {
    if (awaited_.empty() && replies_.pending()) return fall_out(stage, now, out);
    line += "\r\n";
    if (journal_.on())
        journal_.record(session_, now, journal::Received{faults::stage_of(stage), line});
    octets_out_ += line.size();
    out.octets += line;
    awaited_.push_back(stage);
    wait_for_reply(now);
}

/// What is there before the command is not its reply: the two are out of step, and what comes next
/// would be misread (RFC 5321 §4.3.1, CVE-2009-3555).
void Client::fall_out(Stage stage, Tick now, Actions& out) {
    std::string said;
    while (auto line = replies_.line()) {
        said = *std::move(line);
        if (journal_.on())
            journal_.record(session_, now, journal::Sent{faults::stage_of(stage), said + "\r\n"});
    }
    settle_all(Outcome::deferred, "before its command: " + said, stage);
    hang_up(now, out);
}

void Client::say_hello(Tick now, Actions& out) {
    if (target_.lmtp) return say(Stage::ehlo, "LHLO " + own_name_, now, out);
    if (persona_.ehlo) return say(Stage::ehlo, "EHLO " + own_name_, now, out);
    say(Stage::helo, "HELO " + own_name_, now, out);
}

void Client::next_mail(Tick now, Actions& out) {
    const auto next = std::ranges::find_if(results_, unsettled);
    if (next == results_.end()) return quit(now, out);
    mail_ = static_cast<std::size_t>(next - results_.begin());
    if (persona_.rset || in_transaction_) return say(Stage::rset, "RSET", now, out);
    say_mail(now, out);
}

void Client::say_mail(Tick now, Actions& out) {
    const Mail& mail = mails_[mail_];
    accepted_ = asked_ = 0;
    refusal_ = Outcome::none;
    refusal_reason_.clear();
    std::string line = "MAIL FROM:<" + mail.sender + '>';
    if (persona_.size && offers("size")) line += " SIZE=" + std::to_string(mail.content.size());
    if (persona_.eight_bit && offers("8bitmime") && has_eight_bit(mail.content))
        line += " BODY=8BITMIME";
    say(Stage::mail, std::move(line), now, out);
    open_for_all_ =
        (persona_.pipelining && offers("pipelining")) || persona_.errs(Mistake::waits_for_nothing);
    if (!open_for_all_) return;
    say_recipients(0, mail.recipients.size(), now, out);
    say(Stage::data, "DATA", now, out);
}

void Client::say_recipients(std::size_t from, std::size_t count, Tick now, Actions& out) {
    for (std::size_t i = from; i < from + count; ++i)
        say(Stage::rcpt, "RCPT TO:<" + mails_[mail_].recipients[i] + '>', now, out);
    asked_ = from + count;
}

void Client::say_content(bool any, Tick now, Actions& out) {
    std::string octets;
    if (any)
        octets = on_wire(mails_[mail_].content, !persona_.errs(Mistake::no_dot_stuffing),
                         persona_.errs(Mistake::bare_lf));
    octets += persona_.errs(Mistake::bare_lf) ? "\r\n.\r\n" : ".\r\n";
    if (journal_.on()) journal_.record(session_, now, journal::Content{octets});
    octets_out_ += octets.size();
    out.octets += octets;
    const std::size_t replies = target_.lmtp ? std::max<std::size_t>(accepted_, 1) : 1;
    awaited_.insert(awaited_.end(), replies, Stage::message);
    wait_for_reply(now);
}

void Client::quit(Tick now, Actions& out) {
    if (persona_.errs(Mistake::no_quit)) return hang_up(now, out);
    awaited_.clear(); // what is still due is of no interest
    quitting_ = true;
    say(Stage::quit, "QUIT", now, out);
}

void Client::settle(Outcome outcome, std::string reason, Stage stage) {
    Report& result = results_[mail_];
    if (!unsettled(result)) return;
    result.outcome = persona_.errs(Mistake::always_delivered) ? Outcome::delivered : outcome;
    result.reason = std::move(reason);
    result.stage = stage;
}

void Client::settle_all(Outcome outcome, const std::string& reason, Stage stage) {
    const std::size_t in_hand = mail_;
    for (mail_ = 0; mail_ < results_.size(); ++mail_) settle(outcome, reason, stage);
    mail_ = in_hand;
}

/// A code that fits nothing may be the wire's fault, and may pass.
Outcome Client::judged(const Reply& reply) const {
    if (reply.severity() == 5 && !persona_.errs(Mistake::permanent_as_temporary))
        return Outcome::failed;
    if (reply.severity() == 4 && persona_.errs(Mistake::temporary_as_permanent))
        return Outcome::failed;
    return Outcome::deferred;
}

void Client::end_message(Tick now, Actions& out) {
    awaited_.clear();
    next_mail(now, out);
}

void Client::hang_up(Tick now, Actions& out) {
    out.close = true;
    end_session(ClosedBy::client, now);
}

void Client::end_session(ClosedBy by, Tick now) {
    journal_.record(session_, now, journal::Closed{by, octets_out_, octets_in_, delivered_});
    const bool again = std::ranges::any_of(results_, [&](const Report& result) {
        return result.outcome == Outcome::deferred && result.attempts <= persona_.retries;
    });
    state_ = again ? State::waiting : State::done;
    deadline_ = again ? now + persona_.retry_after : Tick::max();
}

bool Client::offers(std::string_view keyword) const {
    return std::ranges::find(offered_, keyword) != offered_.end();
}

Stage Client::due() const { return awaited_.empty() ? Stage::connect : awaited_.front(); }

void Client::wait_for_reply(Tick now) {
    deadline_ = now + (due() == Stage::message ? persona_.message_timeout : persona_.reply_timeout);
}

} // namespace smtpsim::client
