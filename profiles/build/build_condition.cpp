#include "profiles/build/build.hpp"

#include "core/units.hpp"
#include "core/yaml/shape.hpp"

#include <algorithm>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using faults::Conditions;
using faults::Stage;

void read_count(const Node* node, std::optional<std::uint64_t>& out) {
    if (node == nullptr) return;
    if (const auto value = integer_value(*node)) out = *value;
}

void read_pattern(const Node* node, std::optional<Pattern>& out) {
    if (node == nullptr || node->kind != NodeKind::text) return;
    if (auto pattern = Pattern::parse(node->text)) out = *std::move(pattern);
}

/// "A..B" with either end left out, or "A" alone, which is "A..".
template <class Range, class Parse>
void read_range(const Node* node, Parse parse, std::optional<Range>& out) {
    if (node == nullptr || node->kind != NodeKind::text) return;
    const std::string_view text = node->text;
    const std::size_t dots = text.find("..");
    const auto least = parse(text.substr(0, dots));
    Range range;
    if (least) range.least = *least;
    if (dots != std::string_view::npos)
        if (const auto most = parse(text.substr(dots + 2))) range.most = *most;
    out = range;
}

void read_count_range(const Node* node, std::optional<faults::Range<std::uint64_t>>& out) {
    if (node == nullptr) return;
    read_range(node, parse_count, out);
    if (const auto exactly = integer_value(*node))
        out = faults::Range<std::uint64_t>{*exactly, *exactly};
}

/// What a condition asks about, and the stages at which that cannot be known.
struct Unknown {
    std::string_view condition, what;
    std::initializer_list<Stage> at;
};
constexpr std::initializer_list<Stage> before_mail{
    Stage::connect, Stage::helo, Stage::ehlo,     Stage::starttls, Stage::tls,
    Stage::auth,    Stage::open, Stage::init,     Stage::dial,     Stage::carrier,
    Stage::hangup,  Stage::lcp,  Stage::ppp_auth, Stage::ipcp,     Stage::dns};
constexpr std::initializer_list<Stage> before_rcpt{
    Stage::connect, Stage::helo,     Stage::ehlo, Stage::starttls, Stage::tls,     Stage::auth,
    Stage::mail,    Stage::open,     Stage::init, Stage::dial,     Stage::carrier, Stage::hangup,
    Stage::lcp,     Stage::ppp_auth, Stage::ipcp, Stage::dns};
constexpr std::initializer_list<Stage> before_helo{
    Stage::connect, Stage::open, Stage::init,     Stage::dial, Stage::carrier,
    Stage::hangup,  Stage::lcp,  Stage::ppp_auth, Stage::ipcp, Stage::dns};
constexpr std::initializer_list<Stage> no_command{
    Stage::connect, Stage::tls,     Stage::content, Stage::message,  Stage::idle,
    Stage::open,    Stage::carrier, Stage::lcp,     Stage::ppp_auth, Stage::ipcp};
constexpr std::initializer_list<Stage> no_user{Stage::connect, Stage::starttls, Stage::tls,
                                               Stage::open,    Stage::init,     Stage::dial,
                                               Stage::carrier, Stage::lcp,      Stage::ppp_auth};
/// Those of the mail session: where only a modem's line is, `number` can be asked for.
constexpr std::initializer_list<Stage> no_number{
    Stage::connect, Stage::helo, Stage::ehlo, Stage::starttls, Stage::tls,     Stage::auth,
    Stage::mail,    Stage::rcpt, Stage::data, Stage::content,  Stage::message, Stage::bdat,
    Stage::rset,    Stage::noop, Stage::vrfy, Stage::expn,     Stage::help,    Stage::etrn,
    Stage::turn,    Stage::quit, Stage::idle, Stage::other,    Stage::open,    Stage::init};
const Unknown unknowns[]{
    {"sender", "sender", before_mail},  {"recipient", "recipient", before_rcpt},
    {"size", "size", before_mail},      {"helo", "name of the client", before_helo},
    {"command", "command", no_command}, {"user", "user", no_user},
    {"number", "number", no_number},
};

void could_never_fire(const Node& condition, std::string why, Problems& problems) {
    problems.push_back({condition.place, std::move(why) + ": this could never fire"});
}

} // namespace

