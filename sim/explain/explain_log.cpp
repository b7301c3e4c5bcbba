#include "sim/explain/explain_log.hpp"

#include "core/text.hpp"
#include "profiles/build/catalogue.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

using client::Outcome;
using smtp::Stage;

constexpr std::uint32_t long_silence = 30; // seconds; the products ask their user after that

enum class Symptom : std::uint8_t {
    none,
    not_found,
    not_connected,
    silent,          // a command was sent, nothing came, and that took long
    dropped,         // a command was sent and the connection ended
    dropped_content, // within the message
    dropped_dot,     // after the message
    unavailable,     // 421
    storage,         // 452, 552
    later,           // another 4yz
    address,         // 550, 551, 553 at RCPT
    login,           // 530, 534, 535, 538
    syntax,          // 500 to 504
    content,         // 5yz to the message
    refused,         // another 5yz
    no_smtp,         // a reply that is none
    gave_up,         // the client closed, and nothing had been refused
    cut,
};

struct CauseRow {
    Symptom symptom;
    Cause cause;
};
/// KB155455 ranks hardware, TCP/IP and the client before the server; a reply with a reason is the
/// server's own word and goes before all of them. The weights are ours.
constexpr std::array cause_table{
    CauseRow{Symptom::not_found,
             {Area::tcp_ip, 80, "the name server does not know the name, or cannot be reached",
              "look the name up (nslookup) and ping the server by its address"}},
    CauseRow{Symptom::not_found,
             {Area::client, 60, "the name of the outgoing server may be mistyped in the account",
              "compare it with what the provider gives"}},
    CauseRow{Symptom::not_found,
             {Area::hardware, 40, "with no line up, no name is found",
              "see whether the modem is connected and anything else on the network answers"}},
    CauseRow{Symptom::not_connected,
             {Area::tcp_ip, 70, "the address was found, but no connection came about",
              "ping the address, then telnet to its port 25: a banner should appear"}},
    CauseRow{Symptom::not_connected,
             {Area::server, 60, "the server may be down, or refuse connections",
              "try from another network, ask the provider"}},
    CauseRow{Symptom::not_connected,
             {Area::client, 40, "a firewall or a virus scanner may close port 25",
              "switch it off for one try; check the port in the account"}},
    CauseRow{Symptom::not_connected,
             {Area::hardware, 30, "the line may have gone between the lookup and the connection",
              "see whether the modem still has its carrier"}},
    CauseRow{Symptom::silent,
             {Area::server, 60, "the server took the command and did not answer in time",
              "try later; raise the client's timeout"}},
    CauseRow{Symptom::silent,
             {Area::tcp_ip, 60, "packets may be lost on the way, large ones first",
              "lower the MTU; ping with large packets"}},
    CauseRow{Symptom::silent,
             {Area::hardware, 50,
              "a modem that retrains or a port without flow control loses octets",
              "lower the port's speed, check the initialization string"}},
    CauseRow{Symptom::dropped,
             {Area::server, 60, "the server closed instead of answering",
              "look in the server's own log for this time; try again"}},
    CauseRow{Symptom::dropped,
             {Area::tcp_ip, 50, "a device between the two may have ended the connection",
              "try without proxy, firewall and virus scanner"}},
    CauseRow{Symptom::dropped,
             {Area::hardware, 40, "the line may have been lost",
              "see whether the modem still has its carrier"}},
    CauseRow{Symptom::dropped_content,
             {Area::hardware, 70, "the line was lost while the message went out",
              "send a short message; if that goes, lower the port's speed"}},
    CauseRow{Symptom::dropped_content,
             {Area::tcp_ip, 60, "large packets may not get through",
              "lower the MTU; send a short message"}},
    CauseRow{Symptom::dropped_content,
             {Area::server, 40, "the server may have stopped reading a message that is too large",
              "compare the size of the message with SIZE in the reply to EHLO"}},
    CauseRow{Symptom::dropped_dot,
             {Area::server, 60,
              "the server had the whole message and closed without a word; it may "
              "have kept it",
              "ask the recipient before it is sent again: there may be two"}},
    CauseRow{Symptom::dropped_dot,
             {Area::tcp_ip, 50, "the reply may have been lost, with a scanner that takes its time",
              "raise the client's timeout to ten minutes (RFC 5321 §4.5.3.2.6)"}},
    CauseRow{Symptom::dropped_dot,
             {Area::hardware, 40, "the line may have been lost at the end of the message",
              "see whether the modem still has its carrier"}},
    CauseRow{Symptom::unavailable,
             {Area::server, 90, "the server says that it is not available, or is shutting down",
              "try again later; nothing is wrong on this side"}},
    CauseRow{Symptom::unavailable,
             {Area::client, 20, "too many connections at once, or too much mail, bring 421 too",
              "send fewer messages at a time"}},
    CauseRow{Symptom::storage,
             {Area::server, 90, "the server or the mailbox has no room for this message",
              "send a smaller message; tell the recipient or the provider"}},
    CauseRow{Symptom::storage,
             {Area::client, 30, "with many recipients some servers mean their number",
              "send to fewer recipients at once"}},
    CauseRow{Symptom::later,
             {Area::server, 80, "the server refuses for now; greylisting does so on purpose",
              "try again in a few minutes"}},
    CauseRow{Symptom::later,
             {Area::client, 20, "a client that gives up after one attempt makes a failure of it",
              "leave the message in the outbox"}},
    CauseRow{Symptom::address,
             {Area::client, 70,
              "the address may be mistyped, or the server wants a login before it relays",
              "compare the address; switch on authentication for the outgoing server"}},
    CauseRow{Symptom::address,
             {Area::server, 50,
              "the mailbox is not there, or the server does not relay for this client",
              "ask the recipient another way; ask the provider"}},
    CauseRow{Symptom::login,
             {Area::client, 90, "the login is missing or wrong",
              "check name, password and method for the outgoing server in the account"}},
    CauseRow{Symptom::login,
             {Area::server, 30, "the server may want TLS before it takes a login",
              "switch on the encrypted connection"}},
    CauseRow{Symptom::syntax,
             {Area::client, 70, "the server does not take a command as it was sent",
              "check the computer's name and the addresses for odd characters"}},
    CauseRow{
        Symptom::syntax,
        {Area::tcp_ip, 40, "a proxy or a virus scanner may alter what is sent", "try without it"}},
    CauseRow{Symptom::syntax,
             {Area::server, 40, "an old or strict server knows fewer commands",
              "try another server of the provider"}},
    CauseRow{Symptom::content,
             {Area::server, 80, "the server refused the message for what is in it",
              "read its reply; send plain text without attachments"}},
    CauseRow{Symptom::content,
             {Area::client, 40, "the message may be malformed, or look like spam",
              "send a message of one line"}},
    CauseRow{Symptom::refused,
             {Area::server, 80, "the server refuses, and says why in its reply",
              "read the reply; ask the provider"}},
    CauseRow{Symptom::refused,
             {Area::client, 40,
              "sender, address of the network or computer's name may be unwelcome",
              "check the sender's address in the account"}},
    CauseRow{Symptom::no_smtp,
             {Area::server, 70, "what answers speaks no SMTP; the port may be another service's",
              "check server and port in the account"}},
    CauseRow{Symptom::no_smtp,
             {Area::hardware, 50, "a line without error correction garbles what it carries",
              "lower the port's speed, switch error correction on"}},
    CauseRow{Symptom::gave_up,
             {Area::client, 60, "the client closed the connection, or the user did",
              "see what the client reported to its user"}},
    CauseRow{Symptom::gave_up,
             {Area::server, 50,
              "a reply that came too early, or as no reply should, ends a session",
              "compare the last replies with what the server should say"}},
    CauseRow{Symptom::cut,
             {Area::client, 60, "the program ended, or was still at work, when the log was taken",
              "take the log again once the client has been closed"}},
};

