#include "audit/report/json_report.hpp"
#include "audit/report/json_report_keys.hpp"
#include "core/json.hpp"

namespace smtpsim::report {
namespace {

template <class Names> std::string one_of(const Names& names) {
    std::string out = R"("type": "string", "enum": [)";
    for (const auto& name : names) out += (&name == names.data() ? "" : ", ") + json_text(name);
    return out + ']';
}

constexpr std::string_view natural = R"("type": "integer", "minimum": 0)";

class SchemaWriter {
public:
    template <class Record> std::string object() {
        const std::string outer = line_;
        line_ += "  ";
        std::string properties, required;
        for_each_key<Record>([&](const auto& key) {
            if (!properties.empty()) properties += ',';
            properties += line_ + json_text(key.name) +
                          ": {\"description\": " + json_text(key.meaning) + ", " + form(key) + '}';
            if (is_optional(key)) return;
            required += (required.empty() ? "" : ", ") + json_text(key.name);
        });
        line_ = outer;
        return "\"type\": \"object\", \"required\": [" + required + "], \"properties\": {" +
               properties + line_ + '}';
    }

private:
    template <class K> static bool is_optional(const K&) { return false; }
    template <class Owner, class Value>
    static bool is_optional(const Key<Owner, std::optional<Value>>&) {
        return true;
    }

    template <class Owner> std::string form(const OctetsKey<Owner>&) {
        return R"("type": "string", "pattern": "^[\\u0000-\\u00ff]*$")";
    }
    template <class Owner, class Value> std::string form(const Key<Owner, Value>&) {
        return form_of(static_cast<const Value*>(nullptr));
    }
    std::string form_of(const std::string*) { return R"("type": "string")"; }
    std::string form_of(const std::optional<std::string>*) {
        return R"("type": "string", "pattern": "^[0-9]+/[0-9]+$")";
    }
    std::string form_of(const std::uint64_t*) { return std::string(natural); }
    std::string form_of(const int*) { return std::string(natural); }
    std::string form_of(const Duration*) { return R"("type": "integer")"; }
    std::string form_of(const Tick*) { return R"("type": "string", "format": "date-time")"; }
    std::string form_of(const scenario::Status*) { return one_of(scenario::status_names); }
    std::string form_of(const scenario::Happened::Kind*) {
        return one_of(scenario::happened_names);
    }
    std::string form_of(const std::optional<scenario::Verdict>*) {
        std::vector<std::string_view> names;
        for (const scenario::VerdictRow& row : scenario::verdict_table) names.push_back(row.name);
        return one_of(names);
    }
    template <class Item> std::string form_of(const std::vector<Item>*) {
        return R"("type": "array", "items": {)" + form_of(static_cast<const Item*>(nullptr)) + '}';
    }
    template <class Record> std::string form_of(const Record*) { return object<Record>(); }

    std::string line_ = "\n  "; // what begins a property, as deep as it is
};

std::string counts_form() {
    std::string out = R"("type": "object", "properties": {)";
    for (const std::string_view name : {"passed", "failed", "skipped", "errors", "score"})
        out +=
            (name == "passed" ? "" : ", ") + json_text(name) + ": {" + std::string(natural) + '}';
    return out + '}';
}

} // namespace

std::string json_schema() {
    const std::string version = json_text(format_key);
    return R"({"$schema": "http://json-schema.org/draft-07/schema#",
  "title": "A report of smtpsim",
  "allOf": [{"required": [)" +
           version + R"(], "properties": {
    )" + version +
           R"(: {"description": "version of this format", "const": )" +
           std::to_string(format_version) + R"(},
    "summary": {"description": "counts of `cases`; the score is of a hundred, rounded down", )" +
           counts_form() + "}}}],\n  " + SchemaWriter{}.object<scenario::Report>() + "}\n";
}

} // namespace smtpsim::report
