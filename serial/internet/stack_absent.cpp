// In place of stack.cpp where the build leaves out libslirp.
#include "serial/internet/stack.hpp"

#include <poll.h>

namespace smtpsim::internet {

bool Stack::is_built_in() { return false; }

// NOLINTBEGIN(performance-unnecessary-value-param): stack.cpp keeps what it is given
Result<std::unique_ptr<Stack>> Stack::open(Address, Address, std::uint16_t, std::vector<Service>,
                                           Sink, Tick) {
    return Failure{"this build has no IP stack (SMTPSIM_PPP=OFF)"};
}
// NOLINTEND(performance-unnecessary-value-param)

Stack::~Stack() = default;
bool Stack::serves(Address, std::uint16_t) const { return false; }
void Stack::from_peer(std::string_view, Tick) {}
void Stack::run(Tick) {}

} // namespace smtpsim::internet
