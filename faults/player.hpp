// Plays the steps of a Plan in their order, each in its time. It knows no connection, no modem and
// no clock: a Performer does what a step asks for, and ticks come from outside.
#pragma once

#include "core/clock.hpp"
#include "faults/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace smtpsim::faults {

/// When the step after this one is due.
enum class Next : std::uint8_t {
    at_once,
    next_tick, // not before the caller has acted on what was performed: at the same tick, later
    on_resume, // Player::resume() says when
    never,
};

/// What the steps of a Plan act upon: a connection, or the output of a modem. A function with a
/// body is for steps that not every Performer has something to do for.
class Performer {
public:
    /// `own_segment`: shares no TCP segment with what is said before or after it.
    virtual void say(std::string_view octets, bool own_segment, Tick now) = 0;
    virtual Next apply(const Impairment& impairment, Tick now) = 0;
    /// Any but End::hold, of which a Performer sees only that nothing follows. Steps after it are
    /// played.
    virtual void end(End how, Tick now) = 0;

    /// False: a Repeat without an end is over.
    virtual bool is_heard() const { return true; }
    /// The Player itself says no faster; how fast the peer is read is the Performer's.
    virtual void pace(const Pace&) {}
    virtual void stop_reading(bool) {}
    virtual Next handshake(const smtp::TlsSettings&, Tick) { return Next::at_once; }
    virtual void act_within_tls(TlsAct) {}
    virtual void proceed(Tick) {}

protected:
    ~Performer() = default;
};

class Player {
public:
    /// Takes the place of the steps that are left, and of what they wait for. A Pace that was
    /// played stays in force.
    void play(std::vector<Step> steps);
    /// Plays until a step has to wait. True: all steps are done, and none waits. A Performer may
    /// call drop() and stop(), the counts and waits() from within, nothing else.
    bool run(Tick now, Performer& performer);

    /// run() does nothing until resume().
    bool waits() const { return waits_for_ != Next::at_once; }
    /// Nothing follows, whatever happens: End::hold, or a handshake that stalls.
    bool holds() const { return waits_for_ == Next::never; }
    /// The tick at which to call resume(). Tick::max(): none, or another event decides.
    Tick deadline() const { return due_; }
    void resume();

    std::uint64_t send_bps() const { return send_bps_; } // 0: as fast as may be
    /// Steps, and octets of their Says, that are neither done nor being performed.
    std::size_t steps_left() const { return steps_.size() - first_left(); }
    std::size_t octets_left() const;
    /// Forgets the steps that are left, but for one that holds, and what they wait for. True: there
    /// were some; then the step that is being performed has no more parts.
    bool drop();
    /// Forgets all steps. True as in drop().
    bool stop();

private:
    struct Part; // of the step in hand

    std::size_t first_left() const { return at_ + (performing_ ? 1 : 0); }
    template <class Goes> bool forget(Goes goes);
    void go_to_next_step();
    void wait_until(Tick at);

    std::vector<Step> steps_;
    std::size_t at_ = 0;     // the step in hand
    std::uint64_t done_ = 0; // of it: octets said, times, or 1 once it waits
    std::uint64_t send_bps_ = 0;
    Tick due_ = Tick::max();
    Next waits_for_ = Next::at_once;
    bool performing_ = false, dropped_ = false;
};

} // namespace smtpsim::faults
