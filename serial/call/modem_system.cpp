#include "serial/call/modem_system.hpp"

#include "core/check.hpp"
#include "core/units.hpp"
#include "sim/line/speeds.hpp"
#include "smtp/protocol_event.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smtpsim::call {
namespace {

using faults::Stage;

/// What is kept for a terminal that has stopped the modem. Beyond it octets are lost.
constexpr std::size_t held_octets_max = 64UL << 10;
constexpr std::size_t command_octets_max = 4096; // taken at once; a command line is far shorter

bool is_connect(std::string_view word) { return word.starts_with("CONNECT"); }

/// Both spellings are in use: section 6.3.1 of V.250 has the first.
std::optional<modem::Outcome> outcome_named(std::string_view word) {
    using modem::Outcome;
    constexpr std::array<std::pair<std::string_view, Outcome>, 9> words{{
        {"BUSY", Outcome::busy},
        {"NO DIALTONE", Outcome::no_dialtone},
        {"NO DIAL TONE", Outcome::no_dialtone},
        {"NO ANSWER", Outcome::no_answer},
        {"NO CARRIER", Outcome::no_carrier},
        {"VOICE", Outcome::voice},
        {"FAX", Outcome::fax},
        {"DELAYED", Outcome::delayed},
        {"BLACKLISTED", Outcome::blacklisted},
    }};
    const auto* const found =
        std::ranges::find(words, word, [](const auto& row) { return row.first; });
    if (found == words.end()) return std::nullopt;
    return found->second;
}

/// "CONNECT 2400": of a rate that modems have.
std::optional<std::uint32_t> rate_of(std::string_view word) {
    constexpr std::string_view lead = "CONNECT ";
    if (!word.starts_with(lead)) return std::nullopt;
    const auto rate = parse_count(word.substr(lead.size()));
    if (!rate || line::speed_at_most(*rate).bps != *rate) return std::nullopt;
    return static_cast<std::uint32_t>(*rate);
}

/// A command line that ends a call: its result stands for the call's end.
Stage stage_of(const modem::Mark& mark, bool hangs_up) {
    switch (mark.state) {
    case modem::State::command: return Stage::init;
    case modem::State::dialling:
    case modem::State::answering: return is_connect(mark.word) ? Stage::carrier : Stage::dial;
    case modem::State::online:
    case modem::State::online_command: return hangs_up ? Stage::hangup : Stage::init;
    }
    return Stage::init;
}

} // namespace

void Actions::clear() {
    octets.clear();
    lines.reset();
    errors = {};
    hang_up = unplug = plug = network_over = false;
    network.reset();
    network_impairments.clear();
    packets.clear();
}

bool Actions::empty() const {
    return octets.empty() && !lines && !errors.any() && !hang_up && !unplug && !plug && !network &&
           network_impairments.empty() && packets.empty() && !network_over;
}

ModemSystem::ModemSystem(server::Instance& instance, const modem::ModemModel& model, FindModel find,
                         Options options)
    : instance_(instance), find_(std::move(find)), options_(options), modem_(model, options.pace),
      output_queue_(*this), shown_(circuits_.to_terminal()) {}

template <class Do> void ModemSystem::enter(Tick now, Actions& out, Do what) {
    ensure(out_ == nullptr, "one input at a time");
    latest_.advance(now);
    out_ = &out;
    what();
    take(now);
    if (!held_.empty() && modem_.may_send()) out.octets += std::exchange(held_, {});
    pump(now);
    take(now);
    settle_lines(now);
    if (instance_.journal().on()) instance_.journal().flush();
    ended_.clear();
    out_ = nullptr;
}

void ModemSystem::on_octets(std::string_view octets, Tick now, Actions& out) {
    enter(now, out, [&] { modem_.on_octets(octets, now, does_); });
}

void ModemSystem::on_lines(const line::TerminalLines& lines, Tick now, Actions& out) {
    enter(now, out, [&] {
        terminal_ = lines;
        modem_.on_lines(circuits_.to_modem(lines), now, does_);
    });
}

void ModemSystem::on_opened(Tick now, Actions& out) {
    enter(now, out, [&] {
        open_ = true;
        act(Stage::open, {}, {}, now);
    });
}

