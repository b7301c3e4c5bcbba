// The Compression Control Protocol (RFC 1962), only as far as it is needed by a provider that
// requires MPPE (RFC 3078) and does not have it.
#include "serial/ppp/auth_exchange.hpp"

namespace smtpsim::ppp {

namespace {

/// Option 18 with its supported bits: stateless, 128 and 40 bits.
constexpr std::string_view mppe{"\x12\x06\x01\x00\x00\x60", 6};

class CcpProvider : public AuthExchange {
public:
    explicit CcpProvider(Context& context) : AuthExchange(protocol::ccp, context) {}

    void start(Tick now, Steps& out) override {
        insist(make_packet(Code::configure_request, 1, mppe), now, out);
    }
    void receive(const Packet& packet, Tick, Steps& out) override {
        if (static_cast<Code>(packet.code) != Code::configure_request)
            settle(false, "encryption is required", out);
    }
};

} // namespace

std::unique_ptr<AuthExchange> make_ccp(Context& context) {
    return std::make_unique<CcpProvider>(context);
}

} // namespace smtpsim::ppp
