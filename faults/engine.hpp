// Decides which faults fire at a ProtocolEvent and turns their effects into a Plan.
#pragma once

#include "faults/counters.hpp"
#include "faults/fault.hpp"
#include "faults/fault_context.hpp"
#include "faults/plan/plan.hpp"
#include "faults/prefilter.hpp"
#include "smtp/protocol_event.hpp"
#include "smtp/server_settings.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::faults {

/// A fault that fired, as text for the Journal. Views into the engine.
struct Fired {
    std::string_view fault, why, effects;
};

class Engine { // any thread; SessionCounters belong to one session
public:
    /// All outlive the engine. The first matching fault of `faults` wins. Its `reply` effect
    /// without a value hands over to the next matching fault, or sends the normal reply. Each
    /// counts for itself, whatever those before it do. `library`: the faults that an effect
    /// `use: "{1}"` may name by their entry.
    Engine(const std::vector<Fault>& faults, const std::vector<Fault>& library,
           const smtp::ServerSettings& settings, std::uint64_t seed);

    /// False: no fault can fire at this stage, and plan() need not be called.
    bool armed(Stage stage) const { return !by_stage_[static_cast<std::size_t>(stage)].empty(); }
    /// A condition or an effect asks for the message: it must be collected.
    bool needs_content() const { return needs_content_; }
    /// A fault slows or stops reading: a client feels it sooner where the kernel buffers little.
    bool holds_reading() const { return holds_reading_; }

    /// False: no fault fires, `plan` is as it was and the server is healthy.
    bool plan(const FaultContext& context, SessionCounters& counters, Plan& plan,
              std::vector<Fired>& fired);

    /// The next octet of content, from 1, after which a fault may fire; nullopt: none after
    /// `octets`.
    std::optional<std::uint64_t> content_mark_after(std::uint64_t octets) const;

    struct Total {
        std::string_view fault;
        std::uint64_t fires;
    };
    /// How often each fault of the profile fired in this run, in order.
    std::vector<Total> totals() const;

private:
    struct Rule {
        const Fault* fault = nullptr;
        std::string why, effects, stream;
        bool uses_entry = false; // an effect is UseCaptured
        std::atomic<std::uint64_t> fires = 0;
        SharedCounters shared;
    };
    using Rules = std::vector<std::size_t>; // indexes of rules_
    /// A rule all of whose conditions hold but `times`.
    struct Match {
        std::size_t rule;
        Captures captures;
        std::string_view recipient; // the one that `per: recipient` means
    };
    using Matches = std::span<const Match>;
    struct Asked; // a ProtocolEvent, and what has come of it so far
    class Firing;

    std::vector<Match> matching(const Rules& rules, Asked& asked);
    Rule& rule_of(const Match& match);
    bool holds(Match& match, Asked& asked);
    bool counts_hold(const Match& match, Asked& asked);
    bool may_fire(const Match& match, Asked& asked);
    template <class Use>
    auto with_counter(const Match& match, Asked& asked, Per otherwise, Use use);
    void answer(Matches matches, Asked& asked, Plan& plan);
    void fire(const Match& match, Matches next, Asked& asked, Plan& plan);
    Rules entry_rules(std::string_view id, Stage stage) const;

    const smtp::ServerSettings& settings_;
    std::uint64_t seed_;
    std::deque<Rule> rules_; // those of the profile, then the library's
    std::size_t own_count_;
    std::array<Prefilter, stage_count> by_stage_; // own rules
    std::map<std::string, Rules, std::less<>> by_entry_;
    std::vector<std::uint64_t> content_marks_; // sorted
    SharedStates states_;
    bool needs_content_ = false, holds_reading_ = false;
};

} // namespace smtpsim::faults
