// A simulated mail server inside a mail client's own tests: in process on virtual time, or on a
// socket. Needs nothing but the standard library here; link smtpsim::testing.
//
//     smtpsim::testing::Simulator sim{{.faults = {"kb155455/message/552"}}};
//     auto line = sim.connect();
//     line.greeting();              // "220 mail.example.test ESMTP smtpsim\r\n"
//     line.say("EHLO client\r\n");  // "250-mail.example.test\r\n..."
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::testing {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

struct Options {
    /// A built-in's name, a file, or YAML text: what has a line feed in it is text.
    std::string profile = "esmtp";
    /// Ids of catalogued failures, files, or YAML texts.
    std::vector<std::string> faults = {};
    /// Same options, same octets at the same times: the same server, to the octet.
    std::uint64_t seed = 1;
    /// The server's date when it begins: that of KB155455's sample log.
    Time start = std::chrono::sys_days{std::chrono::August / 1 / 1996} + std::chrono::hours{22} +
                 std::chrono::minutes{24} + std::chrono::seconds{22};
    /// At least 1. On a socket the server's clock runs so many times as fast as ours. It does so
    /// for all that the server waits for, its client too.
    int speed = 1;
};

/// A message for which the server took responsibility.
struct Message {
    std::string sender; // as in MAIL FROM:<...>; empty: <>
    std::vector<std::string> recipients;
    std::string content; // without dot-stuffing
};

enum class Ending : std::uint8_t { none, closed, reset };

class World; // what a Simulator and its lines share

/// A connection without a wire. No call sleeps: all waiting is done on virtual time.
/// One thread at a time; other lines may be in other threads.
class Line {
public:
    Line(Line&&) noexcept;
    Line& operator=(Line&&) noexcept;
    ~Line(); // closes

    /// What the server said first: empty, if nothing came within ten minutes.
    const std::string& greeting() const;

    // Each returns what the server said since the call before.

    /// Sends octets, any number of lines or a part of one, and waits for the server's answer:
    /// for ten minutes at most, since no client waits longer (RFC 5321 §4.5.3.2.6).
    std::string say(std::string_view octets);
    /// Lets time pass; not negative. Returns what the server sent meanwhile.
    std::string pass(Duration time);
    /// As if the TLS handshake that STARTTLS led to had succeeded. Nothing is encrypted here, and
    /// where no handshake is due nothing happens.
    std::string secure();
    /// The client closes. Returns what the server sent meanwhile; a second time nothing.
    std::string close();

    /// The server is done: it has closed its side, or reset the connection.
    bool ended() const { return ending() != Ending::none; }
    Ending ending() const;
    /// When its last call ended; Simulator::now() may be later.
    Time now() const;

private:
    friend class Simulator;
    struct Impl;
    explicit Line(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

class Simulator {
public:
    /// Errors: std::invalid_argument, with a line "file:line:column: what" for each problem. A
    /// text is called <profile>.yaml, <fault 1>.yaml and so on.
    explicit Simulator(const Options& options = {});
    ~Simulator(); // stops at once; lines may outlive it
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// All lines share one virtual clock: what one waits passes for the others as well, and they
    /// hear of it when they are used next. Any thread; for the same run twice, one thread.
    Line connect();
    /// Lets time pass between two connections; not negative. A server that listens keeps its own
    /// time.
    void pass(Duration time);
    Time now() const;

    // A server in a thread, on 127.0.0.1 and ports that are free. These by one thread.

    /// Real time runs on from now(). Returns port(); again while it listens: the same.
    /// Errors: std::runtime_error, no port can be had.
    std::uint16_t listen();
    std::uint16_t port() const;     // 0: it does not listen
    std::uint16_t tls_port() const; // where TLS comes before the greeting
    /// The certificate that a client has to trust, once it listens.
    std::string ca_pem() const;
    /// Waits until the server has noticed that its clients are gone, for `patience` at most, and
    /// stops.
    void stop(std::chrono::milliseconds patience = std::chrono::seconds{2});

    // What it saw so far, in process and on sockets. Any thread, at any time.

    /// Up to 256 MiB; a client that sends more gets 452.
    std::vector<Message> messages() const;
    /// What clients did wrong, as ids, each once, in the order in which they came.
    std::vector<std::string> findings() const;
    /// The names of the faults that fired, in the order of the profile.
    std::vector<std::string> fired() const;
    /// JSON lines, as docs/journal.md has them; passwords are masked. The first 64 MiB.
    std::string journal() const;
    /// For people: put it into the message of a test that fails.
    std::string transcript() const;

private:
    std::shared_ptr<World> world_;
};

} // namespace smtpsim::testing
