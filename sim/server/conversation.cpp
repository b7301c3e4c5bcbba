#include "sim/server/conversation.hpp"
#include "core/at_most.hpp"
#include "sim/server/pacing.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

using smtp::ProtocolEvent;
using smtp::Stage;

/// What a client may send ahead while a fault waits. Chosen, not measured.
constexpr std::size_t unread_octets_max = 64UL << 10;

/// What the steps say, whatever comes between.
std::string octets_of(const faults::Plan& plan) {
    std::string out;
    for (const faults::Step& step : plan.steps) {
        if (const auto* const say = std::get_if<faults::Say>(&step)) out += say->octets;
        if (const auto* const trickle = std::get_if<faults::Trickle>(&step)) out += trickle->octets;
        if (const auto* const repeat = std::get_if<faults::Repeat>(&step)) out += repeat->octets;
    }
    return out;
}

bool is_acceptable(const ProtocolEvent& event) {
    return event.stage == Stage::message && event.reply->code.positive();
}

} // namespace

Conversation::Conversation(Instance& run, Peer peer, bool tls_at_once)
    : run_(run), peer_(std::move(peer)), entry_(run.enter()),
      session_(run.settings(), run.server_state(),
               {.keep_content = run.store() != nullptr || run.engine().needs_content(),
                .reveal_secrets = run.reveals_secrets(),
                .tls_at_once = tls_at_once},
               peer_.ip) {}

Conversation::~Conversation() { run_.leave(); }

void Conversation::on_connect(Tick now, Actions& out) {
    opened_at_ = active_at_ = now;
    if (run_.journal().on())
        run_.journal().record(
            entry_.number, now,
            journal::Opened{peer_.endpoint, peer_.client, run_.settings().hostname});
    act(session_.begin(), now, out);
    work(now, out);
}

void Conversation::on_bytes(std::string_view bytes, Tick now, Actions& out) {
    if (ended_) return;
    octets_in_ += bytes.size();
    active_at_ = now;
    if (receive_bps_ > 0) readable_at_ = now + time_on_line(bytes.size(), receive_bps_);
    session_.give(bytes, now);
    work(now, out);
}

void Conversation::on_eof(Tick now, Actions& out) {
    if (ended_) return;
    eof_ = true;
    work(now, out);
}

void Conversation::on_tick(Tick now, Actions& out) {
    if (ended_) return;
    if (now >= readable_at_) readable_at_ = Tick::min();
    if (now < deadline()) return;
    if (handshake_until_) return on_handshake_failed("it took too long", true, now, out);
    if (resume_at_) {
        resume_at_.reset();
        active_at_ = now;
        perform(now, out);
    } else {
        act(session_.idle(), now, out);
    }
    work(now, out);
}

std::string Conversation::take_handshake(Tick now) {
    if (ended_ || !handshake_until_ || !session_.handshake_has_begun()) return {};
    journal_received(session_.drop_clear(), now);
    std::string octets = session_.take_handshake();
    octets_in_ -= octets.size(); // they are not the session's
    return octets;
}

void Conversation::on_secured(smtp::TlsInfo info, Tick now, Actions& out) {
    if (ended_ || !handshake_until_) return;
    handshake_until_.reset();
    journal_received(session_.drop_clear(), now);
    active_at_ = now;
    tls_ = std::move(info);
    if (run_.journal().on())
        run_.journal().record(entry_.number, now,
                              journal::Secured{tls_.version, tls_.cipher, tls_.server_name,
                                               tls_.alpn, tls_.channel.certificate_name});
    session_.secured(tls_.channel, wrong_certificate_);
    perform(now, out);
    work(now, out);
}

void Conversation::on_handshake_failed(std::string_view why, bool by_client, Tick now,
                                       Actions& out) {
    if (ended_ || !handshake_until_) return;
    handshake_until_.reset();
    if (run_.journal().on())
        run_.journal().record(entry_.number, now, journal::HandshakeFailed{why});
    end(Ending::close, by_client ? journal::ClosedBy::client : journal::ClosedBy::server, now, out);
}

void Conversation::on_stop(Tick now, Actions& out) {
    if (ended_) return;
    stopping_ = true;
    work(now, out);
}

void Conversation::on_lost(Tick now, journal::ClosedBy by) {
    if (ended_) return;
    ended_ = true;
    close_record(by, now);
}

void Conversation::on_abandoned(Tick now) {
    if (ended_) return;
    ended_ = true;
    close_record(journal::ClosedBy::stopped, now);
}

Tick Conversation::deadline() const {
    Tick due = active_at_ + run_.settings().limits.idle;
    if (resume_at_) due = *resume_at_;
    if (handshake_until_) due = *handshake_until_;
    if (holding_) due = Tick::max();
    return readable_at_ == Tick::min() ? due : std::min(due, readable_at_);
}

