#include "faults/engine.hpp"

#include "sim/core/units.hpp"

#include <algorithm>

namespace smtpsim::faults {
namespace {

using smtp::Moment;
using smtp::Stage;

template <class... F> struct Overload : F... { using F::operator()...; };
template <class... F> Overload(F...) -> Overload<F...>; // clang 14 does not deduce it

/// A fault within the content fires once, as its octet goes by; without `bytes` at the first.
std::uint64_t content_mark(const Fault& fault) {
    return std::max<std::uint64_t>(fault.when.bytes.value_or(1), 1);
}

bool recipient_matches(const Pattern& pattern, const Moment& moment, Captures& captures) {
    if (!moment.recipient.empty()) return pattern.matches(moment.recipient, captures);
    return std::ranges::any_of(moment.recipients, [&](const std::string& recipient) {
        return pattern.matches(recipient, captures);
    });
}

void say(std::string octets, Plan& plan, bool own_segment = false) {
    plan.steps.emplace_back(Say{std::move(octets), own_segment});
    plan.replaces_reply = true;
}

void say(const smtp::Reply& reply, const smtp::Values& values, Plan& plan) {
    std::string octets;
    reply.octets.render(values, octets);
    say(std::move(octets), plan);
    plan.said = reply.code;
}

void end(End how, Plan& plan) {
    plan.steps.emplace_back(how);
    plan.ends = plan.replaces_reply = true;
}

void perform(const Effect& effect, const smtp::Personality& personality, const smtp::Values& values,
             Plan& plan) {
    std::visit(Overload{
                   [&](const Delay& delay) { plan.steps.emplace_back(Wait{delay.time}); },
                   [&](const SayReply& reply) { say(reply.reply, values, plan); },
                   [&](const Raw& raw) {
                       for (const std::string& segment : raw.segments)
                           say(segment, plan, &segment != &raw.segments.front());
                   },
                   [&](const Shutdown&) {
                       say(personality.reply(smtp::ReplyId::shutdown), values, plan);
                       end(End::fin, plan);
                   },
                   [&](const Close&) { end(End::fin, plan); },
                   [&](const Reset&) { end(End::rst, plan); },
               },
               effect);
}

void append_item(std::string_view item, std::string& out) {
    if (!out.empty()) out += ", ";
    out += item;
}

} // namespace

Engine::Engine(const std::vector<Fault>& faults, const smtp::Personality& personality)
    : personality_(personality), rules_(faults.size()) {
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const Fault& fault = faults[i];
        rules_[i].fault = &fault;
        rules_[i].why = conditions_text(fault.when);
        rules_[i].effects = effects_text(fault.effects);
        for (std::size_t stage = 0; stage < smtp::stage_count; ++stage)
            if (fault.at.test(stage)) by_stage_.at(stage).push_back(i);
        if (fault.at.test(static_cast<std::size_t>(Stage::content)))
            content_marks_.push_back(content_mark(fault));
    }
    std::ranges::sort(content_marks_);
}

std::optional<std::uint64_t> Engine::content_mark_after(std::uint64_t octets) const {
    const auto mark = std::ranges::upper_bound(content_marks_, octets);
    if (mark == content_marks_.end()) return std::nullopt;
    return *mark;
}

bool Engine::holds(Rule& rule, const Moment& moment, std::uint64_t& count, Captures& captures) {
    const Conditions& when = rule.fault->when;
    if (moment.stage == Stage::content) {
        const std::uint64_t mark = content_mark(*rule.fault);
        const std::uint64_t before = moment.content_octets - moment.received.size();
        if (mark <= before || mark > moment.content_octets) return false;
    }
    if (when.sender && !when.sender->matches(moment.sender, captures)) return false;
    if (when.recipient && !recipient_matches(*when.recipient, moment, captures)) return false;
    ++count;
    if (when.nth && count != *when.nth) return false;
    if (!when.times) return true;
    std::uint64_t fires = rule.fires.load(std::memory_order_relaxed);
    while (fires < *when.times)
        if (rule.fires.compare_exchange_weak(fires, fires + 1, std::memory_order_relaxed))
            return true;
    return false;
}

void Engine::plan(const Moment& moment, smtp::Values values, Counts& counts, Plan& plan,
                  std::vector<Fired>& fired) {
    if (counts.empty()) counts.resize(rules_.size());
    const std::size_t fired_before = fired.size();
    for (const std::size_t index : by_stage_.at(static_cast<std::size_t>(moment.stage))) {
        Rule& rule = rules_[index];
        values.captures = {};
        if (!holds(rule, moment, counts[index], values.captures)) continue;
        fired.push_back({rule.fault->name, rule.why, rule.effects});
        for (const Effect& effect : rule.fault->effects)
            perform(effect, personality_, values, plan);
        if (plan.replaces_reply) return;
    }
    if (fired.size() > fired_before && moment.reply != nullptr) say(*moment.reply, values, plan);
}

std::string conditions_text(const Conditions& conditions) {
    std::string out;
    if (conditions.nth) append_item("nth " + std::to_string(*conditions.nth), out);
    if (conditions.times) append_item("times " + std::to_string(*conditions.times), out);
    if (conditions.sender) append_item("sender " + conditions.sender->text(), out);
    if (conditions.recipient) append_item("recipient " + conditions.recipient->text(), out);
    if (conditions.bytes) append_item("bytes " + std::to_string(*conditions.bytes), out);
    return out;
}

std::string effects_text(const std::vector<Effect>& effects) {
    std::string out;
    for (const Effect& effect : effects)
        append_item(
            std::visit(Overload{
                           [](const Delay& delay) {
                               return std::string(Delay::name) + ' ' + duration_text(delay.time);
                           },
                           [](const SayReply& reply) {
                               return std::string(SayReply::name) + ' ' +
                                      std::to_string(reply.reply.code.value());
                           },
                           [](const auto& plain) {
                               return std::string(std::remove_cvref_t<decltype(plain)>::name);
                           },
                       },
                       effect),
            out);
    return out;
}

} // namespace smtpsim::faults
