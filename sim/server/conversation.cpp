#include "sim/server/conversation.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

using smtp::Moment;
using smtp::Stage;

/// What a client may send ahead while a fault waits. Chosen, not measured.
constexpr std::size_t unread_octets_max = 64UL << 10;

/// Content is recorded in blocks of this size, so that the Journal does not depend on packets.
constexpr std::size_t content_block_octets = 8UL << 10;

} // namespace

Conversation::Conversation(Run& run, Peer peer)
    : run_(run), peer_(std::move(peer)), entry_(run.enter()),
      session_(run.personality(), run.mailroom(), run.keeper() != nullptr) {}

Conversation::~Conversation() { run_.leave(); }

void Conversation::on_connect(Tick now, Actions& out) {
    active_at_ = now;
    if (run_.journal().on())
        run_.journal().record(
            entry_.number, now,
            journal::Opened{peer_.endpoint, peer_.client, run_.personality().hostname});
    Moment moment = session_.greet();
    if (entry_.crowded) {
        moment.reply = &run_.personality().reply(smtp::ReplyId::too_many_sessions);
        moment.closes = true;
    }
    act(moment, now, out);
    work(now, out);
}

void Conversation::on_bytes(std::string_view bytes, Tick now, Actions& out) {
    if (ended_) return;
    octets_in_ += bytes.size();
    active_at_ = now;
    session_.give(bytes, now);
    work(now, out);
}

void Conversation::on_eof(Tick now, Actions& out) {
    if (ended_) return;
    eof_ = true;
    work(now, out);
}

void Conversation::on_tick(Tick now, Actions& out) {
    if (ended_ || now < deadline()) return;
    if (resume_at_) {
        resume_at_.reset();
        active_at_ = now;
        perform(now, out);
    } else {
        act(session_.idle(), now, out);
    }
    work(now, out);
}

void Conversation::on_stop(Tick now, Actions& out) {
    if (ended_) return;
    stopping_ = true;
    work(now, out);
}

void Conversation::on_lost(Tick now) {
    if (ended_) return;
    ended_ = true;
    close_record(journal::ClosedBy::client_reset, now);
}

void Conversation::on_abandoned(Tick now) {
    if (ended_) return;
    ended_ = true;
    close_record(journal::ClosedBy::stopped, now);
}

Tick Conversation::deadline() const {
    return resume_at_ ? *resume_at_ : active_at_ + run_.personality().limits.idle;
}

bool Conversation::wants_bytes() const {
    return !ended_ && !eof_ && session_.unread().size() < unread_octets_max;
}

/// All that can be done with what has been read.
void Conversation::work(Tick now, Actions& out) {
    while (!ended_ && !waiting()) {
        if (stopping_ && !session_.busy()) {
            Moment moment = session_.idle();
            moment.reply = &run_.personality().reply(smtp::ReplyId::shutdown);
            act_healthy(moment, values(moment, now), now, out);
            break;
        }
        const auto moment = session_.next();
        if (!moment) break;
        act(*moment, now, out);
    }
    session_.keep_unread();
    if (eof_ && !ended_ && !waiting()) end(Ending::close, journal::ClosedBy::client, now, out);
    if (run_.journal().on()) run_.journal().flush();
}

void Conversation::act(const Moment& moment, Tick now, Actions& out) {
    journal_received(moment, now);
    stage_ = moment.stage;
    if (moment.reply == nullptr && moment.stage != Stage::content) return;

    const bool armed = run_.engine().armed(moment.stage);
    if (moment.stage == Stage::content && !armed) return;
    smtp::Values words = values(moment, now);
    if (armed && act_faulty(moment, words, now, out)) return;
    if (moment.stage != Stage::content) act_healthy(moment, words, now, out);
}

