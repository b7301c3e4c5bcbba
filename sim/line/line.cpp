#include "sim/line/line.hpp"

#include "core/at_most.hpp"
#include "core/check.hpp"
#include "sim/line/speeds.hpp"

#include <algorithm>
#include <limits>

namespace smtpsim::line {

using faults::Act;

namespace {

std::uint64_t seed_from(Rng& dice) { return dice.below(std::numeric_limits<std::uint64_t>::max()); }

std::uint64_t no_more(std::uint64_t bps, std::uint64_t limit) {
    return bps == 0 ? limit : std::min(bps, limit);
}

} // namespace

Line::Line(const Settings& settings, Rng dice)
    : down_(settings.down_bps, settings, seed_from(dice)),
      up_(settings.up_bps, settings, seed_from(dice)) {}

void Line::send(End from, std::string_view octets, Tick now, Delivery& out) {
    on_tick(now, out);
    if (ended_) return;
    if (from == End::near)
        send_up(octets, now, out);
    else if (loop_ == Loop::none)
        send_down(octets, now, out);
    if (up_.cut_reached()) end_call(out);
}

std::size_t Line::room(End from) const {
    if (training_until()) return 0;
    if (from == End::near && loop_ != Loop::none) return std::min(up_.room(), down_.room());
    return direction(from).room();
}

void Line::on_tick(Tick now, Delivery& out) {
    latest_.advance(now);
    for (Tick due = deadline(); due < now; due = deadline()) step(due, out);
    step(now, out);
}

Tick Line::deadline() const {
    if (ended_) return Tick::max();
    return std::min({up_.due(), down_.due(), drop_at_, back_at_, trained_at_});
}

std::optional<Tick> Line::training_until() const {
    if (trained_at_ == Tick::max()) return std::nullopt;
    return trained_at_;
}

/// What is due at `now`, octets first.
void Line::step(Tick now, Delivery& out) {
    if (ended_) return;
    send_up({}, now, out);
    send_down({}, now, out);
    if (now >= trained_at_) trained_at_ = Tick::max();
    if (now >= back_at_) {
        back_at_ = Tick::max();
        carrier_ = out.carrier_back = true;
        for (Direction* direction : {&up_, &down_}) direction->set_deaf(false);
    }
    if (now >= drop_at_ || up_.cut_reached()) end_call(out);
}

void Line::send_up(std::string_view octets, Tick now, Delivery& out) {
    line::LineErrors unseen;
    if (loop_ == Loop::none) return up_.send(octets, now, {out.to_far, unseen});
    std::string turned;
    up_.send(octets, now, {turned, unseen});
    if (loop_ == Loop::seven_bit)
        for (char& octet : turned) octet = static_cast<char>(octet & 0x7f);
    if (!turned.empty()) send_down(turned, now, out);
}

void Line::send_down(std::string_view octets, Tick now, Delivery& out) {
    const std::uint64_t overrun = down_.overrun();
    down_.send(octets, now, {out.to_near, out.near_errors});
    out.near_errors.overrun |= down_.overrun() > overrun;
}

void Line::apply(const faults::Impairment& impairment, Tick now, Delivery& out) {
    on_tick(now, out);
    if (ended_) return;
    const Duration time = std::max(impairment.time.value_or(Duration{0}), Duration{0});
    switch (impairment.act) {
    case Act::drop: drop_at_ = std::min(drop_at_, saturating_add(now, time)); break;
    case Act::drop_octets: up_.cut_after(impairment.number); break;
    case Act::seven_bit:
        for (Direction* direction : {&up_, &down_}) direction->damage().clear_eighth_bit();
        break;
    case Act::lose: harm(Harm::loss, impairment.odds); break;
    case Act::twice: harm(Harm::twice, impairment.odds); break;
    case Act::framing_errors: harm(Harm::framing, impairment.odds); break;
    case Act::parity_errors: harm(Harm::parity, impairment.odds); break;
    case Act::stall_line: stall(saturating_add(now, time)); break;
    case Act::retrain: train(now, saturating_add(now, time)); break;
    case Act::speed: down_.set_speed(no_more(down_.bps(), impairment.number), now); break;
    case Act::speed_up: up_.set_speed(no_more(up_.bps(), impairment.number), now); break;
    case Act::delay_line:
        for (Direction* direction : {&up_, &down_}) direction->delay(time);
        break;
    case Act::echo: loop_ = Loop::eight_bit; break;
    case Act::echo_seven_bit: loop_ = Loop::seven_bit; break;
    case Act::call_waiting:
        lose_carrier(out);
        back_at_ = std::max(back_at_ == Tick::max() ? now : back_at_, saturating_add(now, time));
        break;
    case Act::overrun:
        for (Direction* direction : {&up_, &down_})
            direction->ignore_flow_control(at_most(impairment.number, capacity));
        break;
    case Act::noise: apply_noise(impairment.odds, now, out); break;
    case Act::break_signal: out.near_errors.break_signal = true; break;
    default: break;
    }
    step(now, out);
}

void Line::apply_noise(Ratio bit_error_odds, Tick now, Delivery& out) {
    on_tick(now, out);
    harm(Harm::noise, bit_error_odds);
}

void Line::harm(Harm harm, Ratio odds) {
    for (Direction* direction : {&up_, &down_}) direction->damage().set(harm, odds);
}

void Line::stall(Tick until) {
    for (Direction* direction : {&up_, &down_}) direction->stall(until);
}

/// A line that is as fast as may be stays so.
void Line::train(Tick now, Tick until) {
    stall(until);
    for (Direction* direction : {&up_, &down_})
        direction->set_speed(next_lower(direction->bps()), now);
    trained_at_ = std::max(trained_at_ == Tick::max() ? now : trained_at_, until);
}

void Line::lose_carrier(Delivery& out) {
    for (Direction* direction : {&up_, &down_}) direction->set_deaf(true);
    out.carrier_lost |= carrier_;
    carrier_ = false;
}

void Line::end_call(Delivery& out) {
    lose_carrier(out);
    ended_ = true;
    for (Direction* direction : {&up_, &down_}) direction->lose_all();
    drop_at_ = back_at_ = trained_at_ = Tick::max();
}

} // namespace smtpsim::line
