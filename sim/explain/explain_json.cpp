// An explanation as JSON.
#include "sim/explain/explain_log.hpp"

#include "core/json.hpp"

namespace smtpsim::smtplog {

void append_json(const LoggedSession& session, const Explanation& explanation, std::string& out) {
    out += "  {\"session\": " + std::to_string(session.number);
    out += ", \"host\": " + json_text(session.host);
    out += ", \"address\": " + json_text(session.address);
    out += ", \"outcome\": \"" + std::string(name(explanation.outcome)) + '"';
    out += ", \"ending\": \"" + std::string(name(session.ending())) + '"';
    out += ", \"headline\": " + json_text(explanation.headline);
    if (explanation.failing != Explanation::npos)
        out += ", \"failing_line\": " + std::to_string(session.lines[explanation.failing].number);
    out += ",\n   \"causes\": [";
    for (const Cause& cause : explanation.causes) {
        if (&cause != explanation.causes.data()) out += ", ";
        out += "{\"area\": \"" + std::string(name(cause.area)) +
               "\", \"likely\": " + std::to_string(cause.likely) +
               ", \"why\": " + json_text(cause.why) + ", \"next\": " + json_text(cause.next) + '}';
    }
    out += "],\n   \"entries\": [";
    for (const std::string& id : explanation.entries)
        out += (&id == explanation.entries.data() ? "" : ", ") + json_text(id);
    out += "],\n   \"lines\": [";
    for (std::size_t i = 0; i < session.lines.size(); ++i) {
        const Line& line = session.lines[i];
        out += i == 0 ? "\n" : ",\n";
        out += "     {\"line\": " + std::to_string(line.number) + ", \"kind\": \"" +
               std::string(name(line.kind)) + '"';
        if (line.time) out += ", \"second\": " + std::to_string(*line.time);
        if (line.kind != Kind::debug)
            out += ", \"stage\": \"" + std::string(smtp::name(line.stage)) + '"';
        if (line.code > 0) out += ", \"code\": " + std::to_string(line.code);
        out += ", \"text\": " + json_text(line.text) +
               ", \"words\": " + json_text(explanation.words[i]) + '}';
    }
    out += "]}";
}

} // namespace smtpsim::smtplog
