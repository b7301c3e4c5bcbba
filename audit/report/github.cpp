// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: an error becomes
// an annotation. GitHub shows ten a step and leaves the others in the log.
#include "audit/report/report.hpp"

#include "audit/report/report_lines.hpp"
#include "core/text.hpp"

namespace smtpsim::report {
namespace {

using scenario::Case;

constexpr std::size_t annotation_lines_max = 12; // lines; chosen: an annotation is a small box

/// As @actions/core escapes them: a message only %, CR and LF, a property also : and ,.
std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '%': out += "%25"; break;
        case '\r': out += "%0D"; break;
        case '\n': out += "%0A"; break;
        case ':': out += property ? "%3A" : ":"; break;
        case ',': out += property ? "%2C" : ","; break;
        default: out += c;
        }
    }
    return out;
}

std::string property(std::string_view value) { return escaped(printable(value), true); }

} // namespace

std::string github(const Report& report) {
    std::string out;
    for (const Case& entry : report.cases) {
        if (!is_failure(entry)) continue;
        out += "::error ";
        if (!entry.place.file.empty()) {
            out += "file=" + property(entry.place.file) + ',';
            if (entry.place.line > 0) out += "line=" + std::to_string(entry.place.line) + ',';
            if (entry.place.column > 0) out += "col=" + std::to_string(entry.place.column) + ',';
        }
        out += "title=" + property(heading(entry)) +
               "::" + escaped(join(diagnosis(entry, annotation_lines_max), "\n"), false) + '\n';
    }
    return out + "::notice title=" + property(report.tool) +
           "::" + escaped(summary(report), false) + '\n';
}

} // namespace smtpsim::report
