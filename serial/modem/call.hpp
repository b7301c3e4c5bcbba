// A call as a modem sees it: the dial string (ATD), the negotiated carrier (modulation, error
// control, compression), and the result of a failed call (BUSY, NO CARRIER, NO DIALTONE).
#pragma once

#include "core/clock.hpp"
#include "serial/modem/modem_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::modem {

/// How a call fails.
enum class Outcome : std::uint8_t {
    busy,
    no_dialtone,
    no_answer,
    no_carrier,
    voice,
    fax,
    delayed,
    blacklisted
};

/// The result of the negotiation between the two modems.
struct Carrier {
    std::uint32_t down_bps = 28800, up_bps = 28800;
    std::string modulation = "V34";     // a name in modulation_table
    std::string protocol = "LAPM";      // or "ALT" (MNP), "NONE"
    std::string compression = "V42BIS"; // or "CLASS 5", "NONE"
};

/// What this modem offers in the negotiation.
struct Offer {
    std::uint32_t fastest = 0; // bit/s
    bool lapm = false, mnp = false;
    bool unprotected = false; // goes on without error control
    bool compression = false;
};

/// The modem goes off hook and calls.
struct Dial {
    std::string number;              // digits and letters A-D * #, without T P , W @ ! ;
    Duration dialling{};             // S6 or dial tone, pauses, digits, W and @
    bool waits_for_dialtone = false; // NO DIALTONE is possible; else it dials blind
    bool waits_for_silence = false;  // @
    bool test = false;               // ends in ';': OK once dialled, the line stays off hook
    bool reverse = false;            // R: calls in answer mode
};

/// The dial string after D, under `settings`; nullopt: this modem cannot dial it.
/// V.250 §6.3.1.
std::optional<Dial> parse_dial(std::string_view text, const Settings& settings,
                               const ModemModel& model);

/// Why the last call ended: its text, and its code in S86 of Rockwell's modems.
struct CallEnd {
    std::uint8_t code;
    std::string_view text;
};
namespace call_end {
// unverified: the codes other than 0 have no source in a manual.
inline constexpr CallEnd normal{0, "normal"};
inline constexpr CallEnd carrier_lost{4, "loss of carrier"};
inline constexpr CallEnd no_answer{0, "no carrier within S7"};
inline constexpr CallEnd aborted{0, "aborted by the terminal"};
inline constexpr CallEnd dtr{0, "DTR dropped"};
inline constexpr CallEnd inactive{0, "no data for too long"};
inline constexpr CallEnd reset{0, "reset"};
} // namespace call_end

} // namespace smtpsim::modem
