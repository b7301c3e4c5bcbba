#include "faults/engine.hpp"

#include "core/check.hpp"
#include "core/text.hpp"
#include "faults/healthy_plan.hpp"
#include "faults/perform_effects.hpp"

#include <algorithm>
#include <iterator>

namespace smtpsim::faults {
namespace {

using smtp::ProtocolEvent;

/// A fault within the content fires once, as its octet goes by; without `bytes` at the first.
std::uint64_t content_mark(const Fault& fault) {
    return std::max<std::uint64_t>(fault.when.bytes.value_or(1), 1);
}

bool passes_mark(const Fault& fault, const ProtocolEvent& event) {
    const std::uint64_t mark = content_mark(fault);
    const std::uint64_t before = event.content_octets - event.received.size();
    return before < mark && mark <= event.content_octets;
}

/// Captures of several patterns, one after the other.
class Matcher {
public:
    explicit Matcher(Captures& captures) : captures_(captures) {}

    bool matches(const Pattern& pattern, std::string_view text) {
        Captures own;
        if (!pattern.matches(text, own)) return false;
        for (std::size_t i = 0; i < pattern.captures() && used_ < captures_.size(); ++i)
            captures_.at(used_++) = own.at(i);
        return true;
    }
    bool matches(const std::optional<Pattern>& pattern, std::string_view text) {
        return !pattern || matches(*pattern, text);
    }

private:
    Captures& captures_;
    std::size_t used_ = 0;
};

/// The text after "Name:", continuation lines included; each field of that name is tried.
bool header_matches(const HeaderCondition& wanted, std::string_view header, Matcher& matcher) {
    while (!header.empty()) {
        std::size_t end = 0;
        do {
            end = header.find("\r\n", end);
            end = end == std::string_view::npos ? header.size() : end + 2;
        } while (end < header.size() && (header[end] == ' ' || header[end] == '\t'));
        std::string_view field = header.substr(0, end);
        header.remove_prefix(end);
        if (field.ends_with("\r\n")) field.remove_suffix(2);
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos ||
            !equal_ignoring_case(field.substr(0, colon), wanted.name))
            continue;
        field.remove_prefix(colon + 1);
        field.remove_prefix(std::min(field.find_first_not_of(" \t"), field.size()));
        if (matcher.matches(wanted.value, field)) return true;
    }
    return false;
}

/// False: no recipient is the one that the pattern means.
bool finds_recipient(const Pattern& pattern, const ProtocolEvent& event, Matcher& matcher,
                     std::string_view& found) {
    if (!event.recipient.empty()) return matcher.matches(pattern, event.recipient);
    for (const std::string& recipient : event.recipients) {
        found = recipient;
        if (matcher.matches(pattern, recipient)) return true;
    }
    return false;
}

Duration time_of_day(const smtp::Values& values) {
    constexpr Duration day = std::chrono::hours{24};
    const Duration since = (values.at.time_since_epoch() + values.zone) % day;
    return since < Duration{0} ? since + day : since;
}

bool time_holds(const DurationRange& range, Duration now) {
    if (range.least <= range.most) return range.has(now);
    return now >= range.least || now <= range.most; // over midnight
}

/// What a line may not show, captures of it may not either.
Captures shown(Captures captures, std::string_view secret) {
    const auto tells = [&](std::string_view capture) {
        return capture.data() < secret.data() + secret.size() &&
               secret.data() < capture.data() + capture.size();
    };
    std::ranges::replace_if(captures, tells, smtp::hidden_text);
    return captures;
}

/// What the next faults make of the ProtocolEvent takes its place in the list of the one before.
void splice(Plan&& inner, Plan& plan) {
    std::ranges::move(inner.steps, std::back_inserter(plan.steps));
    plan.said = inner.said;
    plan.ends = inner.ends;
    if (!inner.result.empty()) plan.result = std::move(inner.result);
    plan.answers_next |= inner.answers_next;
    plan.withholds_tls |= inner.withholds_tls;
    plan.joins = std::max(plan.joins, inner.joins);
    plan.after_replies = std::max(plan.after_replies, inner.after_replies);
    if (plan.fate == Fate::as_said) {
        plan.fate = inner.fate;
        plan.corruption = inner.corruption;
        plan.corruption_seed = inner.corruption_seed;
    }
}

} // namespace

/// What one ProtocolEvent has come to so far.
struct Engine::Asked {
    const FaultContext& context;
    SessionCounters& counters;
    std::vector<Fired>& fired;

    Rng& dice(std::size_t rule, const std::string& stream, std::uint64_t seed) {
        auto& own = counters.of(rule).dice;
        if (!own) own.emplace(seed, stream + std::to_string(context.session));
        return *own;
    }
};