std::size_t Conversation::wants_bytes() const {
    if (ended_ || eof_ || deaf_ || readable_at_ != Tick::min()) return 0;
    const std::size_t room =
        unread_octets_max - std::min(unread_octets_max, session_.unread().size());
    return receive_bps_ > 0 ? at_most(octets_a_piece(receive_bps_), room) : room;
}

/// All that can be done with what has been read.
void Conversation::work(Tick now, Actions& out) {
    if (handshake_until_ && eof_) return on_handshake_failed("the client closed", true, now, out);
    if (handshake_until_ && session_.speaks_no_tls())
        return on_handshake_failed("the client does not speak TLS", true, now, out);
    while (!ended_ && !waiting()) {
        if (stopping_ && muted_) return end(Ending::close, journal::ClosedBy::server, now, out);
        if (stopping_ && !session_.busy()) {
            ProtocolEvent event = session_.idle();
            event.reply = &run_.settings().reply(smtp::ReplyId::shutdown);
            act_healthy(event, values(event, now), now, out);
            break;
        }
        const auto event = session_.next(now);
        if (!event) break;
        act(*event, now, out);
    }
    session_.keep_unread();
    if (!ended_ && holding_ && stopping_) end(Ending::close, journal::ClosedBy::server, now, out);
    if (!ended_ && eof_ && (holding_ || !waiting()))
        end(Ending::close, journal::ClosedBy::client, now, out);
    if (run_.journal().on()) run_.journal().flush();
}

/// The last chunk of BDAT is a chunk, and the end of the message.
bool Conversation::ask_about_last_chunk(ProtocolEvent event, const smtp::Values& words, Tick now,
                                        faults::Plan& plan) {
    if (event.stage != Stage::message || event.verb != smtp::Verb::bdat) return false;
    event.stage = Stage::bdat;
    return run_.engine().armed(faults::stage_of(event.stage)) &&
           ask_faults(event, words, now, plan);
}

void Conversation::act(ProtocolEvent event, Tick now, Actions& out) {
    if (event.stage == Stage::connect && entry_.crowded) {
        event.reply = &run_.settings().reply(smtp::ReplyId::too_many_sessions);
        event.closes = true;
    }
    journal_received(event, now);
    stage_ = event.stage;
    const bool is_content = event.stage == Stage::content;
    const bool is_handshake = event.stage == Stage::tls;
    if (event.stage == Stage::bdat && event.reply == nullptr)
        aim_at_next_content_mark(session_.content_octets());
    if (event.reply == nullptr && !is_content && !is_handshake) return;
    if (is_content && !run_.engine().armed(faults::stage_of(event.stage))) return;

    smtp::Values words = values(event, now);
    std::string id;
    if (is_acceptable(event)) words.id = id = run_.server_state().ids.next(now);
    faults::Plan plan;
    if (answered_ && !is_content && !is_handshake && event.stage != Stage::idle) {
        answered_ = false;
        return carry_out(std::move(plan), event, words, now, out);
    }
    const bool faulty =
        ask_about_last_chunk(event, words, now, plan) ||
        (run_.engine().armed(faults::stage_of(event.stage)) && ask_faults(event, words, now, plan));
    if (faulty) return carry_out(std::move(plan), event, words, now, out);
    if (is_content) return;
    if (is_handshake) {
        plan.steps.emplace_back(faults::Handshake{run_.settings().tls.settings});
        return carry_out(std::move(plan), event, words, now, out);
    }
    const bool plain =
        event.late == Duration{0} && send_bps_ == 0 && held_back_.empty() && !muted_ && !sealed_;
    if (plain) return act_healthy(event, words, now, out);
    std::string octets;
    event.reply->octets.render(words, octets);
    if (event.late > Duration{0}) plan.steps.emplace_back(faults::Wait{event.late});
    plan.steps.emplace_back(faults::Say{std::move(octets)});
    plan.said = event.reply->code;
    carry_out(std::move(plan), event, words, now, out);
}

/// False: none fires.
bool Conversation::ask_faults(const ProtocolEvent& event, const smtp::Values& words, Tick now,
                              faults::Plan& plan) {
    std::vector<faults::Fired> fired;
    const faults::FaultContext context{
        faults::stage_of(event.stage), event, words, session_.content(), entry_.number, opened_at_,
        session_.within_tls()};
    const bool any = run_.engine().plan(context, memory_, plan, fired);
    if (event.stage == Stage::content) aim_at_next_content_mark(event.content_octets);
    if (!any) {
        plan = {};
        return false;
    }
    if (event.stage == Stage::content) journal_content({}, true, now);
    if (run_.journal().on())
        for (const faults::Fired& fault : fired)
            run_.journal().record(
                entry_.number, now,
                journal::FaultFired{context.stage, fault.fault, fault.why, fault.effects});
    return true;
}