void build_conditions(const Node* when, Conditions& out) {
    if (when == nullptr) return;
    read_count_range(when->find("session"), out.session);
    read_count(when->find("bytes"), out.bytes);
    read_range(when->find("elapsed"), parse_duration, out.elapsed);
    read_range(when->find("time"), parse_time_of_day, out.time);
    if (out.time && out.time->most == Duration::max())
        out.time->most = std::chrono::hours{24} - Duration{1};
    read_range(when->find("size"), parse_size, out.size);
    if (const Node* const state = when->find("state")) out.state = state->text;
    read_pattern(when->find("client"), out.client);
    read_pattern(when->find("helo"), out.helo);
    read_pattern(when->find("command"), out.command);
    read_pattern(when->find("number"), out.number);
    read_pattern(when->find("sender"), out.sender);
    read_pattern(when->find("recipient"), out.recipient);
    read_pattern(when->find("user"), out.user);
    if (const Node* const tls = when->find("tls")) out.tls = is_true(*tls);
    read_pattern(when->find("body"), out.body);
    if (const Node* const header = when->find("header"))
        for (const Entry& field : header->entries)
            if (auto pattern = Pattern::parse(field.value->text))
                out.header.push_back({field.key, *std::move(pattern)});
    if (const Node* const odds = when->find("probability"))
        out.probability = parse_ratio(odds->text);
    if (const Node* const rate = when->find("rate")) out.rate = parse_frequency(rate->text);
    read_count_range(when->find("nth"), out.nth);
    read_count(when->find("every"), out.every);
    read_count(when->find("after"), out.after);
    read_count(when->find("times"), out.times);
    if (const Node* const per = when->find("per")) {
        const auto* const name = std::ranges::find(faults::per_names, per->text);
        if (name != faults::per_names.end())
            out.per = static_cast<faults::Per>(name - faults::per_names.begin());
    }
}

void check_conditions(const Node& when, const Node* at, const faults::Fault& fault,
                      Problems& problems) {
    const Conditions& conditions = fault.when;
    const auto only_at = [&](std::initializer_list<Stage> stages) {
        faults::Stages others = fault.at;
        for (const Stage stage : stages) others.reset(static_cast<std::size_t>(stage));
        return fault.at.any() && others.none();
    };
    const auto name_of_first = [&] {
        std::size_t stage = 0;
        while (!fault.at.test(stage)) ++stage;
        return std::string(name(static_cast<Stage>(stage)));
    };
    const auto listed = [&](std::string_view stage) {
        if (at == nullptr) return false;
        if (at->kind != NodeKind::list) return at->text == stage;
        return std::ranges::any_of(at->items,
                                   [&](const NodePtr& item) { return item->text == stage; });
    };
    for (const Unknown& unknown : unknowns) {
        const Node* const node = when.find(unknown.condition);
        if (node == nullptr) continue;
        const auto* const stage =
            std::ranges::find_if(unknown.at, [&](Stage each) { return listed(name(each)); });
        if (stage == unknown.at.end() && !only_at(unknown.at)) continue;
        could_never_fire(
            *node,
            "at " + (stage == unknown.at.end() ? name_of_first() : std::string(name(*stage))) +
                " no " + std::string(unknown.what) + " is known",
            problems);
    }
    for (const std::string_view of_content : {"header", "body"})
        if (const Node* const node = when.find(of_content))
            if (fault.at.any() && !only_at({Stage::message}))
                problems.push_back(
                    {node->place, "the " + std::string(of_content) + " is known only at message"});
    if (conditions.bytes && fault.at.any() && !only_at({Stage::content}))
        problems.push_back({when.find("bytes")->place, "bytes are counted only with at: content"});

    const bool per_session = conditions.per.value_or(faults::Per::session) == faults::Per::session;
    if (conditions.nth && conditions.nth->least > 1 && per_session && only_at({Stage::connect}))
        could_never_fire(*when.find("nth"), "a session has one connect", problems);
    if (conditions.after && per_session && only_at({Stage::connect}))
        could_never_fire(*when.find("after"), "a session has one connect", problems);
    if (conditions.nth && conditions.after && conditions.nth->most <= *conditions.after)
        could_never_fire(*when.find("nth"), "nth ends before after begins", problems);
    if (conditions.nth && conditions.every.value_or(0) > 0) { // the shape reports 0
        const auto [least, most] = *conditions.nth;
        if (most / *conditions.every * *conditions.every < least)
            could_never_fire(*when.find("every"), "no such number is in nth", problems);
    }
    if (conditions.probability && conditions.probability->numerator == 0)
        could_never_fire(*when.find("probability"), "the odds are none", problems);
    const bool counts = conditions.nth || conditions.every || conditions.after ||
                        conditions.times || conditions.rate || conditions.state;
    const bool sets = std::ranges::any_of(fault.effects, [](const faults::Effect& effect) {
        return std::holds_alternative<faults::Set>(effect);
    });
    if (conditions.per && !counts && !sets)
        problems.push_back({when.find("per")->place, "per has no effect without nth, every, after, "
                                                     "times, rate, state or set"});
    if (conditions.per == faults::Per::recipient && only_at(before_rcpt))
        problems.push_back(
            {when.find("per")->place, "at " + name_of_first() + " no recipient is known"});
    if (conditions.per == faults::Per::sender && only_at(before_mail))
        problems.push_back(
            {when.find("per")->place, "at " + name_of_first() + " no sender is known"});
}

} // namespace smtpsim::profiles
