#include "sim/app/lamps.hpp"

#include "sim/core/text.hpp"

#include <unistd.h>

#include <utility>

namespace smtpsim::app {
namespace {

constexpr std::string_view erase_line = "\r\x1b[K"; // ECMA-48 §8.3.41

std::string state_of(const station::Station::Look& look) {
    const std::string call = "call " + std::to_string(look.call) + " to " + visible(look.number);
    switch (look.state) {
    case modem::State::command:
        return look.call == 0 ? "ready" : "ready, " + call + " was the last";
    case modem::State::dialling: return call + ": dialling";
    case modem::State::answering: return "answering";
    case modem::State::online: return call + ": online";
    case modem::State::online_command: return call + ": online, listening to commands";
    }
    return {};
}

} // namespace

std::string lamps_line(const station::Station::Look& look, bool sends, bool receives) {
    std::string out;
    const auto lamp = [&](std::string_view name, bool on) {
        out += on ? "\x1b[1;7;31m" : "\x1b[2m";
        out += ' ';
        out += name;
        out += " \x1b[0m";
    };
    lamp("AA", look.auto_answer);
    lamp("CD", look.lines.dcd);
    lamp("OH", look.off_hook);
    lamp("RD", receives);
    lamp("SD", sends);
    lamp("TR", look.terminal.dtr);
    lamp("MR", look.lines.dsr);
    out += look.down_bps > 0 ? "  " + std::to_string(look.down_bps) + " bit/s" : "";
    return out + "  " + state_of(look);
}

Lamps::~Lamps() {
    flush();
    if (!line_.empty() && ::write(terminal_, "\n", 1) < 0) return;
}

void Lamps::show(const station::Station::Look& look) {
    const std::lock_guard lock{mutex_};
    const bool sends = look.octets_in != std::exchange(octets_in_, look.octets_in);
    const bool receives = look.octets_out != std::exchange(octets_out_, look.octets_out);
    line_ = lamps_line(look, sends, receives);
    draw();
}

void Lamps::write(std::string_view octets) {
    const std::lock_guard lock{mutex_};
    above_ += octets;
}

void Lamps::flush() {
    const std::lock_guard lock{mutex_};
    draw();
}

void Lamps::draw() {
    if (above_.empty() && line_ == drawn_) return;
    const std::string text = std::string(erase_line) + std::exchange(above_, {}) + line_;
    drawn_ = line_;
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(terminal_, rest.data(), rest.size());
        if (written <= 0) return; // a view never stops a call
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace smtpsim::app
