// The language of a scenario's `expect:`.
#include "sim/scenario/expect.hpp"

#include "faults/conduct.hpp"
#include "profiles/language.hpp"
#include "profiles/make_shape.hpp"
#include "sim/core/units.hpp"
#include "sim/smtp/finding.hpp"

namespace smtpsim::scenario {
namespace {

using namespace profiles;

const Shape& counts_shape() {
    static const Shape exactly = [] {
        Shape count;
        count.form = Form::integer;
        count.expected = "a number";
        count.most = 1'000'000;
        return count;
    }();
    static const Shape range =
        text_like("a range such as 1..3", R"(^([0-9]{1,7}\.\.([0-9]{1,7})?|\.\.[0-9]{1,7})$)");
    static const Shape shape =
        choice_of("a number such as 1, or a range such as 1..3", {&exactly, &range});
    return shape;
}

Shape either(std::string expected, const Shape& one) {
    static std::vector<std::unique_ptr<Shape>> lists; // shapes live for ever
    lists.push_back(std::make_unique<Shape>(list_of("a list", one)));
    return choice_of(std::move(expected), {&one, lists.back().get()});
}

/// What stands before and behind the dots. A text that the shape has refused may have none.
struct Ends {
    std::string_view least, most;
};
Ends ends_of(std::string_view text) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) return {text, {}};
    return {text.substr(0, dots), text.substr(dots + 2)};
}

std::optional<Expect::Counts> counts(const Node* node) {
    if (node == nullptr) return std::nullopt;
    if (const auto exactly = integer_value(*node)) return Expect::Counts{*exactly, *exactly};
    const Ends ends = ends_of(node->text);
    Expect::Counts out;
    out.least = parse_count(ends.least).value_or(out.least);
    out.most = parse_count(ends.most).value_or(out.most);
    return out;
}

std::optional<faults::DurationRange> durations(const Node* node) {
    if (node == nullptr) return std::nullopt;
    const Ends ends = ends_of(node->text);
    faults::DurationRange out;
    out.least = parse_duration(ends.least).value_or(out.least);
    out.most = parse_duration(ends.most).value_or(out.most);
    return out;
}

std::vector<std::string> texts(const Node* node) {
    if (node == nullptr) return {};
    if (node->is_scalar()) return {node->text};
    std::vector<std::string> out;
    for (const NodePtr& item : node->items) out.push_back(item->text);
    return out;
}

} // namespace

const Shape& expect_shape() {
    static const Shape outcome = [] {
        std::vector<std::string> names;
        for (const faults::NameRow& row : faults::outcome_table) names.emplace_back(row.name);
        return one_of("an outcome such as failed", std::move(names));
    }();
    static const Shape outcomes = either("an outcome such as failed, or a list", outcome);
    static const Shape never = record_of(
        "a map with never", {{"never", &pattern_shape(), "A line that must not come.", true}});
    static const Shape line = choice_of("a line such as \"C: RCPT*\", or {never: \"C: DATA\"}",
                                        {&pattern_shape(), &never});
    static const Shape lines = list_of("a list of lines", line);
    static const Shape finding = [] {
        std::vector<std::string> names;
        for (const smtp::FindingRow& row : smtp::finding_table) names.emplace_back(row.id);
        return one_of("a finding such as no-quit", std::move(names));
    }();
    static const Shape allowed = list_of("a list of findings", finding);
    static const Shape none = one_of("none, or a list of the findings that are allowed", {"none"});
    static const Shape findings =
        choice_of("none, or a list of the findings that are allowed", {&none, &allowed});
    static const Shape conduct = [] {
        std::vector<std::string> names;
        for (const faults::NameRow& row : faults::conduct_table) names.emplace_back(row.name);
        for (const smtp::FindingRow& row : smtp::finding_table) names.emplace_back(row.id);
        return one_of("a finding or conduct such as sends-quit", std::move(names));
    }();
    static const Shape conducts = list_of("a list of findings and conduct", conduct);
    static const Shape part = either("a text, or a list of texts", text_shape());
    static const Shape output =
        record_of("a map with contains or never", {{"contains", &part, "All of these are in it."},
                                                   {"never", &part, "None of these is."}});
    static const Shape log =
        record_of("a map with agrees",
                  {{"agrees", &bool_shape(),
                    "Whether the client's log (its file is the client's `log`) tells what was "
                    "exchanged.",
                    true}});
    static const Shape retries = record_of(
        "a map with count or spacing",
        {{"count", &counts_shape(), "So many sessions behind the first."},
         {"spacing", &duration_range_shape(), "From the end of one to the begin of the next."}});
    static const Shape shape = record_of(
        "a map with what is expected",
        {{"outcome", &outcomes, "What the client says of its mail; any of a list is right."},
         {"calls", &counts_shape(), "Calls of a client that dials."},
         {"sessions", &counts_shape(), "Connections."},
         {"stored", &counts_shape(), "Messages that the server keeps."},
         {"transcript", &lines,
          "Lines in this order, others may stand between. C: is the client's, S: the server's, T: "
          "the terminal's to a modem, M: that modem's."},
         {"findings", &findings, "What the client may do wrong."},
         {"must", &conducts, "What it does."},
         {"must-not", &conducts, "What it does not do."},
         {"output", &output, "What it prints."},
         {"within", &positive_duration_shape(), "So long may it take."},
         {"client-log", &log, "The log that it writes."},
         {"retries", &retries, "Further sessions."}});
    return shape;
}

Expect build_expect(const Node& node, Problems& problems) {
    Expect out;
    out.outcome = Outcomes::of(texts(node.find("outcome")));
    out.calls = counts(node.find("calls"));
    out.sessions = counts(node.find("sessions"));
    out.stored = counts(node.find("stored"));
    if (const Node* const lines = node.find("transcript"))
        for (const NodePtr& item : lines->items) {
            const Node* const never = item->find("never");
            auto pattern = Pattern::parse(never != nullptr ? never->text : item->text);
            if (pattern) out.transcript.push_back({*std::move(pattern), never != nullptr});
        }
    if (const Node* const findings = node.find("findings"))
        out.findings = findings->is_scalar() ? std::vector<std::string>{} : texts(findings);
    out.must = texts(node.find("must"));
    out.must_not = texts(node.find("must-not"));
    if (const Node* const output = node.find("output")) {
        out.prints = texts(output->find("contains"));
        out.prints_not = texts(output->find("never"));
    }
    if (const Node* const within = node.find("within")) out.within = parse_duration(within->text);
    if (const Node* const log = node.find("client-log"))
        if (const Node* const agrees = log->find("agrees")) out.log_agrees = is_true(*agrees);
    if (const Node* const retries = node.find("retries")) {
        out.retries = counts(retries->find("count"));
        out.spacing = durations(retries->find("spacing"));
    }
    for (const auto* const range : {&out.sessions, &out.stored, &out.retries})
        if (*range && (*range)->least > (*range)->most)
            problems.push_back({node.place, "a range ends before it begins"});
    const bool no_session = out.sessions && out.sessions->most == 0;
    if (no_session && out.stored && out.stored->least > 0)
        problems.push_back({node.place, "can never hold: no session, and a message is stored"});
    const bool retried = out.retries && out.retries->least > 0;
    if (retried && out.sessions && out.sessions->most <= out.retries->least)
        problems.push_back({node.place, "can never hold: fewer sessions than retries want"});
    for (const std::string& name : out.must)
        if (std::ranges::find(out.must_not, name) != out.must_not.end())
            problems.push_back({node.place, "can never hold: " + name + " must and must not be"});
    return out;
}

} // namespace smtpsim::scenario
