// Decides which fault fires at a Moment and turns its effects into a Plan.
#pragma once

#include "faults/fault.hpp"
#include "faults/plan.hpp"
#include "sim/smtp/moment.hpp"
#include "sim/smtp/personality.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::faults {

/// A fault that fired, in words for the Journal. Views into the engine.
struct Fired {
    std::string_view fault, why, effects;
};

class Engine { // any thread; the counts of a session belong to one
public:
    /// Both outlive the engine. Faults are asked in order. One that only delays leaves the reply to
    /// those behind it; the first that does more decides.
    Engine(const std::vector<Fault>& faults, const smtp::Personality& personality);

    /// False: no fault can fire at this stage, and plan() need not be asked.
    bool armed(smtp::Stage stage) const {
        return !by_stage_[static_cast<std::size_t>(stage)].empty();
    }

    /// How often the conditions of each fault held in one session. Empty until first needed.
    using Counts = std::vector<std::uint64_t>;

    /// The faults that fire, appended to `fired`; none: `plan` is left as it was and the server is
    /// healthy. The healthy reply is in the plan where the faults leave it.
    void plan(const smtp::Moment& moment, smtp::Values values, Counts& counts, Plan& plan,
              std::vector<Fired>& fired);

    /// The next octet of content, from 1, behind which a fault may fire; nullopt: none after
    /// `octets`.
    std::optional<std::uint64_t> content_mark_after(std::uint64_t octets) const;

private:
    struct Rule {
        const Fault* fault;
        std::atomic<std::uint64_t> fires = 0; // in this run
        std::string why, effects;
    };

    bool holds(Rule& rule, const smtp::Moment& moment, std::uint64_t& count, Captures& captures);

    const smtp::Personality& personality_;
    std::vector<Rule> rules_;
    std::array<std::vector<std::size_t>, smtp::stage_count>
        by_stage_;                             // indexes of rules_, in order
    std::vector<std::uint64_t> content_marks_; // sorted
};

/// The fault's conditions and effects in words: "nth 2, recipient *@b.test", "delay 3s, reply 450".
std::string conditions_text(const Conditions& conditions);
std::string effects_text(const std::vector<Effect>& effects);

} // namespace smtpsim::faults
