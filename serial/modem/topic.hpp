// What the commands of a modem are about. One personality's &K is flow control and another's is
// compression: a personality says which of its commands sets which topic, and the modem acts on
// topics alone.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace smtpsim::modem {

enum class Topic : std::uint8_t {
    // What holds from then on
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
    heed_rts,
    heed_xoff,
    port_rate,
    error_control,
    compression,
    line_rate,
    idle,
    // What is done at once
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
inline constexpr std::size_t topic_count = static_cast<std::size_t>(Topic::keep_number) + 1;

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

struct TopicRow {
    Topic topic;
    std::string_view name, summary;
    std::array<std::string_view, 7> words{}; // of its values; none: a number, or done at once
};

/// In enum order.
inline constexpr std::array<TopicRow, topic_count> topic_table{{
    {Topic::echo, "echo", "echo of commands", {"off", "on"}},
    {Topic::quiet, "quiet", "suppression of result codes", {"off", "on", "when-answering"}},
    {Topic::verbose, "verbose", "result codes in words", {"off", "on"}},
    {Topic::results,
     "results",
     "result codes and dial tone",
     {"basic", "rates", "rates-dial-tone", "rates-busy", "all"}},
    {Topic::connect_text,
     "connect-text",
     "text of CONNECT",
     {"line", "terminal", "arq", "modulation", "full", "reports", "terminal-full"}},
    {Topic::dialling, "dialling", "dialling", {"tone", "pulse"}},
    {Topic::dcd, "dcd", "carrier detect", {"always", "carrier"}},
    {Topic::dtr, "dtr", "a drop of DTR", {"ignore", "command", "hang-up", "reset"}},
    {Topic::dsr, "dsr", "data set ready", {"always", "call"}},
    {Topic::flow, "flow", "flow control", {"none", "rts-cts", "xon-xoff", "both"}},
    {Topic::send_flow,
     "send-flow",
     "flow control of what the terminal sends",
     {"none", "rts-cts", "xon-xoff", "both"}},
    {Topic::heed_rts, "heed-rts", "RTS stops what the terminal receives", {"off", "on"}},
    {Topic::heed_xoff, "heed-xoff", "XOFF stops what the terminal receives", {"off", "on"}},
    {Topic::port_rate, "port-rate", "speed of the port", {"fixed", "line"}},
    {Topic::error_control, "error-control", "error control", {"off", "auto", "lapm", "mnp"}},
    {Topic::compression, "compression", "data compression", {"off", "on"}},
    {Topic::line_rate, "line-rate", "fastest line speed", {}},
    {Topic::idle, "idle", "hang-up when idle", {}},
    {Topic::hook, "hook", "hang up or pick up", {}},
    {Topic::online, "online", "back online", {}},
    {Topic::reset, "reset", "reset to the stored settings", {}},
    {Topic::factory, "factory", "factory settings", {}},
    {Topic::store, "store", "store the settings", {}},
    {Topic::power_on, "power-on", "stored settings to begin with", {}},
    {Topic::view, "view", "show the settings", {}},
    {Topic::identify, "identify", "identification", {}},
    {Topic::keep_number, "keep-number", "store a telephone number", {}},
}};

constexpr const TopicRow& row(Topic topic) {
    return topic_table.at(static_cast<std::size_t>(topic));
}

constexpr std::optional<Topic> topic_named(std::string_view name) {
    for (const TopicRow& row : topic_table)
        if (row.name == name) return row.topic;
    return std::nullopt;
}

/// The words of a topic's values; empty where it takes a number or is done at once.
constexpr std::span<const std::string_view> words_of(const TopicRow& row) {
    const auto end = std::find(row.words.begin(), row.words.end(), std::string_view{});
    return {row.words.begin(), end};
}

static_assert([] {
    for (const TopicRow& entry : topic_table)
        if (&row(entry.topic) != &entry) return false;
    return true;
}());

} // namespace smtpsim::modem