struct CommandWords {
    Stage stage;
    std::string_view words;
};
constexpr std::array command_words{
    CommandWords{Stage::helo,
                 "greets the server, without extensions, and names the client's computer"},
    CommandWords{Stage::ehlo,
                 "greets the server, asks for its extensions, names the client's computer"},
    CommandWords{Stage::mail, "names the sender: a transaction begins"},
    CommandWords{Stage::rcpt, "names a recipient"},
    CommandWords{Stage::data, "asks to send the message"},
    CommandWords{Stage::message, "the message went out; the log does not show it"},
    CommandWords{Stage::content, "of the message"},
    CommandWords{Stage::rset, "clears what may be left of an earlier transaction"},
    CommandWords{Stage::noop, "keeps the connection up"},
    CommandWords{Stage::vrfy, "asks whether there is such a user"},
    CommandWords{Stage::expn, "asks who is on a list"},
    CommandWords{Stage::help, "asks for help"},
    CommandWords{Stage::etrn, "asks for the mail that waits"},
    CommandWords{Stage::quit, "ends the session"},
};

struct ExtensionWords {
    std::string_view keyword, words; // as the IANA registry of SMTP service extensions has them
};
constexpr std::array extension_words{
    ExtensionWords{"PIPELINING", "commands may be sent together (RFC 2920)"},
    ExtensionWords{"SIZE", "the largest message it takes, in octets (RFC 1870)"},
    ExtensionWords{"8BITMIME", "octets above 127 may be sent (RFC 6152)"},
    ExtensionWords{"SMTPUTF8", "addresses may be of any script (RFC 6531)"},
    ExtensionWords{"ENHANCEDSTATUSCODES", "replies carry a code such as 5.1.1 (RFC 2034)"},
    ExtensionWords{"CHUNKING", "BDAT in place of DATA (RFC 3030)"},
    ExtensionWords{"BINARYMIME", "lines need not end, with BDAT (RFC 3030)"},
    ExtensionWords{"DSN", "the sender may ask for a delivery report (RFC 3461)"},
    ExtensionWords{"STARTTLS", "the connection can be encrypted (RFC 3207)"},
    ExtensionWords{"AUTH", "the client may log in, by one of these (RFC 4954)"},
    ExtensionWords{"AUTH=LOGIN", "the client may log in, in the old spelling"},
    ExtensionWords{"ETRN", "a queue may be asked for (RFC 1985)"},
    ExtensionWords{"HELP", "HELP is known (RFC 5321)"},
    ExtensionWords{"EXPN", "lists can be asked for (RFC 5321)"},
    ExtensionWords{"VRFY", "users can be asked for (RFC 5321)"},
    ExtensionWords{"XREMOTEQUEUE", "a queue may be asked for; one vendor's own (KB155455)"},
};

