// What an effect has at hand when its fault fires. It adds its steps to `plan`, after those of the
// effects before it. It must not know why the fault fired, nor which endpoint performs the plan.
#pragma once

#include "core/pattern.hpp"
#include "core/rng.hpp"
#include "faults/plan/fault_stage.hpp"
#include "faults/plan/plan.hpp"
#include "smtp/reply.hpp"
#include "smtp/server_settings.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace smtpsim::faults {

class Performance {
public:
    Plan plan; // so far

    Stage stage;
    const smtp::ServerSettings& settings;
    smtp::Values values;      // what placeholders stand for; secrets masked
    const Captures& captures; // what the fault's patterns took, as it was sent

    /// The fault's own stream: an effect that draws moves the dice of no other fault.
    virtual Rng& dice() = 0;
    /// Says what the next faults that match make of it; where there are none, the healthy reply.
    virtual void say_healthy() = 0;
    /// The same, but the faults of this entry of the catalogue are asked first.
    virtual void say_as_entry(std::string_view id) = 0;
    /// A modem's result code, as its settings write it.
    virtual void say_result(std::string_view result) = 0;
    /// What `when: {state: ...}` sees from here on.
    virtual void set_state(std::string_view state) = 0;

    void say(std::string octets) { plan.steps.emplace_back(Say{std::move(octets)}); }
    void say(const smtp::Template& text) { say(rendered(text)); }
    /// This is the reply, as the session sees it.
    void reply(const smtp::Reply& reply) {
        plan.said = reply.code;
        say(reply.octets);
    }
    /// Nothing more is done.
    void end(End how) {
        plan.steps.emplace_back(how);
        plan.ends = true;
    }
    std::string rendered(const smtp::Template& text) const {
        std::string out;
        text.render(values, out);
        return out;
    }

protected:
    Performance(Stage at, const smtp::ServerSettings& server, const smtp::Values& stands_for,
                const Captures& taken)
        : stage(at), settings(server), values(stands_for), captures(taken) {}
    Performance(const Performance&) = delete;
    Performance& operator=(const Performance&) = delete;
    ~Performance() = default;
};

} // namespace smtpsim::faults
