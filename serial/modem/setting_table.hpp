// The topics that the commands of a modem set: echo, flow control, DTR, DCD and so on. One
// personality's &K is flow control and another's is compression: a personality maps its commands to
// topics, and the modem uses topics alone.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace smtpsim::modem {

enum class Setting : std::uint8_t {
    // Settings
    echo,
    quiet,
    verbose,
    results,
    connect_text,
    dialling,
    dcd,
    dtr,
    dsr,
    flow,
    send_flow,
    obey_rts,
    obey_xoff,
    port_rate,
    error_control,
    compression,
    line_rate,
    idle,
    // Actions
    hook,
    online,
    reset,
    factory,
    store,
    power_on,
    view,
    identify,
    keep_number,
};
inline constexpr std::size_t setting_count = static_cast<std::size_t>(Setting::keep_number) + 1;

// Values of topics, in the order of their words.
enum class Quiet : std::uint8_t { off, on, answering };
enum class Results : std::uint8_t { basic, rates, dial_tone, busy, all };
enum class ConnectText : std::uint8_t {
    line,          // CONNECT 28800
    terminal,      // CONNECT 57600
    arq,           // CONNECT 28800/ARQ
    modulation,    // CONNECT 28800/ARQ/V34
    full,          // CONNECT 28800/ARQ/V34/LAPM/V42BIS
    reports,       // CARRIER 28800, PROTOCOL: LAP-M, COMPRESSION: V.42BIS, CONNECT 57600
    terminal_full, // CONNECT 57600/V.34 28800/V.42bis
};
enum class OnDtr : std::uint8_t { ignore, command, hang_up, reset };
enum class Flow : std::uint8_t { none, rts_cts, xon_xoff, both };
enum class ErrorControl : std::uint8_t { off, automatic, lapm, mnp };

struct SettingRow {
    Setting setting;
    std::string_view name, summary;
    std::array<std::string_view, 7> words{}; // of its values; none: a number, or an action
};

/// In enum order.
inline constexpr std::array<SettingRow, setting_count> setting_table{{
    {Setting::echo, "echo", "echo of commands", {"off", "on"}},
    {Setting::quiet, "quiet", "suppression of result codes", {"off", "on", "when-answering"}},
    {Setting::verbose, "verbose", "verbose result codes", {"off", "on"}},
    {Setting::results,
     "results",
     "result codes and dial tone",
     {"basic", "rates", "rates-dial-tone", "rates-busy", "all"}},
    {Setting::connect_text,
     "connect-text",
     "text of CONNECT",
     {"line", "terminal", "arq", "modulation", "full", "reports", "terminal-full"}},
    {Setting::dialling, "dialling", "dialling", {"tone", "pulse"}},
    {Setting::dcd, "dcd", "carrier detect", {"always", "carrier"}},
    {Setting::dtr, "dtr", "a drop of DTR", {"ignore", "command", "hang-up", "reset"}},
    {Setting::dsr, "dsr", "data set ready", {"always", "call"}},
    {Setting::flow, "flow", "flow control", {"none", "rts-cts", "xon-xoff", "both"}},
    {Setting::send_flow,
     "send-flow",
     "flow control of what the terminal sends",
     {"none", "rts-cts", "xon-xoff", "both"}},
    {Setting::obey_rts, "heed-rts", "RTS stops what the terminal receives", {"off", "on"}},
    {Setting::obey_xoff, "heed-xoff", "XOFF stops what the terminal receives", {"off", "on"}},
    {Setting::port_rate, "port-rate", "speed of the port", {"fixed", "line"}},
    {Setting::error_control, "error-control", "error control", {"off", "auto", "lapm", "mnp"}},
    {Setting::compression, "compression", "data compression", {"off", "on"}},
    {Setting::line_rate, "line-rate", "fastest line speed", {}},
    {Setting::idle, "idle", "hang-up when idle", {}},
    {Setting::hook, "hook", "hang up or pick up", {}},
    {Setting::online, "online", "back online", {}},
    {Setting::reset, "reset", "reset to the stored settings", {}},
    {Setting::factory, "factory", "factory settings", {}},
    {Setting::store, "store", "store the settings", {}},
    {Setting::power_on, "power-on", "stored settings to begin with", {}},
    {Setting::view, "view", "show the settings", {}},
    {Setting::identify, "identify", "identification", {}},
    {Setting::keep_number, "keep-number", "store a telephone number", {}},
}};

constexpr const SettingRow& row(Setting setting) {
    return setting_table.at(static_cast<std::size_t>(setting));
}

constexpr std::optional<Setting> setting_named(std::string_view name) {
    for (const SettingRow& row : setting_table)
        if (row.name == name) return row.setting;
    return std::nullopt;
}

/// The words of a topic's values; empty where it takes a number or is an action.
constexpr std::span<const std::string_view> words_of(const SettingRow& row) {
    const auto end = std::find(row.words.begin(), row.words.end(), std::string_view{});
    return {row.words.begin(), end};
}

static_assert([] {
    for (const SettingRow& entry : setting_table)
        if (&row(entry.setting) != &entry) return false;
    return true;
}());

} // namespace smtpsim::modem
