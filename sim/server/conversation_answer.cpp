// From what a client said to what is done about it: the faults are asked, the message is kept, the
// Session takes the reply for said, and the Plan is played.
#include "sim/server/conversation.hpp"

#include "faults/healthy_plan.hpp"
#include "faults/plan/flipped_bits.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace smtpsim::server {
namespace {

using smtp::ProtocolEvent;
using smtp::Stage;

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

bool half_closes(const faults::Plan& plan) {
    return std::ranges::any_of(plan.steps, [](const faults::Step& step) {
        const auto* const end = std::get_if<faults::End>(&step);
        return end != nullptr && *end == faults::End::half;
    });
}

bool is_acceptable(const ProtocolEvent& event) {
    return event.stage == Stage::message && event.reply->code.positive();
}

/// `reply` takes the place of all that is said; nothing else changes.
void say_instead(const smtp::Reply& reply, const smtp::Values& words, faults::Plan& plan) {
    plan.said = reply.code;
    for (faults::Step& step : plan.steps) {
        const bool says = std::holds_alternative<faults::Say>(step) ||
                          std::holds_alternative<faults::Trickle>(step);
        if (!says) continue;
        faults::Say apology;
        reply.octets.render(words, apology.octets);
        step = std::move(apology);
    }
}

} // namespace

void Conversation::act(ProtocolEvent event, Tick now, Actions& out) {
    if (event.stage == Stage::connect && entry_.crowded) {
        event.reply = &instance_.settings().reply(smtp::ReplyId::too_many_sessions);
        event.closes = true;
    }
    record_.received(event, now);
    stage_ = event.stage;
    if (event.stage == Stage::bdat && event.reply == nullptr)
        aim_at_next_content_mark(session_.content_octets());
    const bool is_due = event.stage == Stage::content
                            ? instance_.engine().armed(faults::Stage::content)
                            : event.reply != nullptr || event.stage == Stage::tls;
    if (is_due) answer(event, now, out);
}

/// What the faults say, else what a healthy server does.
void Conversation::answer(const ProtocolEvent& event, Tick now, Actions& out) {
    const bool is_reply = event.stage != Stage::content && event.stage != Stage::tls;
    smtp::Values words = values(event, now);
    std::string id;
    if (is_acceptable(event)) words.id = id = instance_.server_state().ids.next(now);
    faults::Plan plan;
    if (answered_ && is_reply && event.stage != Stage::idle) {
        answered_ = false;
        return carry_out(std::move(plan), event, words, Manner::as_planned, now, out);
    }
    if (ask_about_last_chunk(event, words, now, plan) || ask_faults(event, words, now, plan))
        return carry_out(std::move(plan), event, words, Manner::as_planned, now, out);
    if (event.stage == Stage::content) return;
    const bool at_once = is_reply && event.late == Duration{0} && player_.send_bps() == 0 &&
                         held_.empty() && !muted_ && !sealed_;
    if (at_once && instance_.replies_straight())
        plan.said = event.reply->code; // and no step
    else
        faults::append_healthy(event, words, instance_.settings(), plan);
    carry_out(std::move(plan), event, words, at_once ? Manner::at_once : Manner::as_planned, now,
              out);
}

/// False: none fires.
bool Conversation::ask_faults(const ProtocolEvent& event, const smtp::Values& words, Tick now,
                              faults::Plan& plan) {
    if (!instance_.engine().armed(faults::stage_of(event.stage))) return false;
    std::vector<faults::Fired> fired;
    const faults::FaultContext context{.stage = faults::stage_of(event.stage),
                                       .event = event,
                                       .values = words,
                                       .content = session_.content(),
                                       .session = entry_.number,
                                       .opened = opened_at_,
                                       .within_tls = session_.within_tls()};
    const bool any = instance_.engine().plan(context, counters_, plan, fired);
    if (event.stage == Stage::content) aim_at_next_content_mark(event.content_octets);
    if (!any) {
        plan = {};
        return false;
    }
    if (event.stage == Stage::content) record_.end_content(now);
    record_.fired(context.stage, fired, now);
    return true;
}

/// The last chunk of BDAT is a chunk, and the end of the message.
bool Conversation::ask_about_last_chunk(ProtocolEvent event, const smtp::Values& words, Tick now,
                                        faults::Plan& plan) {
    if (event.stage != Stage::message || event.verb != smtp::Verb::bdat) return false;
    event.stage = Stage::bdat;
    return ask_faults(event, words, now, plan);
}

