// A report in which every text and all octets are as bad as they can be.
#pragma once

#include "tests/audit/report/sample.hpp"

namespace smtpsim::report_sample {

inline std::string every_octet() {
    std::string out;
    for (int octet = 0; octet < 256; ++octet) out += static_cast<char>(octet);
    return out;
}

/// `text` is in every string that a report has.
inline Report filled_with(const std::string& text, Status status = Status::failed) {
    Case entry;
    entry.name = entry.title = entry.suite = entry.client = entry.fault = entry.why = text;
    entry.outcome = entry.ending = entry.command = entry.reproduce = entry.output = text;
    entry.log = entry.place.file = text;
    entry.tags = entry.sources = entry.expected = {text, text};
    entry.status = status;
    if (status == Status::failed) entry.verdict = Verdict::violates;
    entry.complaints = {{text, text, text}};
    for (std::size_t kind = 0; kind < scenario::happened_names.size(); ++kind)
        entry.happened.push_back({1, Duration{1}, static_cast<Kind>(kind), text, text});
    Report out;
    out.tool = "smtpsim audit";
    out.version = text;
    out.clients = {{text, text}, {"other", text}};
    out.cases = {entry};
    return out;
}

inline std::vector<Report> hostile_reports() {
    return {filled_with(every_octet()),
            filled_with(hostile_text),
            filled_with(every_octet(), Status::passed),
            filled_with(hostile_text, Status::skipped),
            filled_with(every_octet(), Status::error),
            filled_with("")};
}

} // namespace smtpsim::report_sample
