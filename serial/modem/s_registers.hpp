// The S-registers that the modem itself reads and writes, by number: what each holds, and its unit.
// Their first values are the modem's own: serial/modem/personalities.
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace smtpsim::modem {

enum class SRegister : std::uint8_t {
    rings_to_answer = 0,
    rings_counted = 1,
    escape_character = 2,
    line_end = 3,
    line_feed = 4,
    backspace = 5,
    wait_before_dialling = 6,
    wait_for_carrier = 7,
    comma_pause = 8,
    carrier_detection = 9,
    carrier_loss = 10,
    tone_length = 11,
    escape_guard = 12,
    dtr_delay = 25,
    inactivity = 30,
    reports = 95,
};

struct SRegisterRow {
    SRegister number;
    Duration unit; // of its value; zero: it is no time
    std::string_view summary, source;
};
inline constexpr std::array s_register_table{
    SRegisterRow{
        SRegister::rings_to_answer, {}, "rings until it answers; 0: never", "V.250 §6.3.8"},
    SRegisterRow{SRegister::rings_counted, {}, "rings of the call that is coming in", "Hayes"},
    SRegisterRow{SRegister::escape_character, {}, "over 127: no escape", "Hayes"},
    SRegisterRow{SRegister::line_end, {}, "ends command lines and results: CR", "V.250 §6.2.1"},
    SRegisterRow{SRegister::line_feed, {}, "follows it in results: LF", "V.250 §6.2.2"},
    SRegisterRow{SRegister::backspace, {}, "erases a character of a command line", "V.250 §6.2.3"},
    SRegisterRow{SRegister::wait_before_dialling, std::chrono::seconds{1},
                 "where it does not wait for dial tone", "V.250 §6.3.9"},
    SRegisterRow{SRegister::wait_for_carrier, std::chrono::seconds{1},
                 "then NO CARRIER, or NO ANSWER", "V.250 §6.3.10"},
    SRegisterRow{SRegister::comma_pause, std::chrono::seconds{1}, "of a comma in a number",
                 "V.250 §6.3.11"},
    SRegisterRow{SRegister::carrier_detection, std::chrono::milliseconds{100},
                 "a carrier lasts so long before it is seen", "Hayes"},
    SRegisterRow{SRegister::carrier_loss, std::chrono::milliseconds{100},
                 "without carrier, then it hangs up; 255: never", "V.250 §6.3.12"},
    SRegisterRow{SRegister::tone_length, std::chrono::milliseconds{1}, "of a digit", "Hayes"},
    SRegisterRow{SRegister::escape_guard, std::chrono::milliseconds{20},
                 "silence before and after +++", "Hayes"},
    SRegisterRow{SRegister::dtr_delay, std::chrono::milliseconds{10},
                 "DTR is off so long before it counts", "Hayes"},
    SRegisterRow{SRegister::inactivity, std::chrono::seconds{10},
                 "without data, then it hangs up; 0: never", "V.250 §6.3.13"},
    SRegisterRow{SRegister::reports, {}, "bits that turn on each part of CONNECT", "Rockwell"},
};
static_assert(std::ranges::is_sorted(s_register_table, std::ranges::less_equal{},
                                     &SRegisterRow::number)); // each once

/// The time that a register's value stands for.
constexpr Duration time_of(SRegister number, std::uint8_t value) {
    for (const SRegisterRow& row : s_register_table)
        if (row.number == number) return row.unit * value;
    return {};
}

} // namespace smtpsim::modem