void Conversation::carry_out(faults::Plan plan, const ProtocolEvent& event,
                             const smtp::Values& words, Manner manner, Tick now, Actions& out) {
    const bool at_once = manner == Manner::at_once;
    const smtp::Reply* reply = event.reply;
    // A message that is not refused is kept, also when the client never learns of it. One that
    // cannot be kept is not acknowledged.
    if (is_acceptable(event) && !keep(event, words.id, plan, now) && plan.said) {
        reply = &instance_.settings().reply(smtp::ReplyId::storage_full);
        say_instead(*reply, words, plan);
    }
    const bool stays_open = event.stage == Stage::quit && plan.said && !plan.said->positive();
    // What half-close begins, and what drop-reply at idle leaves as it is, goes on.
    const bool silent = event.stage == Stage::idle && !at_once && octets_of(plan).empty();
    const bool reads_on = (silent || half_closes(plan)) && !muted_;
    if (event.closes && !plan.ends && !reads_on && (at_once || !stays_open))
        ending_ = at_once && event.stage == Stage::quit ? Ending::quit : Ending::close;
    if (at_once)
        session_.settle(event, plan.said);
    else
        settle_as_said(plan, event);
    // The Journal shows a login after the reply that reports it, but before one that may wait.
    const bool logged_in = plan.said && plan.said->value() == 235;
    if (!at_once && logged_in) record_login(event, now);
    held_.begin(plan, stage_);
    answered_ |= plan.answers_next;
    said_at_.reset();
    bool done = true;
    if (at_once && plan.steps.empty()) {
        say_straight(*reply, words, now, out);
    } else {
        player_.play(std::move(plan.steps));
        done = play(now, out);
    }
    if (at_once && logged_in) record_login(event, now);
    if (done) finish(now, out);
}

/// A healthy reply that leaves at once needs no step: what a Plan of one Say would do, without its
/// two allocations a reply.
void Conversation::say_straight(const smtp::Reply& reply, const smtp::Values& words, Tick now,
                                Actions& out) {
    const std::size_t start = out.octets.size();
    reply.octets.render(words, out.octets);
    record_.sent(stage_, std::string_view(out.octets).substr(start), now);
}

/// Of a reply that may not be the healthy one the octets decide what the Session takes for said.
void Conversation::settle_as_said(faults::Plan& plan, const ProtocolEvent& event) {
    // After STARTTLS the first reply decides: what comes with it is what a client must not believe.
    if (event.stage == Stage::starttls && plan.said) {
        const std::string octets = octets_of(plan);
        plan.said = smtp::code_said(std::string_view(octets).substr(0, octets.find('\n') + 1));
    }
    session_.settle(event, plan.said);
    if (event.stage == Stage::ehlo && plan.said && plan.said->positive())
        session_.announce(smtp::announced_in(octets_of(plan)));
    if (plan.withholds_tls) session_.keep_back_tls();
}

void Conversation::record_login(const ProtocolEvent& event, Tick now) {
    if (event.stage == Stage::auth && !session_.user().empty())
        record_.record(journal::LoggedIn{session_.user()}, now);
}

/// False: the store failed. True also where the plan says that the message is not to be kept.
bool Conversation::keep(const ProtocolEvent& event, std::string_view id, const faults::Plan& plan,
                        Tick now) {
    const bool accepted = !plan.said || plan.said->positive();
    if (plan.fate == faults::Fate::lost || (!accepted && plan.fate != faults::Fate::kept))
        return true;
    std::string damaged;
    if (plan.fate == faults::Fate::corrupted) {
        Rng dice{plan.corruption_seed, "corrupt"};
        damaged = faults::with_flipped_bits(std::string(session_.content()), plan.corruption, dice);
    }
    const std::string_view content =
        plan.fate == faults::Fate::corrupted ? damaged : session_.content();
    const journal::Message message{id,           event.sender, event.recipients, session_.helo(),
                                   peer_.client, event.size,   content};
    if (instance_.store() != nullptr &&
        instance_.store()->keep(message, entry_.number, now).has_error())
        return false;
    instance_.server_state().quotas.deliver(event.recipients, event.size);
    record_.kept(message, now);
    return true;
}

smtp::Values Conversation::values(const ProtocolEvent& event, Tick now) const {
    smtp::Values words;
    words.host = instance_.settings().hostname;
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
    words.limit = event.limit > 0 ? event.limit : instance_.settings().limits.message_octets;
    words.at = now;
    words.zone = instance_.settings().zone;
    return words;
}

void Conversation::aim_at_next_content_mark(std::uint64_t octets) {
    if (const auto mark = instance_.engine().content_mark_after(octets))
        session_.stop_content_at(*mark);
    else
        session_.stop_content_at(std::numeric_limits<std::uint64_t>::max());
}

} // namespace smtpsim::server