/// A call that is being set up ends; one that stands is DTR's business.
void ModemSystem::on_closed(Tick now, Actions& out) {
    enter(now, out, [&] {
        open_ = false;
        output_queue_.clear();
        held_.clear();
        modem_.impairments.silent = false;
        silent_until_ = Tick::max();
        if (call_ && !call_->line) modem_.hang_up(does_);
    });
}

std::size_t ModemSystem::wants_octets() const {
    const bool data = modem_.state() == modem::State::online && call_ && call_->line;
    if (!data) return command_octets_max;
    return is_full() ? 0 : call_->line->room(line::End::near);
}

void ModemSystem::on_blocked(bool blocked, Tick now, Actions& out) {
    enter(now, out, [&] { blocked_ = blocked; });
}

void ModemSystem::on_packet(std::string_view ip, Tick now, Actions& out) {
    enter(now, out, [&] {
        if (!call_ || !call_->far) return;
        call_->far->on_packet(ip, now, far_);
        take_far(now);
    });
}

std::optional<faults::Act> ModemSystem::on_query(std::string_view name, Tick now, Actions& out) {
    std::optional<faults::Act> act;
    enter(now, out, [&] {
        faults::Plan plan;
        if (!ask(Stage::dns, name, {}, now, plan)) return;
        for (const faults::Step& step : plan.steps) {
            const auto* const impairment = std::get_if<faults::Impairment>(&step);
            if (impairment != nullptr && row(impairment->act).layer == faults::Layer::dns)
                act = impairment->act;
            else if (impairment != nullptr)
                perform(*impairment, now);
            else if (std::holds_alternative<faults::End>(step))
                hang_up(now);
        }
    });
    return act;
}

void ModemSystem::on_looked_up(std::string_view name, std::string_view answer, Tick now) {
    if (instance_.journal().on()) instance_.journal().record(0, now, journal::Lookup{name, answer});
}

void ModemSystem::apply(const faults::Impairment& impairment, Tick now, Actions& out) {
    enter(now, out, [&] { perform(impairment, now); });
}

void ModemSystem::cut(Tick now, Actions& out) {
    enter(now, out, [&] { drop_carrier(now); });
}

void ModemSystem::on_tick(Tick now, Actions& out) {
    enter(now, out, [&] {
        circuits_.on_tick(now);
        if (now >= plug_at_) {
            plug_at_ = Tick::max();
            out.plug = true;
        }
        if (now >= silent_until_) {
            silent_until_ = Tick::max();
            modem_.impairments.silent = false;
        }
        // The call's result is set before the modem's own wait (S7) ends.
        if (call_ && now >= call_->set_up_at) set_up(now);
        if (now >= modem_.deadline()) modem_.on_tick(now, does_);
        take(now);
        output_queue_.on_tick(now);
        if (now >= ring_at_) ring(now);
        take(now);
        if (call_ && call_->line && now >= call_->line->deadline()) {
            call_->line->on_tick(now, came_);
            take_delivery(now);
        }
        if (call_ && call_->far && now >= call_->far->deadline()) {
            call_->far->on_tick(now, far_);
            take_far(now);
        }
    });
}

Tick ModemSystem::deadline() const {
    Tick due = std::min({modem_.deadline(), circuits_.deadline(), output_queue_.deadline(),
                         ring_at_, silent_until_, plug_at_});
    if (!call_) return due;
    due = std::min(due, call_->set_up_at);
    if (call_->line) due = std::min(due, call_->line->deadline());
    if (call_->far) due = std::min(due, call_->far->deadline());
    return due;
}

ModemSystem::Look ModemSystem::look() const {
    Look out{modem_.state(),
             modem_.off_hook(),
             modem_.settings().s(modem::SRegister::rings_to_answer) > 0,
             shown_,
             terminal_,
             last_call_,
             calls_ended_,
             last_number_,
             0,
             0,
             0};
    if (call_ && call_->line) {
        out.down_bps = call_->carrier.down_bps;
        out.octets_in = call_->octets_in;
        out.octets_out = call_->octets_out;
    }
    return out;
}

