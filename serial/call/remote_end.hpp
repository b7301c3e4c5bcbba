// Who answers a call: what is at the other end of the telephone line. Octets and ticks in, actions
// out.
#pragma once

#include "faults/plan/fault_stage.hpp"
#include "faults/plan/impairments.hpp"
#include "faults/plan/plan.hpp"
#include "profiles/model/dialup.hpp"
#include "serial/internet/gateway.hpp"
#include "sim/server/conversation.hpp"
#include "sim/server/instance.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::call {

struct RemoteActions {
    std::string octets;                          // to the line
    std::vector<std::string> packets;            // IP, to the provider's network
    std::optional<internet::Site> network;       // the caller has its address
    std::vector<faults::Impairment> impairments; // of the modem and the line, before the octets
    bool ends = false; // the remote end is gone: after the octets the carrier is dropped

    void clear();
    bool empty() const;
};

class RemoteEnd {
public:
    virtual ~RemoteEnd() = default;
    virtual void begin(Tick now, RemoteActions& out) = 0; // the carrier is there
    virtual void on_octets(std::string_view octets, Tick now, RemoteActions& out) = 0;
    virtual void on_packet(std::string_view ip, Tick now, RemoteActions& out);
    virtual void on_tick(Tick now, RemoteActions& out) = 0;
    virtual Tick deadline() const = 0;
    virtual void on_lost(Tick now) = 0; // the carrier is gone
    /// It reads no more for now: what comes nevertheless it keeps, as much as a line can hold.
    virtual bool full() const { return false; }
    /// Of the provider's PPP.
    virtual void apply(const faults::Impairment& impairment, Tick now, RemoteActions& out);
};

/// What the faults say at one of PPP's stages; nullopt: none fires.
using AskFaults = std::function<std::optional<std::vector<faults::Step>>(
    faults::Stage stage, std::string_view user, Tick now)>;

/// `call`: its number, for the Journal.
std::unique_ptr<RemoteEnd> smtp_remote(server::Instance& instance, std::uint64_t call);
/// As which the mail server knows a caller that reaches it by PPP.
server::Peer caller();

std::unique_ptr<RemoteEnd> silent_end();
std::unique_ptr<RemoteEnd> echo_end();
/// `login`: a terminal login comes first. `call`: for what is drawn from the seed.
std::unique_ptr<RemoteEnd> ppp_remote(server::Instance& instance, bool login, std::uint64_t call,
                                      AskFaults ask);

} // namespace smtpsim::call
