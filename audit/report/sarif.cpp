#include "audit/report/sarif.hpp"

#include "core/json.hpp"
#include "core/text.hpp"

namespace smtpsim::report {
namespace {

/// A file name as a URI reference (RFC 3986 §2.3): all but the unreserved is written %NN.
std::string uri(std::string_view file) {
    constexpr std::string_view digits = "0123456789ABCDEF", unreserved = "-._~/";
    std::string out;
    for (const char c : file) {
        if (is_alpha(c) || is_digit(c) || unreserved.find(c) != unreserved.npos) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '%';
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

void append_results(const Problems& problems, std::string_view level, std::string& out) {
    for (const Problem& problem : problems) {
        if (out.ends_with('}')) out += ',';
        out += "\n      {\"ruleId\": " + json_text(level) + ", \"level\": " + json_text(level) +
               ", \"message\": {\"text\": " + json_text(problem.what) + '}';
        const Place& place = problem.place;
        if (!place.file.empty()) {
            out += ", \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": " +
                   json_text(uri(place.file)) + '}';
            if (place.line > 0) {
                out += ", \"region\": {\"startLine\": " + std::to_string(place.line);
                if (place.column > 0) out += ", \"startColumn\": " + std::to_string(place.column);
                out += '}';
            }
            out += "}}]";
        }
        out += '}';
    }
}

} // namespace

std::string sarif(const Problems& errors, const Problems& warnings, std::string_view version) {
    std::string out = R"({"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [{
    "tool": {"driver": {"name": "smtpsim", "version": )" +
                      json_text(version) + R"(, "rules": [
      {"id": "error", "shortDescription": {"text": "The file cannot be used as it is"}},
      {"id": "warning", "shortDescription": {
        "text": "The file probably does not do what its author expects"}}]}},
    "results": [)";
    append_results(errors, "error", out);
    append_results(warnings, "warning", out);
    return out + "]}]}\n";
}

} // namespace smtpsim::report
