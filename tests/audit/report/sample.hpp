// Reports as an audit of two clients and a run of scenarios would make them; with hostile octets.
#pragma once

#include "audit/scenario/result.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace smtpsim::report_sample {

using namespace std::string_literals;
using namespace std::chrono_literals;
using scenario::Case;
using scenario::Complaint;
using scenario::Happened;
using scenario::Report;
using scenario::Status;
using scenario::Verdict;
using Kind = Happened::Kind;

/// A dialogue on a clock of its own.
class Dialogue {
public:
    Dialogue() { add(Kind::opened, "", "127.0.0.1:40112 -> 127.0.0.1:2525", 2ms); }

    Dialogue& client(const std::string& line) { return add(Kind::client, line + "\r\n", "", 1ms); }
    Dialogue& server(const std::string& line) { return add(Kind::server, line + "\r\n", "", 1ms); }
    Dialogue& octets(Kind kind, std::string raw) { return add(kind, std::move(raw), "", 1ms); }
    Dialogue& add(Kind kind, std::string raw, std::string detail, Duration after) {
        at_ += after;
        happened_.push_back({session_, at_, kind, std::move(raw), std::move(detail)});
        return *this;
    }
    Dialogue& wait(Duration pause) {
        at_ += pause;
        return *this;
    }
    Dialogue& hello() {
        return server("220 smtp.host.com ESMTP server ready")
            .client("EHLO client.test")
            .server("250-smtp.host.com\r\n250-PIPELINING\r\n250 SIZE 10240000")
            .client("MAIL FROM:<jdoe@elsewhere.com>")
            .server("250 2.1.0 Sender OK");
    }
    Dialogue& message() {
        return client("RCPT TO:<janed@elsewhere.com>")
            .server("250 2.1.5 Recipient OK")
            .client("DATA")
            .server("354 Start mail input")
            .octets(Kind::content, "From: John <jdoe@elsewhere.com>\r\nSubject: caf\xC3\xA9\r\n")
            .octets(Kind::content, "\r\nHello,\r\n..\r\n.\r\n");
    }
    Dialogue& quit() {
        client("QUIT").server("221 2.0.0 Closing");
        return add(Kind::closed, "", "by client: 402 octets in, 311 out", 1ms);
    }
    Dialogue& reconnect(Duration after) {
        ++session_;
        return add(Kind::opened, "", "127.0.0.1:40113 -> 127.0.0.1:2525", after);
    }
    std::vector<Happened> take() { return std::move(happened_); }

private:
    std::uint64_t session_ = 1;
    Duration at_{};
    std::vector<Happened> happened_;
};

inline Case judged(const std::string& client, const std::string& fault, const std::string& layer,
                   const std::string& title, Verdict verdict) {
    Case out;
    out.name = client + ' ' + fault;
    out.title = title;
    out.suite = layer;
    out.client = client;
    out.fault = fault;
    out.sources = {"KB155455 RECIPIENT", "RFC 5321 §4.2.3"};
    out.status = verdict == Verdict::correct ? Status::passed : Status::failed;
    out.verdict = verdict;
    out.expected = {"failed"};
    out.outcome = "failed";
    out.ending = "exit code 69";
    out.sessions = 1;
    out.seed = 155455;
    out.took = 214ms;
    out.command = client + " --host=127.0.0.1 --port=2525 janed@elsewhere.com";
    out.reproduce = "smtpsim audit --client " + client + " --only " + fault + " --seed 155455";
    out.output = client + ": recipient address janed@elsewhere.com not accepted by the server\n" +
                 client + ": server message: 552 5.2.2 Mailbox full\n";
    out.happened = Dialogue{}
                       .hello()
                       .client("RCPT TO:<janed@elsewhere.com>")
                       .add(Kind::fault, fault, "reply 552", 0ms)
                       .server("552 5.2.2 Mailbox full")
                       .quit()
                       .take();
    return out;
}

