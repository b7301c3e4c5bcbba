// How a Conversation performs a Plan: step by step, some of them in parts, each in its time.
#include "core/at_most.hpp"
#include "sim/server/conversation.hpp"
#include "sim/server/pacing.hpp"

#include <algorithm>

namespace smtpsim::server {
namespace {

using smtp::Stage;

journal::ClosedBy closed_by(Ending ending) {
    switch (ending) {
    case Ending::reset: return journal::ClosedBy::server_reset;
    case Ending::hang_up: return journal::ClosedBy::hang_up;
    default: return journal::ClosedBy::server;
    }
}

} // namespace

void Conversation::perform(Tick now, Actions& out) {
    while (step_ < steps_.size()) {
        const bool done =
            std::visit([&](const auto& step) { return perform(step, now, out); }, steps_[step_]);
        if (!done) return;
        ++step_;
        done_ = 0;
    }
    steps_.clear();
    step_ = 0;
    session_.replied(said_at_.value_or(now)); // not when the steps end: they may go on waiting
    if (!held_back_.empty()) release_held_back(now, out);
    if (stage_ == Stage::data) aim_at_next_content_mark(0);
    if (ending_ != Ending::none) end(ending_, closed_by(ending_), now, out);
}

// Each performs a step, or the next part of it. False: there is more, at resume_at_ or never.

bool Conversation::perform(const faults::Say& it, Tick now, Actions& out) {
    if (send_bps_ > 0) {
        const std::uint64_t piece = octets_a_piece(send_bps_);
        const Duration time = time_on_line(piece, send_bps_);
        return trickle(it.octets, piece, time, now, out) && resume_next_step_at(now + time);
    }
    say(it.octets, it.own_segment, now, out);
    return true;
}

bool Conversation::perform(const faults::Wait& wait, Tick now, Actions&) {
    return resume_next_step_at(now + wait.time);
}

bool Conversation::perform(const faults::Trickle& it, Tick now, Actions& out) {
    return trickle(it.octets, it.size, it.every, now, out);
}

bool Conversation::perform(const faults::Repeat& repeat, Tick now, Actions& out) {
    if (repeat.times == 0 && (eof_ || stopping_)) return true;
    say(repeat.octets, false, now, out);
    if (++done_ == repeat.times) return true;
    resume_at_ = now + repeat.every;
    return false;
}

bool Conversation::perform(const faults::Pace& pace, Tick, Actions&) {
    send_bps_ = pace.send_bps;
    receive_bps_ = pace.receive_bps;
    return true;
}

bool Conversation::perform(const faults::Deaf& deaf, Tick, Actions&) {
    deaf_ = deaf.on;
    return true;
}

bool Conversation::perform(const faults::Handshake& handshake, Tick now, Actions& out) {
    out.handshake = handshake.settings;
    wrong_certificate_ = row(handshake.settings.certificate).wrong;
    holding_ = handshake.settings.stall != smtp::TlsStall::none; // for ever
    handshake_until_ = holding_ ? Tick::max() : now + run_.settings().limits.handshake;
    ++step_;
    done_ = 0;
    return false;
}

bool Conversation::perform(faults::TlsAct act, Tick, Actions& out) {
    out.tls_act = act;
    return true;
}

/// It may end the call: nothing goes on before it has been performed.
bool Conversation::perform(const faults::Impairment& impairment, Tick now, Actions& out) {
    out.impairments.push_back(impairment);
    return resume_next_step_at(now);
}

bool Conversation::perform(const faults::Proceed&, Tick, Actions&) { return true; }

bool Conversation::perform(faults::End end, Tick, Actions& out) {
    switch (end) {
    case faults::End::fin: ending_ = Ending::close; break;
    case faults::End::rst: ending_ = Ending::reset; break;
    case faults::End::hang_up: ending_ = Ending::hang_up; break;
    case faults::End::half: muted_ = out.half_close = true; break;
    case faults::End::hold: holding_ = true; return false;
    }
    return true;
}

bool Conversation::trickle(std::string_view octets, std::uint64_t size, Duration every, Tick now,
                           Actions& out) {
    octets.remove_prefix(static_cast<std::size_t>(done_));
    const std::string_view piece = octets.substr(0, at_most(size, octets.size()));
    say(piece, true, now, out);
    done_ += piece.size();
    const bool all = piece.size() == octets.size();
    if (!all) resume_at_ = now + every;
    return all;
}

bool Conversation::resume_next_step_at(Tick at) {
    resume_at_ = at;
    ++step_;
    done_ = 0;
    return false;
}

void Conversation::say(std::string_view octets, bool own_segment, Tick now, Actions& out) {
    if (octets.empty()) return;
    const auto joined = std::ranges::find_if(held_back_, &HeldBack::joins);
    if (joined != held_back_.end()) {
        joined->octets += octets;
    } else if (holds_back_) {
        held_back_.back().octets += octets;
    } else {
        if (own_segment || sealed_) out.cuts.push_back(out.octets.size());
        sealed_ = own_segment;
        send(stage_, octets, now, out);
    }
}

void Conversation::send(Stage stage, std::string_view octets, Tick now, Actions& out) {
    if (muted_) return;
    said_at_ = now;
    out.octets += octets;
    octets_out_ += octets.size();
    if (run_.journal().on())
        run_.journal().record(entry_.number, now, journal::Sent{faults::stage_of(stage), octets});
}

void Conversation::end(Ending how, journal::ClosedBy by, Tick now, Actions& out) {
    ended_ = true;
    out.ending = how;
    close_record(by, now);
}

} // namespace smtpsim::server
