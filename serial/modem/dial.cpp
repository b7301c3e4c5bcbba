#include "serial/modem/call.hpp"

namespace smtpsim::modem {
namespace {

using namespace std::chrono_literals;

constexpr Duration pulse_time = 100ms;          // a pulse and its break: 10 a second
constexpr Duration digit_pause = 800ms;         // between digits that are pulsed
constexpr Duration dial_tone_time = 1s;         // chosen: how soon an exchange gives dial tone
constexpr Duration silence_time = 5s;           // V.250 §6.3.1: @ waits for so much quiet
constexpr Duration flash_time = 500ms;          // V.250 §6.3.1: !
constexpr std::string_view ignored = "-()./>^"; // and what makers add

int pulses_of(char digit) { return digit == '0' ? 10 : digit - '0'; }

} // namespace

std::optional<Dial> parse_dial(std::string_view text, const Settings& settings,
                               const ModemModel& model) {
    Dial out;
    bool pulse = settings.of(Setting::dialling) == 1;
    const auto results = settings.of<Results>(Setting::results);
    out.waits_for_dialtone = results == Results::dial_tone || results == Results::all;
    out.dialling = out.waits_for_dialtone ? Duration{dial_tone_time}
                                          : settings.time(SRegister::wait_before_dialling);
    for (const char c : text) {
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'D') || c == '*' || c == '#') {
            if (out.number.size() == model.number_limit) continue;
            const bool pulsed = pulse && c >= '0' && c <= '9';
            if (pulse && !pulsed) return std::nullopt; // there are no pulses for it
            out.number += c;
            out.dialling += pulsed ? pulses_of(c) * pulse_time + digit_pause
                                   : 2 * settings.time(SRegister::tone_length); // as long a pause
            continue;
        }
        switch (c) {
        case 'T': pulse = false; break;
        case 'P': pulse = true; break;
        case ',': out.dialling += settings.time(SRegister::comma_pause); break;
        case 'W':
            out.waits_for_dialtone = true;
            out.dialling += dial_tone_time;
            break;
        case '@':
            out.waits_for_silence = true;
            out.dialling += silence_time;
            break;
        case '!': out.dialling += flash_time; break;
        case 'R': out.reverse = true; break;
        case ';': out.test = true; return out;
        default:
            if (ignored.find(c) == std::string_view::npos) return std::nullopt;
        }
    }
    return out;
}

} // namespace smtpsim::modem
