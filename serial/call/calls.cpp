// The telephone network: a call from the dialling to its end.
#include "serial/call/modem_system.hpp"

#include "core/at_most.hpp"
#include "sim/line/speeds.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::call {
namespace {

using faults::Stage;
using profiles::Answer;

// ITU-T E.180 has no one cadence; this is the one of North America.
constexpr Duration ring_time = std::chrono::seconds{2}, ring_pause = std::chrono::seconds{4};
constexpr Duration engaged_after = std::chrono::seconds{2}; // after the last digit; chosen

constexpr std::size_t backlog_octets_max =
    1UL << 20; // of a remote end that says more than the line takes

std::optional<modem::Outcome> failure(Answer answer) {
    switch (answer) {
    case Answer::busy: return modem::Outcome::busy;
    case Answer::no_answer: return modem::Outcome::no_answer;
    case Answer::no_dialtone: return modem::Outcome::no_dialtone;
    case Answer::no_carrier: return modem::Outcome::no_carrier;
    case Answer::voice: return modem::Outcome::voice;
    case Answer::fax: return modem::Outcome::fax;
    case Answer::delayed: return modem::Outcome::delayed;
    case Answer::blacklisted: return modem::Outcome::blacklisted;
    default: return std::nullopt;
    }
}

std::string_view name(modem::Outcome outcome) {
    for (const profiles::AnswerRow& row : profiles::answer_table)
        if (failure(row.answer) == outcome) return row.name;
    return {};
}

} // namespace

Duration ModemSystem::paced(Duration time) const {
    return time * options_.pace.numerator / options_.pace.denominator;
}

std::uint64_t ModemSystem::paced_speed(std::uint64_t bps) const {
    if (options_.pace.numerator == 0) return 0;
    return std::max<std::uint64_t>(bps * options_.pace.denominator / options_.pace.numerator, 1);
}

profiles::Call ModemSystem::who_answers(std::string_view number) {
    const auto& book = instance_.profile().modem.phone_book;
    for (std::size_t line = 0; line < book.size(); ++line) {
        if (!book[line].number.matches(number)) continue;
        const std::uint64_t before = called_[line]++;
        return book[line].calls[at_most(before, book[line].calls.size() - 1)];
    }
    return {};
}

/// What the slower of both modems and the line can do.
modem::Carrier ModemSystem::agreed() const {
    const modem::Offer offer = modem_.offer();
    const profiles::Link& line = instance_.profile().modem.line;
    const auto speed = [&](std::uint64_t own, std::uint64_t of_line) {
        const std::uint64_t most = own > 0 ? own : of_line > 0 ? of_line : offer.fastest;
        return static_cast<std::uint32_t>(
            line::speed_at_most(std::min<std::uint64_t>(most, offer.fastest)).bps);
    };
    modem::Carrier out;
    out.down_bps = speed(call_->entry.down_bps, line.down_bps);
    out.up_bps = speed(call_->entry.up_bps, line.up_bps);
    const std::string_view modulation = line::speed_at_most(out.down_bps).modulation;
    for (const modem::Modulation& each : modem::modulation_table)
        if (each.text == modulation) out.modulation = std::string(each.name);
    out.protocol = offer.lapm ? "LAPM" : offer.mnp ? "ALT" : "NONE";
    out.compression = !offer.compression || out.protocol == "NONE" ? "NONE"
                      : offer.lapm                                 ? "V42BIS"
                                                                   : "CLASS 5";
    return out;
}

void ModemSystem::dial(const modem::Dial& dial, Tick now) {
    if (instance_.journal().on())
        instance_.journal().record(0, now, journal::Commanded{modem_.command()});
    if (dial.test) return; // the modem says OK itself, and stays off the hook
    if (call_) end_call("another is dialled", now);
    forget_circuits(now);
    last_number_ = dial.number;
    call_ = std::make_unique<Call>();
    call_->number = last_call_ = instance_.next_call();
    call_->dialled = dial.number;
    call_->dial = dial;
    call_->began = now;
    call_->entry = who_answers(dial.number);
    if (instance_.journal().on())
        instance_.journal().record(
            0, now, journal::Dialled{call_->number, call_->dialled, row(call_->entry.answer).name});
    act(Stage::dial, modem_.command(), {}, now);
}

