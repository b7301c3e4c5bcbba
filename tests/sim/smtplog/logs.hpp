// Logs for tests, and what the reader makes of them.
#pragma once

#include "sim/smtplog/lint.hpp"
#include "tests/catch.hpp"
#include "tests/kb155455.hpp"

#include <string>
#include <vector>

namespace smtpsim::smtplog {

inline const std::string article_log = kb155455::log("192.0.2.1");

/// `log` with the first `what` in it as `with`.
inline std::string altered(std::string log, std::string_view what, std::string_view with) {
    const std::size_t at = log.find(what);
    REQUIRE(at != std::string::npos);
    return log.replace(at, what.size(), with);
}

/// The whole line that holds `what`, its CRLF included.
inline std::string line_with(const std::string& log, std::string_view what) {
    const std::size_t at = log.find(what);
    REQUIRE(at != std::string::npos);
    const std::size_t before = log.rfind('\n', at);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    return log.substr(begin, log.find('\n', at) + 1 - begin);
}

inline std::string without_line(const std::string& log, std::string_view what) {
    return altered(log, line_with(log, what), "");
}

/// What a reader reports: "5 17:22:29 rx 220 ...", "5! wrapped-line".
struct LogItem : EntryHandler {
    std::vector<std::string> entries, oddities;
    void entry(const Entry& entry) override {
        std::string text = std::to_string(entry.line) + ' ';
        if (entry.time) text += std::to_string(*entry.time) + ' ';
        entries.push_back(text + std::string(name(entry.kind)) + ' ' + std::string(entry.text));
    }
    void odd(std::uint64_t line, Oddity oddity) override {
        oddities.push_back(std::to_string(line) + ' ' + std::string(row(oddity).id));
    }
};

struct ReadLog : LogItem {
    explicit ReadLog(std::string_view log, const char* code_page = nullptr) {
        std::optional<Decoder> decoder;
        if (code_page != nullptr) decoder = *Decoder::open(code_page);
        Reader reader{*this, std::move(decoder)};
        reader.give(log);
        reader.finish();
        format = reader.format();
        lines = reader.lines();
    }
    std::optional<Format> format;
    std::uint64_t lines = 0;
};

inline std::vector<LoggedSession> sessions_of(std::string_view log) {
    std::vector<LoggedSession> out;
    Sessions sessions{[&](LoggedSession&& session) { out.push_back(std::move(session)); },
                      [](std::uint64_t, Oddity) {}};
    Reader reader{sessions};
    reader.give(log);
    reader.finish();
    sessions.finish();
    return out;
}

inline std::vector<Finding> linted(std::string_view log) {
    std::vector<Finding> out;
    Lint lint{[&](const Finding& finding) { out.push_back(finding); }};
    Reader reader{lint};
    reader.give(log);
    reader.finish();
    lint.finish();
    return out;
}

/// "22 altered 250 ... <> 552 ..."
inline std::vector<std::string> lines_of(const std::vector<Finding>& findings) {
    std::vector<std::string> out;
    for (const Finding& finding : findings)
        out.push_back(std::to_string(finding.line) + ' ' + std::string(row(finding.difference).id) +
                      ' ' + finding.text);
    return out;
}

} // namespace smtpsim::smtplog
