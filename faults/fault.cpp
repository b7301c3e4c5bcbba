#include "faults/fault.hpp"

#include "core/units.hpp"
#include "faults/effects/value_text.hpp"

namespace smtpsim::faults {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

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
        const Impairment* const wrong = impairment(effect);
        if (wrong != nullptr && !is_of_line(wrong->act)) return text(effect);
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
    if (when.probability) add("probability", odds_text(*when.probability));
    if (when.rate)
        add("rate", "over " + number(when.rate->count) + '/' + duration_text(when.rate->window));
    return out;
}

} // namespace smtpsim::faults