inline Case lost_mail(const std::string& client) {
    Case out = judged(client, "wild/data/250-for-354", "reply",
                      "DATA answered with 250: no message is asked for", Verdict::lost_mail);
    out.complaints = {
        {"outcome deferred or failed", "delivered", "RFC 5321 §3.3"},
        {"no content-before-354", "content-before-354 at 0.011s", "RFC 5321 §4.1.1.4"}};
    out.expected = {"deferred", "failed"};
    out.outcome = "delivered";
    out.ending = "exit code 0";
    out.output = "";
    out.log = "host=127.0.0.1 tls=off recipients=janed@elsewhere.com mailsize=402 exitcode=EX_OK\n";
    out.happened =
        Dialogue{}
            .hello()
            .client("RCPT TO:<janed@elsewhere.com>")
            .server("250 2.1.5 Recipient OK")
            .client("DATA")
            .add(Kind::fault, "wild/data/250-for-354", "reply 250, the message is dropped", 0ms)
            .server("250 OK")
            .add(Kind::finding, "content-before-354",
                 "sent the message before the reply to DATA [violation, RFC 5321 §4.1.1.4]", 1ms)
            .octets(Kind::content, std::string(402, 'x'))
            .wait(3s)
            .quit()
            .take();
    return out;
}

inline Case hang(const std::string& client) {
    Case out = judged(client, "kb155455/message/silence", "timing",
                      "Silence after the final dot, the line stays open", Verdict::hang);
    out.complaints = {{"an end within 10min", "stopped after 10min", "RFC 5321 §4.5.3.2.6"}};
    out.expected = {"deferred"};
    out.outcome = "none";
    out.ending = "stopped after 600s";
    out.took = 600s + 412ms;
    out.output = "";
    out.happened =
        Dialogue{}
            .hello()
            .message()
            .add(Kind::note, "8a1f", "kept: <jdoe@elsewhere.com> -> <janed@elsewhere.com>", 0ms)
            .add(Kind::fault, "kb155455/message/silence", "stall", 0ms)
            .add(Kind::closed, "", "by client: 511 octets in, 230 out", 600s)
            .take();
    return out;
}

inline Case duplicate(const std::string& client) {
    Case out = judged(client, "kb155455/message/reset", "stream",
                      "The connection is reset after the final dot", Verdict::duplicate_risk);
    out.complaints = {{"at most 1 message kept", "2 messages kept", "RFC 1047"}};
    out.outcome = "deferred";
    out.stored = 2;
    out.sessions = 2;
    out.happened =
        Dialogue{}
            .hello()
            .message()
            .add(Kind::note, "8a1f", "kept: <jdoe@elsewhere.com> -> <janed@elsewhere.com>", 0ms)
            .add(Kind::fault, "kb155455/message/reset", "reset (RST)", 0ms)
            .add(Kind::closed, "", "reset by server", 0ms)
            .reconnect(45s)
            .hello()
            .message()
            .server("250 2.6.0 Message received")
            .quit()
            .take();
    return out;
}

/// Everything that a page, a terminal, XML or Markdown could fall for.
inline const std::string hostile_text = "<script>alert(1)</script> | `tick` ]]> \"quoted\" "
                                        "'single' & %0A ::error:: \x1b[31mred \u202Edetrever"
                                        " # not ok \\ \uFFFE";

inline Case hostile(const std::string& client) {
    Case out = judged(client, "wild/greeting/hostile", "stream",
                      "A greeting with octets that nobody should send", Verdict::violates);
    std::string every_octet;
    for (int octet = 0; octet < 256; ++octet) every_octet += static_cast<char>(octet);
    out.complaints = {{"no bare-lf", hostile_text, "RFC 5321 §2.3.8"}};
    out.output = "got \x1b[31m<script>alert('out')</script>\r\n\u202Edetrever\n" + every_octet;
    out.happened = Dialogue{}
                       .server("220 <script>alert('ladder')</script> \x1b[2J \u202Edetrever")
                       .octets(Kind::client, "EHLO </code></details><img src=x onerror=alert(2)>\n")
                       .add(Kind::finding, "bare-lf", "sent LF without CR", 0ms)
                       .octets(Kind::server, every_octet)
                       .wait(4s)
                       .octets(Kind::server, "250")
                       .client("QUIT")
                       .add(Kind::closed, "", "by client", 12s)
                       .take();
    return out;
}

