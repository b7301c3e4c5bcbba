// The stages at which a fault may be placed: what a profile writes after `at:`. Those of an SMTP
// session (smtp/stage.hpp), then those of a modem's line. It knows no reply and no effect.
#pragma once

#include "smtp/stage.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::faults {

enum class Stage : std::uint8_t {
    // Of an SMTP session: the stages of smtp::Stage, in their order.
    connect,
    helo,
    ehlo,
    starttls,
    tls,
    auth,
    mail,
    rcpt,
    data,
    content,
    message,
    bdat,
    rset,
    noop,
    vrfy,
    expn,
    help,
    etrn,
    turn,
    quit,
    idle,
    other,
    // Before and around the sessions, on a modem's line.
    open,
    init,
    dial,
    carrier,
    hangup,
    lcp,
    ppp_auth,
    ipcp,
    dns,
};

struct StageRow {
    Stage stage;
    std::string_view name, summary;
};

/// The row of a stage of a session: name and summary are those of smtp::stage_table.
constexpr StageRow session_row(Stage stage, smtp::Stage of_session) {
    return {stage, smtp::row(of_session).name, smtp::row(of_session).summary};
}

/// In enum order. `name` is what a profile writes after `at:`, and what the Journal shows.
inline constexpr std::array stage_table{
    session_row(Stage::connect, smtp::Stage::connect),
    session_row(Stage::helo, smtp::Stage::helo),
    session_row(Stage::ehlo, smtp::Stage::ehlo),
    session_row(Stage::starttls, smtp::Stage::starttls),
    session_row(Stage::tls, smtp::Stage::tls),
    session_row(Stage::auth, smtp::Stage::auth),
    session_row(Stage::mail, smtp::Stage::mail),
    session_row(Stage::rcpt, smtp::Stage::rcpt),
    session_row(Stage::data, smtp::Stage::data),
    session_row(Stage::content, smtp::Stage::content),
    session_row(Stage::message, smtp::Stage::message),
    session_row(Stage::bdat, smtp::Stage::bdat),
    session_row(Stage::rset, smtp::Stage::rset),
    session_row(Stage::noop, smtp::Stage::noop),
    session_row(Stage::vrfy, smtp::Stage::vrfy),
    session_row(Stage::expn, smtp::Stage::expn),
    session_row(Stage::help, smtp::Stage::help),
    session_row(Stage::etrn, smtp::Stage::etrn),
    session_row(Stage::turn, smtp::Stage::turn),
    session_row(Stage::quit, smtp::Stage::quit),
    session_row(Stage::idle, smtp::Stage::idle),
    session_row(Stage::other, smtp::Stage::other),
    StageRow{Stage::open, "open", "a terminal has opened a modem's port"},
    StageRow{Stage::init, "init", "a modem has a command line to answer that does not dial"},
    StageRow{Stage::dial, "dial", "a modem has dialled, and the call goes out"},
    StageRow{Stage::carrier, "carrier", "two modems have agreed, and CONNECT is due"},
    StageRow{Stage::hangup, "hangup", "a call is about to end"},
    StageRow{Stage::lcp, "lcp", "the provider is about to begin PPP"},
    StageRow{Stage::ppp_auth, "ppp-auth", "LCP is open, and PPP's login begins"},
    StageRow{Stage::ipcp, "ipcp", "the login is done, and IPCP begins"},
    StageRow{Stage::dns, "dns", "the caller asks the name server"},
};
inline constexpr std::size_t stage_count = stage_table.size();

/// A stage of a session, as the faults name it.
constexpr Stage stage_of(smtp::Stage stage) { return static_cast<Stage>(stage); }

/// A stage that only a modem's line has.
constexpr bool is_dialup(Stage stage) { return stage >= Stage::open; }

constexpr const StageRow& row(Stage stage) {
    return stage_table.at(static_cast<std::size_t>(stage));
}
constexpr std::string_view name(Stage stage) { return row(stage).name; }

/// nullopt: no stage has this name.
constexpr std::optional<Stage> stage_named(std::string_view name) {
    for (const StageRow& row : stage_table)
        if (row.name == name) return row.stage;
    return std::nullopt;
}

static_assert([] {
    for (const StageRow& entry : stage_table)
        if (&row(entry.stage) != &entry) return false;
    return true;
}());

// stage_of() is a cast: the first stages are those of a session, and no other is among them.
static_assert([] {
    for (const smtp::StageRow& entry : smtp::stage_table)
        if (name(stage_of(entry.stage)) != entry.name || is_dialup(stage_of(entry.stage)))
            return false;
    return static_cast<std::size_t>(Stage::open) == smtp::stage_count;
}());

} // namespace smtpsim::faults
