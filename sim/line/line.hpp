// A line between two ends, on virtual time: a telephone line between two modems, or the `link:` of
// a TCP endpoint. Octets in, octets out; no socket, no clock. An unlimited line that nothing is
// wrong with hands octets through within the call.
#pragma once

#include "core/latest_tick.hpp"
#include "faults/plan/impairments.hpp"
#include "sim/line/direction.hpp"

#include <optional>

namespace smtpsim::line {

class Line {
public:
    /// Only seeds are drawn from `dice`: each way and each harm has a stream of its own.
    Line(const Settings& settings, Rng dice);

    /// May deliver at once. More than room() is taken too, up to `capacity`.
    void send(End from, std::string_view octets, Tick now, Delivery& out);
    /// Octets that may still be sent; 0: wait (CTS off).
    std::size_t room(End from) const;
    /// Call it once now >= deadline(); being late changes nothing in what comes out.
    void on_tick(Tick now, Delivery& out);
    /// Tick::max(): none. At least Way::group or an octet apart while a way is busy.
    Tick deadline() const;

    /// An act of Layer::line that is performed here, from `now` on; those that concern circuits are
    /// for Circuits and do nothing here.
    void apply(const faults::Impairment& impairment, Tick now, Delivery& out);
    /// Wrong bits, in bursts (ErrorSampler::noise), both ways, from `now` on.
    void apply_noise(Ratio bit_error_odds, Tick now, Delivery& out);

    /// Nothing is under way.
    bool idle() const { return up_.idle() && down_.idle(); }
    bool idle(End from) const { return direction(from).idle(); }
    bool carrier() const { return carrier_; }
    /// The carrier is lost, or not, but not for good.
    bool comes_back() const { return !ended_; }
    /// While the modems train anew: CTS is off.
    std::optional<Tick> training_until() const;
    std::uint64_t down_bps() const { return down_.bps(); }
    std::uint64_t up_bps() const { return up_.bps(); }

    /// Octets that have gone the whole way, before what Damage did to them.
    std::uint64_t carried(End from) const { return direction(from).carried(); }
    /// Octets lost for want of room.
    std::uint64_t overrun(End from) const { return direction(from).overrun(); }

private:
    enum class Loop : std::uint8_t { none, eight_bit, seven_bit };

    const Direction& direction(End from) const { return from == End::near ? up_ : down_; }
    void step(Tick now, Delivery& out);
    void send_up(std::string_view octets, Tick now, Delivery& out);
    void send_down(std::string_view octets, Tick now, Delivery& out);
    void harm(Harm harm, Ratio odds);
    void stall(Tick until);
    void train(Tick now, Tick until);
    void lose_carrier(Delivery& out);
    void end_call(Delivery& out);

    LatestTick latest_;
    Direction down_, up_;
    Loop loop_ = Loop::none;
    bool carrier_ = true, ended_ = false; // ended: the carrier does not come back
    Tick drop_at_ = Tick::max(), back_at_ = Tick::max(), trained_at_ = Tick::max();
};

} // namespace smtpsim::line
