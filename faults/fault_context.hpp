// What the conditions of a fault may ask about.
#pragma once

#include "faults/plan/fault_stage.hpp"
#include "smtp/protocol_event.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::faults {

/// How a modem writes a result code: by its settings E, V and X.
class ResultCodes {
public:
    virtual ~ResultCodes() = default;
    /// The octets of `result`, such as BUSY. One that the modem does not know is written as it is.
    virtual std::string octets(std::string_view result) const = 0;
};

struct FaultContext {
    Stage stage; // of `event`; at a dial-up stage the event has no more than a line and a user
    const smtp::ProtocolEvent& event;
    smtp::Values values;      // what placeholders stand for; `client` is the HELO name
    std::string_view content; // stage message, where Engine::needs_content()
    std::uint64_t session;    // its number in the run, from 1
    Tick opened;              // when it began
    bool within_tls = false;
    // Dial-up stages.
    const ResultCodes* results = nullptr;
    std::string_view number{}; // the one that is called; empty before the first call
    std::string_view due{};    // octets that a healthy modem says now
};

/// A message's header lines and its body, apart. Views into `content`.
struct Parts {
    std::string_view header, body;
    explicit Parts(std::string_view content) {
        const std::size_t end = content.starts_with("\r\n") ? 0 : content.find("\r\n\r\n");
        header = content.substr(0, end == std::string_view::npos ? end : end + 2);
        if (end != std::string_view::npos) body = content.substr(end == 0 ? 2 : end + 4);
    }
};

} // namespace smtpsim::faults
