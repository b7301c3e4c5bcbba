// Sends messages over one connection in pipelined groups (RFC 2920), as few writes as SMTP allows:
// one for MAIL, RCPT and DATA, then one for a message's content with the next message's group
// after it. smtp-source cannot do this: it waits for the reply to every command.

#include "wire.hpp"

#include <chrono>

namespace {

constexpr const char* usage = "bench_pipeliner PORT MESSAGES OCTETS";

constexpr std::string_view envelope = "MAIL FROM:<bench@client.test>\r\n"
                                      "RCPT TO:<bench@server.test>\r\n"
                                      "DATA\r\n";

/// A message of `octets` or up to a line more, and the final dot.
std::string content_of(long octets) {
    std::string text =
        "From: <bench@client.test>\r\nTo: <bench@server.test>\r\nSubject: bench\r\n\r\n";
    const std::string line = std::string(70, 'x') + "\r\n";
    while (text.size() < static_cast<std::size_t>(octets)) text += line;
    return text + ".\r\n";
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(bench::number(argv[1], 65535, usage));
    const long messages = bench::number(argv[2], 10'000'000, usage);
    const std::string content = content_of(bench::number(argv[3], 100'000'000, usage));
    const std::string content_and_next = content + std::string(envelope);

    const auto begin = std::chrono::steady_clock::now();
    long replies = 0;
    bench::Wire wire(port);
    const auto expect = [&](std::string_view code) {
        wire.expect(code);
        ++replies;
    };
    expect("220");
    wire.send("EHLO client.test\r\n");
    expect("250");
    wire.send(envelope);
    for (long sent = 0; sent < messages; ++sent) {
        expect("250"); // MAIL
        expect("250"); // RCPT
        expect("354"); // DATA ends the group: only now may content follow (RFC 2920 §3.1)
        wire.send(sent + 1 < messages ? content_and_next : content);
        expect("250"); // the message
    }
    wire.send("QUIT\r\n");
    expect("221");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("messages=%ld replies=%ld seconds=%.3f\n", messages, replies, took.count());
    return 0;
}