bool is_storage(int code) { return code == 452 || code == 552; }

Symptom symptom_of(const Line& reply) {
    const int code = reply.code;
    if (code < 200 || code > 599) return Symptom::no_smtp;
    if (code == 421) return Symptom::unavailable;
    if (is_storage(code)) return Symptom::storage;
    if (code == 530 || (code >= 534 && code <= 538)) return Symptom::login;
    if (code / 100 == 4) return Symptom::later;
    if (reply.stage == Stage::rcpt && (code == 550 || code == 551 || code == 553))
        return Symptom::address;
    if (code >= 500 && code <= 504) return Symptom::syntax;
    if (code / 100 != 5) return Symptom::no_smtp;
    return reply.stage == Stage::message ? Symptom::content : Symptom::refused;
}

/// How long it was silent after the last line of the conversation.
std::uint32_t silence_at_end(const LoggedSession& session) {
    for (std::size_t i = session.lines.size(); i-- > 0;)
        if (session.lines[i].kind != Kind::debug)
            return i + 1 < session.lines.size() ? session.gap_before(i + 1) : 0;
    return session.lines.empty() ? 0 : session.gap_before(session.lines.size() - 1);
}

Symptom symptom_of(const LoggedSession& session, const Line* failing) {
    if (session.left_out > 0 && failing == nullptr) return Symptom::none;
    switch (session.ending()) {
    case Ending::not_found: return Symptom::not_found;
    case Ending::not_connected:
        return silence_at_end(session) >= long_silence ? Symptom::silent : Symptom::not_connected;
    case Ending::dropped: {
        if (failing != nullptr && failing->kind == Kind::received && failing->last &&
            failing->code / 100 > 3)
            break;
        if (silence_at_end(session) >= long_silence) return Symptom::silent;
        if (failing == nullptr) return Symptom::dropped;
        if (failing->kind == Kind::end_of_data) return Symptom::dropped_dot;
        const bool asked = (failing->kind == Kind::received && failing->code / 100 == 3) ||
                           failing->kind == Kind::content;
        return asked ? Symptom::dropped_content : Symptom::dropped;
    }
    case Ending::cut:
        if (failing == nullptr) return Symptom::cut;
        break;
    case Ending::gave_up:
    case Ending::quit: break;
    }
    if (failing == nullptr) {
        const Line* const data = session.reply_at(Stage::data);
        const bool mid = session.ending() == Ending::gave_up && data != nullptr &&
                         data->code / 100 == 3 && session.reply_at(Stage::message) == nullptr;
        if (mid) return Symptom::dropped_content;
        const bool delivered = session.reply_at(Stage::message) != nullptr;
        const bool gave_up = session.ending() == Ending::gave_up && !delivered;
        return gave_up ? Symptom::gave_up : Symptom::none;
    }
    return symptom_of(*failing);
}

