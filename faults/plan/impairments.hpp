// What can go wrong between a terminal and its provider, beside what is said there: the words that
// a profile writes after `modem:`, `line:`, `ppp:`, `ip:` and `dns:`. The parts of serial/ perform
// them; each stays in force to the end of the call unless its summary says otherwise, and what
// concerns the port's circuits until the next call is dialled.
#pragma once

#include "core/clock.hpp"
#include "core/rng.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::faults {

enum class Layer : std::uint8_t { modem, line, ppp, ip, dns };
inline constexpr std::array<std::string_view, 5> layer_names{"modem", "line", "ppp", "ip", "dns"};

/// What a word takes. `may_`: or nothing.
enum class Takes : std::uint8_t { nothing, duration, may_duration, size, odds, speed, count, text };

enum class Act : std::uint8_t {
    // modem
    silent,
    no_echo,
    escape_without_guard,
    no_hang_up,
    reset_modem,
    unplug,
    wrong_speed,
    personality,
    ring,
    // line
    drop,
    drop_octets,
    seven_bit,
    lose,
    twice,
    stall_line,
    retrain,
    speed,
    speed_up,
    delay_line,
    echo,
    echo_seven_bit,
    call_waiting,
    overrun,
    framing_errors,
    parity_errors,
    break_signal,
    dcd_on,
    dcd_off,
    dcd_flap,
    dsr_off,
    dsr_before_dcd,
    cts_off,
    dtr_open,
    rts_open,
    noise,
    // ppp
    lcp_silent,
    bad_fcs,
    nak_loop,
    reject_all,
    same_magic,
    mru,
    wrong_accm,
    malformed,
    lcp_terminate,
    no_echo_reply,
    callback,
    auth_nak,
    auth_error,
    auth_silent,
    auth_wrong_id,
    eap_only,
    pap_only,
    require_encryption,
    ipcp_silent,
    ipcp_reject,
    ipcp_terminate,
    address_reject,
    no_address,
    dns_wrong,
    vj_broken,
    // ip
    blackhole,
    refuse,
    drop_syn,
    mtu_blackhole,
    lose_packets,
    delay_packets,
    unreachable,
    // dns
    nxdomain,
    servfail,
    no_answer,
    wrong_address,
};

struct ActRow {
    Act act;
    Layer layer;
    std::string_view name;
    Takes takes;
    std::string_view summary;
};