/// First call: how long it takes until the outcome is known. Second call: the outcome.
void ModemSystem::set_up(Tick now) {
    if (call_->proceeded) {
        call_->set_up_at = Tick::max();
        if (call_->unanswered) {
            modem_.on_unanswered(now, does_);
            return take(now);
        }
        if (!call_->outcome) return connect(now);
        call_->why = name(*call_->outcome);
        modem_.on_outcome(*call_->outcome, now, does_);
        return take(now);
    }
    call_->proceeded = true;
    const Answer answer = call_->entry.answer;
    call_->outcome = failure(answer);
    const bool blind =
        call_->outcome == modem::Outcome::no_dialtone && !call_->dial.waits_for_dialtone;
    if (blind) call_->outcome = modem::Outcome::no_carrier; // its absence was not noticed
    const Duration patience = modem_.settings().time(modem::SRegister::wait_for_carrier);
    Duration time = call_->dial.dialling;
    const Duration rings = (ring_time + ring_pause) *
                           static_cast<std::int64_t>(std::min(call_->entry.rings, rings_max));
    switch (answer) {
    case Answer::busy: time += engaged_after; break;
    case Answer::no_dialtone: time = blind ? time + patience : Duration{0}; break;
    case Answer::delayed:
    case Answer::blacklisted: time = Duration{0}; break;
    case Answer::no_answer: time += patience; break;
    default: time += rings; break;
    }
    if (row(answer).connects) {
        call_->carrier = agreed();
        time += line::speed_at_most(call_->carrier.down_bps).training;
    }
    if (call_->dial.waits_for_silence && row(answer).connects)
        call_->outcome = modem::Outcome::no_answer; // a carrier is no silence
    // Not at the pace of the line, so that no pace changes the outcome of a call.
    const Duration left = call_->dial.dialling + patience - (now - call_->began);
    if (time > left) {
        time = left;
        call_->unanswered = true;
    }
    call_->set_up_at = now + paced(time);
    if (call_->set_up_at <= now) set_up(now);
}

/// The modems have trained; the stage `carrier` decides what is said of it.
void ModemSystem::connect(Tick now) {
    modem_.on_carrier(call_->carrier, now, does_);
    take(now);
}

std::unique_ptr<RemoteEnd> ModemSystem::remote_end() {
    const Answer answer = call_->entry.answer;
    if (answer == Answer::smtp) return smtp_remote(instance_, call_->number);
    if (answer == Answer::echo) return echo_end();
    if (answer != Answer::login && answer != Answer::ppp) return silent_end();
    return ppp_remote(instance_, answer == Answer::login, call_->number,
                      [this](Stage stage, std::string_view user,
                             Tick now) -> std::optional<std::vector<faults::Step>> {
                          call_->user = user;
                          faults::Plan plan;
                          if (!ask(stage, {}, {}, now, plan)) return std::nullopt;
                          return std::move(plan.steps);
                      });
}

/// The remote end is there: it may speak first.
void ModemSystem::begin(Tick now) {
    if (!call_ || call_->line || call_->over) return;
    const profiles::Link& of_profile = instance_.profile().modem.line;
    line::Settings settings;
    settings.down_bps = paced_speed(call_->carrier.down_bps);
    settings.up_bps = paced_speed(call_->carrier.up_bps);
    settings.latency = of_profile.latency;
    settings.jitter = of_profile.jitter;
    settings.bit_errors = of_profile.noise;
    const std::string number = std::to_string(call_->number);
    call_->line.emplace(settings, Rng{instance_.seed(), "line of call " + number});
    if (instance_.journal().on())
        instance_.journal().record(
            0, now,
            journal::CarrierUp{call_->number, call_->carrier.down_bps, call_->carrier.up_bps});
    drive(now);
    call_->far = remote_end();
    for (const faults::Impairment& impairment : std::exchange(later_, {})) perform(impairment, now);
    if (!call_ || call_->over) return;
    call_->far->begin(now, far_);
    take_far(now);
}

/// From the terminal, over the line.
void ModemSystem::send_up(std::string_view octets, Tick now) {
    if (!call_ || !call_->line || call_->over) return;
    call_->octets_in += octets.size();
    call_->line->send(line::End::near, octets, now, came_);
    take_delivery(now);
}

/// Nothing more goes over the line for now, or the remote end reads no more.
bool ModemSystem::is_full() const {
    return call_->line->room(line::End::near) == 0 || call_->far->full();
}

