// A conversation with any client at all: it ends, and where the network cut the octets does not
// show. The first octet chooses the profile, the second the width of the slices.
#include "profiles/load/load.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/server/memory_endpoint.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace smtpsim;

namespace {

struct TextSink : journal::Sink {
    std::string text;
    void write(std::string_view octets) override { text += octets; }
    void flush() override {}
};

profiles::Profile load(const std::string& text) {
    auto profile = profiles::load_text(text, "fuzz.yaml", [](const std::string& path) {
        return Result<std::string>(Failure{path});
    });
    if (!profile) std::abort();
    return *std::move(profile);
}

const profiles::Profile& chosen(std::uint8_t octet) {
    static const std::array all{
        load("smtpsim: 1\nprofile: a\nextends: esmtp\n"),
        load("smtpsim: 1\nprofile: b\nextends: lmtp\nserver: {limits: {recipients: 3}}\n"),
        load("smtpsim: 1\nprofile: c\nextends: rfc821\nserver: {strictness: strict}\n"),
        load("smtpsim: 1\nprofile: d\nextends: post-office-1996\n"
             "server: {limits: {line: 64B, message: 200B, errors: 5}, "
             "mailboxes: {\"*@b.test\": {quota: 1KB}}}\n"),
        load("smtpsim: 1\nprofile: e\nextends: esmtp\nfaults:\n"
             "  - {at: any, when: {nth: 3}, do: [{delay: 2s}]}\n"
             "  - {at: rcpt, when: {nth: 2}, do: [{reply: 450 4.2.0 later}]}\n"
             "  - {at: data, when: {nth: 2}, do: [{reply: 354 go on}]}\n"
             "  - {at: content, when: {bytes: 7}, do: [{raw: 'x|y'}]}\n"
             "  - {at: message, when: {nth: 2}, do: [shutdown]}\n"),
        load("smtpsim: 1\nprofile: f\nextends: by-address\n"),
        load("smtpsim: 1\nprofile: h\nextends: submission\nserver: {limits: {auth-line: 64B}, "
             "auth: {after-tls: false, required: false}}\nfaults:\n"
             "  - {at: bdat, when: {nth: 3}, do: [{reply: 452 full}]}\n"
             "  - {at: auth, when: {nth: 4}, do: [{reply: 334 AAAA}]}\n"
             "  - {at: starttls, when: {nth: 2}, do: [{raw: '220 go|250-x'}]}\n"),
        load("smtpsim: 1\nprofile: g\nextends: esmtp\nfaults:\n"
             "  - {at: any, when: {probability: 1/4}, do: [{drip: {size: 3B, every: 1s}}]}\n"
             "  - {at: any, when: {probability: 1/4}, do: [{garble: 1/9}, {segment: 2B}]}\n"
             "  - {at: ehlo, do: [{withhold: SIZE}, {offer: X-ALL}, {truncate: 40B}]}\n"
             "  - {at: rcpt, when: {probability: 1/2}, do: [{reorder: 2}]}\n"
             "  - {at: rcpt, when: {probability: 1/2}, do: [{merge: 3}]}\n"
             "  - {at: mail, when: {nth: 2}, do: [drop-reply]}\n"
             "  - {at: data, when: {nth: 2}, do: [{unsolicited: 250 more}, {early: 250 next}]}\n"
             "  - {at: message, when: {body: \"/(a+)/\"}, do: [{duplicate: 2}, {corrupt: 1/9}]}\n"
             "  - {at: message, when: {header: {Subject: \"?*\"}}, do: [discard, {set: seen}]}\n"
             "  - {at: rset, when: {state: seen}, do: [half-close]}\n"),
    };
    return all.at(octet % all.size());
}

/// All at one tick, so that pipelining is the same in every cut.
std::string journal_of(const profiles::Profile& profile, std::string_view bytes,
                       std::size_t width) {
    TextSink sink;
    journal::JsonLines view{sink};
    journal::Journal journal;
    journal.add(view);
    server::Instance run{profile, 1, journal, nullptr};
    const server::Peer peer{"memory", "127.0.0.1", "memory"};
    server::Conversation conversation{run, peer};
    server::Actions actions;
    Tick now{};
    conversation.on_connect(now, actions);
    now += Duration{1};
    for (; !bytes.empty(); bytes.remove_prefix(std::min(width, bytes.size())))
        conversation.on_bytes(bytes.substr(0, width), now, actions);
    conversation.on_eof(now, actions);
    while (!conversation.ended()) {
        now = conversation.deadline();
        conversation.on_tick(now, actions);
    }
    return actions.octets + sink.text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    const profiles::Profile& profile = chosen(data[0]);
    const std::string whole = journal_of(profile, bytes, std::max<std::size_t>(bytes.size(), 1));
    if (journal_of(profile, bytes, 1U + data[1] % 16U) != whole) std::abort();
    return 0;
}
