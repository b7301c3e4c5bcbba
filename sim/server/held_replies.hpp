// Replies that leave later than they were given: after so many others (reorder), or together with
// them as one segment (merge). It knows no connection: who sends them is the Conversation's.
#pragma once

#include "faults/plan/plan.hpp"
#include "smtp/stage.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::server {

class HeldReplies {
public:
    struct Reply {
        smtp::Stage stage;
        std::string octets;
        std::uint64_t replies; // that still come first
        bool joins;            // it takes those along
    };

    /// A reply begins, to a command of this stage: whether it is held is the Plan's.
    void begin(const faults::Plan& plan, smtp::Stage stage);
    /// False: these octets of the reply in hand are to be sent, and are not held.
    bool hold(std::string_view octets);
    /// The reply in hand is complete. Returns those that leave now, in their order, a segment each.
    std::vector<Reply> end();
    bool empty() const { return replies_.empty(); }

private:
    std::vector<Reply> replies_;
    bool in_hand_ = false; // the last of them is the reply in hand
};

} // namespace smtpsim::server
