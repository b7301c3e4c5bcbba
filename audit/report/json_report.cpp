#include "audit/report/json_report.hpp"

#include "audit/report/json_report_keys.hpp"
#include "audit/report/report.hpp"
#include "core/date.hpp"
#include "core/json.hpp"

namespace smtpsim::report {
namespace {

class ReportWriter {
public:
    explicit ReportWriter(std::string& out) : out_(out) {}

    template <class Record> void members(const Record& record, std::string_view separator) {
        bool first = true;
        for_each_key<Record>([&](const auto& key) {
            const auto& member = record.*key.member;
            if (!is_there(member)) return;
            if (!first) out_ += separator;
            first = false;
            out_ += '"';
            out_ += key.name;
            out_ += "\": ";
            write(key, member);
        });
    }

private:
    template <class Value> static bool is_there(const Value&) { return true; }
    template <class Value> static bool is_there(const std::optional<Value>& value) {
        return value.has_value();
    }

    template <class Owner> void write(const OctetsKey<Owner>&, const std::string& octets) {
        append_json_string(octets, out_);
    }
    template <class Owner, class Value> void write(const Key<Owner, Value>&, const Value& value) {
        put(value);
    }

    void put(const std::string& text) { append_json_text(text, out_); }
    void put(const std::optional<std::string>& text) { put(*text); }
    void put(std::uint64_t value) { out_ += std::to_string(value); }
    void put(int value) { out_ += std::to_string(value); }
    void put(Duration value) { out_ += std::to_string(value.count()); }
    void put(Tick value) {
        out_ += '"';
        append_iso_date(value, out_);
        out_ += '"';
    }
    void put(scenario::Status value) { put(std::string(name(value))); }
    void put(scenario::Happened::Kind value) { put(std::string(name(value))); }
    void put(const std::optional<scenario::Verdict>& value) { put(std::string(name(*value))); }
    void put(const std::vector<std::string>& texts) {
        out_ += '[';
        for (const std::string& text : texts) {
            if (&text != texts.data()) out_ += ", ";
            put(text);
        }
        out_ += ']';
    }
    template <class Record> void put(const std::vector<Record>& records) { // one a line
        out_ += '[';
        for (const Record& record : records) {
            out_ += &record == records.data() ? "\n" : ",\n";
            put(record);
        }
        out_ += ']';
    }
    template <class Record> void put(const Record& record) {
        out_ += '{';
        members(record, ", ");
        out_ += '}';
    }

    std::string& out_;
};

/// For scripts that want no more than this; a reader of the whole report counts for itself.
void append_summary(const Report& report, std::string& out) {
    const scenario::Totals total = scenario::count_cases(report.cases);
    out += "\"summary\": {\"passed\": " + std::to_string(total.passed) +
           ", \"failed\": " + std::to_string(total.failed) +
           ", \"skipped\": " + std::to_string(total.skipped) +
           ", \"errors\": " + std::to_string(total.errors) +
           ", \"score\": " + std::to_string(total.score()) + '}';
}

} // namespace

std::string json(const Report& report) {
    std::string out = "{\"" + std::string(format_key) + "\": " + std::to_string(format_version);
    out += ",\n";
    append_summary(report, out);
    out += ",\n";
    ReportWriter{out}.members(report, ",\n");
    return out + "}\n";
}

} // namespace smtpsim::report