Outcome outcome_of(const LoggedSession& session, Symptom symptom, const Line* failing) {
    switch (symptom) {
    case Symptom::none: {
        const Line* const message = session.reply_at(Stage::message);
        return message != nullptr ? Outcome::delivered : Outcome::none;
    }
    case Symptom::cut: return Outcome::none;
    case Symptom::not_found: return Outcome::failed;
    default: break;
    }
    const bool for_good = failing != nullptr && failing->code / 100 == 5;
    return for_good ? Outcome::failed : Outcome::deferred;
}

std::string_view stage_words(Stage stage) {
    switch (stage) {
    case Stage::connect: return "to the connection";
    case Stage::message: return "to the message";
    case Stage::other: return "to a command of its own";
    default: return "";
    }
}

std::string at_stage(Stage stage) {
    const std::string_view words = stage_words(stage);
    if (!words.empty()) return std::string(words);
    std::string out = "to ";
    for (const char c : smtp::name(stage)) out += to_upper(c);
    return out;
}

const profiles::CatalogueEntry* documented(Stage stage, int code) {
    const std::string tail = '/' + std::string(smtp::name(stage)) + '/' + std::to_string(code);
    for (const std::string_view family : {"kb155455", "rfc5321", "rfc821", "rfc1869", "rfc1870"})
        if (const auto* const entry = profiles::catalogue_entry(std::string(family) + tail))
            return entry;
    const std::string observed =
        "wild/observed-" + std::string(smtp::name(stage)) + '-' + std::to_string(code);
    return profiles::catalogue_entry(observed);
}

std::string reply_words(const Line& line, bool first) {
    const bool greets = line.stage == Stage::ehlo && line.code == 250;
    std::string extension;
    if (greets && !first && line.text.size() > 4) {
        const std::string_view rest = std::string_view(line.text).substr(4);
        const std::string_view keyword = rest.substr(0, rest.find(' '));
        extension = "an extension";
        for (const ExtensionWords& row : extension_words)
            if (equal_ignoring_case(keyword, row.keyword)) extension = row.words;
    }
    if (!line.last) return greets && first ? "the server's name, then its extensions" : extension;
    if (line.code == 0) return "no reply of SMTP: it has no code";
    std::string out;
    switch (line.code / 100) {
    case 2: out = "yes"; break;
    case 3: out = "go on"; break;
    case 4: out = "no, for now"; break;
    case 5: out = "no, permanently"; break;
    default: out = "no code of SMTP"; break;
    }
    out += ", " + at_stage(line.stage);
    if (!extension.empty()) out += "; " + extension;
    if (line.code / 100 < 4) return out;
    if (const auto* const entry = documented(line.stage, line.code))
        out += ": " + entry->title + " (" + entry->sources.front() + ')';
    return out;
}

