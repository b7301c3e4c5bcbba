#include "sim/smtplog/convert.hpp"

#include "core/date.hpp"
#include "core/json.hpp"
#include "core/text.hpp"

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

/// A cell that a spreadsheet would take for a formula begins with an apostrophe, which it does not
/// show; so does one that has an apostrophe there itself.
void append_csv(std::string_view text, std::string& out) {
    const bool guarded = text.find_first_of("=+-@\t\r'") == 0;
    const bool quoted = text.find_first_of("\",\r\n") != std::string_view::npos;
    if (quoted) out += '"';
    if (guarded) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    if (quoted) out += '"';
}

constexpr std::string_view connecting = "Connecting to '";
constexpr std::string_view address_label = "srv_addr = ";

/// "SMTP Log started at 08/01/1996 17:22:27": the time, where it has a year.
std::optional<Tick> slash_date(std::string_view line) {
    constexpr std::string_view label = "SMTP Log started at ", like = "08/01/1996 17:22:27";
    if (!line.starts_with(label) || line.size() != label.size() + like.size()) return std::nullopt;
    line.remove_prefix(label.size());
    const std::string iso = std::string(line.substr(6, 4)) + '-' + std::string(line.substr(0, 2)) +
                            '-' + std::string(line.substr(3, 2)) + 'T' +
                            std::string(line.substr(11)) + 'Z';
    return line[2] == '/' && line[5] == '/' ? parse_iso_date(iso) : std::nullopt;
}

} // namespace

void LogConverter::begin(std::string& out) const {
    if (notation_.format == Format::csv) out += "line,time,kind,text\n";
}

void LogConverter::entry(const Entry& entry, std::string& out) {
    if (open_ && entry.kind == Kind::continuation) return append_printable(entry.text, out);
    finish(out);
    switch (notation_.format) {
    case Format::smtp_log: return smtp_log(entry, out);
    case Format::swaks: return transcript(entry, out, false);
    case Format::curl: return transcript(entry, out, true);
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
    }
}

void LogConverter::finish(std::string& out) {
    if (open_) out += notation_.format == Format::smtp_log ? "\r\n" : "\n";
    open_ = false;
}

void LogConverter::smtp_log(const Entry& entry, std::string& out) {
    const DialectRow& dialect = row(notation_.dialect);
    const bool marked =
        entry.kind == Kind::debug || entry.kind == Kind::received || entry.kind == Kind::sent;
    // The message is never shown; of a line that is left out there is no more.
    if (entry.kind == Kind::content || entry.kind == Kind::continuation) return;
    if (entry.kind == Kind::debug && entry.text.starts_with("ERROR: ") && !dialect.errors) return;
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
    open_ = true;
    if (entry.kind == Kind::debug) return debug(entry.text, out);
    if (entry.kind == Kind::product) return void(out += dialect.product);
    const auto date =
        entry.kind == Kind::started && dialect.ctime ? slash_date(entry.text) : std::nullopt;
    if (!date) return append_printable(entry.text, out);
    out += "SMTP Log started at ";
    append_log_start(*date, ZoneOffset{0}, out);
}

/// The lines that name the server are worded as the product words them.
void LogConverter::debug(std::string_view text, std::string& out) {
    const bool names_port = row(notation_.dialect).port;
    if (text.starts_with(connecting)) {
        const std::size_t end = text.find('\'', connecting.size());
        if (end == std::string_view::npos) return append_printable(text, out);
        host_ = printable(text.substr(connecting.size(), end - connecting.size()));
        std::string_view port = text.substr(end + 1);
        if (port == ".") port = " on port 25."; // what the products use by default
        out += std::string(connecting) + host_ + '\'';
        return names_port ? append_printable(port, out) : void(out += '.');
    }
    const std::size_t at = text.find(address_label);
    if (at == std::string_view::npos) return append_printable(text, out);
    if (names_port) out += "srv_name = \"" + host_ + "\" ";
    append_printable(text.substr(at), out);
}

void LogConverter::transcript(const Entry& entry, std::string& out, bool curl) {
    const bool refusal =
        !entry.text.empty() && (entry.text.front() == '4' || entry.text.front() == '5');
    switch (entry.kind) {
    case Kind::debug: out += curl ? "* " : "=== "; break;
    case Kind::received: out += curl ? "< " : refusal ? "<** " : "<-  "; break;
    case Kind::sent:
        if (entry.text.empty()) return; // the message, which the dot ends
        out += curl ? "> " : " -> ";
        break;
    case Kind::content:
        if (curl) return; // which shows how much it was
        out += " -> ";
        break;
    case Kind::end_of_data: out += curl ? "} [5 bytes data]\n" : " -> .\n"; return;
    default: return; // a program's header: these have none
    }
    append_printable(entry.text, out);
    open_ = true;
}

} // namespace smtpsim::smtplog
