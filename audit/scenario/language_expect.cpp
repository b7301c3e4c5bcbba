// The language of a scenario's `expect:`.
#include "audit/scenario/expect.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/client_behaviour.hpp"
#include "smtp/finding.hpp"

#include <algorithm>

namespace smtpsim::scenario {
namespace {

using namespace profiles;
using namespace yaml;

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
    static std::vector<std::unique_ptr<Shape>> lists; // shapes are never freed
    lists.push_back(std::make_unique<Shape>(list_of("a list", one)));
    return choice_of(std::move(expected), {&one, lists.back().get()});
}

/// The texts before and after the dots. A text that the shape has refused may have none.
struct Ends {
    std::string_view least, most;
};
Ends ends_of(std::string_view text) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) return {text, {}};
    return {text.substr(0, dots), text.substr(dots + 2)};
}

std::optional<faults::DurationRange> durations(const Node* node) {
    if (node == nullptr) return std::nullopt;
    const Ends ends = ends_of(node->text);
    faults::DurationRange out;
    out.least = parse_duration(ends.least).value_or(out.least);
    out.most = parse_duration(ends.most).value_or(out.most);
    return out;
}

bool is_finding(std::string_view name) {
    return std::ranges::find(smtp::finding_table, name, &smtp::FindingRow::id) !=
           smtp::finding_table.end();
}

/// What a line of the transcript can never be; or "".
std::string wrong_line(std::string_view line) {
    if (line.front() == '*' || line.front() == '?') return "";
    if (line.size() > 1 && line.starts_with('/') && line.ends_with('/')) return "";
    if (line.size() < 3 || std::string_view("CSTM").find(to_upper(line.front())) == line.npos ||
        line.substr(1, 2) != ": ")
        return "no such line: a line begins with C:, S:, T: or M:";
    const std::string_view said = line.substr(3);
    if (said.size() > 1 && said.starts_with('/') && said.ends_with('/'))
        return "a regular expression is the whole line: /^" + std::string(line.substr(0, 3)) +
               std::string(said.substr(1));
    return "";
}

/// Of a map that the shape has let through; what can never hold is a problem.
class Builder {
public:
    explicit Builder(Problems& problems) : problems_(problems) {}

    Expect expect(const Node& node) {
        Expect out;
        static_cast<ExpectSeen&>(out) = seen(node);
        out.outcome = Outcomes::of(texts(node.find("outcome")));
        out.calls = counts(node.find("calls"));
        out.fires = counts(node.find("fires")).value_or(out.fires);
        if (const Node* const servers = node.find("servers"))
            for (const yaml::Entry& entry : servers->entries)
                out.servers.emplace(entry.key, seen(*entry.value));
        if (const Node* const output = node.find("output")) {
            out.prints = texts(output->find("contains"));
            out.prints_not = texts(output->find("never"));
            for (const std::string& never : out.prints_not)
                for (const std::string& part : out.prints)
                    if (part.find(never) != std::string::npos)
                        cannot_hold(*output->find("never"),
                                    in_quotes(never) + " is within what has to be there");
        }
        if (const Node* const within = node.find("within"))
            out.within = parse_duration(within->text);
        if (const Node* const log = node.find("client-log"))
            if (const Node* const agrees = log->find("agrees")) out.log_agrees = is_true(*agrees);
        if (const Node* const retries = node.find("retries")) {
            out.retries = counts(retries->find("count"));
            out.spacing = durations(retries->find("spacing"));
        }
        if (out.retries && out.sessions) retries_match(out, *node.find("retries")->find("count"));
        return out;
    }

private:
    void cannot_hold(const Node& node, const std::string& why) {
        problems_.push_back({node.place, "can never hold: " + why});
    }

    std::optional<ExpectSeen::Counts> counts(const Node* node) {
        if (node == nullptr) return std::nullopt;
        if (const auto exactly = integer_value(*node))
            return ExpectSeen::Counts{*exactly, *exactly};
        const Ends ends = ends_of(node->text);
        ExpectSeen::Counts out;
        out.least = parse_count(ends.least).value_or(out.least);
        out.most = parse_count(ends.most).value_or(out.most);
        if (out.least > out.most)
            problems_.push_back({node->place, "a range ends before it begins"});
        return out;
    }

    ExpectSeen seen(const Node& node) {
        ExpectSeen out;
        out.sessions = counts(node.find("sessions"));
        out.stored = counts(node.find("stored"));
        const bool no_session = out.sessions && out.sessions->most == 0;
        if (no_session && out.stored && out.stored->least > 0)
            cannot_hold(*node.find("stored"), "there is no session, and a message is stored");
        if (const Node* const lines = node.find("transcript"))
            for (const NodePtr& item : lines->items) line(*item, no_session, out.transcript);
        if (const Node* const findings = node.find("findings"))
            out.findings = findings->is_scalar() ? std::vector<std::string>{} : texts(findings);
        out.must = texts(node.find("must"));
        out.must_not = texts(node.find("must-not"));
        if (const Node* const must = node.find("must"))
            for (const NodePtr& item : must->items) behaviour(*item, no_session, out);
        return out;
    }

