// The Extensible Authentication Protocol (RFC 3748), only as far as it is needed by a provider
// that requires it and refuses every login.
#include "serial/ppp/auth_exchange.hpp"

namespace smtpsim::ppp {

namespace {

namespace eap { // codes
enum : std::uint8_t { request = 1, response, success, failure };
}
constexpr std::string_view identity{"\x01", 1}; // RFC 3748 §5.1

class EapProvider : public AuthExchange {
public:
    explicit EapProvider(Context& context) : AuthExchange(protocol::eap, context) {}

    void start(Tick now, Steps& out) override {
        insist(make_packet(eap::request, 1, identity), now, out);
    }
    void receive(const Packet& packet, Tick, Steps& out) override {
        if (packet.code == eap::response)
            answer(false, make_packet(eap::failure, answer_id(packet.id), {}), out);
    }
};

} // namespace

std::unique_ptr<AuthExchange> make_eap(Context& context) {
    return std::make_unique<EapProvider>(context);
}

} // namespace smtpsim::ppp