/// False: no fault fired, nothing was done.
bool Conversation::act_faulty(const Moment& moment, smtp::Values& words, Tick now, Actions& out) {
    const bool acceptable = moment.stage == Stage::message && moment.reply->code.positive();
    std::string id;
    if (acceptable) words.id = id = run_.mailroom().next_id(now);

    faults::Plan plan;
    std::vector<faults::Fired> fired;
    run_.engine().plan(moment, words, counts_, plan, fired);
    if (moment.stage == Stage::content) aim_at_next_content_mark(moment.content_octets);
    if (fired.empty()) return false;
    if (moment.stage == Stage::content) journal_content({}, true, now);
    if (run_.journal().on())
        for (const faults::Fired& fault : fired)
            run_.journal().record(
                entry_.number, now,
                journal::FaultFired{name(moment.stage), fault.fault, fault.why, fault.effects});

    // A message that is not refused is kept, also when the client never learns of it. One that
    // cannot be kept is not acknowledged: 452 takes the place of the reply, nothing else changes.
    if (acceptable && (!plan.said || plan.said->positive()) && !keep(moment, id, now) &&
        plan.said) {
        const smtp::Reply& full = run_.personality().reply(smtp::ReplyId::storage_full);
        plan.said = full.code;
        for (faults::Step& step : plan.steps) {
            if (auto* const said = std::get_if<faults::Say>(&step)) {
                said->octets.clear();
                full.octets.render(words, said->octets);
            }
        }
    }
    const bool stays_open = moment.stage == Stage::quit && plan.said && !plan.said->positive();
    if (moment.closes && !plan.ends && !stays_open) ending_ = Ending::close;
    session_.settle(moment, plan.said);
    steps_ = std::move(plan.steps);
    step_ = 0;
    perform(now, out);
    return true;
}

void Conversation::act_healthy(const Moment& moment, const smtp::Values& words, Tick now,
                               Actions& out) {
    const smtp::Reply* reply = moment.reply;
    const std::size_t start = out.octets.size();
    if (moment.stage == Stage::message && reply->code.positive()) {
        smtp::Values with_id = words;
        const std::string id = run_.mailroom().next_id(now);
        with_id.id = id;
        if (!keep(moment, id, now)) reply = &run_.personality().reply(smtp::ReplyId::storage_full);
        reply->octets.render(with_id, out.octets);
    } else {
        reply->octets.render(words, out.octets);
    }
    octets_out_ += out.octets.size() - start;
    if (run_.journal().on())
        run_.journal().record(
            entry_.number, now,
            journal::Sent{name(moment.stage), std::string_view(out.octets).substr(start)});
    session_.settle(moment, reply->code);
    session_.replied(now);
    if (moment.stage == Stage::data) aim_at_next_content_mark(0);
    if (moment.closes)
        end(moment.stage == Stage::quit ? Ending::quit : Ending::close, journal::ClosedBy::server,
            now, out);
}

void Conversation::perform(Tick now, Actions& out) {
    for (; step_ < steps_.size(); ++step_) {
        const faults::Step& step = steps_[step_];
        if (const auto* const wait = std::get_if<faults::Wait>(&step)) {
            resume_at_ = now + wait->time;
            ++step_;
            return;
        }
        if (const auto* const said = std::get_if<faults::Say>(&step)) {
            if (said->own_segment) out.cuts.push_back(out.octets.size());
            say(name(stage_), said->octets, now, out);
            continue;
        }
        const bool reset = std::get<faults::End>(step) == faults::End::rst;
        ending_ = reset ? Ending::reset : Ending::close;
    }
    steps_.clear();
    step_ = 0;
    session_.replied(now);
    if (stage_ == Stage::data) aim_at_next_content_mark(0);
    if (ending_ != Ending::none)
        end(ending_,
            ending_ == Ending::reset ? journal::ClosedBy::server_reset : journal::ClosedBy::server,
            now, out);
}

void Conversation::say(std::string_view stage, std::string_view octets, Tick now, Actions& out) {
    out.octets += octets;
    octets_out_ += octets.size();
    if (run_.journal().on())
        run_.journal().record(entry_.number, now, journal::Sent{stage, octets});
}