std::string words_of(const Line& line, bool first) {
    switch (line.kind) {
    case Kind::received: return reply_words(line, first);
    case Kind::end_of_data: return "the end of the message";
    case Kind::content: return "of the message";
    case Kind::sent:
        for (const CommandWords& row : command_words)
            if (row.stage == line.stage) return std::string(row.words);
        return "a command of its own";
    default: break;
    }
    if (line.text.starts_with("Connecting to")) return "the server, as the account names it";
    if (line.text.find("srv_addr") != std::string::npos) return "its address: the name was found";
    if (line.text.starts_with("ERROR")) return "what the user was shown";
    if (line.text.find("closed") != std::string::npos) return "the connection has ended";
    return "";
}

std::vector<std::string> entries_like(Symptom symptom, const Line* failing) {
    std::vector<std::string> candidates;
    const Stage stage = failing == nullptr ? Stage::connect : failing->stage;
    const std::string at{smtp::name(stage)};
    const bool replied =
        failing != nullptr && failing->kind == Kind::received && failing->code / 100 > 3;
    switch (symptom) {
    case Symptom::none:
    case Symptom::cut:
    case Symptom::not_found: return {};
    case Symptom::not_connected:
        candidates = {"kb155455/connect/closed", "kb155455/connect/reset"};
        break;
    case Symptom::silent:
        candidates = {stage == Stage::connect ? "kb155455/connect/silence" : "tcp/silent-at-" + at};
        break;
    case Symptom::dropped:
    case Symptom::dropped_dot: candidates = {"tcp/close-at-" + at, "tcp/reset-at-" + at}; break;
    case Symptom::dropped_content:
        candidates = {"tcp/close-at-content", "tcp/reset-at-content"};
        break;
    default:
        if (!replied) break;
        for (const std::string_view family : {"kb155455/", "rfc5321/", "rfc821/"})
            candidates.push_back(std::string(family) + at + '/' + std::to_string(failing->code));
        candidates.push_back("wild/observed-" + at + '-' + std::to_string(failing->code));
    }
    std::erase_if(candidates,
                  [](const std::string& id) { return profiles::catalogue_entry(id) == nullptr; });
    return candidates;
}

std::string headline_of(const LoggedSession& session, Symptom symptom, const Line* failing) {
    const std::string host = session.host.empty() ? "the server" : printable(session.host);
    const auto text = [&] { return failing == nullptr ? "" : ": " + printable(failing->text); };
    switch (symptom) {
    case Symptom::none:
        return session.reply_at(Stage::message) == nullptr
                   ? "No message was sent, and nothing failed."
                   : "The message was accepted by " + host + '.';
    case Symptom::not_found: return "The name " + host + " was not found.";
    case Symptom::not_connected: return host + " was found, but no greeting came.";
    case Symptom::silent: return host + " did not answer in time.";
    case Symptom::dropped: return "The connection ended where a reply was due.";
    case Symptom::dropped_content: return "The connection ended within the message.";
    case Symptom::dropped_dot: return "The connection ended after the message, before its reply.";
    case Symptom::no_smtp: return host + " sent what is no reply here" + text();
    case Symptom::gave_up: return "The client closed, and " + host + " had refused nothing.";
    case Symptom::cut: return "The log ends in mid-session.";
    default: return host + " refused" + text();
    }
}

} // namespace

Explanation explain(const LoggedSession& session) {
    Explanation out;
    const Line* const failing = session.failing();
    const Symptom symptom = symptom_of(session, failing);
    bool first = true; // of its reply
    for (const Line& line : session.lines) {
        out.words.push_back(words_of(line, first));
        first = line.kind != Kind::received || line.last;
    }
    if (symptom != Symptom::none && symptom != Symptom::cut && !session.lines.empty())
        // What failed without a line of its own shows in the last one, which closes.
        out.failing = failing == nullptr ? session.lines.size() - 1
                                         : static_cast<std::size_t>(failing - session.lines.data());
    out.outcome = outcome_of(session, symptom, failing);
    out.headline = headline_of(session, symptom, failing);
    for (const CauseRow& row : cause_table)
        if (row.symptom == symptom) out.causes.push_back(row.cause);
    std::ranges::stable_sort(out.causes, std::ranges::greater{}, &Cause::likely);
    out.entries = entries_like(symptom, failing);
    return out;
}

} // namespace smtpsim::smtplog
