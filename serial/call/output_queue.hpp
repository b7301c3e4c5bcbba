// What goes to the terminal, in its order: octets, and Plans between them, which may take time.
// Whatever is said after a step that waits, waits too. It knows no modem: its owner does what a
// step asks for.
#pragma once

#include "core/clock.hpp"
#include "faults/plan/fault_stage.hpp"
#include "faults/plan/plan.hpp"
#include "faults/player.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::call {

/// Does what an OutputQueue cannot do itself. From within each of these functions the queue may be
/// called again: what is then said or played comes after what is left of the Plan in hand.
class OutputOwner {
public:
    /// `result_of`: the stage whose result code it stands for; nothing where it is none.
    virtual void say(std::string_view octets, std::optional<faults::Stage> result_of, Tick now) = 0;
    virtual void perform(const faults::Impairment& impairment, Tick now) = 0;
    /// What a healthy modem does at this stage happens here.
    virtual void proceed(faults::Stage stage, Tick now) = 0;
    virtual void hang_up(Tick now) = 0;
    /// The last step of this stage's Plan is done. Not called for a Plan of which steps were
    /// forgotten.
    virtual void done(faults::Stage stage, Tick now) = 0;

protected:
    ~OutputOwner() = default;
};

class OutputQueue {
public:
    /// Octets and steps that wait; beyond it the rest is lost, as in a modem's buffer, and so is
    /// all after a step that holds without end.
    static constexpr std::size_t octets_max = 64UL << 10, items_max = 1024;

    explicit OutputQueue(OutputOwner& owner) : owner_(owner) {}

    void say(std::string_view octets, Tick now);
    void play(std::vector<faults::Step> steps, faults::Stage stage, Tick now);
    /// Forgets what is not yet said or done.
    void clear();
    /// Forgets the steps of this stage, but for one that holds without end.
    void forget(faults::Stage stage, Tick now);

    /// Call it once now >= deadline().
    void on_tick(Tick now);
    /// Ask again after every call. Tick::max(): none.
    Tick deadline() const;

private:
    struct Item { // a Plan, or octets alone
        std::optional<faults::Stage> stage;
        faults::Player player;
        std::string octets;
        bool cut_short = false; // steps of it were forgotten

        std::size_t steps_left() const { return stage ? player.steps_left() : !octets.empty(); }
        std::size_t octets_left() const { return stage ? player.octets_left() : octets.size(); }
    };
    class Steps;

    bool holds() const { return !items_.empty() && items_.front().player.holds(); }
    std::size_t steps_left() const;
    std::size_t octets_left() const;
    void run(Tick now);
    bool perform(Tick now);

    OutputOwner& owner_;
    std::list<Item> items_;
    Item* in_hand_ = nullptr; // the first, while it is performed
    bool running_ = false;
};

} // namespace smtpsim::call
