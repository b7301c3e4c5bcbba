#include "app/modem_status_line.hpp"

#include "core/text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

namespace smtpsim::app {
namespace {

// ECMA-48 §8.3.39, §8.3.13
constexpr std::string_view erase_below = "\r\x1b[J";
std::string up(std::size_t rows) { return rows == 0 ? "" : "\x1b[" + std::to_string(rows) + 'F'; }

constexpr std::array<std::string_view, 7> lamp_names{"AA", "CD", "OH", "RD", "SD", "TR", "MR"};
constexpr std::size_t lamp_columns = 4; // " AA "
constexpr std::size_t columns_unknown = 80;

std::string state_of(const call::ModemSystem::Look& look) {
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

/// One less than the terminal has: after the last a terminal may already be in the next row.
std::size_t columns_of(int terminal) {
    winsize size{};
    const bool known = ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return (known ? size.ws_col : columns_unknown) - 1;
}

} // namespace

ModemStatusLine::~ModemStatusLine() {
    flush();
    if (!rows_.empty() && ::write(terminal_, "\n", 1) < 0) return;
}

void ModemStatusLine::show(std::size_t modem, const std::string& name,
                           const call::ModemSystem::Look& look) {
    const std::lock_guard lock{mutex_};
    if (rows_.size() <= modem) rows_.resize(modem + 1);
    Row& row = rows_[modem];
    const bool sends = look.octets_in != std::exchange(row.octets_in, look.octets_in);
    const bool receives = look.octets_out != std::exchange(row.octets_out, look.octets_out);
    row.name = name;
    row.lit = {look.auto_answer,  look.lines.dcd, look.off_hook, receives, sends,
               look.terminal.dtr, look.lines.dsr};
    row.text = look.down_bps > 0 ? "  " + std::to_string(look.down_bps) + " bit/s" : "";
    row.text += "  " + state_of(look);
    draw();
}

void ModemStatusLine::write(std::string_view octets) {
    const std::lock_guard lock{mutex_};
    above_ += octets;
}

void ModemStatusLine::flush() {
    const std::lock_guard lock{mutex_};
    draw();
}

std::string ModemStatusLine::drawing() const {
    const std::size_t columns = columns_of(terminal_);
    std::string out;
    for (const Row& row : rows_) {
        if (&row != &rows_.front()) out += '\n';
        std::size_t left = columns;
        const auto add = [&](std::string_view text) {
            const std::string_view part = text.substr(0, left);
            left -= part.size();
            out += part;
        };
        for (std::size_t i = 0; i < lamp_names.size() && left >= lamp_columns; ++i) {
            out += row.lit.at(i) ? "\x1b[1;7;31m" : "\x1b[2m";
            add(' ' + std::string(lamp_names.at(i)) + ' ');
            out += "\x1b[0m";
        }
        if (rows_.size() > 1) add("  " + row.name);
        add(row.text);
    }
    return out;
}

void ModemStatusLine::draw() {
    const std::string rows = drawing();
    if (above_.empty() && rows == drawn_) return;
    const std::string text =
        up(rows_drawn_) + std::string(erase_below) + std::exchange(above_, {}) + rows;
    drawn_ = rows;
    rows_drawn_ = rows_.empty() ? 0 : rows_.size() - 1;
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(terminal_, rest.data(), rest.size());
        if (written <= 0) return; // a view never stops a call
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace smtpsim::app
