// One test of a client as a file describes it: servers, faults, the client, and what is expected.
#pragma once

#include "audit/scenario/client_adapter.hpp"
#include "audit/scenario/expect.hpp"
#include "profiles/load/load.hpp"
#include "profiles/model/profile.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtpsim::scenario {

/// An item of a scenario's `faults`; a `use` may stand for several.
struct AskedFor {
    Place place;
    std::size_t faults = 1;
};

struct Server {
    std::string name; // {NAME.port}; of the first: empty, {port}
    profiles::Profile profile;
    std::vector<AskedFor> asked_for; // the first of the profile's faults, in their order
};

/// One go of the client. Its servers are new each time, on the same ports.
struct Step {
    std::string name; // empty: the only one
    std::vector<Server> servers;
    ClientAdapter client;
    std::uint64_t clients = 1; // at once
    Secure secure = Secure::plain;
    bool login = false;
    std::string sender, recipient, message; // empty: the usual
    Expect expect;
};

struct Scenario {
    std::string name; // with its parameters, where there is a matrix
    std::string summary, file;
    Place place; // of its name
    std::vector<std::string> tags;
    std::vector<std::string> faults; // catalogued ones that it uses
    std::optional<std::uint64_t> seed;
    std::vector<std::vector<std::string>> setup, teardown; // commands
    std::vector<Step> steps;                               // at least one
    Problems warnings;
};

/// Of a scenario's file.
const yaml::Shape& scenario_shape();

/// One for each cell of its matrix. Errors: all that is wrong with the file and with what it uses.
profiles::Loaded<std::vector<Scenario>> load_scenarios(const std::string& path,
                                                       const profiles::ReadFile& read);

} // namespace smtpsim::scenario
