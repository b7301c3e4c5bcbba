// What the tests of sessions and faults share: a server in memory that remembers what its Journal
// was given, and shorthand for dialogues.
#pragma once

#include "core/text.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace smtpsim::test {

/// Every LF of `lines`, and its end, becomes CRLF.
inline std::string crlf(std::string_view lines) {
    std::string out;
    for (const char c : lines) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out + "\r\n";
}

/// The codes of complete replies, one a reply: "250 354 550".
inline std::string codes(std::string_view replies) {
    std::string out;
    while (!replies.empty()) {
        const std::string_view line = replies.substr(0, replies.find('\n'));
        if (line.size() < 4 || line[3] != '-') {
            if (!out.empty()) out += ' ';
            out += line.substr(0, 3);
        }
        replies.remove_prefix(std::min(line.size() + 1, replies.size()));
    }
    return out;
}

struct StoredMessage {
    std::string id, sender;
    std::vector<std::string> recipients;
    std::uint64_t size;
    std::string content;
};

/// Copies what the tests ask the Journal about.
struct Remembered : journal::View {
    std::vector<std::string> findings; // ids
    std::vector<std::string> fired;    // "stage/name/why/effects"
    std::vector<StoredMessage> kept;
    std::string closed; // by whom

    void show(const journal::Event& event) override {
        if (const auto* const found = std::get_if<journal::Found>(&event.what))
            findings.emplace_back(found->finding);
        if (const auto* const fault = std::get_if<journal::FaultFired>(&event.what))
            fired.push_back(std::string(name(fault->stage)) + '/' + std::string(fault->fault) +
                            '/' + std::string(fault->why) + '/' + std::string(fault->effects));
        if (const auto* const message = std::get_if<journal::Message>(&event.what))
            kept.push_back({std::string(message->id),
                            std::string(message->sender),
                            {message->recipients.begin(), message->recipients.end()},
                            message->size,
                            std::string(message->content)});
        if (const auto* const end = std::get_if<journal::Closed>(&event.what))
            closed = name(end->by);
    }
    bool found(std::string_view id) const { return std::ranges::count(findings, id) > 0; }
};

/// A store that keeps nothing and can fail.
struct TestStore : journal::MessageStore {
    std::vector<std::string> contents;
    bool fails = false;

    Result<void> keep(const journal::Message& message, std::uint64_t /*session*/,
                      Tick /*at*/) override {
        if (fails) return Failure{"disk full"};
        contents.emplace_back(message.content);
        return {};
    }
};

/// A run of a server whose profile is `text` after the two lines that every profile begins with.
struct Server {
    explicit Server(std::string_view text) : Server(profile_of(text)) {}
    explicit Server(profiles::Profile what) : profile(std::move(what)) {
        journal.add(json);
        journal.add(remembered);
    }

    server::MemoryEndpoint connect() { return {run, journal::log_start}; }

    profiles::Profile profile;
    TestStore store;
    journal::TextSink sink;
    journal::JsonLines json{sink};
    Remembered remembered;
    journal::Journal journal;
    server::Instance run{profile, 1, journal, &store};
};

/// Sends `lines` one by one, each when the one before it is answered; returns the codes.
inline std::string dialogue(server::MemoryEndpoint& link, std::string_view lines) {
    std::string said;
    const std::string sent = crlf(lines);
    for (std::string_view rest = sent; !rest.empty();) {
        const std::size_t end = rest.find('\n') + 1;
        said += link.say(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    return codes(said);
}
inline std::string dialogue(std::string_view profile, std::string_view lines) {
    Server server{profile};
    server::MemoryEndpoint link = server.connect();
    return dialogue(link, lines);
}

} // namespace smtpsim::test