/// In enum order.
inline constexpr std::array act_table{
    ActRow{Act::silent, Layer::modem, "silent", Takes::may_duration,
           "reads and sends nothing, for this time or until the port is closed"},
    ActRow{Act::no_echo, Layer::modem, "no-echo", Takes::nothing,
           "sends no echo, whatever E is set to"},
    ActRow{Act::escape_without_guard, Layer::modem, "escape-without-guard", Takes::nothing,
           "takes +++ in the data for the escape sequence, without the guard time"},
    ActRow{Act::no_hang_up, Layer::modem, "no-hang-up", Takes::nothing,
           "stays off the hook: neither H nor a dropped DTR ends the call"},
    ActRow{Act::reset_modem, Layer::modem, "reset", Takes::nothing,
           "starts anew at once: drops the call and forgets its settings"},
    ActRow{Act::unplug, Layer::modem, "unplug", Takes::may_duration,
           "is gone from the port, for this time or without end"},
    ActRow{Act::wrong_speed, Layer::modem, "wrong-speed", Takes::nothing,
           "reads and answers garbage, as at another speed than the port's"},
    ActRow{Act::personality, Layer::modem, "personality", Takes::text,
           "is another modem from here on, with that one's factory settings"},
    ActRow{Act::ring, Layer::modem, "ring", Takes::count,
           "is called: sends RING this number of times"},

    ActRow{Act::drop, Layer::line, "drop", Takes::duration, "loses the carrier after this time"},
    ActRow{Act::drop_octets, Layer::line, "drop-octets", Takes::size,
           "loses the carrier after this number of further octets from the terminal"},
    ActRow{Act::seven_bit, Layer::line, "seven-bit", Takes::nothing,
           "carries seven bits: the eighth arrives as 0"},
    ActRow{Act::lose, Layer::line, "lose", Takes::odds, "loses octets"},
    ActRow{Act::twice, Layer::line, "twice", Takes::odds, "delivers octets twice"},
    ActRow{Act::stall_line, Layer::line, "stall", Takes::duration,
           "carries nothing for this time; nothing is lost"},
    ActRow{Act::retrain, Layer::line, "retrain", Takes::duration,
           "trains anew: a stall with CTS off, then the next lower speed"},
    ActRow{Act::speed, Layer::line, "speed", Takes::speed, "carries no more, to the terminal"},
    ActRow{Act::speed_up, Layer::line, "speed-up", Takes::speed,
           "carries no more, from the terminal"},
    ActRow{Act::delay_line, Layer::line, "delay", Takes::duration,
           "carries everything later by this time, each way"},
    ActRow{Act::echo, Layer::line, "echo", Takes::nothing,
           "is looped back: the terminal receives what it sends, the other end nothing"},
    ActRow{Act::echo_seven_bit, Layer::line, "echo-seven-bit", Takes::nothing,
           "is looped back by a terminal server that clears the eighth bit"},
    ActRow{
        Act::call_waiting, Layer::line, "call-waiting", Takes::duration,
        "loses the carrier for this time and garbles what is on the line; a call ends if that is "
        "longer than S10"},
    ActRow{Act::overrun, Layer::line, "overrun", Takes::size,
           "ignores flow control: beyond this number of octets at once the rest is lost"},
    ActRow{Act::framing_errors, Layer::line, "framing-errors", Takes::odds,
           "delivers octets with framing errors"},
    ActRow{Act::parity_errors, Layer::line, "parity-errors", Takes::odds,
           "delivers octets with parity errors"},
    ActRow{Act::break_signal, Layer::line, "break", Takes::nothing, "sends one break"},
    ActRow{Act::dcd_on, Layer::line, "dcd-on", Takes::nothing, "DCD stays on"},
    ActRow{Act::dcd_off, Layer::line, "dcd-off", Takes::nothing, "DCD stays off"},
    ActRow{Act::dcd_flap, Layer::line, "dcd-flap", Takes::duration,
           "DCD goes off and on again, each for this time"},
    ActRow{Act::dsr_off, Layer::line, "dsr-off", Takes::nothing, "DSR stays off"},
    ActRow{Act::dsr_before_dcd, Layer::line, "dsr-before-dcd", Takes::nothing,
           "at the end of a call DSR goes off before DCD"},
    ActRow{Act::cts_off, Layer::line, "cts-off", Takes::nothing, "CTS stays off"},
    ActRow{Act::dtr_open, Layer::line, "dtr-open", Takes::nothing,
           "the terminal's DTR does not reach the modem, which sees it on"},
    ActRow{Act::rts_open, Layer::line, "rts-open", Takes::nothing,
           "the terminal's RTS does not reach the modem, which sends on"},
    ActRow{Act::noise, Layer::line, "noise", Takes::odds, "flips bits, in bursts"},

    ActRow{Act::lcp_silent, Layer::ppp, "lcp-silent", Takes::nothing, "sends no LCP packet"},
    ActRow{Act::bad_fcs, Layer::ppp, "bad-fcs", Takes::odds, "sends frames with a wrong FCS"},
    ActRow{Act::nak_loop, Layer::ppp, "nak-loop", Takes::nothing,
           "naks every Configure-Request, each time with another value"},
    ActRow{Act::reject_all, Layer::ppp, "reject-all", Takes::nothing,
           "rejects every option, and then the empty request too"},
    ActRow{Act::same_magic, Layer::ppp, "same-magic", Takes::nothing,
           "takes the peer's own magic number, as a looped line would"},
    ActRow{Act::mru, Layer::ppp, "mru", Takes::size, "asks for this Maximum-Receive-Unit"},
    ActRow{Act::wrong_accm, Layer::ppp, "wrong-accm", Takes::nothing,
           "leaves control characters unescaped that the peer needs escaped"},
    ActRow{Act::malformed, Layer::ppp, "malformed", Takes::nothing,
           "sends packets whose length field is wrong, with a good FCS"},
    ActRow{Act::lcp_terminate, Layer::ppp, "lcp-terminate", Takes::nothing,
           "sends an LCP Terminate-Request and hangs up"},
    ActRow{Act::no_echo_reply, Layer::ppp, "no-echo-reply", Takes::nothing,
           "leaves LCP Echo-Requests unanswered"},
    ActRow{Act::callback, Layer::ppp, "callback", Takes::nothing,
           "takes the Callback option and hangs up to call back, which it never does"},
    ActRow{Act::auth_nak, Layer::ppp, "auth-nak", Takes::text,
           "refuses the password, with this text"},
    ActRow{Act::auth_error, Layer::ppp, "auth-error", Takes::count,
           "refuses the login with this Windows error: E=691 and its like (RFC 2433 §6)"},
    ActRow{Act::auth_silent, Layer::ppp, "auth-silent", Takes::nothing,
           "leaves the login unanswered"},
    ActRow{Act::auth_wrong_id, Layer::ppp, "auth-wrong-id", Takes::nothing,
           "answers the login under another identifier"},
    ActRow{Act::eap_only, Layer::ppp, "eap-only", Takes::nothing,
           "asks for EAP and takes nothing else"},
    ActRow{Act::pap_only, Layer::ppp, "pap-only", Takes::nothing,
           "asks for PAP and takes nothing else"},
    ActRow{Act::require_encryption, Layer::ppp, "require-encryption", Takes::nothing,
           "ends the link unless the peer encrypts, which nothing here can"},
    ActRow{Act::ipcp_silent, Layer::ppp, "ipcp-silent", Takes::nothing, "sends no IPCP packet"},
    ActRow{Act::ipcp_reject, Layer::ppp, "ipcp-reject", Takes::nothing,
           "rejects IPCP as a protocol that it does not know"},
    ActRow{Act::ipcp_terminate, Layer::ppp, "ipcp-terminate", Takes::nothing,
           "ends IPCP before an address is agreed on"},
    ActRow{Act::address_reject, Layer::ppp, "address-reject", Takes::nothing,
           "rejects the IP-Address option"},
    ActRow{Act::no_address, Layer::ppp, "no-address", Takes::nothing,
           "has no address to give: acknowledges 0.0.0.0"},
    ActRow{Act::dns_wrong, Layer::ppp, "dns-wrong", Takes::nothing,
           "gives name server addresses at which no server answers"},
    ActRow{Act::vj_broken, Layer::ppp, "vj-broken", Takes::nothing,
           "agrees to Van Jacobson compression and loses the packets that use it"},

    ActRow{Act::blackhole, Layer::ip, "blackhole", Takes::nothing, "carries no packet any more"},
    ActRow{Act::refuse, Layer::ip, "refuse", Takes::nothing, "answers every SYN with RST"},
    ActRow{Act::drop_syn, Layer::ip, "drop-syn", Takes::nothing, "loses every SYN"},
    ActRow{Act::mtu_blackhole, Layer::ip, "mtu-blackhole", Takes::size,
           "loses packets larger than this without a report"},
    ActRow{Act::lose_packets, Layer::ip, "lose", Takes::odds, "loses packets"},
    ActRow{Act::delay_packets, Layer::ip, "delay", Takes::duration,
           "carries packets later by this time"},
    ActRow{Act::unreachable, Layer::ip, "unreachable", Takes::nothing,
           "answers every packet with ICMP host unreachable"},

    ActRow{Act::nxdomain, Layer::dns, "nxdomain", Takes::nothing, "there is no such name"},
    ActRow{Act::servfail, Layer::dns, "servfail", Takes::nothing, "the server has failed"},
    ActRow{Act::no_answer, Layer::dns, "no-answer", Takes::nothing, "the query is lost"},
    ActRow{Act::wrong_address, Layer::dns, "wrong-address", Takes::nothing,
           "an address at which no server answers"},
};

constexpr const ActRow& row(Act act) { return act_table.at(static_cast<std::size_t>(act)); }

/// Performed by a line of any kind; the others of Layer::line concern the circuits of a modem's
/// port.
constexpr bool is_of_line(Act act) {
    return (act >= Act::drop && act <= Act::break_signal) || act == Act::noise;
}

constexpr std::optional<Act> act_named(Layer layer, std::string_view name) {
    for (const ActRow& row : act_table)
        if (row.layer == layer && row.name == name) return row.act;
    return std::nullopt;
}

static_assert([] {
    for (const ActRow& entry : act_table)
        if (&row(entry.act) != &entry) return false;
    return true;
}());

/// A word and what it was given; what its row does not take is left as it is here.
struct Impairment {
    Act act;
    std::optional<Duration> time{}; // duration, may_duration
    std::uint64_t number = 0;       // size in octets, speed in bit/s, count
    Ratio odds{0, 1};
    std::string text{};
};

} // namespace smtpsim::faults
