// How a Conversation performs the steps of a Plan: as octets, cuts and the like for its endpoint.
#include "sim/server/conversation.hpp"

namespace smtpsim::server {
namespace {

journal::ClosedBy closed_by(Ending ending) {
    switch (ending) {
    case Ending::reset: return journal::ClosedBy::server_reset;
    case Ending::hang_up: return journal::ClosedBy::hang_up;
    default: return journal::ClosedBy::server;
    }
}

} // namespace

class Conversation::Steps final : public faults::Performer {
public:
    Steps(Conversation& to, Actions& out) : to_(to), out_(out) {}

    void say(std::string_view octets, bool own_segment, Tick now) override {
        if (octets.empty() || to_.held_.hold(octets)) return;
        if (own_segment || to_.sealed_) out_.cuts.push_back(out_.octets.size());
        to_.sealed_ = own_segment;
        to_.send(to_.stage_, octets, now, out_);
    }
    bool is_heard() const override { return !to_.eof_ && !to_.stopping_; }
    void pace(const faults::Pace& pace) override { to_.reading_.bps = pace.receive_bps; }
    void stop_reading(bool on) override { to_.reading_.off = on; }

    faults::Next handshake(const smtp::TlsSettings& settings, Tick now) override {
        const bool stalls = settings.stall != smtp::TlsStall::none; // without end
        out_.handshake = settings;
        to_.wrong_certificate_ = row(settings.certificate).wrong;
        to_.handshake_until_ =
            stalls ? Tick::max() : now + to_.instance_.settings().limits.handshake;
        return stalls ? faults::Next::never : faults::Next::on_resume;
    }
    void act_within_tls(faults::TlsAct act) override { out_.tls_act = act; }

    /// It may end the call: nothing goes on before the endpoint has performed it.
    faults::Next apply(const faults::Impairment& impairment, Tick) override {
        out_.impairments.push_back(impairment);
        return faults::Next::next_tick;
    }
    void end(faults::End how, Tick) override {
        switch (how) {
        case faults::End::fin: to_.ending_ = Ending::close; break;
        case faults::End::rst: to_.ending_ = Ending::reset; break;
        case faults::End::hang_up: to_.ending_ = Ending::hang_up; break;
        case faults::End::half: to_.muted_ = out_.half_close = true; break;
        case faults::End::hold: break; // nothing to do
        }
    }

private:
    Conversation& to_;
    Actions& out_;
};

void Conversation::perform(Tick now, Actions& out) {
    if (play(now, out)) finish(now, out);
}

/// The Plan, until a step waits. True: to its end.
bool Conversation::play(Tick now, Actions& out) {
    Steps steps{*this, out};
    return player_.run(now, steps);
}

/// What was given is said, or never will be.
void Conversation::finish(Tick now, Actions& out) {
    session_.replied(said_at_.value_or(now)); // not when the steps end: they may go on waiting
    if (!held_.empty())
        for (const HeldReplies::Reply& reply : held_.end()) {
            out.cuts.push_back(out.octets.size());
            sealed_ = true;
            send(reply.stage, reply.octets, now, out);
        }
    if (stage_ == smtp::Stage::data) aim_at_next_content_mark(0);
    if (ending_ != Ending::none) end(ending_, closed_by(ending_), now, out);
}

void Conversation::send(smtp::Stage stage, std::string_view octets, Tick now, Actions& out) {
    if (muted_) return;
    said_at_ = now;
    out.octets += octets;
    record_.sent(stage, octets, now);
}

} // namespace smtpsim::server
