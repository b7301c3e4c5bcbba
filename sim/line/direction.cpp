#include "sim/line/direction.hpp"

#include "core/at_most.hpp"
#include "core/check.hpp"

#include <algorithm>

namespace smtpsim::line {

namespace {

constexpr std::uint64_t second = 1'000'000; // ticks

constexpr std::uint64_t rounded_up(std::uint64_t dividend, std::uint64_t divisor) {
    return (dividend + divisor - 1) / divisor;
}

constexpr std::uint64_t limited(std::uint64_t bps) { return bps > fastest ? 0 : bps; }

// What departure() multiplies must fit, up to the last octet under way.
static_assert(fastest + capacity <=
              std::numeric_limits<std::uint64_t>::max() / (longest_octet * second));

} // namespace

Direction::Direction(std::uint64_t bps, const Settings& settings, std::uint64_t seed)
    : bps_(limited(bps)), bits_(std::clamp(settings.bits_per_octet, 1U, longest_octet)),
      latency_(std::max(settings.latency, Duration{0})),
      jitter_(std::max(settings.jitter, Duration{0})),
      buffer_(std::clamp<std::size_t>(settings.buffer, 1, capacity)), seed_(seed) {
    if (jitter_ > Duration{0}) jitter_dice_ = std::make_unique<Rng>(seed, "jitter");
    if (settings.loss.numerator > 0) damage().set(Harm::loss, settings.loss);
    if (settings.bit_errors.numerator > 0) damage().set(Harm::noise, settings.bit_errors);
}

void Direction::send(std::string_view octets, Tick now, Sink sink) {
    const std::uint64_t before_cut = cut_ - std::min(cut_, sent_in_);
    sent_in_ += octets.size();
    octets = octets.substr(0, at_most(before_cut, octets.size()));

    const bool at_once = immediate();
    std::size_t free = at_once ? octets.size() : capacity - queue_.size();
    if (uncontrolled_) free = std::min(free, *uncontrolled_ - std::min(*uncontrolled_, waiting()));
    overrun_ += octets.size() - std::min(octets.size(), free);
    octets = octets.substr(0, free);

    if (at_once) return deliver(octets, sink);
    if (waiting() == 0 && now > departure(left_)) restart(now);
    queue_.push(octets);
    ensure(queue_.size() <= capacity, "a line carries no more than its capacity");
    advance(now, sink);
}

void Direction::advance(Tick now, Sink sink) {
    if (now >= resume_) resume_ = Tick::min();
    depart(now);
    if (stalled()) return;
    while (!flights_.empty() && flights_.front().arrival <= now) {
        const std::size_t octets = flights_.front().octets;
        for (const auto part : queue_.first(octets)) deliver({part.data(), part.size()}, sink);
        queue_.pop(octets);
        ensure(octets <= in_flight_, "what arrives was in flight");
        in_flight_ -= octets;
        flights_.pop(1);
    }
}

Tick Direction::due() const {
    Tick due = stalled() ? resume_ : Tick::max();
    if (waiting() > 0) {
        const auto octets =
            rounded_up(bps_ * static_cast<std::uint64_t>(group.count()), bits_ * second);
        due = departure(left_ + (bps_ == 0 ? waiting() : at_most(octets, waiting())));
    }
    if (!flights_.empty()) due = std::min(due, std::max(flights_.front().arrival, resume_));
    return due;
}

std::size_t Direction::room() const {
    if (uncontrolled_) return capacity;
    const std::size_t limit = bps_ == 0 && !stalled() ? capacity : buffer_;
    return std::min(limit - std::min(limit, waiting()), capacity - queue_.size());
}

void Direction::stall(Tick until) {
    resume_ = std::max(resume_, until);
    restart(resume_);
}

void Direction::set_speed(std::uint64_t bps, Tick now) {
    bps_ = limited(bps);
    restart(std::max(now, resume_));
}

void Direction::lose_all() {
    queue_.clear();
    flights_.clear();
    in_flight_ = 0;
}

void Direction::cut_after(std::uint64_t octets) {
    cut_ = std::min(cut_, sent_in_ + std::min(octets, cut_ - sent_in_));
}

LineDamage& Direction::damage() {
    if (!damage_) damage_ = std::make_unique<LineDamage>(seed_);
    return *damage_;
}

bool Direction::immediate() const {
    return bps_ == 0 && queue_.empty() && latency_ == Duration{0} && !jitter_dice_ && !stalled();
}

/// Of octet `octet` after start_.
Tick Direction::departure(std::uint64_t octet) const {
    if (bps_ == 0) return start_;
    return saturating_add(start_, Duration{rounded_up(octet * bits_ * second, bps_)});
}

/// How many more have left by `now`.
std::size_t Direction::departing(Tick now) const {
    if (waiting() == 0 || now < start_) return 0;
    if (now >= departure(left_ + waiting())) return waiting();
    const auto passed = static_cast<std::uint64_t>((now - start_).count());
    return static_cast<std::size_t>(passed * bps_ / (bits_ * second) - left_);
}

void Direction::restart(Tick at) {
    start_ = at;
    left_ = 0;
}

void Direction::depart(Tick now) {
    const std::size_t octets = departing(now);
    if (octets == 0) return;
    left_ += octets;
    Tick arrival = saturating_add(departure(left_), latency_);
    if (jitter_dice_) {
        const auto most = static_cast<std::uint64_t>(jitter_.count());
        arrival = saturating_add(arrival, Duration{jitter_dice_->below(most + 1)});
    }
    const Flight flight{octets, arrival};
    flights_.push({&flight, 1});
    in_flight_ += octets;
    ensure(in_flight_ <= queue_.size(), "what is in flight is under way");
    if (bps_ > 0 && left_ >= bps_) { // as many octets as bps take as many seconds as bits
        start_ += std::chrono::seconds{bits_ * (left_ / bps_)};
        left_ %= bps_;
    }
}

void Direction::deliver(std::string_view octets, Sink sink) {
    if (deaf_) return;
    carried_ += octets.size();
    if (damage_)
        damage_->pass(octets, sink.octets, sink.errors);
    else
        sink.octets.append(octets);
}

} // namespace smtpsim::line
