#include "audit/report/json_report_keys.hpp"
#include "audit/report/report.hpp"
#include "tests/catch.hpp"
#include "tests/source.hpp"

using namespace smtpsim;

namespace {

std::string type(const std::string*) { return "text"; }
std::string type(const std::uint64_t*) { return "integer"; }
std::string type(const int*) { return "integer"; }
std::string type(const Duration*) { return "integer"; }
std::string type(const Tick*) { return "text"; }
std::string type(const std::vector<std::string>*) { return "list of text"; }
std::string type(const Place*) { return "place"; }
std::string type(const std::vector<scenario::Client>*) { return "list of clients"; }
std::string type(const std::vector<scenario::Case>*) { return "list of cases"; }
std::string type(const std::vector<scenario::Complaint>*) { return "list of complaints"; }
std::string type(const std::vector<scenario::Happened>*) { return "list of happenings"; }

template <class Names> std::string one_of(const Names& names) {
    std::string out;
    for (const std::string_view name : names)
        out += (out.empty() ? "`" : " `") + std::string(name) + '`';
    return out;
}
std::string type(const scenario::Status*) { return one_of(scenario::status_names); }
std::string type(const scenario::Happened::Kind*) { return one_of(scenario::happened_names); }
std::string type(const std::optional<scenario::Verdict>*) { return "text, may be absent"; }
std::string type(const std::optional<std::string>*) { return "text, may be absent"; }

template <class Owner> std::string type_of(const report::OctetsKey<Owner>&) { return "octets"; }
template <class Owner, class Value> std::string type_of(const report::Key<Owner, Value>&) {
    return type(static_cast<const Value*>(nullptr));
}

template <class Record> std::string table() {
    std::string out = "| Key | Type | Meaning |\n| --- | --- | --- |\n";
    report::for_each_key<Record>([&](const auto& key) {
        out += "| `" + std::string(key.name) + "` | " + type_of(key) + " | " +
               std::string(key.meaning) + " |\n";
    });
    return out;
}

void shows(const std::string& part) {
    CAPTURE(part); // what docs/reports.md should hold
    CHECK((source_text("docs/reports.md").find(part) != std::string::npos));
}

} // namespace

TEST_CASE("docs/reports.md has the kinds of reports, the verdicts and every key", "[docs]") {
    for (const report::Kind& kind : report::kinds)
        shows("| `" + std::string(kind.name) + "` | " + std::string(kind.summary) + " |\n");
    for (const scenario::VerdictRow& row : scenario::verdict_table)
        shows("| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n");
    shows(table<scenario::Report>());
    shows(table<scenario::Client>());
    shows(table<scenario::Case>());
    shows(table<Place>());
    shows(table<scenario::Complaint>());
    shows(table<scenario::Happened>());
}
