// The points of an SMTP session at which a server acts. Those of a modem's line
// are in faults/plan/fault_stage.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
};

struct StageRow {
    Stage stage;
    std::string_view name, summary;
};

/// In enum order. `name` is what a profile writes after `at:`.
inline constexpr std::array stage_table{
    StageRow{Stage::connect, "connect", "the connection is open, the greeting is due"},
    StageRow{Stage::helo, "helo", "HELO was received"},
    StageRow{Stage::ehlo, "ehlo", "EHLO or LHLO was received"},
    StageRow{Stage::starttls, "starttls", "STARTTLS was received"},
    StageRow{Stage::tls, "tls", "the TLS handshake is due: after STARTTLS, or at once"},
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
};
inline constexpr std::size_t stage_count = stage_table.size();

constexpr const StageRow& row(Stage stage) {
    return stage_table.at(static_cast<std::size_t>(stage));
}
constexpr std::string_view name(Stage stage) { return row(stage).name; }

static_assert([] {
    for (const StageRow& entry : stage_table)
        if (&row(entry.stage) != &entry) return false;
    return true;
}());

} // namespace smtpsim::smtp
