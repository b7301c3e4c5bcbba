// JUnit XML has no standard; this is what the readers of Jenkins, GitLab and GitHub's actions
// share: https://github.com/testmoapp/junitxml
#include "audit/report/report.hpp"

#include "audit/report/markup.hpp"
#include "audit/report/report_lines.hpp"
#include "core/date.hpp"

namespace smtpsim::report {
namespace {

using scenario::Case;
using scenario::Status;

constexpr std::size_t junit_lines_max = 200; // lines; chosen: servers keep reports in memory

std::string attribute(std::string_view name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + markup(value) + '"';
}

std::string seconds_attribute(Duration value) {
    std::string text = seconds_text(value);
    text.pop_back(); // its unit
    return attribute("time", text);
}

std::string total_attributes(const scenario::Totals& totals) {
    const std::size_t tests = totals.passed + totals.failed + totals.skipped + totals.errors;
    return attribute("tests", std::to_string(tests)) +
           attribute("failures", std::to_string(totals.failed)) +
           attribute("errors", std::to_string(totals.errors)) +
           attribute("skipped", std::to_string(totals.skipped));
}

std::string body(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += markup(line) + '\n';
    return out;
}

void append_problem(std::string_view element, const Case& entry, std::string& out) {
    const std::string type{entry.verdict ? name(*entry.verdict) : name(entry.status)};
    const std::string message = entry.complaints.empty()
                                    ? judgement(entry)
                                    : "expected " + entry.complaints.front().expected +
                                          "; observed " + entry.complaints.front().observed;
    out += "      <" + std::string(element) + attribute("type", type) +
           attribute("message", message) + '>' + body(diagnosis(entry, junit_lines_max)) + "</" +
           std::string(element) + ">\n";
}

void append_property(std::string_view name, std::string_view value, std::string& out) {
    if (value.empty()) return;
    out += "        <property" + attribute("name", name) + attribute("value", value) + "/>\n";
}

void append_case(const Case& entry, std::string& out) {
    out += "    <testcase" + attribute("name", entry.name) + attribute("classname", entry.suite) +
           seconds_attribute(entry.took);
    if (!entry.place.file.empty()) out += attribute("file", entry.place.file);
    if (entry.place.line > 0) out += attribute("line", std::to_string(entry.place.line));
    out += ">\n      <properties>\n";
    append_property("title", entry.title, out);
    append_property("client", entry.client, out);
    append_property("fault", entry.fault, out);
    append_property("verdict", entry.verdict ? name(*entry.verdict) : "", out);
    append_property("outcome", entry.outcome, out);
    append_property("sources", join(entry.sources, ", "), out);
    append_property("tags", join(entry.tags, ", "), out);
    append_property("seed", std::to_string(entry.seed), out);
    out += "      </properties>\n";
    switch (entry.status) {
    case Status::passed: break;
    case Status::failed: append_problem("failure", entry, out); break;
    case Status::error: append_problem("error", entry, out); break;
    case Status::skipped: out += "      <skipped" + attribute("message", entry.why) + "/>\n";
    }
    if (is_failure(entry) && !entry.output.empty())
        out += "      <system-out>" + body(visible_lines(entry.output)) + "</system-out>\n";
    out += "    </testcase>\n";
}

} // namespace

std::string junit(const Report& report) {
    std::string started;
    append_iso_date(report.started, started);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                      attribute("name", report.tool) +
                      total_attributes(scenario::count_cases(report.cases)) +
                      seconds_attribute(report.took) + attribute("timestamp", started) + ">\n";
    for (const auto& [suite, totals] : scenario::totals_by_suite(report.cases)) {
        Duration took{};
        for (const Case& entry : report.cases)
            if (entry.suite == suite) took += entry.took;
        out += "  <testsuite" + attribute("name", suite) + total_attributes(totals) +
               seconds_attribute(took) + attribute("timestamp", started) + ">\n";
        for (const Case& entry : report.cases)
            if (entry.suite == suite) append_case(entry, out);
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

} // namespace smtpsim::report
