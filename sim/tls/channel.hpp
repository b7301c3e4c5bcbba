// The server's side of one TLS connection, between octets of the wire and plain ones. Sans I/O:
// the owner of the wire gives it what came and sends what it leaves.
#pragma once

#include "faults/plan/plan.hpp"
#include "sim/tls/contexts.hpp"
#include "smtp/tls_info.hpp"
#include "smtp/tls_settings.hpp"

#include <string>
#include <string_view>

namespace smtpsim::tls {

class Channel {
public:
    Channel(Contexts& contexts, const smtp::TlsSettings& settings);

    enum class State : std::uint8_t {
        handshake,
        open,
        closed, // the client has said that no more comes (close_notify)
        failed, // see why(); nothing can be said any more
    };
    State state() const { return state_; }
    const std::string& why() const { return why_; }
    bool failed_by_client() const { return failed_by_client_; }
    /// Once open.
    smtp::TlsInfo info() const;

    // Each appends to `wire` what is to be sent.
    /// Takes what came and appends to `plain` what it says.
    void receive(std::string_view came, std::string& plain, std::string& wire);
    void send(std::string_view plain, std::string& wire);
    void act(faults::TlsAct act, std::string& wire);
    /// The announced end, unless the settings have none.
    void close(std::string& wire);

private:
    void shake_hands(std::string& wire);
    void write_pending(std::string& wire);
    void drain(std::string& wire);
    void fail(std::string why, bool by_client);

    smtp::TlsSettings settings_;
    Connection connection_;
    BIO* from_wire_ = nullptr; // both are the connection's
    BIO* to_wire_ = nullptr;
    State state_ = State::handshake;
    std::string why_;
    std::string pending_; // what cannot be said yet
    bool failed_by_client_ = false;
    bool silent_ = false; // a stall: nothing leaves any more
    unsigned flights_ = 0;
};

} // namespace smtpsim::tls
