// The reference client against a profile, for tests: what both ends said of it.
#pragma once

#include "sim/client/in_memory.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/smtplog/writer.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

namespace smtpsim::client {

inline Persona persona_of(const std::string& name) {
    auto persona = load_persona(name, [](const std::string& path) -> Result<std::string> {
        return Failure{path + ": tests read no files"};
    });
    if (!persona.has_value())
        for (const Problem& problem : persona.error()) UNSCOPED_INFO(problem.text());
    REQUIRE(persona.has_value());
    return *std::move(persona);
}

inline Mail plain_mail() {
    return {"jdoe@somewhere.com", {"janed@elsewhere.com"}, "Subject: Hello\n\nHello.\n"};
}

struct KeptMessages : journal::MessageStore {
    std::vector<std::string> contents;
    std::vector<std::string> recipients;
    Result<void> keep(const journal::Message& message, std::uint64_t, Tick) override {
        contents.emplace_back(message.content);
        recipients.insert(recipients.end(), message.recipients.begin(), message.recipients.end());
        return {};
    }
};

struct InMemoryRun {
    InMemoryRun(const profiles::Profile& profile, const Persona& persona, std::vector<Mail> mails,
                const Link& link = {}, smtplog::Options options = {.bare = true},
                Tick start = journal::log_start)
        : writer(log, options) {
        client_journal.add(writer);
        client_journal.add(own_lines);
        server_journal.add(lines);
        server::Instance run{profile, 155455, server_journal, &kept};
        Client client{
            persona,
            {profile.server.hostname, 25, profile.server.protocol == smtp::Protocol::lmtp},
            "smtp-client",
            std::move(mails),
            client_journal};
        log.take();
        ended = run_in_memory(client, run, link, start);
        results = client.results();
    }

    /// What the client sent, a line each, without CRLF.
    std::string said() const {
        std::string out;
        for (std::size_t at = 0; at < log.text.size();) {
            const std::size_t end = log.text.find("\r\n", at);
            if (log.text.compare(at, 5, "[tx] ") == 0)
                out += log.text.substr(at + 5, end - at - 5) + '\n';
            at = end + 2;
        }
        return out;
    }

    journal::Journal client_journal, server_journal;
    journal::TextSink log, server, own; // own: the client's Journal
    journal::JsonLines lines{server}, own_lines{own};
    smtplog::Writer writer;
    KeptMessages kept;
    std::vector<Report> results;
    Tick ended;
};

} // namespace smtpsim::client