/// What the modem has done, in its order. Performing may make it do more.
void ModemSystem::take(Tick now) {
    while (!does_.octets.empty() || !does_.data.empty() || does_.dial || does_.answer ||
           does_.hang_up || does_.retrain || does_.lines) {
        modem::Actions does;
        std::swap(does, does_);
        std::size_t said = 0;
        for (const modem::Mark& mark : does.marks) {
            output_queue_.say(std::string_view(does.octets).substr(said, mark.at - said), now);
            result(mark, std::string_view(does.octets).substr(mark.at, mark.size), does.hang_up,
                   now);
            said = mark.at + mark.size;
        }
        output_queue_.say(std::string_view(does.octets).substr(said), now);
        if (!does.data.empty()) send_up(does.data, now);
        if (does.lines) drive(now);
        if (does.retrain) retrain(now);
        if (does.hang_up) end_call("hung up", now);
        if (does.answer) { // the caller was a person, or has hung up
            stop_ringing();
            modem_.on_outcome(modem::Outcome::no_carrier, now, does_);
        }
        if (does.dial) dial(*does.dial, now);
        if (does_.octets.empty() && does_.octets.capacity() < does.octets.capacity()) {
            does.clear(); // its memory is of use again
            std::swap(does.octets, does_.octets);
            std::swap(does.data, does_.data);
        }
    }
}

/// The circuits as the modem drives them now. A carrier that a fault reports as failed is not
/// shown.
void ModemSystem::drive(Tick now) {
    line::ModemLines lines = modem_.lines();
    const bool fails = call_ && !call_->line && !call_->said.empty() && !is_connect(call_->said);
    if (fails) lines.dcd &= modem_.settings().of(modem::Setting::dcd) == 0;
    circuits_.on_modem(lines, now);
}

void ModemSystem::settle_lines(Tick now) {
    const line::ModemLines lines = circuits_.to_terminal();
    if (lines == shown_) return;
    const auto note = [&](std::string_view name, bool before, bool after) {
        if (before != after && instance_.journal().on())
            instance_.journal().record(0, now, journal::Signal{name, after});
    };
    note("CTS", shown_.cts, lines.cts);
    note("DSR", shown_.dsr, lines.dsr);
    note("DCD", shown_.dcd, lines.dcd);
    note("RI", shown_.ri, lines.ri);
    out_->hang_up |= shown_.dcd && !lines.dcd;
    out_->lines = shown_ = lines;
}

/// As the modem would write it now; a rate or a failed call as its settings allow to report it.
class ModemSystem::Words final : public faults::ResultCodes {
public:
    explicit Words(const modem::Modem& modem, Tick now) : modem_(modem), now_(now) {}
    std::string octets(std::string_view word) const override {
        if (const auto rate = rate_of(word)) return modem_.connect_octets(*rate);
        const auto outcome = outcome_named(word);
        if (!outcome || modem_.state() != modem::State::dialling) return modem_.result_octets(word);
        modem::Modem tried = modem_;
        modem::Actions does;
        tried.on_outcome(*outcome, now_, does);
        return does.octets;
    }

private:
    const modem::Modem& modem_;
    Tick now_;
};

bool ModemSystem::ask(Stage stage, std::string_view line, std::string_view due, Tick now,
                      faults::Plan& plan) {
    if (!instance_.engine().armed(stage)) return false;
    smtp::ProtocolEvent event;
    event.received = event.line = event.shown = line;
    event.word = line.substr(0, line.find(' '));
    if (call_) event.user = call_->user;
    smtp::Values words;
    words.host = instance_.settings().hostname;
    words.line = line;
    words.at = now;
    words.zone = instance_.settings().zone;
    const Words results{modem_, now};
    // What comes before a call belongs to it.
    const faults::FaultContext context{.stage = stage,
                                       .event = event,
                                       .values = words,
                                       .content = {},
                                       .session = call_ ? call_->number : instance_.calls() + 1,
                                       .opened = call_ ? call_->began : now,
                                       .results = &results,
                                       .number = last_number_,
                                       .due = due};
    std::vector<faults::Fired> fired;
    if (!instance_.engine().plan(context, counters_, plan, fired)) {
        plan = {};
        return false;
    }
    if (instance_.journal().on())
        for (const faults::Fired& fault : fired)
            instance_.journal().record(
                0, now, journal::FaultFired{stage, fault.fault, fault.why, fault.effects});
    return true;
}