Engine::Engine(const std::vector<Fault>& faults, const std::vector<Fault>& library,
               const smtp::ServerSettings& settings, std::uint64_t seed)
    : settings_(settings), seed_(seed), own_count_(faults.size()) {
    const auto add = [&](const Fault& fault) {
        Rule& rule = rules_.emplace_back();
        rule.fault = &fault;
        rule.why = conditions_text(fault.when);
        rule.effects = effects_text(fault.effects);
        rule.stream = "fault " + std::to_string(rules_.size()) + ' ' + fault.name + ' ';
        if (fault.at.test(static_cast<std::size_t>(Stage::content)))
            content_marks_.push_back(content_mark(fault));
        needs_content_ |= fault.when.needs_content();
        for (const Effect& effect : fault.effects) {
            rule.uses_entry |= std::holds_alternative<UseCaptured>(effect);
            const auto* const throttle = std::get_if<Throttle>(&effect);
            holds_reading_ |= std::holds_alternative<StopReading>(effect) ||
                              (throttle != nullptr && throttle->receive_bps > 0);
        }
    };
    for (std::size_t stage = 0; stage < stage_count; ++stage)
        by_stage_.at(stage) = Prefilter{faults, static_cast<Stage>(stage)};
    for (const Fault& fault : faults) add(fault);
    for (const Fault& fault : library) {
        by_entry_[fault.entry].push_back(rules_.size());
        add(fault);
    }
    std::ranges::sort(content_marks_);
}

std::optional<std::uint64_t> Engine::content_mark_after(std::uint64_t octets) const {
    if (!armed(Stage::content)) return std::nullopt; // the library's marks alone stop no content
    const auto mark = std::ranges::upper_bound(content_marks_, octets);
    if (mark == content_marks_.end()) return std::nullopt;
    return *mark;
}

std::vector<Engine::Total> Engine::totals() const {
    std::vector<Total> out;
    for (std::size_t i = 0; i < own_count_; ++i)
        out.push_back({rules_[i].fault->name, rules_[i].fires.load(std::memory_order_relaxed)});
    return out;
}

bool Engine::plan(const FaultContext& context, SessionCounters& counters, Plan& plan,
                  std::vector<Fired>& fired) {
    Asked asked{context, counters, fired};
    Rules room;
    const auto matches =
        matching(by_stage_.at(static_cast<std::size_t>(context.stage)).at(context, room), asked);
    if (matches.empty()) return false;
    answer(matches, asked, plan);
    return !fired.empty();
}

std::vector<Engine::Match> Engine::matching(const Rules& rules, Asked& asked) {
    std::vector<Match> out;
    for (const std::size_t rule : rules) {
        Match match{rule, {}, {}};
        if (holds(match, asked)) out.push_back(match);
    }
    return out;
}

/// The first that may fire decides. Where none may, the plan is the healthy reply.
void Engine::answer(Matches matches, Asked& asked, Plan& plan) {
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (may_fire(matches[i], asked))
            return fire(matches[i], matches.subspan(i + 1), asked, plan);
    if (is_dialup(asked.context.stage)) {
        if (!asked.context.due.empty())
            plan.steps.emplace_back(Say{std::string(asked.context.due)});
        plan.steps.emplace_back(Proceed{});
    }
    append_healthy(asked.context.event, asked.context.values, settings_, plan);
}

namespace {

std::string_view key_of(Per per, const FaultContext& context, std::string_view recipient,
                        std::string& text) {
    switch (per) {
    case Per::session:
    case Per::run: return {};
    case Per::sender: text = '=' + lower(context.event.sender); break;
    case Per::recipient: text = '=' + lower(recipient); break;
    case Per::client: text = '=' + std::string(context.values.client_ip); break;
    }
    return text;
}

std::string_view last_recipient(const ProtocolEvent& event) {
    if (!event.recipient.empty() || event.recipients.empty()) return event.recipient;
    return event.recipients.back();
}

} // namespace

Engine::Rule& Engine::rule_of(const Match& match) {
    ensure(match.rule < rules_.size(), "a match is of one of the rules");
    return rules_[match.rule];
}

bool Engine::holds(Match& match, Asked& asked) {
    Rule& rule = rule_of(match);
    const FaultContext& context = asked.context;
    const ProtocolEvent& event = context.event;
    const smtp::Values& values = context.values;
    const Conditions& when = rule.fault->when;
    const bool own_mark = !rule.uses_entry || when.bytes; // else the entry's faults have theirs
    if (context.stage == Stage::content && own_mark && !passes_mark(*rule.fault, event))
        return false;
    if (when.session && !when.session->has(context.session)) return false;
    if (when.elapsed && !when.elapsed->has(values.at - context.opened)) return false;
    if (when.time && !time_holds(*when.time, time_of_day(values))) return false;
    if (when.size && !when.size->has(event.size)) return false;
    if (when.tls && *when.tls != context.within_tls) return false;

    Matcher matcher{match.captures};
    if (!matcher.matches(when.client, values.client_ip)) return false;
    if (!matcher.matches(when.helo, values.client)) return false;
    if (!matcher.matches(when.command, event.line)) return false;
    if (!matcher.matches(when.number, context.number)) return false;
    if (!matcher.matches(when.user, event.user)) return false;
    if (!matcher.matches(when.sender, event.sender)) return false;
    match.recipient = last_recipient(event);
    if (when.recipient && !finds_recipient(*when.recipient, event, matcher, match.recipient))
        return false;
    if (when.needs_content()) {
        const Parts parts{context.content};
        for (const HeaderCondition& header : when.header)
            if (!header_matches(header, parts.header, matcher)) return false;
        if (!matcher.matches(when.body, parts.body)) return false;
    }
    if (when.state) {
        const Per per = when.per.value_or(Per::session);
        std::string text;
        const std::string_view key = key_of(per, context, match.recipient, text);
        const bool same = per == Per::session ? asked.counters.state == *when.state
                                              : states_.get(per, key) == *when.state;
        if (!same) return false;
    }
    if (when.probability && !asked.dice(match.rule, rule.stream, seed_).chance(*when.probability))
        return false;
    return counts_hold(match, asked);
}

