#include "sim/smtplog/log_session.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

using smtp::Stage;

struct VerbStage {
    std::string_view verb;
    Stage stage;
};
constexpr std::array verb_stages{
    VerbStage{"HELO", Stage::helo}, VerbStage{"EHLO", Stage::ehlo}, VerbStage{"LHLO", Stage::ehlo},
    VerbStage{"MAIL", Stage::mail}, VerbStage{"RCPT", Stage::rcpt}, VerbStage{"DATA", Stage::data},
    VerbStage{"BDAT", Stage::bdat}, VerbStage{"RSET", Stage::rset}, VerbStage{"NOOP", Stage::noop},
    VerbStage{"VRFY", Stage::vrfy}, VerbStage{"EXPN", Stage::expn}, VerbStage{"HELP", Stage::help},
    VerbStage{"ETRN", Stage::etrn}, VerbStage{"TURN", Stage::turn}, VerbStage{"QUIT", Stage::quit},
};

int code_of(std::string_view text) {
    if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, is_digit)) return 0;
    if (text.size() > 3 && is_digit(text[3])) return 0; // a number, and no code
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0';
}

/// The text between the first two quotes of that kind.
std::string quoted_part(std::string_view text, char quote) {
    const std::size_t from = text.find(quote);
    if (from == std::string_view::npos) return {};
    const std::size_t to = text.find(quote, from + 1);
    return std::string(text.substr(from + 1, to == std::string_view::npos ? to : to - from - 1));
}

std::string text_after(std::string_view text, std::string_view label) {
    const std::size_t at = text.find(label);
    if (at == std::string_view::npos) return {};
    return std::string(text.substr(at + label.size()));
}

/// As the protocol wants it at its stage: RFC 5321 §4.3.2.
bool is_well(const Line& reply) {
    switch (reply.stage) {
    case Stage::connect: return reply.code == 220;
    case Stage::data: return reply.code / 100 == 3;
    case Stage::other: return reply.code / 100 == 2 || reply.code / 100 == 3; // AUTH asks for more
    default: return reply.code / 100 == 2;
    }
}

} // namespace

Stage stage_of(std::string_view command) {
    const std::string_view verb = command.substr(0, command.find(' '));
    for (const VerbStage& row : verb_stages)
        if (equal_ignoring_case(verb, row.verb)) return row.stage;
    return Stage::other;
}

Ending LoggedSession::ending() const {
    const auto said = [](const Line& line) {
        return line.kind == Kind::sent || line.kind == Kind::received ||
               line.kind == Kind::content || line.kind == Kind::end_of_data;
    };
    const auto last = std::find_if(lines.rbegin(), lines.rend(), said);
    if (!closed && (last == lines.rend() || last->stage != Stage::quit)) return Ending::cut;
    if (last == lines.rend()) {
        if (begun && address.empty()) return Ending::not_found;
        return Ending::not_connected;
    }
    const bool quit = std::ranges::any_of(lines, [](const Line& line) {
        return line.kind == Kind::sent && line.stage == Stage::quit;
    });
    if (quit) return Ending::quit;
    return last->kind == Kind::received && last->last ? Ending::gave_up : Ending::dropped;
}

std::uint32_t LoggedSession::gap_before(std::size_t line) const {
    if (line == 0 || line >= lines.size() || !lines[line].time) return 0;
    for (std::size_t i = line; i-- > 0;) {
        if (!lines[i].time) continue;
        constexpr std::uint32_t day_seconds = 24 * 3600;
        return (*lines[line].time + day_seconds - *lines[i].time) % day_seconds;
    }
    return 0;
}

const Line* LoggedSession::reply_at(Stage stage) const {
    for (const Line& line : lines)
        if (line.kind == Kind::received && line.last && line.stage == stage) return &line;
    return nullptr;
}

const Line* LoggedSession::failing() const {
    // EHLO refused and HELO tried is how an old server is met: KB155455 counts it no failure.
    const bool fell_back = std::ranges::any_of(lines, [](const Line& line) {
        return line.kind == Kind::sent && line.stage == Stage::helo;
    });
    const Line* worst = nullptr;
    for (const Line& line : lines) {
        if (line.kind != Kind::received || !line.last) continue;
        if (is_well(line) || line.stage == Stage::quit) continue;
        if (fell_back && line.stage == Stage::ehlo) continue;
        if (worst == nullptr || worst->code / 100 < line.code / 100) worst = &line;
    }
    if (ending() != Ending::dropped) return worst;
    const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                   [](const Line& line) { return line.kind != Kind::debug; });
    return last == lines.rend() ? worst : &*last;
}

