#include "serial/call/output_queue.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::call {

/// A Plan's steps, as a modem's output performs them: a line has no TCP segments, no TLS and no
/// pace but its own.
class OutputQueue::Steps final : public faults::Performer {
public:
    Steps(OutputOwner& owner, faults::Stage stage) : owner_(owner), stage_(stage) {}

    void say(std::string_view octets, bool, Tick now) override { owner_.say(octets, stage_, now); }
    faults::Next apply(const faults::Impairment& impairment, Tick now) override {
        owner_.perform(impairment, now);
        return faults::Next::at_once;
    }
    void end(faults::End, Tick now) override { owner_.hang_up(now); }
    void proceed(Tick now) override { owner_.proceed(stage_, now); }

private:
    OutputOwner& owner_;
    faults::Stage stage_;
};

void OutputQueue::say(std::string_view octets, Tick now) {
    if (octets.empty() || holds()) return;
    const std::size_t waiting = steps_left();
    if (waiting == 0) return owner_.say(octets, {}, now);
    octets = octets.substr(0, octets_max - std::min(octets_max, octets_left()));
    if (octets.empty() || waiting >= items_max) return;
    // One item takes all that is said in a row.
    if (!items_.back().stage)
        items_.back().octets += octets;
    else
        items_.emplace_back().octets = octets;
}

void OutputQueue::play(std::vector<faults::Step> steps, faults::Stage stage, Tick now) {
    const bool full = steps_left() >= items_max || octets_left() >= octets_max;
    if (steps.empty() || holds() || full) return;
    Item& item = items_.emplace_back();
    item.stage = stage;
    item.player.play(std::move(steps));
    run(now);
}

void OutputQueue::clear() {
    if (in_hand_ != nullptr) in_hand_->cut_short |= in_hand_->player.stop();
    std::erase_if(items_, [&](const Item& item) { return &item != in_hand_; });
}

void OutputQueue::forget(faults::Stage stage, Tick now) {
    for (Item& item : items_)
        if (item.stage == stage) item.cut_short |= item.player.drop();
    std::erase_if(items_, [&](const Item& item) {
        return item.stage == stage && item.player.steps_left() == 0 && &item != in_hand_;
    });
    run(now);
}

void OutputQueue::on_tick(Tick now) {
    if (now < deadline()) return;
    items_.front().player.resume();
    run(now);
}

Tick OutputQueue::deadline() const {
    return items_.empty() ? Tick::max() : items_.front().player.deadline();
}

std::size_t OutputQueue::steps_left() const {
    std::size_t out = 0;
    for (const Item& item : items_) out += item.steps_left();
    return out;
}

std::size_t OutputQueue::octets_left() const {
    std::size_t out = 0;
    for (const Item& item : items_) out += item.octets_left();
    return out;
}

/// A step may have more said, played or forgotten while it is performed: those calls leave the rest
/// to the loop that is under way.
void OutputQueue::run(Tick now) {
    if (running_) return;
    running_ = true;
    while (!items_.empty() && perform(now)) {
        const auto done = items_.front().cut_short ? std::nullopt : items_.front().stage;
        items_.pop_front();
        if (done) owner_.done(*done, now);
    }
    running_ = false;
}

/// The first item. False: it waits.
bool OutputQueue::perform(Tick now) {
    in_hand_ = &items_.front();
    bool done = true;
    if (in_hand_->stage) {
        Steps steps{owner_, *in_hand_->stage};
        done = in_hand_->player.run(now, steps);
    } else {
        owner_.say(std::exchange(in_hand_->octets, {}), {}, now);
    }
    in_hand_ = nullptr;
    return done;
}

} // namespace smtpsim::call