/// Calls `use` with the counter that the rule's `per` means.
template <class Use>
auto Engine::with_counter(const Match& match, Asked& asked, Per otherwise, Use use) {
    Rule& rule = rule_of(match);
    const Per per = rule.fault->when.per.value_or(otherwise);
    if (per == Per::session) return use(asked.counters.of(match.rule).counter);
    std::string text;
    return rule.shared.with(key_of(per, asked.context, match.recipient, text), use);
}

bool Engine::counts_hold(const Match& match, Asked& asked) {
    const Conditions& when = rule_of(match).fault->when;
    if (when.rate && !with_counter(match, asked, Per::run, [&](Counter& counter) {
            return counter.exceeds(*when.rate, asked.context.values.at);
        }))
        return false;
    const bool counts = when.nth || when.every || when.after;
    return !counts || with_counter(match, asked, Per::session,
                                   [&](Counter& counter) { return counter.next_holds(when); });
}

bool Engine::may_fire(const Match& match, Asked& asked) {
    const auto& times = rule_of(match).fault->when.times;
    return !times || with_counter(match, asked, Per::run,
                                  [&](Counter& counter) { return counter.may_fire(times); });
}

/// The rules of an entry that are meant for this stage.
Engine::Rules Engine::entry_rules(std::string_view id, Stage stage) const {
    std::string with_slashes(id);
    std::ranges::replace(with_slashes, '.', '/');
    Rules out;
    if (const auto entry = by_entry_.find(lower(with_slashes)); entry != by_entry_.end())
        for (const std::size_t rule : entry->second)
            if (rules_[rule].fault->at.test(static_cast<std::size_t>(stage))) out.push_back(rule);
    return out;
}

/// One fault that fires.
class Engine::Firing final : public Performance {
public:
    Firing(Engine& engine, const Match& match, Matches next, Asked& asked)
        : Performance(asked.context.stage, engine.settings_, shown_values(match, asked),
                      match.captures),
          engine_(engine), match_(match), next_(next), asked_(asked) {}

    Rng& dice() override {
        return asked_.dice(match_.rule, engine_.rule_of(match_).stream, engine_.seed_);
    }

    void say_healthy() override { say_as(next_); }

    void say_as_entry(std::string_view id) override {
        auto matches = engine_.matching(engine_.entry_rules(id, stage), asked_);
        matches.insert(matches.end(), next_.begin(), next_.end());
        say_as(matches);
    }

    void say_result(std::string_view result) override {
        if (asked_.context.results != nullptr) say(asked_.context.results->octets(result));
    }

    void set_state(std::string_view state) override {
        const Per per = engine_.rule_of(match_).fault->when.per.value_or(Per::session);
        std::string text;
        if (per == Per::session)
            asked_.counters.state = state;
        else
            engine_.states_.set(per, key_of(per, asked_.context, match_.recipient, text), state);
    }

private:
    static smtp::Values shown_values(const Match& match, const Asked& asked) {
        smtp::Values values = asked.context.values;
        values.captures = shown(match.captures, asked.context.event.secret);
        return values;
    }

    void say_as(Matches matches) {
        Plan inner;
        engine_.answer(matches, asked_, inner);
        splice(std::move(inner), plan);
    }

    Engine& engine_;
    const Match& match_;
    Matches next_; // that match too, and may take the healthy reply's place
    Asked& asked_;
};

void Engine::fire(const Match& match, Matches next, Asked& asked, Plan& plan) {
    Rule& rule = rule_of(match);
    rule.fires.fetch_add(1, std::memory_order_relaxed);
    const std::size_t fired_before = asked.fired.size();
    asked.fired.push_back({rule.fault->name, rule.why, rule.effects});
    Firing firing{*this, match, next, asked};
    perform(rule.fault->effects, firing);
    // An entry that does nothing here is as if it had not been asked for.
    if (rule.uses_entry && rule.fault->effects.size() == 1 &&
        asked.fired.size() == fired_before + 1) {
        asked.fired.pop_back();
        rule.fires.fetch_sub(1, std::memory_order_relaxed);
    }
    splice(std::move(firing.plan), plan);
}

} // namespace smtpsim::faults
