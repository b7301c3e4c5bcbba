#include "faults/effect.hpp"

#include "core/overload.hpp"
#include "core/units.hpp"
#include "faults/fault.hpp"

#include <type_traits>

namespace smtpsim::faults {
namespace {

template <class T, class... Types>
constexpr bool is_one_of = (std::is_same_v<std::remove_cvref_t<T>, Types> || ...);

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string odds(Ratio ratio) { return number(ratio.numerator) + '/' + number(ratio.denominator); }

std::string delay_text(const Delay& delay) {
    switch (delay.kind) {
    case Delay::Kind::fixed: return duration_text(delay.least);
    case Delay::Kind::uniform: return duration_text(delay.least) + ".." + duration_text(delay.most);
    case Delay::Kind::exponential: return "mean " + duration_text(delay.least);
    case Delay::Kind::captured: return '{' + number(delay.capture + 1) + '}';
    }
    return {};
}

std::string impairment_text(const Perform& perform) {
    const Impairment& impairment = perform.impairment;
    const ActRow& act = row(impairment.act);
    std::string out(perform.name == act.name ? "" : act.name);
    const auto add = [&](const std::string& value) { out += (out.empty() ? "" : " ") + value; };
    switch (act.takes) {
    case Takes::nothing: break;
    case Takes::duration:
    case Takes::may_duration:
        if (impairment.time) add(duration_text(*impairment.time));
        break;
    case Takes::size: add(number(impairment.number) + 'B'); break;
    case Takes::speed: add(number(impairment.number) + "bps"); break;
    case Takes::count: add(number(impairment.number)); break;
    case Takes::odds: add(odds(impairment.odds)); break;
    case Takes::text: add(impairment.text); break;
    }
    return out;
}

/// What stands behind the effect's name; empty: nothing.
std::string value_text(const Effect& effect) {
    return std::visit(
        Overload{
            [](const SayReply& it) { return it.code; },
            [](const Meaning& it) { return std::string(smtp::row(it.reply).name); },
            [](const Delay& it) { return delay_text(it); },
            [](const StopReading& it) { return it.time ? duration_text(*it.time) : ""; },
            [](const SayResult& it) { return it.text; },
            [](const Perform& it) { return impairment_text(it); },
            [](const Throttle& it) {
                return number(it.send_bps) + '/' + number(it.receive_bps) + "bps";
            },
            [](const Drip& it) { return number(it.octets) + "B/" + duration_text(it.every); },
            [](const Merge& it) { return number(it.replies); },
            [](const Reorder& it) { return number(it.replies); },
            [](const Truncate& it) { return (it.dropped ? "-" : "") + number(it.octets) + 'B'; },
            [](const Garble& it) { return odds(it.odds); },
            [](const Duplicate& it) { return number(it.times); },
            [](const Withhold& it) { return it.keyword; },
            [](const Corrupt& it) { return odds(it.odds); },
            [](const SecureWith& it) { return it.text; },
            [](const ActWithinTls& it) {
                return std::string(tls_act_names.at(static_cast<std::size_t>(it.act)));
            },
            [](const Set& it) { return it.state; },
            [](const UseCaptured& it) { return '{' + number(it.capture + 1) + '}'; },
            [](const auto&) { return std::string(); },
        },
        effect);
}

void append_item(std::string_view item, std::string& out) {
    if (!out.empty()) out += ", ";
    out += item;
}

std::string range_text(const Range<std::uint64_t>& range) {
    if (range.least == range.most) return number(range.least);
    return (range.least > 0 ? number(range.least) : "") + ".." +
           (range.most < std::numeric_limits<std::uint64_t>::max() ? number(range.most) : "");
}

std::string range_text(const DurationRange& range) {
    return (range.least.count() > 0 ? duration_text(range.least) : "") + ".." +
           (range.most < Duration::max() ? duration_text(range.most) : "");
}

} // namespace

smtp::TlsSettings SecureWith::applied_to(smtp::TlsSettings settings) const {
    for (const smtp::TlsChange& change : changes) change(settings);
    return settings;
}

Role role(const Effect& effect) {
    return std::visit(
        [](const auto& it) {
            using T = decltype(it);
            Role role;
            role.says = is_one_of<T, Healthy, SayReply, Meaning, Raw, DropReply, Shutdown,
                                  SecureWith, UseCaptured, SayResult>;
            role.adds = is_one_of<T, Unsolicited, Early, ActWithinTls>;
            role.shapes = is_one_of<T, Drip, Segment, Merge, Reorder, Truncate, Garble, Duplicate,
                                    Withhold, Offer>;
            role.ends = is_one_of<T, Shutdown, Close, Reset, HalfClose, HangUp, Stall>;
            if constexpr (is_one_of<T, StopReading>) role.ends = !it.time;
            if constexpr (is_one_of<T, Raw>) role.ends = it.times == 0;
            return role;
        },
        effect);
}

std::string text(const Effect& effect) {
    std::string out(std::visit([](const auto& it) { return it.name; }, effect));
    if (const std::string value = value_text(effect); !value.empty()) out += ' ' + value;
    return out;
}

std::string modem_only(const Fault& fault) {
    std::string_view dialup;
    bool of_mail = false;
    for (const StageRow& row : stage_table) {
        if (!fault.at.test(static_cast<std::size_t>(row.stage))) continue;
        of_mail |= !is_dialup(row.stage);
        if (is_dialup(row.stage)) dialup = row.name;
    }
    if (!of_mail) return "stage " + std::string(dialup);
    for (const Effect& effect : fault.effects) {
        const auto* const perform = std::get_if<Perform>(&effect);
        if (perform != nullptr && !is_of_line(perform->impairment.act)) return text(effect);
    }
    return {};
}

std::string effects_text(const std::vector<Effect>& effects) {
    std::string out;
    for (const Effect& effect : effects) append_item(text(effect), out);
    return out;
}

std::string conditions_text(const Conditions& when) {
    std::string out;
    const auto add = [&](std::string_view name, const std::string& value) {
        append_item(std::string(name) + ' ' + value, out);
    };
    const auto add_count = [&](std::string_view name, std::optional<std::uint64_t> value) {
        if (value) add(name, number(*value));
    };
    const auto add_pattern = [&](std::string_view name, const std::optional<Pattern>& pattern) {
        if (pattern) add(name, pattern->text());
    };
    if (when.nth) add("nth", range_text(*when.nth));
    add_count("every", when.every);
    add_count("after", when.after);
    add_count("times", when.times);
    if (when.per) add("per", std::string(per_names.at(static_cast<std::size_t>(*when.per))));
    if (when.session) add("session", range_text(*when.session));
    add_count("bytes", when.bytes);
    if (when.elapsed) add("elapsed", range_text(*when.elapsed));
    if (when.time) add("time", range_text(*when.time));
    if (when.size) add("size", range_text(*when.size));
    if (when.state) add("state", *when.state);
    if (when.tls) add("tls", *when.tls ? "true" : "false");
    add_pattern("client", when.client);
    add_pattern("helo", when.helo);
    add_pattern("command", when.command);
    add_pattern("number", when.number);
    add_pattern("user", when.user);
    add_pattern("sender", when.sender);
    add_pattern("recipient", when.recipient);
    for (const HeaderCondition& header : when.header)
        add("header " + header.name, header.value.text());
    add_pattern("body", when.body);
    if (when.probability) add("probability", odds(*when.probability));
    if (when.rate)
        add("rate", "over " + number(when.rate->count) + '/' + duration_text(when.rate->window));
    return out;
}

} // namespace smtpsim::faults
