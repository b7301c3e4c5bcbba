// The Callback Control Protocol (draft-gidwani-ppp-callback-cp), as far as it is needed by a
// provider that promises to call back, and by a client that accepts any promise.
#include "serial/ppp/auth_exchange.hpp"

namespace smtpsim::ppp {

namespace {

namespace cbcp { // codes
enum : std::uint8_t { request = 1, response, ack };
}

/// The option of a callback to a number that the provider has: type, length, delay in seconds.
constexpr std::string_view to_known_number{"\x03\x03\x00", 3};

/// `finished` once the client may expect the call.
class CbcpProvider : public AuthExchange {
public:
    explicit CbcpProvider(Context& context) : AuthExchange(protocol::cbcp, context) {}

    void start(Tick now, Steps& out) override {
        insist(make_packet(cbcp::request, 1, to_known_number), now, out);
    }
    void receive(const Packet& packet, Tick, Steps& out) override {
        if (packet.code != cbcp::response) return;
        out.push_back({Step::Kind::send, make_packet(cbcp::ack, packet.id, packet.data)});
        settle(false, "to call back", out);
    }
};

class CbcpClient : public AuthExchange {
public:
    explicit CbcpClient(Context& context) : AuthExchange(protocol::cbcp, context) {}

    void start(Tick now, Steps&) override { wait(now); }
    void receive(const Packet& packet, Tick now, Steps& out) override {
        if (packet.code == cbcp::request)
            insist(make_packet(cbcp::response, packet.id, to_known_number), now, out);
        else if (packet.code == cbcp::ack)
            settle(false, "the provider is to call back", out);
    }
};

} // namespace

std::unique_ptr<AuthExchange> make_cbcp(Context& context) {
    if (context.settings.role == Role::client) return std::make_unique<CbcpClient>(context);
    return std::make_unique<CbcpProvider>(context);
}

} // namespace smtpsim::ppp
