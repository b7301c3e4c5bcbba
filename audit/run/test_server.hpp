// A server of our own on loopback, in a thread, for one client: and what it saw.
#pragma once

#include "audit/scenario/server_observations.hpp"
#include "profiles/model/profile.hpp"
#include "serial/port/dialup_server.hpp"
#include "sim/journal/json_lines.hpp"
#include "sim/net/server.hpp"
#include "sim/tls/contexts.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace smtpsim::run {

/// How long sessions may go on after the client's end. Chosen: loopback needs microseconds.
constexpr Duration closing_patience = std::chrono::seconds{1};

/// Certificates cost time to make: one CA for all servers of one name.
class Authorities { // any thread
public:
    tls::Contexts& of(const std::string& hostname);

private:
    std::mutex mutex_;
    std::map<std::string, tls::Contexts> contexts_;
};

class TestServer {
public:
    struct Ports {
        std::uint16_t plain = 0, tls = 0; // 0: one that is free
        std::string modem;                // the link of a pseudo-terminal; empty: none
    };
    /// Errors: a port cannot be had.
    static Result<std::unique_ptr<TestServer>> open(profiles::Profile profile, std::uint64_t seed,
                                                    Authorities& authorities, Ports wanted);
    ~TestServer(); // stops it

    const Ports& ports() const { return ports_; }
    std::string ca_pem() const { return contexts_.authority().certificate_pem(); }

    /// Waits until so many sessions have begun and all have ended.
    void await(std::uint64_t sessions, Duration patience, const std::atomic<bool>& interrupt);
    /// Waits until no session is open, but no longer than `patience` of real time, and stops.
    scenario::ServerObservations finish(Duration patience);
    /// How often each of the profile's faults fired, once finished.
    std::vector<std::uint64_t> fires();
    /// JSON lines, once finished.
    const std::string& journal_lines() const { return text_.text; }

private:
    TestServer(profiles::Profile profile, std::uint64_t seed, tls::Contexts& contexts);
    Result<void> dial_in(const std::string& link);
    void stop();

    struct Text : journal::Sink {
        std::string text;
        void write(std::string_view octets) override;
        void flush() override {}
    };
    /// The Recorder, and a bell for those that wait for a session's end.
    struct Watch : journal::View {
        explicit Watch(Tick start) : recorder(start) {}
        void show(const journal::Event& event) override;
        scenario::Recorder recorder;
        std::mutex mutex;
        std::condition_variable changed;
    };
    struct AcceptingStore : journal::MessageStore { // in memory, and counted by the Recorder
        Result<void> keep(const journal::Message&, std::uint64_t, Tick) override { return {}; }
    };

    profiles::Profile profile_;
    net::Clock clock_;
    tls::Contexts& contexts_;
    Text text_;
    Watch watch_;
    AcceptingStore accepting_store_;
    journal::JsonLines lines_{text_};
    journal::Journal journal_;
    server::Instance instance_;
    std::unique_ptr<net::Server> server_;
    Ports ports_;
    std::unique_ptr<port::DialupServer> dialup_;
    std::thread thread_, dialup_thread_;
};

} // namespace smtpsim::run