void Conversation::end(Ending how, journal::ClosedBy by, Tick now, Actions& out) {
    ended_ = true;
    out.ending = how;
    close_record(by, now);
}

void Conversation::close_record(journal::ClosedBy by, Tick now) {
    if (!run_.journal().on()) return;
    journal_content({}, true, now);
    const bool by_client = by == journal::ClosedBy::client || by == journal::ClosedBy::client_reset;
    // What a server leaves unread when it closes depends on packets: it does not count as received.
    const std::string_view unread = session_.unread();
    if (!by_client) octets_in_ -= unread.size();
    if (by_client && !unread.empty())
        run_.journal().record(entry_.number, now, journal::Received{name(Stage::other), unread});
    journal_findings(session_.at_end(by_client), now);
    run_.journal().record(entry_.number, now,
                          journal::Closed{by, octets_in_, octets_out_, messages_});
    run_.journal().flush();
}

bool Conversation::keep(const Moment& moment, std::string_view id, Tick now) {
    const journal::Message message{id,           moment.sender, moment.recipients, session_.helo(),
                                   peer_.client, moment.size,   session_.content()};
    if (run_.keeper() != nullptr && run_.keeper()->keep(message, entry_.number, now).has_error())
        return false;
    run_.mailroom().deliver(moment.recipients, moment.size);
    ++messages_;
    if (run_.journal().on()) run_.journal().record(entry_.number, now, message);
    return true;
}

smtp::Values Conversation::values(const Moment& moment, Tick now) const {
    smtp::Values words;
    words.host = run_.personality().hostname;
    words.client = session_.helo();
    if (moment.stage == Stage::helo || moment.stage == Stage::ehlo)
        words.client = smtp::greeting_name(moment.line);
    words.client_ip = peer_.ip;
    words.sender = moment.sender;
    words.recipient = moment.recipient;
    if (words.recipient.empty() && !moment.recipients.empty())
        words.recipient = moment.recipients.back();
    words.verb = moment.word;
    words.line = moment.line;
    words.size = moment.size;
    words.limit = moment.limit > 0 ? moment.limit : run_.personality().limits.message_octets;
    words.at = now;
    words.zone = run_.personality().zone;
    return words;
}

void Conversation::journal_received(const Moment& moment, Tick now) {
    if (!run_.journal().on()) return;
    if (moment.stage == Stage::content) {
        journal_content(moment.received, false, now);
    } else {
        journal_content({}, true, now);
        if (!moment.received.empty())
            run_.journal().record(entry_.number, now,
                                  journal::Received{name(moment.stage), moment.received});
    }
    journal_findings(moment.findings, now);
}

void Conversation::journal_content(std::string_view octets, bool complete, Tick now) {
    while (!octets.empty()) {
        const std::string_view part =
            octets.substr(0, content_block_octets - content_block_.size());
        content_block_ += part;
        octets.remove_prefix(part.size());
        if (content_block_.size() < content_block_octets) break;
        run_.journal().record(entry_.number, now, journal::Content{content_block_});
        content_block_.clear();
    }
    if (!complete || content_block_.empty()) return;
    run_.journal().record(entry_.number, now, journal::Content{content_block_});
    std::string().swap(content_block_);
}

void Conversation::journal_findings(smtp::Findings findings, Tick now) {
    if (!findings.any()) return;
    for (const smtp::FindingRow& row : smtp::finding_table)
        if (findings.has(row.finding))
            run_.journal().record(
                entry_.number, now,
                journal::Found{row.id, name(row.severity), row.source, row.summary});
}

void Conversation::aim_at_next_content_mark(std::uint64_t octets) {
    if (const auto mark = run_.engine().content_mark_after(octets))
        session_.stop_content_at(*mark);
    else
        session_.stop_content_at(std::numeric_limits<std::uint64_t>::max());
}

} // namespace smtpsim::server
