// The current settings of a modem: commands, S-registers (S0, S7 and so on) and extended commands.
// &V shows them, &W stores them.
#pragma once

#include "core/check.hpp"
#include "serial/modem/modem_model.hpp"
#include "serial/modem/s_registers.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::modem {

struct Settings {
    std::array<std::uint32_t, setting_count> values{};
    std::array<std::uint8_t, 256> registers{};
    std::vector<std::uint16_t> commands; // in the personality's order
    std::vector<std::string> extended;   // in the personality's order
    std::uint32_t port_speed = 0;        // +IPR; 0: as the terminal's

    std::uint32_t of(Setting setting) const { return values[static_cast<std::size_t>(setting)]; }
    template <class Value> Value of(Setting setting) const {
        return static_cast<Value>(of(setting));
    }
    void set(Setting setting, std::uint32_t value);
    /// S-register `number`, 0 to 255 (V.250 §5.3.2).
    std::uint8_t s(unsigned number) const;
    std::uint8_t s(SRegister number) const { return s(static_cast<unsigned>(number)); }
    char character(SRegister number) const { return static_cast<char>(s(number)); }
    Duration time(SRegister number) const { return time_of(number, s(number)); }
    void set_register(std::uint64_t number, std::uint16_t value);

    bool cts_flow() const { return (of(Setting::send_flow) & 1U) != 0; }
    bool xoff_flow() const { return (of(Setting::send_flow) & 2U) != 0; }
};

/// Value number `index` of an extended command, "" where it is not set: "V34,1" has "V34" and "1".
std::string_view value_of(std::string_view values, std::size_t index);

/// The initial values of every command and register, before any factory setting.
Settings initial_settings(const ModemModel& model);

/// Applies the extended command to the settings; nothing where it is only stored.
void apply_extended(std::string_view name, std::string_view values, Settings& settings);

/// "E1 L2 M1 ...\nS0=0 ...": what &V shows.
std::string view_of(const Settings& settings, const ModemModel& model);

/// A modulation of V.250 Table 12, and its code in older modems.
struct Modulation {
    std::string_view name;
    std::string_view text; // as results write it: "V.32bis"
    std::uint32_t fastest; // bit/s
    std::uint8_t code;
};
inline constexpr std::array<Modulation, 12> modulation_table{{
    {"V21", "V.21", 300, 0},
    {"V22", "V.22", 1200, 1},
    {"V22B", "V.22bis", 2400, 2},
    {"V23C", "V.23", 1200, 3},
    {"V32", "V.32", 9600, 9},
    {"V32B", "V.32bis", 14400, 10},
    {"V34", "V.34", 33600, 11},
    {"K56", "K56flex", 56000, 56},
    {"V90", "V.90", 56000, 12},
    {"V92", "V.92", 56000, 13},
    {"B103", "Bell 103", 300, 64},
    {"B212", "Bell 212A", 1200, 69},
}};
/// By name or by code.
const Modulation* modulation_named(std::string_view name_or_code);

} // namespace smtpsim::modem
