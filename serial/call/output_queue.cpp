#include "serial/call/output_queue.hpp"

#include "core/at_most.hpp"
#include "core/clock.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace smtpsim::call {
namespace {

std::size_t octets_of(const faults::Step& step) {
    const auto* const say = std::get_if<faults::Say>(&step);
    return say == nullptr ? 0 : say->octets.size();
}

bool is_hold(const faults::Step& step) {
    const auto* const end = std::get_if<faults::End>(&step);
    return end != nullptr && *end == faults::End::hold;
}

} // namespace

void OutputQueue::say(std::string_view octets, Tick now) {
    if (octets.empty() || held_) return;
    if (items_.empty()) return performer_.say(octets, {}, now);
    octets = octets.substr(0, octets_max - std::min(octets_max, octets_));
    if (octets.empty() || items_.size() >= items_max) return;
    octets_ += octets.size();
    // One item takes all that is said in a row.
    auto* const last = std::get_if<faults::Say>(&items_.back().step);
    if (last != nullptr && !items_.back().stage)
        last->octets += octets;
    else
        items_.push_back({faults::Say{std::string(octets)}, {}});
}

void OutputQueue::play(std::vector<faults::Step> steps, faults::Stage stage, Tick now) {
    if (steps.empty() || held_ || items_.size() >= items_max || octets_ >= octets_max) return;
    for (faults::Step& step : steps) {
        octets_ += octets_of(step);
        items_.push_back({std::move(step), stage});
    }
    items_.back().last = true;
    run(now);
}

void OutputQueue::clear() {
    items_.clear();
    octets_ = 0;
    done_ = 0;
    resume_at_ = Tick::max();
    waited_ = held_ = false;
    cleared_ = true;
}

void OutputQueue::forget(faults::Stage stage, Tick now) {
    if (items_.empty()) return;
    const auto goes = [&](const Item& item) { return item.stage == stage && !is_hold(item.step); };
    const bool first = goes(items_.front());
    std::erase_if(items_, goes);
    octets_ = 0;
    for (const Item& item : items_) octets_ += octets_of(item.step);
    if (!first) return;
    done_ = 0;
    resume_at_ = Tick::max();
    waited_ = held_ = false;
    cleared_ = true;
    run(now);
}

void OutputQueue::on_tick(Tick now) {
    if (now < resume_at_) return;
    resume_at_ = Tick::max();
    run(now);
}

/// A step may have more said, played or cleared while it is performed: those calls come back here
/// and leave the rest to the loop that is under way.
void OutputQueue::run(Tick now) {
    if (running_ || held_ || resume_at_ != Tick::max()) return;
    running_ = true;
    while (!items_.empty()) {
        Item item = std::move(items_.front());
        items_.pop_front();
        cleared_ = false;
        if (!perform(item, now)) {
            if (!cleared_) items_.push_front(std::move(item));
            break;
        }
        done_ = 0;
        waited_ = false;
        if (item.last && !cleared_) performer_.done(*item.stage, now);
    }
    running_ = false;
}

/// False: there is more of it, at resume_at_ or never.
bool OutputQueue::perform(const Item& item, Tick now) {
    using namespace faults; // NOLINT: each is one of its steps
    const Step& step = item.step;
    if (const auto* const say = std::get_if<Say>(&step)) {
        octets_ -= std::min(octets_, octets_of(step)); // none are left of what was cleared
        performer_.say(say->octets, item.stage, now);
    } else if (const auto* const wait = std::get_if<Wait>(&step)) {
        return std::exchange(waited_, true) || resume(saturating_add(now, wait->time));
    } else if (const auto* const pieces = std::get_if<Trickle>(&step)) {
        return trickle(*pieces, *item.stage, now);
    } else if (const auto* const again = std::get_if<Repeat>(&step)) {
        return repeat(*again, *item.stage, now);
    } else if (const auto* const impairment = std::get_if<Impairment>(&step)) {
        performer_.perform(*impairment, now);
    } else if (std::holds_alternative<Proceed>(step)) {
        performer_.proceed(*item.stage, now);
    } else if (std::holds_alternative<End>(step)) {
        held_ = is_hold(step);
        if (held_) return false;
        performer_.hang_up(now);
    }
    return true;
}

bool OutputQueue::trickle(const faults::Trickle& it, faults::Stage stage, Tick now) {
    const std::string_view left =
        std::string_view(it.octets).substr(at_most(done_, it.octets.size()));
    const std::string_view piece = left.substr(0, at_most(it.size, left.size()));
    performer_.say(piece, stage, now);
    done_ += piece.size();
    return done_ >= it.octets.size() || resume(saturating_add(now, it.every));
}

bool OutputQueue::repeat(const faults::Repeat& it, faults::Stage stage, Tick now) {
    performer_.say(it.octets, stage, now);
    return ++done_ == it.times || resume(saturating_add(now, it.every));
}

bool OutputQueue::resume(Tick at) {
    resume_at_ = at;
    return false;
}

} // namespace smtpsim::call
