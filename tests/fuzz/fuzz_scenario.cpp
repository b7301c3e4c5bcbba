// Any text as a scenario and as a client's file: it loads or has problems, and what loads can be
// run.
#include "audit/scenario/scenario.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    // The file itself may be extended; others are not there.
    const auto read = [&](const std::string& path) {
        return path == "fuzz.yaml" ? Result<std::string>(boost::system::in_place_value, text)
                                   : Result<std::string>(Failure{path + ": no files here"});
    };
    const auto scenarios = scenario::load_scenarios("fuzz.yaml", read);
    if (!scenarios && scenarios.error().empty()) std::abort();
    if (scenarios) {
        if (scenarios->empty()) std::abort();
        for (const scenario::Scenario& each : *scenarios) {
            if (each.steps.empty()) std::abort();
            for (const scenario::Step& step : each.steps) {
                if (step.servers.empty() || step.clients == 0) std::abort();
                if (!step.client.manual && step.client.command.empty()) std::abort();
                (void)scenario::unmet(step.expect, std::vector<scenario::Heard>(1), {}, "");
            }
        }
    }
    const auto adapter = scenario::load_adapter("fuzz.yaml", read);
    if (!adapter && adapter.error().empty()) std::abort();
    if (adapter) {
        (void)scenario::words_of(*adapter, scenario::Secure::starttls, true);
        (void)scenario::outcome_of(adapter->outcome, 1, text);
    }
    return 0;
}
