// A server with faults, for tests: as many sessions as one wants, on virtual time.
#pragma once

#include "sim/journal/json_lines.hpp"
#include "sim/server/memory_endpoint.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <string>
#include <vector>

namespace smtpsim::faults::test {

struct Keeping : journal::MessageStore {
    std::vector<std::string> contents;
    bool full = false;
    Result<void> keep(const journal::Message& message, std::uint64_t, Tick) override {
        if (full) return Failure{"no space"};
        contents.emplace_back(message.content);
        return {};
    }
};

struct Server {
    explicit Server(const std::string& faults, std::uint64_t seed = 1)
        : profile(profile_of("faults:\n" + faults)), run(profile, seed, journal, &store) {}

    profiles::Profile profile;
    journal::Journal journal;
    Keeping store;
    server::Instance run;

    server::MemoryEndpoint connect(Tick at = Tick{}) { return server::MemoryEndpoint{run, at}; }
};

} // namespace smtpsim::faults::test
