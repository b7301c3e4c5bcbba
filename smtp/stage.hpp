// The points of a conversation at which a server acts, and at which a fault may be placed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

enum class Stage : std::uint8_t {
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

/// In enum order. `name` is what a profile writes behind `at:`.
inline constexpr std::array stage_table{
    StageRow{Stage::connect, "connect", "the connection is open, the greeting is due"},
    StageRow{Stage::helo, "helo", "HELO was received"},
    StageRow{Stage::ehlo, "ehlo", "EHLO or LHLO was received"},
    StageRow{Stage::starttls, "starttls", "STARTTLS was received"},
    StageRow{Stage::tls, "tls", "the TLS handshake is due: behind STARTTLS, or at once"},
    StageRow{Stage::auth, "auth", "AUTH or a response to its challenge was received"},
    StageRow{Stage::mail, "mail", "MAIL, SEND, SOML or SAML was received"},
    StageRow{Stage::rcpt, "rcpt", "RCPT was received"},
    StageRow{Stage::data, "data", "DATA was received"},
    StageRow{Stage::content, "content", "octets of the message are arriving"},
    StageRow{Stage::message, "message", "the whole message was received (LMTP: once a recipient)"},
    StageRow{Stage::bdat, "bdat", "a chunk of BDAT was received"},
    StageRow{Stage::rset, "rset", "RSET was received"},
    StageRow{Stage::noop, "noop", "NOOP was received"},
    StageRow{Stage::vrfy, "vrfy", "VRFY was received"},
    StageRow{Stage::expn, "expn", "EXPN was received"},
    StageRow{Stage::help, "help", "HELP was received"},
    StageRow{Stage::etrn, "etrn", "ETRN was received"},
    StageRow{Stage::turn, "turn", "TURN or ATRN was received"},
    StageRow{Stage::quit, "quit", "QUIT was received"},
    StageRow{Stage::idle, "idle", "the client was silent for longer than limits.idle"},
    StageRow{Stage::other, "other", "a private or unknown verb was received"},
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

/// A stage that only a modem's line has.
constexpr bool is_dialup(Stage stage) { return stage >= Stage::open; }

constexpr const StageRow& row(Stage stage) {
    return stage_table.at(static_cast<std::size_t>(stage));
}
constexpr std::string_view name(Stage stage) { return row(stage).name; }

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

} // namespace smtpsim::smtp
