#include "sim/journal/transcript.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace smtpsim::journal {
namespace {

constexpr std::size_t recipients_shown_max = 3; // chosen: what fits a line

namespace ansi { // ECMA-48 §8.3.117; the 8 first colours, which every palette distinguishes
constexpr std::string_view dim = "\x1b[2m", yellow = "\x1b[33m", magenta = "\x1b[35m",
                           client = "\x1b[36m", server = "\x1b[32m", reset = "\x1b[0m";
} // namespace ansi

void append_grouped(std::uint64_t value, std::string& out) { // 1204 as 1,204
    const std::string digits = std::to_string(value);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
}

void append_count(std::uint64_t count, std::string_view noun, std::string& out) {
    append_grouped(count, out);
    out += ' ';
    out += noun;
    if (count != 1) out += 's';
}

std::string_view ending(ClosedBy by) {
    switch (by) {
    case ClosedBy::server: return "closed by server";
    case ClosedBy::server_reset: return "reset by server";
    case ClosedBy::client: return "closed by client";
    case ClosedBy::client_reset: return "reset by client";
    case ClosedBy::hang_up: return "the carrier is lost";
    case ClosedBy::stopped: return "closed, the simulator stopped";
    }
    return {};
}

} // namespace

class Transcript::Painter {
public:
    Painter(const Event& event, Tick opened, bool colour, std::string& out)
        : session_(event.session), at_(event.at), opened_(opened), colour_(colour), out_(out) {}

    void operator()(const Connecting& what) {
        append_session();
        out_ += " connecting to ";
        append_visible(what.host, out_);
        out_ += " port " + std::to_string(what.port);
        if (!what.address.empty() && what.address != what.host) {
            out_ += " at ";
            append_visible(what.address, out_);
        }
        out_ += '\n';
    }
    void operator()(const Trouble& what) {
        begin(at_, ansi::yellow);
        out_ += "! ";
        out_ += name(what.kind);
        out_ += ", at ";
        out_ += name(what.stage);
        end();
    }
    void operator()(const Opened& what) {
        append_session();
        out_ += " opened ";
        append_visible(what.client, out_);
        out_ += " -> ";
        append_visible(what.endpoint, out_);
        out_ += '\n';
    }
    void operator()(const Received& what) { append_lines("C: ", ansi::client, what.octets); }
    void operator()(const Content& what) { append_content(what.octets.size(), at_); }
    void operator()(const Sent& what) { append_lines("S: ", ansi::server, what.octets); }
    void operator()(const Secured& what) {
        begin(at_, ansi::yellow);
        out_ += "= ";
        out_ += what.version;
        out_ += ", ";
        out_ += what.cipher;
        append_named(", for ", what.server_name);
        append_named(", ALPN ", what.alpn);
        append_named(", certificate of ", what.client_certificate);
        end();
    }
    void operator()(const HandshakeFailed& what) {
        begin(at_, ansi::yellow);
        out_ += "= no TLS: ";
        append_visible(what.why, out_);
        end();
    }
    void operator()(const LoggedIn& what) {
        begin(at_, ansi::yellow);
        out_ += "= logged in as ";
        append_visible(what.user, out_);
        end();
    }
    void operator()(const FaultTotal&) {}
    void operator()(const FaultFired& what) {
        begin(at_, ansi::yellow);
        out_ += "! fault ";
        append_visible(what.fault, out_);
        if (!what.why.empty()) {
            out_ += " (";
            append_visible(what.why, out_);
            out_ += ')';
        }
        out_ += ": ";
        append_visible(what.effects, out_);
        end();
    }
    void operator()(const Found& what) {
        begin(at_, ansi::magenta);
        out_ += "~ ";
        append_visible(what.finding, out_);
        out_ += " [";
        append_visible(what.severity, out_);
        out_ += ", ";
        append_visible(what.source, out_);
        out_ += "]: ";
        append_visible(what.summary, out_);
        end();
    }
    void operator()(const Message& what) {
        begin(at_, {});
        out_ += "+ kept ";
        append_visible(what.id, out_);
        out_ += ": ";
        append_path(what.sender);
        std::string_view separator = " -> ";
        const std::size_t shown = std::min(what.recipients.size(), recipients_shown_max);
        for (const std::string& recipient : what.recipients.first(shown)) {
            out_ += std::exchange(separator, ", ");
            append_path(recipient);
        }
        if (shown < what.recipients.size()) {
            out_ += " and ";
            append_grouped(what.recipients.size() - shown, out_);
            out_ += " more";
        }
        out_ += ", ";
        append_count(what.size, "octet", out_);
        end();
    }
    void operator()(const Closed& what) {
        begin(at_, {});
        out_ += ending(what.by);
        out_ += ": ";
        append_count(what.octets_in, "octet", out_);
        out_ += " in, ";
        append_grouped(what.octets_out, out_);
        out_ += " out, ";
        append_count(what.messages, "message", out_);
        end();
    }