void Conversation::act_healthy(const ProtocolEvent& event, const smtp::Values& words, Tick now,
                               Actions& out) {
    const smtp::Reply* reply = event.reply;
    if (is_acceptable(event) && !keep(event, words.id, session_.content(), now))
        reply = &run_.settings().reply(smtp::ReplyId::storage_full);
    const std::size_t start = out.octets.size();
    reply->octets.render(words, out.octets);
    octets_out_ += out.octets.size() - start;
    if (run_.journal().on())
        run_.journal().record(entry_.number, now,
                              journal::Sent{faults::stage_of(event.stage),
                                            std::string_view(out.octets).substr(start)});
    session_.settle(event, reply->code);
    journal_login(event, now);
    session_.replied(now);
    if (event.stage == Stage::data) aim_at_next_content_mark(0);
    if (event.closes)
        end(event.stage == Stage::quit ? Ending::quit : Ending::close, journal::ClosedBy::server,
            now, out);
}

void Conversation::carry_out(faults::Plan plan, const ProtocolEvent& event,
                             const smtp::Values& words, Tick now, Actions& out) {
    // A message that is not refused is kept, also when the client never learns of it. One that
    // cannot be kept is not acknowledged: 452 takes the place of the reply, nothing else changes.
    if (is_acceptable(event) && !keep(event, words.id, plan, now) && plan.said) {
        const smtp::Reply& full = run_.settings().reply(smtp::ReplyId::storage_full);
        plan.said = full.code;
        for (faults::Step& step : plan.steps) {
            const bool says = std::holds_alternative<faults::Say>(step) ||
                              std::holds_alternative<faults::Trickle>(step);
            if (!says) continue;
            faults::Say apology;
            full.octets.render(words, apology.octets);
            step = std::move(apology);
        }
    }
    const bool stays_open = event.stage == Stage::quit && plan.said && !plan.said->positive();
    if (event.closes && !plan.ends && !stays_open) ending_ = Ending::close;
    // Behind STARTTLS the first reply decides: what comes with it is what a client must not
    // believe.
    if (event.stage == Stage::starttls && plan.said) {
        const std::string octets = octets_of(plan);
        plan.said = smtp::code_said(std::string_view(octets).substr(0, octets.find('\n') + 1));
    }
    session_.settle(event, plan.said);
    journal_login(event, now);
    if (event.stage == Stage::ehlo && plan.said && plan.said->positive())
        session_.announce(smtp::announced_in(octets_of(plan)));
    if (plan.withholds_tls) session_.keep_back_tls();
    hold_back(plan);
    answered_ |= plan.answers_next;
    steps_ = std::move(plan.steps);
    step_ = 0;
    said_at_.reset();
    done_ = 0;
    perform(now, out);
}

void Conversation::hold_back(const faults::Plan& plan) {
    if (plan.joins > 1)
        held_back_.push_back({stage_, {}, plan.joins - 1, true});
    else if (plan.behind > 0)
        held_back_.push_back({stage_, {}, plan.behind, false});
    holds_back_ = plan.joins > 1 || plan.behind > 0;
}

/// One more reply is out: those that were to leave behind it do.
void Conversation::release_held_back(Tick now, Actions& out) {
    const std::size_t others = held_back_.size() - (holds_back_ ? 1 : 0);
    holds_back_ = false;
    std::vector<HeldBack> due;
    for (std::size_t i = 0; i < others; ++i)
        if (--held_back_[i].replies == 0) due.push_back(std::move(held_back_[i]));
    std::erase_if(held_back_, [](const HeldBack& held) { return held.replies == 0; });
    for (const HeldBack& held : due) {
        out.cuts.push_back(out.octets.size());
        sealed_ = true;
        send(held.stage, held.octets, now, out);
    }
}

smtp::Values Conversation::values(const ProtocolEvent& event, Tick now) const {
    smtp::Values words;
    words.host = run_.settings().hostname;
    words.client = session_.helo();
    if (event.stage == Stage::helo || event.stage == Stage::ehlo)
        words.client = smtp::greeting_name(event.line);
    words.client_ip = session_.client_ip();
    words.sender = event.sender;
    words.recipient = event.recipient;
    if (words.recipient.empty() && !event.recipients.empty())
        words.recipient = event.recipients.back();
    words.verb = event.word;
    words.line = event.shown;
    words.size = event.size;
    words.limit = event.limit > 0 ? event.limit : run_.settings().limits.message_octets;
    words.at = now;
    words.zone = run_.settings().zone;
    return words;
}

void Conversation::aim_at_next_content_mark(std::uint64_t octets) {
    if (const auto mark = run_.engine().content_mark_after(octets))
        session_.stop_content_at(*mark);
    else
        session_.stop_content_at(std::numeric_limits<std::uint64_t>::max());
}

} // namespace smtpsim::server