    void line(const Node& item, bool no_session, std::vector<ExpectSeen::Line>& out) {
        const Node* const never = item.find("never");
        const Node& text = never != nullptr ? *never : item;
        auto pattern = Pattern::parse(text.text);
        if (!pattern || text.text.empty()) return;
        if (const std::string what = wrong_line(text.text); !what.empty())
            return problems_.push_back({text.place, what});
        const char who = to_upper(text.text.front());
        if (no_session && never == nullptr && (who == 'C' || who == 'S'))
            cannot_hold(text, "there is no session, and a line of one comes");
        out.push_back({*std::move(pattern), never != nullptr});
    }

    void behaviour(const Node& item, bool no_session, const ExpectSeen& out) {
        const std::string& name = item.text;
        if (std::ranges::find(out.must_not, name) != out.must_not.end())
            cannot_hold(item, name + " must and must not be");
        // A client that had no recipient accepted has left none out.
        if (no_session && name != "goes-on-with-accepted-recipients")
            cannot_hold(item, "there is no session, and " + name + " must be");
        if (out.findings && is_finding(name) &&
            std::ranges::find(*out.findings, name) == out.findings->end())
            cannot_hold(item, name + " must be, and is no finding that is allowed");
    }

    /// Of so many sessions all but the first are retries.
    void retries_match(const Expect& expect, const Node& count) {
        const auto retries = [](std::uint64_t sessions) { return sessions - (sessions > 0); };
        if (expect.retries->least > retries(expect.sessions->most) ||
            expect.retries->most < retries(expect.sessions->least))
            cannot_hold(count, "retries are the sessions after the first");
    }

    Problems& problems_;
};

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
    static const Shape behaviour = [] {
        std::vector<std::string> names;
        for (const faults::NameRow& row : faults::behaviour_table) names.emplace_back(row.name);
        for (const smtp::FindingRow& row : smtp::finding_table) names.emplace_back(row.id);
        return one_of("a finding or behaviour such as sends-quit", std::move(names));
    }();
    static const Shape behaviours = list_of("a list of findings and behaviour", behaviour);
    static const Shape part = either("a text, or a list of texts", text_shape());
    static const Shape output =
        record_of("a map with contains or never", {{"contains", &part, "All of these are in it."},
                                                   {"never", &part, "None of these is."}});
    static const Shape log = [] {
        Shape map =
            record_of("a map with agrees",
                      {{"agrees", &bool_shape(),
                        "Whether the client's log (its file is the client's `log`) shows what was "
                        "exchanged.",
                        true}});
        map.refused = {{"file", "the log's file is the client's `log`"}};
        return map;
    }();
    static const Shape retries = [] {
        Shape map = record_of("a map with count or spacing",
                              {{"count", &counts_shape(), "So many sessions after the first."},
                               {"spacing", &duration_range_shape(),
                                "From the end of one to the begin of the next."}});
        map.refused = {{"at-least", "write count: 2.. for at least two"}};
        return map;
    }();
    const std::vector<Key> seen{
        {"sessions", &counts_shape(), "Connections."},
        {"stored", &counts_shape(), "Messages that the server keeps."},
        {"transcript", &lines,
         "Lines in this order, others may stand between. C: is the client's, S: the server's, T: "
         "the terminal's to a modem, M: that modem's."},
        {"findings", &findings, "What the client may do wrong."},
        {"must", &behaviours, "What it does."},
        {"must-not", &behaviours, "What it does not do."}};
    static const Shape server = record_of("a map with what one server sees", seen);
    static const Shape servers = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of names of servers and what each sees";
        map.key_expected = "a server's name";
        map.key_pattern = "^[a-z][a-z0-9-]*$";
        map.item = &server;
        return compile(std::move(map));
    }();
    static const Shape shape = [&] {
        std::vector<Key> keys{
            {"outcome", &outcomes, "What the client says of its mail; any of a list is right."},
            {"calls", &counts_shape(), "Calls of a client that dials."}};
        keys.insert(keys.end(), seen.begin(), seen.end());
        keys.insert(keys.end(),
                    {{"servers", &servers, "The same of one of the further servers, by its name."},
                     {"fires", &counts_shape(),
                      "How often each of the faults fires. Unless set: once or more."},
                     {"output", &output, "What it prints."},
                     {"within", &positive_duration_shape(), "So long may it take."},
                     {"client-log", &log, "The log that it writes."},
                     {"retries", &retries, "Further sessions."}});
        return record_of("a map with what is expected", std::move(keys));
    }();
    return shape;
}

Expect build_expect(const Node& node, Problems& problems) { return Builder{problems}.expect(node); }

} // namespace smtpsim::scenario
