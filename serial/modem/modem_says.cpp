// The modem's output to its terminal: result codes, texts, and the circuits DCD, DSR, CTS, RI.
#include "serial/modem/flow_control.hpp"
#include "serial/modem/modem.hpp"
#include "serial/modem/result_codes.hpp"

namespace smtpsim::modem {

bool Modem::may_send() const {
    const bool stopped = (xoffed_ && settings_.of(Setting::obey_xoff) == 1) ||
                         (!terminal_.rts && settings_.of(Setting::obey_rts) == 1);
    return !stopped;
}

/// A port that does not report its speed has the right one.
bool Modem::misses(std::uint32_t speed) const {
    return terminal_.speed != 0 && terminal_.speed != speed;
}

std::uint32_t Modem::port_speed() const {
    if (terminal_.speed != 0) return terminal_.speed;
    return settings_.port_speed != 0 ? settings_.port_speed : model_->fastest_port;
}

/// The modem cannot read octets at the port's speed now.
bool Modem::deaf() const {
    return impairments.wrong_speed || terminal_.speed > model_->fastest_port ||
           (settings_.port_speed != 0 && misses(settings_.port_speed));
}

/// Without a buffer the terminal must be as fast as the line: Q130733.
bool Modem::spoils_data() const {
    const bool buffered = model_->buffering && settings_.of(Setting::port_rate) == 0;
    return deaf() || (!buffered && carrier_ && misses(carrier_->down_bps));
}

line::ModemLines Modem::lines_now() const {
    line::ModemLines out;
    out.cts = !training_ && !(full_ && settings_.cts_flow());
    out.dsr = settings_.of(Setting::dsr) == 0 || off_hook_;
    out.dcd = settings_.of(Setting::dcd) == 0 || carrier_.has_value();
    out.ri = ringing_;
    return out;
}

void Modem::finish(const Before& was, Actions& out) {
    if (off_hook_) ringing_ = false;
    if (was.deaf) garble(out.octets, was.octets);
    const line::ModemLines lines = lines_now();
    if (lines == lines_) return;
    lines_ = lines;
    out.lines = lines;
}

bool Modem::quiet() const {
    const auto quiet = settings_.of<Quiet>(Setting::quiet);
    return impairments.silent || quiet == Quiet::on || (quiet == Quiet::answering && answered_);
}

/// V.250 §5.7.1: with V1 between line ends, with V0 a number and CR.
void Modem::append_result(std::string_view word, Actions& out) {
    const char cr = settings_.character(SRegister::line_end);
    const char lf = settings_.character(SRegister::line_feed);
    const auto code = settings_.of(Setting::verbose) == 0 ? code_of(word, *model_)
                                                          : std::optional<std::uint16_t>{};
    if (code) {
        out.octets += std::to_string(*code);
        out.octets += cr;
        return;
    }
    for (const char c : {cr, lf}) out.octets += c;
    out.octets += word;
    for (const char c : {cr, lf}) out.octets += c;
}

void Modem::say(std::string_view word, State at, const std::string& command, Actions& out) {
    const std::size_t begin = out.octets.size();
    if (!quiet()) append_result(word, out);
    out.marks.push_back({begin, out.octets.size() - begin, std::string(word), command, at});
}

std::string Modem::result_octets(std::string_view word) const {
    Modem tried = *this;
    Actions out;
    tried.say(word, state_, {}, out);
    return out.octets;
}

std::string Modem::connect_octets(std::uint32_t rate) const {
    Modem tried = *this;
    if (!tried.carrier_) tried.carrier_.emplace();
    tried.carrier_->down_bps = tried.carrier_->up_bps = rate;
    Actions out;
    tried.say_connect(state_, out);
    return out.octets;
}

void Modem::say_report(std::string_view word, Actions& out) {
    if (!quiet()) append_result(word, out);
}

void Modem::say_text(std::string_view text, Actions& out) {
    if (text.empty()) return;
    const char cr = settings_.character(SRegister::line_end);
    const char lf = settings_.character(SRegister::line_feed);
    if (settings_.of(Setting::verbose) == 1)
        for (const char c : {cr, lf}) out.octets += c;
    for (const char c : text) {
        if (c == '\n') out.octets += cr;
        out.octets += c == '\n' ? lf : c;
    }
    for (const char c : {cr, lf}) out.octets += c;
}

void Modem::say_connect(State at, Actions& out) {
    const Announcement what = announcement(*carrier_, port_speed(), settings_, *model_);
    for (const std::string& report : what.reports) say_report(report, out);
    say(what.connect, at, command_, out);
}

} // namespace smtpsim::modem
