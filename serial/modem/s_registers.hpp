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
    SRegisterRow{SRegister::rings_to_answer,
                 {},
                 "rings before it answers; 0: it does not answer",
                 "V.250 §6.3.8"},
    SRegisterRow{SRegister::rings_counted, {}, "rings of the incoming call so far", "Hayes"},
    SRegisterRow{
        SRegister::escape_character, {}, "the escape character; above 127 there is none", "Hayes"},
    SRegisterRow{SRegister::line_end,
                 {},
                 "the character that ends command lines and result codes: CR",
                 "V.250 §6.2.1"},
    SRegisterRow{
        SRegister::line_feed, {}, "the character after it in result codes: LF", "V.250 §6.2.2"},
    SRegisterRow{SRegister::backspace,
                 {},
                 "the character that erases the last one of a command line: BS",
                 "V.250 §6.2.3"},
    SRegisterRow{SRegister::wait_before_dialling, std::chrono::seconds{1},
                 "the wait before dialling, if it does not wait for dial tone", "V.250 §6.3.9"},
    SRegisterRow{SRegister::wait_for_carrier, std::chrono::seconds{1},
                 "the wait for the carrier, after dialling or answering", "V.250 §6.3.10"},
    SRegisterRow{SRegister::comma_pause, std::chrono::seconds{1},
                 "the pause for a comma in a number", "V.250 §6.3.11"},
    SRegisterRow{SRegister::carrier_detection, std::chrono::milliseconds{100},
                 "how long a carrier must last to be detected", "Hayes"},
    SRegisterRow{SRegister::carrier_loss, std::chrono::milliseconds{100},
                 "how long the carrier may be missing before it hangs up; 255: without limit",
                 "V.250 §6.3.12"},
    SRegisterRow{SRegister::tone_length, std::chrono::milliseconds{1},
                 "the length of a tone, and of the pause after it", "Hayes"},
    SRegisterRow{SRegister::escape_guard, std::chrono::milliseconds{20},
                 "the silence before and after +++", "Hayes"},
    SRegisterRow{SRegister::dtr_delay, std::chrono::milliseconds{10},
                 "how long DTR must be off to count", "Hayes"},
    SRegisterRow{SRegister::inactivity, std::chrono::seconds{10},
                 "how long no data may flow before it hangs up; 0: without limit", "V.250 §6.3.13"},
    SRegisterRow{SRegister::reports, {}, "bits: which reports come before CONNECT", "Rockwell"},
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
