// What goes to the terminal, in its order: octets, and the steps of a Plan between them, which may
// take time. Whatever is said behind a step that waits, waits too.
#pragma once

#include "core/clock.hpp"
#include "faults/plan/plan.hpp"
#include "faults/plan/stage.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace smtpsim::call {

/// Who performs what an Outlet cannot do itself.
class Performer {
public:
    /// `result_of`: the stage whose result code it stands for; nothing where it is none.
    virtual void say(std::string_view octets, std::optional<faults::Stage> result_of, Tick now) = 0;
    virtual void perform(const faults::Impairment& impairment, Tick now) = 0;
    /// What a healthy modem does at this stage happens here.
    virtual void proceed(faults::Stage stage, Tick now) = 0;
    virtual void hang_up(Tick now) = 0;
    /// All steps of this stage are done.
    virtual void done(faults::Stage stage, Tick now) = 0;

protected:
    ~Performer() = default;
};

class OutputQueue {
public:
    /// What waits behind a step; beyond it the rest is lost, as in a modem's buffer, and so is all
    /// behind a step that holds for ever.
    static constexpr std::size_t octets_max = 64UL << 10, items_max = 1024;

    explicit OutputQueue(Performer& performer) : performer_(performer) {}

    void say(std::string_view octets, Tick now);
    void play(std::vector<faults::Step> steps, faults::Stage stage, Tick now);
    /// Forgets what is not yet said or done.
    void clear();
    /// Forgets the steps of this stage, but for one that holds for ever.
    void forget(faults::Stage stage, Tick now);

    void on_tick(Tick now);
    Tick deadline() const { return resume_at_; }

private:
    struct Item {
        faults::Step step;
        std::optional<faults::Stage> stage; // of a Plan's step
        bool last = false;                  // of its stage
    };

    void run(Tick now);
    bool perform(const Item& item, Tick now);
    bool trickle(const faults::Trickle& trickle, faults::Stage stage, Tick now);
    bool repeat(const faults::Repeat& repeat, faults::Stage stage, Tick now);
    bool resume(Tick at);

    Performer& performer_;
    std::deque<Item> items_;
    std::size_t octets_ = 0; // in items_
    std::uint64_t done_ = 0; // of the first item: octets said, or times
    Tick resume_at_ = Tick::max();
    bool running_ = false, waited_ = false, held_ = false, cleared_ = false;
};

} // namespace smtpsim::call