void Sessions::entry(const Entry& entry) {
    if (entry.kind == Kind::product) {
        finish();
        product_ = entry.text;
        return;
    }
    if (entry.kind == Kind::started) {
        finish();
        started_ = entry.text;
        return;
    }
    if (entry.kind == Kind::continuation) {
        if (!session_.lines.empty()) session_.lines.back().text += entry.text;
        return;
    }
    add({entry.line, entry.kind, entry.time, std::string(entry.text)});
}

void Sessions::finish() {
    if (any_) take_(std::move(session_));
    any_ = false;
    session_ = {};
}

void Sessions::begin() {
    session_ = {};
    session_.number = ++count_;
    session_.product = product_;
    session_.started = started_;
    awaited_.assign(1, Stage::connect);
    in_reply_ = in_content_ = asked_ = false;
    any_ = true;
}

void Sessions::add(Line line) {
    const bool connects = line.kind == Kind::debug &&
                          (line.text.starts_with("Connecting to ") ||
                           line.text.starts_with("Trying ") || line.text.starts_with("  Trying "));
    if (connects && !(any_ && session_.lines.size() < 2 && session_.begun)) finish();
    if (!any_) {
        begin();
        // A log that begins in mid-session begins with a command, or with a reply to one.
        if (line.kind == Kind::sent) awaited_.clear();
    }
    switch (line.kind) {
    case Kind::debug: add_debug(line); break;
    case Kind::sent: add_command(line); break;
    case Kind::received: add_reply(line); break;
    case Kind::content: line.stage = Stage::content; break;
    case Kind::end_of_data:
        line.stage = Stage::message;
        if (in_content_) awaited_.push_back(Stage::message);
        in_content_ = false;
        break;
    default: break;
    }
    const bool closes = line.kind == Kind::debug && session_.closed;
    if (session_.lines.size() < LoggedSession::lines_max)
        session_.lines.push_back(std::move(line));
    else
        ++session_.left_out;
    if (closes) finish();
}

void Sessions::add_debug(Line& line) {
    const std::string& text = line.text;
    if (text.starts_with("Connecting to ")) {
        session_.host = quoted_part(text, '\'');
        session_.begun = true;
    } else if (text.find("srv_addr = ") != std::string::npos) {
        session_.address = text_after(text, "srv_addr = ");
    } else if (text.starts_with("Connected to ")) { // swaks, curl
        session_.begun = true;
        if (session_.host.empty()) {
            session_.host = text.substr(13, text.find(' ', 13) - 13);
            if (session_.host.ends_with('.')) session_.host.pop_back();
        }
        if (session_.address.empty()) session_.address = session_.host;
    }
    session_.closed = (text.starts_with("Connection to '") && text.ends_with("closed.")) ||
                      text.starts_with("Connection closed") ||
                      text.starts_with("Closing connection") ||
                      (text.starts_with("Connection #") && text.ends_with("left intact")) || // curl
                      text.starts_with("Remote host closed connection");
}

void Sessions::add_command(Line& line) {
    const bool shows_message = in_content_ && !(line.text.empty() && asked_); // as no product does
    asked_ = false;
    if (shows_message) {
        line.stage = Stage::content;
        return;
    }
    line.stage = line.text.empty() ? Stage::message : stage_of(line.text);
    if (line.text.empty())
        in_content_ = true; // the dot follows
    else
        awaited_.push_back(line.stage);
}

void Sessions::add_reply(Line& line) {
    line.code = code_of(line.text);
    line.stage = awaited_.empty() ? Stage::other : awaited_.front();
    line.last = line.code == 0 ? !in_reply_ && !line.text.empty()
                               : line.text.size() < 4 || line.text[3] != '-';
    in_reply_ = !line.last;
    if (!line.last) return;
    if (line.stage == Stage::data && line.code / 100 == 3) in_content_ = asked_ = true;
    if (!awaited_.empty()) awaited_.pop_front();
}

} // namespace smtpsim::smtplog
