#include "sim/smtplog/render.hpp"

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace smtpsim::smtplog {
namespace {

void append_time(std::uint32_t seconds, std::string& out) {
    const auto two = [&](std::uint32_t value) {
        out += static_cast<char>('0' + value / 10);
        out += static_cast<char>('0' + value % 10);
    };
    two(seconds / 3600 % 24);
    out += ':';
    two(seconds / 60 % 60);
    out += ':';
    two(seconds % 60);
}

void append_csv(std::string_view text, std::string& out) {
    if (text.find_first_of("\",\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

} // namespace

void Render::begin(std::string& out) const {
    const auto* const format = std::get_if<Format>(&notation_);
    if (format != nullptr && *format == Format::csv) out += "line,time,kind,text\n";
}

void Render::entry(const Entry& entry, std::string& out) {
    const auto* const format = std::get_if<Format>(&notation_);
    if (format == nullptr || *format == Format::smtp_log) return smtp_log(entry, out);
    switch (*format) {
    case Format::json_lines:
        out += "{\"line\":" + std::to_string(entry.line);
        if (entry.time) {
            out += ",\"time\":\"";
            append_time(*entry.time, out);
            out += '"';
        }
        out += ",\"kind\":\"";
        out += name(entry.kind);
        out += "\",\"text\":";
        append_json_text(entry.text, out);
        out += "}\n";
        return;
    case Format::csv:
        out += std::to_string(entry.line) + ',';
        if (entry.time) append_time(*entry.time, out);
        out += ',';
        out += name(entry.kind);
        out += ',';
        append_csv(printable(entry.text), out);
        out += '\n';
        return;
    default: return transcript(entry, out, *format == Format::curl);
    }
}

void Render::smtp_log(const Entry& entry, std::string& out) {
    const bool marked =
        entry.kind == Kind::debug || entry.kind == Kind::received || entry.kind == Kind::sent;
    if (entry.kind == Kind::end_of_data && !empty_tx_)
        out += bare_ ? "[tx] \r\n" : "SMTP: [tx] \r\n";
    empty_tx_ = entry.kind == Kind::sent && entry.text.empty();
    if (marked) {
        if (!bare_) {
            out += "SMTP: ";
            if (entry.time) {
                append_time(*entry.time, out);
                out += ' ';
            }
        }
        out += '[';
        out += name(entry.kind);
        out += "] ";
    }
    append_printable(entry.text, out);
    out += "\r\n";
}

void Render::transcript(const Entry& entry, std::string& out, bool curl) {
    const bool refusal =
        !entry.text.empty() && (entry.text.front() == '4' || entry.text.front() == '5');
    switch (entry.kind) {
    case Kind::debug: out += curl ? "* " : "=== "; break;
    case Kind::received: out += curl ? "< " : refusal ? "<** " : "<-  "; break;
    case Kind::sent:
        if (entry.text.empty()) return; // the message, which the dot ends
        out += curl ? "> " : " -> ";
        break;
    case Kind::end_of_data: out += curl ? "} [5 bytes data]\n" : " -> .\n"; return;
    default: return; // a program's header: these have none
    }
    append_printable(entry.text, out);
    out += '\n';
}

} // namespace smtpsim::smtplog
