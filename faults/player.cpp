#include "faults/player.hpp"

#include "core/at_most.hpp"
#include "core/check.hpp"
#include "faults/pacing.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::faults {
namespace {

bool is_hold(const Step& step) {
    const auto* const end = std::get_if<End>(&step);
    return end != nullptr && *end == End::hold;
}

} // namespace

/// Performs a step, or the next part of it. False: it has more parts.
struct Player::Part {
    Player& player;
    Performer& performer;
    Tick now;

    bool operator()(const Say& it) const {
        if (player.send_bps_ == 0) {
            performer.say(it.octets, it.own_segment, now);
            return true;
        }
        const std::uint64_t piece = octets_a_piece(player.send_bps_);
        const Duration time = time_on_line(piece, player.send_bps_);
        const bool all = say_piece(it.octets, piece);
        player.wait_until(saturating_add(now, time));
        return all;
    }
    bool operator()(const Wait& it) const {
        if (player.done_ == 1) return true;
        player.done_ = 1;
        player.wait_until(saturating_add(now, it.time));
        return false;
    }
    bool operator()(const Trickle& it) const {
        const bool all = say_piece(it.octets, it.size);
        if (!all) player.wait_until(saturating_add(now, it.every));
        return all;
    }
    bool operator()(const Repeat& it) const {
        if (it.times == 0 && !performer.is_heard()) return true;
        performer.say(it.octets, false, now);
        if (++player.done_ == it.times) return true;
        player.wait_until(saturating_add(now, it.every));
        return false;
    }
    bool operator()(const Pace& it) const {
        player.send_bps_ = it.send_bps;
        performer.pace(it);
        return true;
    }
    bool operator()(const Deaf& it) const {
        performer.stop_reading(it.on);
        return true;
    }
    bool operator()(const Handshake& it) const {
        return then(performer.handshake(it.settings, now));
    }
    bool operator()(TlsAct act) const {
        performer.act_within_tls(act);
        return true;
    }
    bool operator()(End how) const {
        if (how == End::hold) return then(Next::never);
        performer.end(how, now);
        return true;
    }
    bool operator()(const Impairment& it) const { return then(performer.apply(it, now)); }
    bool operator()(const Proceed&) const {
        performer.proceed(now);
        return true;
    }

private:
    bool say_piece(std::string_view octets, std::uint64_t size) const {
        ensure(player.done_ <= octets.size(), "no more of a step is said than it has");
        octets.remove_prefix(at_most(player.done_, octets.size()));
        const std::string_view piece = octets.substr(0, at_most(size, octets.size()));
        performer.say(piece, true, now);
        player.done_ += piece.size();
        return piece.size() == octets.size();
    }

    bool then(Next next) const {
        if (next == Next::next_tick) player.wait_until(now);
        player.waits_for_ = next;
        return next != Next::never;
    }
};

void Player::play(std::vector<Step> steps) {
    ensure(!performing_, "a Performer begins no Plan from within another");
    steps_ = std::move(steps);
    at_ = 0;
    done_ = 0;
    resume();
}

bool Player::run(Tick now, Performer& performer) {
    ensure(!performing_, "a Performer plays no step from within another");
    ensure(at_ <= steps_.size(), "the step in hand is one of the Plan");
    while (!waits() && at_ < steps_.size()) {
        performing_ = true;
        const bool done = std::visit(Part{*this, performer, now}, steps_[at_]);
        performing_ = false;
        if (std::exchange(dropped_, false))
            resume(); // what it waits for went with the rest
        else if (!done)
            continue;
        go_to_next_step();
    }
    return !waits() && at_ == steps_.size();
}

void Player::resume() {
    waits_for_ = Next::at_once;
    due_ = Tick::max();
}

std::size_t Player::octets_left() const {
    std::size_t out = 0;
    for (std::size_t i = first_left(); i < steps_.size(); ++i)
        if (const auto* const say = std::get_if<Say>(&steps_[i])) out += say->octets.size();
    return out;
}

bool Player::drop() {
    return forget([](const Step& step) { return !is_hold(step); });
}

bool Player::stop() {
    return forget([](const Step&) { return true; });
}

template <class Goes> bool Player::forget(Goes goes) {
    const auto begin = steps_.begin() + static_cast<std::ptrdiff_t>(first_left());
    if (begin == steps_.end()) return false;
    const bool next_goes = goes(*begin);
    steps_.erase(std::remove_if(begin, steps_.end(), goes), steps_.end());
    if (!next_goes) return false;
    dropped_ = performing_;
    if (performing_) return true;
    done_ = 0;
    resume();
    return true;
}

void Player::go_to_next_step() {
    done_ = 0;
    if (++at_ < steps_.size()) return;
    std::vector<Step>().swap(steps_); // a connection that waits for its client keeps no memory
    at_ = 0;
}

void Player::wait_until(Tick at) {
    waits_for_ = Next::next_tick;
    due_ = at;
}

} // namespace smtpsim::faults