/// Where a fault at `init` puts another modem in this one's place, that is who answers.
void ModemSystem::become_another(faults::Plan& plan, std::string_view line, std::string_view due,
                                 Tick now) {
    const auto is_other = [](const faults::Step& step) {
        const auto* const impairment = std::get_if<faults::Impairment>(&step);
        return impairment != nullptr && impairment->act == faults::Act::personality;
    };
    const auto other = std::ranges::find_if(plan.steps, is_other);
    if (other == plan.steps.end()) return;
    const faults::Impairment impairment = std::get<faults::Impairment>(*other);
    plan.steps.erase(other);
    perform(impairment, now);
    modem::Actions answer;
    const bool no_echo = std::exchange(modem_.impairments.no_echo, true); // the echo is out already
    modem_.on_octets(std::string(line) + '\r', now, answer);
    modem_.impairments.no_echo = no_echo;
    does_.dial = std::move(answer.dial);
    does_.lines = modem_.lines();
    for (faults::Step& step : plan.steps)
        if (auto* const said = std::get_if<faults::Say>(&step);
            said != nullptr && said->octets == due)
            said->octets = answer.octets;
}

/// Does at a stage what the faults say, or what is due.
void ModemSystem::act(Stage stage, std::string_view line, std::string_view due, Tick now) {
    faults::Plan plan;
    if (!ask(stage, line, due, now, plan)) {
        if (!due.empty()) plan.steps.emplace_back(faults::Say{std::string(due)});
        plan.steps.emplace_back(faults::Proceed{});
    }
    if (call_ && (stage == Stage::dial || stage == Stage::carrier)) call_->said = plan.result;
    if (stage == Stage::carrier) { // DCD goes before CONNECT
        drive(now);
        settle_lines(now);
    }
    if (stage == Stage::init) become_another(plan, line, due, now);
    output_queue_.play(std::move(plan.steps), stage, now);
}

void ModemSystem::result(const modem::Mark& mark, std::string_view octets, bool hangs_up,
                         Tick now) {
    const Stage stage = stage_of(mark, hangs_up);
    const bool shown = mark.command.empty() || mark.state == modem::State::dialling;
    if (!shown && instance_.journal().on())
        instance_.journal().record(0, now, journal::Commanded{mark.command});
    // RING and the OK of an escape answer no command; a call's faults were evaluated as it began.
    const bool unasked = stage == Stage::dial || (mark.command.empty() && stage != Stage::hangup);
    if (!unasked) return act(stage, mark.command, octets, now);
    if (call_ && stage == Stage::dial) call_->why = mark.word;
    output_queue_.say(octets, now);
    journal_result(stage, octets, now);
}

void ModemSystem::journal_result(Stage stage, std::string_view octets, Tick now) {
    if (!octets.empty() && instance_.journal().on())
        instance_.journal().record(0, now, journal::Resulted{stage, octets});
}

// What the OutputQueue has performed.

void ModemSystem::say(std::string_view octets, std::optional<Stage> result_of, Tick now) {
    if (result_of) journal_result(*result_of, octets, now);
    if (!open_) return; // as a UART throws it away
    if (!modem_.may_send() || !held_.empty()) {
        held_ += octets.substr(0, held_octets_max - std::min(held_octets_max, held_.size()));
        ensure(held_.size() <= held_octets_max, "what waits for a terminal has a bound");
        return;
    }
    out_->octets += octets;
}

void ModemSystem::proceed(Stage stage, Tick now) {
    if (stage == Stage::dial && call_ && !call_->proceeded) set_up(now);
    if (stage == Stage::carrier) begin(now);
}

/// A fault has reported another result than the call's own: of a failure the call ends, and the
/// modem says nothing, since the result was said already.
void ModemSystem::done(Stage stage, Tick now) {
    if (!call_ || call_->said.empty()) return;
    modem::Actions unsaid;
    if (stage == Stage::dial && !call_->proceeded) {
        const auto outcome = outcome_named(call_->said);
        modem_.on_outcome(outcome.value_or(modem::Outcome::no_carrier), now, unsaid);
    } else if (stage == Stage::carrier && !call_->line) {
        if (is_connect(call_->said)) return begin(now);
        modem_.hang_up(unsaid);
    } else {
        return;
    }
    call_->why = call_->said;
    drive(now);
    end_call({}, now);
}

/// After what was said over the line.
void ModemSystem::hang_up(Tick now) {
    if (!call_) return;
    if (!call_->line) return drop_carrier(now);
    call_->closing = true;
    pump(now);
}

} // namespace smtpsim::call
