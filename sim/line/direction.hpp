// One direction of a line: octets go in at one end, wait for their turn, are in flight, and come
// out at the other end in the order in which they went in.
//
// Octet k (from 1) of those sent without a pause has left at start + k * bits / bps, rounded up to
// the next tick; the remainder is carried, so nothing drifts. due() is when the last octet of a
// group has left: as many as leave within `group`, or one if that takes longer. A question in
// between gets what has left by then. Where there is latency, what left together arrives
// together, so long after its last octet.
#pragma once

#include "core/clock.hpp"
#include "sim/line/line_damage.hpp"
#include "sim/line/line_settings.hpp"
#include "sim/line/ring_buffer.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

namespace smtpsim::line {

/// Where octets come out.
struct Sink {
    std::string& octets;
    line::LineErrors& errors;
};

class Direction {
public:
    static constexpr Duration group = std::chrono::milliseconds{10};

    Direction(std::uint64_t bps, const Settings& settings, std::uint64_t seed);

    void send(std::string_view octets, Tick now, Sink sink);
    void advance(Tick now, Sink sink);
    Tick due() const;

    /// What may be sent without being lost or overtaking the buffer.
    std::size_t room() const;
    bool idle() const { return queue_.empty(); }
    std::uint64_t carried() const { return carried_; }
    std::uint64_t overrun() const { return overrun_; }

    /// Carries nothing until then; what waits or is in flight goes on after it.
    void stall(Tick until);
    std::uint64_t bps() const { return bps_; }
    /// The octet that is being sent starts again.
    void set_speed(std::uint64_t bps, Tick now);
    void delay(Duration by) { latency_ += std::min(by, Duration::max() - latency_); }
    /// No flow control any more: beyond so many octets in the buffer, or in one piece where nothing
    /// waits, the rest is lost.
    void ignore_flow_control(std::size_t buffer) { uncontrolled_ = buffer; }
    /// What arrives is lost.
    void set_deaf(bool deaf) { deaf_ = deaf; }
    void lose_all();
    LineDamage& damage();

    /// What is sent after so many octets more never arrives.
    void cut_after(std::uint64_t octets);
    /// The octet before the cut has arrived.
    bool cut_reached() const { return sent_in_ >= cut_ && queue_.empty(); }

private:
    struct Flight {
        std::size_t octets;
        Tick arrival;
    };

    std::size_t waiting() const { return queue_.size() - in_flight_; }
    bool stalled() const { return resume_ != Tick::min(); }
    bool immediate() const;
    Tick departure(std::uint64_t octet) const;
    std::size_t departing(Tick now) const;
    void restart(Tick at);
    void depart(Tick now);
    void deliver(std::string_view octets, Sink sink);

    std::uint64_t bps_;
    std::uint32_t bits_; // an octet
    Duration latency_, jitter_;
    std::size_t buffer_;
    std::uint64_t seed_;

    RingBuffer<char> queue_;     // in flight, then waiting
    RingBuffer<Flight> flights_; // whichever comes early waits for the one before it
    std::size_t in_flight_ = 0;

    Tick start_{};              // of octets sent without a pause
    std::uint64_t left_ = 0;    // of these, how many have left
    Tick resume_ = Tick::min(); // the end of a stall; min: none

    std::uint64_t sent_in_ = 0, carried_ = 0, overrun_ = 0;         // octets
    std::uint64_t cut_ = std::numeric_limits<std::uint64_t>::max(); // in terms of sent_in_
    std::optional<std::size_t> uncontrolled_;
    bool deaf_ = false;
    std::unique_ptr<LineDamage> damage_; // none: the line is clean
    std::unique_ptr<Rng> jitter_dice_;
};

} // namespace smtpsim::line
