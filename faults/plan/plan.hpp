// What will be done about a ProtocolEvent: ordered steps. A healthy server is the same path with no
// fault (faults/healthy_plan.hpp), but for the short cut in sim/server/conversation_answer.cpp.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"
#include "faults/plan/impairments.hpp"
#include "smtp/reply.hpp"
#include "smtp/tls_settings.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtpsim::faults {

struct Say {
    std::string octets;
    bool own_segment = false; // shares no TCP segment with what is said before or after it
};
struct Wait {
    Duration time;
};
struct Trickle { // octets in pieces of `size`, `every` between two
    std::string octets;
    std::uint64_t size;
    Duration every;
};
struct Repeat { // octets, again and again; `times` 0: without end
    std::string octets;
    std::uint64_t times;
    Duration every;
};
struct Pace { // from here on; 0: as fast as may be
    std::uint64_t send_bps, receive_bps;
};
struct Deaf { // what the client sends is left unread
    bool on;
};
struct Handshake {
    smtp::TlsSettings settings;
};
enum class TlsAct : std::uint8_t {
    renegotiate, // TLS 1.2: HelloRequest; 1.3 has none
    update_keys, // TLS 1.3: KeyUpdate; 1.2 has none
};
inline constexpr std::array<std::string_view, 2> tls_act_names{"renegotiate", "update-keys"};
enum class End : std::uint8_t {
    fin,
    rst,
    half,    // FIN, but the session reads on
    hold,    // neither says nor ends anything any more
    hang_up, // the carrier is gone; on a line without one, RST
};
struct Proceed {}; // dial-up stages: what was about to happen happens here

using Step = std::variant<Say, Wait, Trickle, Repeat, Pace, Deaf, Handshake, TlsAct, End,
                          Impairment, Proceed>;

enum class Fate : std::uint8_t { as_said, lost, kept, corrupted };

struct Plan {
    std::vector<Step> steps;
    std::optional<smtp::ReplyCode> said; // nullopt: no reply, or octets that are none
    std::string result;                  // the result code said at a dial-up stage by a fault
    std::uint64_t joins = 0;             // said with so many replies, this one included
    std::uint64_t after_replies = 0;     // sent after so many later ones
    bool answers_next = false;           // the next command has its reply already
    bool withholds_tls = false;          // from the reply to EHLO
    bool ends = false;                   // the last step closes, or holds without end
    Fate fate = Fate::as_said;           // of the message
    Ratio corruption{0, 1};
    std::uint64_t corruption_seed = 0;
};

} // namespace smtpsim::faults
