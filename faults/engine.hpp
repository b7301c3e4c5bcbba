// Decides which faults fire at a Moment and turns their effects into a Plan.
#pragma once

#include "faults/fault.hpp"
#include "faults/plan.hpp"
#include "faults/tally.hpp"
#include "sim/smtp/moment.hpp"
#include "sim/smtp/personality.hpp"

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

/// A Moment and what conditions may ask about besides.
struct Scene {
    const smtp::Moment& moment;
    smtp::Values values;      // what placeholders stand for; `client` is the HELO name
    std::string_view content; // stage message, where Engine::needs_content()
    std::uint64_t session;    // its number in the run, from 1
    Tick opened;              // when it began
};

/// A fault that fired, in words for the Journal. Views into the engine.
struct Fired {
    std::string_view fault, why, effects;
};

class Engine { // any thread; a Memory belongs to one session
public:
    /// All outlive the engine. `faults` are asked in order: the first that fires decides, and where
    /// it says the healthy reply, that is what those behind it make of the Moment. `library`: the
    /// faults that an effect `use: "{1}"` may name by their entry.
    Engine(const std::vector<Fault>& faults, const std::vector<Fault>& library,
           const smtp::Personality& personality, std::uint64_t seed);

    /// False: no fault can fire at this stage, and plan() need not be asked.
    bool armed(smtp::Stage stage) const {
        return !by_stage_[static_cast<std::size_t>(stage)].empty();
    }
    /// A condition or an effect asks for the message: it must be collected.
    bool needs_content() const { return needs_content_; }
    /// A fault slows or stops reading: a client feels it sooner where the kernel buffers little.
    bool holds_reading() const { return holds_reading_; }

    /// False: no fault fires, `plan` is as it was and the server is healthy.
    bool plan(const Scene& scene, Memory& memory, Plan& plan, std::vector<Fired>& fired);

    /// The next octet of content, from 1, behind which a fault may fire; nullopt: none after
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
        SharedTallies shared;
    };
    using Rules = std::span<const std::size_t>; // indexes of rules_
    struct Asked;                               // a Moment, and what has come of it so far

    bool holds(std::size_t index, Asked& asked, smtp::Values& values);
    bool counts_hold(std::size_t index, Asked& asked, std::string_view recipient);
    void answer(Rules rules, Asked& asked, Plan& plan);
    void perform(std::size_t index, Rules behind, const smtp::Values& values, Asked& asked,
                 Plan& plan);
    std::vector<std::size_t> with_entry(std::string_view id, smtp::Stage stage, Rules behind) const;

    const smtp::Personality& personality_;
    std::uint64_t seed_;
    std::deque<Rule> rules_; // those of the profile, then the library's
    std::size_t own_count_;
    std::array<std::vector<std::size_t>, smtp::stage_count> by_stage_; // own rules, in order
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_entry_;
    std::vector<std::uint64_t> content_marks_; // sorted
    SharedStates states_;
    bool needs_content_ = false, holds_reading_ = false;
};

} // namespace smtpsim::faults