/// What the remote end has to say, as the line takes it.
void ModemSystem::pump(Tick now) {
    while (call_ && call_->line && !call_->backlog.empty()) {
        const bool waits = blocked_ || !held_.empty(); // for the terminal
        if (waits && !call_->closing) break;
        const std::size_t room = call_->line->room(line::End::far);
        if (room == 0) break;
        const std::string piece = call_->backlog.substr(0, room);
        call_->backlog.erase(0, piece.size());
        call_->line->send(line::End::far, piece, now, came_);
        take_delivery(now);
    }
    if (!call_ || !call_->line) return;
    modem_.on_full(is_full(), now, does_);
    const bool all_said = call_->backlog.empty() && call_->line->idle(line::End::far);
    if (call_->closing && all_said) drop_carrier(now);
}

void ModemSystem::take_delivery(Tick now) {
    while (call_ && (!came_.to_near.empty() || !came_.to_far.empty() || came_.near_errors.any() ||
                     came_.carrier_lost || came_.carrier_back)) {
        line::Delivery came;
        std::swap(came, came_);
        if (came.near_errors.any()) {
            line::LineErrors& all = out_->errors;
            all.framing |= came.near_errors.framing;
            all.parity |= came.near_errors.parity;
            all.overrun |= came.near_errors.overrun;
            all.break_signal |= came.near_errors.break_signal;
        }
        if (!came.to_near.empty()) {
            call_->octets_out += came.to_near.size();
            modem_.on_data(came.to_near, now, does_);
            take(now);
        }
        if (!came.to_far.empty() && call_ && !call_->over && !call_->closing) {
            call_->far->on_octets(came.to_far, now, far_);
            take_far(now);
        }
        if (came.carrier_lost && call_) {
            if (!call_->line->comes_back()) lose_far(now);
            modem_.on_carrier_lost(now, does_);
        }
        if (came.carrier_back) modem_.on_carrier_back(now, does_);
        if (call_) modem_.on_training(call_->line->training_until().has_value(), now, does_);
        take(now);
    }
    came_.clear();
}

void ModemSystem::take_far(Tick now) {
    while (call_ && !far_.empty()) {
        RemoteActions does;
        std::swap(does, far_);
        const std::size_t room =
            backlog_octets_max - std::min(backlog_octets_max, call_->backlog.size());
        call_->backlog += std::string_view(does.octets).substr(0, room);
        for (const faults::Impairment& impairment : does.impairments) perform(impairment, now);
        if (does.network) out_->network = std::move(does.network);
        for (std::string& packet : does.packets) out_->packets.push_back(std::move(packet));
        if (!call_) break;
        call_->closing |= does.ends;
        pump(now);
    }
    far_.clear();
}

/// Asked for with O1: the line is as good as it was, and so the speed stays.
void ModemSystem::retrain(Tick now) {
    if (!call_ || !call_->line) return;
    const Duration time = paced(line::speed_at_most(call_->carrier.down_bps).training);
    call_->line->apply({faults::Act::stall_line, time}, now, came_);
    take_delivery(now);
}

/// The remote end is gone.
void ModemSystem::lose_far(Tick now) {
    if (std::exchange(call_->over, true)) return;
    call_->backlog.clear();
    if (call_->far) call_->far->on_lost(now);
}

/// At once: what is under way is lost.
void ModemSystem::drop_carrier(Tick now) {
    if (!call_) return;
    if (call_->line) {
        call_->line->apply({faults::Act::drop, Duration{0}}, now, came_);
        return take_delivery(now);
    }
    lose_far(now);
    modem_.on_carrier_lost(now, does_);
    take(now);
}

void ModemSystem::end_call(std::string_view why, Tick now) {
    if (!call_) return;
    const Call* const call = ended_.emplace_back(std::move(call_)).get();
    ++calls_ended_;
    if (call->far && !call->over) call->far->on_lost(now);
    came_.clear();
    far_.clear();
    counters_ = {};
    out_->network_over = true;
    out_->network.reset();
    forget_impairments();
    if (call->over) why = "carrier lost";
    if (!call->why.empty()) why = call->why;
    if (instance_.journal().on())
        instance_.journal().record(
            0, now, journal::CallEnded{call->number, why, call->octets_in, call->octets_out});
    for (const Stage stage : {Stage::dial, Stage::carrier}) output_queue_.forget(stage, now);
}

/// Rings and pauses in turn, until all are done or the modem answers.
void ModemSystem::ring(Tick now) {
    ringing_ = !ringing_;
    modem_.on_ring(ringing_, now, does_);
    if (!ringing_ && --rings_ == 0) {
        ring_at_ = Tick::max();
        return;
    }
    ring_at_ = now + paced(ringing_ ? ring_time : ring_pause);
}

void ModemSystem::stop_ringing() {
    rings_ = 0;
    ringing_ = false;
    ring_at_ = Tick::max();
}

} // namespace smtpsim::call