    void operator()(const Commanded& what) {
        begin(at_, ansi::client);
        out_ += "T: ";
        append_visible(what.octets, out_);
        end();
    }
    void operator()(const Resulted& what) {
        std::string_view octets = what.octets; // result codes stand between empty lines
        while (octets.starts_with("\r\n")) octets.remove_prefix(2);
        if (octets.ends_with("\r\n")) octets.remove_suffix(2);
        begin(at_, ansi::server);
        out_ += "M: ";
        append_visible(octets, out_);
        end();
    }
    void operator()(const Dialled& what) {
        begin(at_, {});
        out_ += "call " + std::to_string(what.call) + " to ";
        append_visible(what.number, out_);
        out_ += ": ";
        out_ += what.answer;
        end();
    }
    void operator()(const CarrierUp& what) {
        begin(at_, {});
        out_ += "call " + std::to_string(what.call) + " has a carrier: ";
        append_grouped(what.down_bps, out_);
        if (what.up_bps != what.down_bps) {
            out_ += " down, ";
            append_grouped(what.up_bps, out_);
            out_ += " up";
        }
        out_ += " bit/s";
        end();
    }
    void operator()(const CallEnded& what) {
        begin(at_, {});
        out_ += "call " + std::to_string(what.call) + " ends, ";
        append_visible(what.why, out_);
        out_ += ": ";
        append_count(what.octets_in, "octet", out_);
        out_ += " in, ";
        append_grouped(what.octets_out, out_);
        out_ += " out";
        end();
    }
    void operator()(const Signal& what) {
        begin(at_, ansi::yellow);
        out_ += what.name;
        out_ += what.on ? " on" : " off";
        end();
    }
    void operator()(const PppEvent& what) {
        const bool sent = what.kind == "sent";
        begin(at_, sent ? ansi::server : what.kind == "received" ? ansi::client : ansi::yellow);
        out_ += sent ? "> " : what.kind == "received" ? "< " : "= PPP ";
        if (what.kind == "up" || what.kind == "down" || what.kind == "failed") {
            out_ += what.kind;
            out_ += ": ";
        }
        append_visible(what.text, out_);
        end();
    }
    void operator()(const Lookup& what) {
        begin(at_, ansi::yellow);
        out_ += "? ";
        append_visible(what.name, out_);
        out_ += ": ";
        append_visible(what.answer, out_);
        end();
    }

    void append_content(std::uint64_t octets, Tick at) {
        begin(at, ansi::client);
        out_ += "C: (";
        append_count(octets, "octet", out_);
        out_ += " of message)";
        end();
    }

private:
    void append_session() {
        if (session_ == 0) {
            out_ += "modem";
            return;
        }
        out_ += '#';
        out_ += std::to_string(session_);
    }

    void append_clock(Tick at) { // never before 0: the session's own clock starts with it
        const auto since = std::chrono::floor<std::chrono::milliseconds>(at - opened_).count();
        const std::int64_t milliseconds = std::max<std::int64_t>(since, 0);
        const std::string seconds = std::to_string(milliseconds / 1000);
        const std::string thousandths = std::to_string(milliseconds % 1000);
        if (seconds.size() < 3) out_.append(3 - seconds.size(), ' ');
        out_ += seconds;
        out_ += '.';
        out_.append(3 - thousandths.size(), '0');
        out_ += thousandths;
        out_ += 's';
    }

    void begin(Tick at, std::string_view colour) {
        append_session();
        out_ += ' ';
        if (colour_) out_ += ansi::dim;
        append_clock(at);
        if (colour_) out_ += ansi::reset;
        out_ += ' ';
        painted_ = colour_ && !colour.empty();
        if (painted_) out_ += colour;
    }

    void end() {
        if (painted_) out_ += ansi::reset;
        out_ += '\n';
    }

    void append_lines(std::string_view who, std::string_view colour, std::string_view octets) {
        while (!octets.empty()) {
            const std::size_t feed = octets.find('\n');
            std::string_view line = octets.substr(0, feed == octets.npos ? feed : feed + 1);
            octets.remove_prefix(line.size());
            begin(at_, colour);
            out_ += who;
            const bool whole = line.ends_with("\r\n");
            if (whole) line.remove_suffix(2);
            append_visible(line, out_);
            if (!whole && feed == octets.npos) out_ += '\\';
            end();
        }
    }

    void append_named(std::string_view label, std::string_view value) {
        if (value.empty()) return;
        out_ += label;
        append_visible(value, out_);
    }

    void append_path(std::string_view mailbox) {
        out_ += '<';
        append_visible(mailbox, out_);
        out_ += '>';
    }

    const std::uint64_t session_;
    const Tick at_, opened_;
    const bool colour_;
    std::string& out_;
    bool painted_ = false;
};

void Transcript::show(const Event& event) {
    if (event.session == 0) sessions_.try_emplace(0, Session{event.at});
    if (std::holds_alternative<Opened>(event.what))
        sessions_.insert_or_assign(event.session, Session{event.at});
    const auto found = sessions_.find(event.session); // none: the view was added too late
    Session* const session = found == sessions_.end() ? nullptr : &found->second;
    if (const auto* content = std::get_if<Content>(&event.what); content && session) {
        session->content_octets += content->octets.size();
        session->content_at = event.at;
        return;
    }
    text_.clear();
    Painter painter{event, session ? session->opened : event.at, colour_, text_};
    if (session && session->content_octets > 0)
        painter.append_content(std::exchange(session->content_octets, 0), session->content_at);
    std::visit(painter, event.what);
    sink_.write(text_);
    if (session && std::holds_alternative<Closed>(event.what)) sessions_.erase(found);
}

} // namespace smtpsim::journal
