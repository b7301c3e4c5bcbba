// A profile's `link:` and `modem:` as data: how octets travel, and who is called where.
#pragma once

#include "core/clock.hpp"
#include "core/pattern.hpp"
#include "core/problem.hpp"
#include "core/rng.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

/// The line that any endpoint may have in front of it.
struct Link {
    std::uint64_t down_bps = 0, up_bps = 0; // to the client, from it; 0: as fast as may be
    Duration latency{0}, jitter{0};         // one way
    Ratio noise{0, 1};                      // of the bits
};

/// What happens to a call.
enum class Answer : std::uint8_t {
    smtp,
    login,
    ppp,
    silence,
    echo,
    busy,
    no_answer,
    no_dialtone,
    no_carrier,
    voice,
    fax,
    delayed,
    blacklisted,
};
struct AnswerRow {
    Answer answer;
    std::string_view name, summary;
    bool connects;
};
/// In enum order.
inline constexpr std::array answer_table{
    AnswerRow{Answer::smtp, "smtp", "the mail server, on the line itself", true},
    AnswerRow{Answer::login, "login", "a login prompt, then PPP", true},
    AnswerRow{Answer::ppp, "ppp", "PPP at once", true},
    AnswerRow{Answer::silence, "silence", "a modem, and no server", true},
    AnswerRow{Answer::echo, "echo", "a modem that sends back what it receives", true},
    AnswerRow{Answer::busy, "busy", "BUSY", false},
    AnswerRow{Answer::no_answer, "no-answer", "it rings without end", false},
    AnswerRow{Answer::no_dialtone, "no-dialtone", "there is no dial tone", false},
    AnswerRow{Answer::no_carrier, "no-carrier", "the modems do not agree", false},
    AnswerRow{Answer::voice, "voice", "a person answers", false},
    AnswerRow{Answer::fax, "fax", "a fax machine answers", false},
    AnswerRow{Answer::delayed, "delayed", "the modem may not call there yet", false},
    AnswerRow{Answer::blacklisted, "blacklisted", "the modem may not call there any more", false},
};
constexpr const AnswerRow& row(Answer answer) {
    return answer_table.at(static_cast<std::size_t>(answer));
}

struct Call {
    Answer answer = Answer::smtp;
    std::uint64_t rings = 1;                // before it is answered
    std::uint64_t down_bps = 0, up_bps = 0; // 0: the line's
};

/// A number and the result of calling it, call by call; the last is that of all later calls.
struct PhoneBookEntry {
    Pattern number;
    std::vector<Call> calls; // at least one
};

enum class PppAuth : std::uint8_t { none, pap, chap, ms_chap, ms_chap_v2 };
inline constexpr std::array<std::string_view, 5> ppp_auth_names{"none", "pap", "chap", "ms-chap",
                                                                "ms-chap-v2"};

struct Provider {
    std::vector<PppAuth> auth{PppAuth::pap, PppAuth::chap}; // in the order in which it is offered
    std::map<std::string, std::string> users;               // empty: anyone
    std::uint16_t mru = 1500;
    std::string banner, login = "login: ", password = "Password: "; // a terminal login's
    std::vector<std::string> names; // of the mail server, besides server.hostname
};

struct Modem {
    std::string personality = "generic"; // a built-in's name, or a path beside the profile
    Place personality_place;
    Link line{28800, 28800, {}, {}, {0, 1}};
    std::vector<PhoneBookEntry> phone_book; // the first that matches; none: the mail server
    Provider provider;
};

} // namespace smtpsim::profiles
