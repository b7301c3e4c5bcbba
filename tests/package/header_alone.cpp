#include <smtpsim/testing.hpp>

// Of its members every one can be named with nothing else included.
std::string said_to(std::string_view octets) {
    smtpsim::testing::Simulator sim{{.profile = "rfc821"}};
    auto line = sim.connect();
    return line.greeting() + line.say(octets) + line.pass(std::chrono::seconds{1});
}