inline Case skipped(const std::string& client, const std::string& fault, const std::string& title,
                    const std::string& why) {
    Case out = judged(client, fault, fault.substr(0, fault.find('/')), title, Verdict::correct);
    out.status = Status::skipped;
    out.verdict = std::nullopt;
    out.why = why;
    out.happened.clear();
    out.output.clear();
    return out;
}

inline Report audit() {
    Report out;
    out.tool = "smtpsim audit";
    out.version = "0.1.0";
    out.started = Tick{1796200000s};
    out.took = 92s + 300ms;
    out.seed = 155455;
    out.clients = {{"msmtp", "1.8.23"}, {"swaks", "20201014.0"}};
    for (const scenario::Client& client : out.clients) {
        const bool first = client.name == "msmtp";
        const auto good = [&](const std::string& fault, const std::string& layer,
                              const std::string& title) {
            out.cases.push_back(judged(client.name, fault, layer, title, Verdict::correct));
        };
        good("kb155455/rcpt/552", "reply",
             "RCPT refused, the mailbox is over its storage allocation");
        good("kb155455/rcpt/550", "reply", "RCPT refused, there is no such mailbox");
        good("kb155455/mail/452", "reply", "MAIL refused for now, there is no room");
        if (first)
            out.cases.push_back(lost_mail(client.name));
        else
            good("wild/data/250-for-354", "reply",
                 "DATA answered with 250: no message is asked for");
        out.cases.push_back(judged(client.name, "rfc5321/rcpt/450", "reply", "RCPT refused for now",
                                   first ? Verdict::correct : Verdict::misread));
        if (!first)
            out.cases.back().complaints = {{"outcome deferred", "failed", "RFC 5321 §4.2.1"}};
        if (first)
            good("kb155455/message/silence", "timing",
                 "Silence after the final dot, the line stays open");
        else
            out.cases.push_back(hang(client.name));
        good("kb155455/connect/silence", "timing", "Silence in place of the greeting");
        out.cases.push_back(duplicate(client.name));
        out.cases.push_back(hostile(client.name));
        out.cases.push_back(skipped(client.name, "tls/expired-certificate",
                                    "An expired certificate", "the adapter has no TLS"));
        out.cases.push_back(skipped(client.name, "auth/535", "The password is refused",
                                    first ? "the adapter has no TLS" : "the client never met it"));
    }
    Case broken = judged("swaks", "session/421-at-once", "session", "421 in place of the greeting",
                         Verdict::correct);
    broken.status = Status::error;
    broken.verdict = std::nullopt;
    broken.why = "port 2525 is taken";
    broken.happened.clear();
    out.cases.push_back(std::move(broken));
    return out;
}

/// Scenarios: no verdicts, but places and tags.
inline Report run() {
    Report out = audit();
    out.tool = "smtpsim run";
    out.clients = {{"msmtp", "1.8.23"}};
    std::erase_if(out.cases, [](const Case& entry) { return entry.client != "msmtp"; });
    int line = 3;
    for (Case& entry : out.cases) {
        entry.suite = entry.suite == "reply" ? "scenarios/replies.yaml" : "scenarios/lines.yaml";
        entry.name = entry.title;
        entry.verdict = std::nullopt;
        entry.place = {entry.suite, line += 12, 5};
        entry.tags = {"nightly"};
    }
    return out;
}

} // namespace smtpsim::report_sample
