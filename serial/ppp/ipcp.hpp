// The IP Control Protocol: IP address and VJ compression (RFC 1332), name servers (RFC 1877).
#pragma once

#include "serial/ppp/control.hpp"

#include <bitset>
#include <string>
#include <string_view>

namespace smtpsim::ppp {

class Ipcp : public Control {
public:
    explicit Ipcp(Context& context);

    /// Host order; 0: none.
    std::uint32_t address() const { return address_; } // ours
    std::uint32_t peer_address() const { return peer_address_; }
    std::uint32_t dns1() const { return dns1_; } // client: what it was given
    std::uint32_t dns2() const { return dns2_; }

private:
    std::string wishes() override;
    Answer judge(const Option& option) override;
    Answer judge_address(std::uint32_t address) const;
    void agree(std::string_view options) override;
    std::string on_nak_or_reject(Code code, const Option& option) override;
    std::string nonsense() override;

    bool is_client() const { return context_.settings.role == Role::client; }

    std::bitset<256> refused_; // options that the peer rejected
    std::uint32_t address_, peer_address_ = 0, dns1_ = 0, dns2_ = 0;
};

} // namespace smtpsim::ppp
