// The Link Control Protocol (RFC 1661 §5, §6; RFC 1662 §7; RFC 1570): MRU, ACCM, authentication
// protocol, magic number, field compression, callback, and the Echo-Requests of a live link.
#pragma once

#include "serial/ppp/control.hpp"
#include "serial/ppp/hdlc_frame.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::ppp {

/// What one end asked for and the other acknowledged: how the other sends.
struct LinkOptions {
    std::uint16_t mru = default_mru;
    Accm accm = every_control;
    std::string auth{};      // value of the option; empty: no login
    std::uint32_t magic = 0; // 0: none
    bool pfc = false, acfc = false;
    std::string callback{}; // value of the option; empty: none
};

/// Value of the Authentication-Protocol option; empty for none.
std::string_view auth_value(Auth auth);
inline constexpr std::string_view eap_value{"\xc2\x27", 2};
/// Value of the Callback option (RFC 1570 §2.3) that leaves it to CBCP.
inline constexpr std::string_view cbcp_operation{"\x06", 1};

class Lcp : public Control {
public:
    explicit Lcp(Context& context);

    LinkOptions ours() const;
    const LinkOptions& peer() const { return peer_; }

    std::string protocol_reject(std::uint16_t protocol, std::string_view information);

    void on_tick(Tick now, Steps& out) override;
    Tick deadline() const override;
    /// This layer is up: asks for echoes from now on, where the settings have it.
    void watch(Tick now);

private:
    std::string wishes() override;
    Answer judge(const Option& option) override;
    Answer judge_auth(std::string_view value) const;
    void agree(std::string_view options) override;
    std::string on_nak_or_reject(Code code, const Option& option) override;
    std::string on_auth_nak(std::string_view value);
    std::string nonsense() override;
    std::optional<Event> on_other_code(const Packet& packet, Steps& out) override;
    std::string echo_reply(const Packet& packet) override;

    std::vector<std::string_view> offers() const;
    std::uint32_t any_magic();

    LinkOptions peer_;
    std::bitset<256> refused_; // options that the peer rejected
    std::uint16_t mru_;
    Accm accm_;
    std::uint32_t magic_;
    std::size_t offer_ = 0; // of offers()
    int loops_ = 0;         // times that the peer took our magic number for its own
    std::uint8_t id_ = 0;   // of Protocol-Rejects and Echo-Requests
    Tick next_echo_ = Tick::max();
    int unanswered_ = 0;
};

} // namespace smtpsim::ppp
